package procedure

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/device"
	"jiyao/internal/document"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

var (
	end2030 = time.Date(2031, 1, 1, 0, 0, 0, 0, calendar.Zone)
	end2035 = time.Date(2036, 1, 1, 0, 0, 0, 0, calendar.Zone)
)

// from is a source: its level, its period with the end of that, and who may know of it; nobody named: its scope is not fixed.
func from(id term.CopyID, level term.Level, period string, end time.Time, scope ...term.PersonID) source {
	d := document.Document{
		ID: term.DocumentID("doc-" + id), Series: term.Received, Year: 2026, No: 7, Level: level, Regime: term.RegimeState, Period: period, PeriodEnd: end, MarkText: term.RegimeState.Mark(level, period),
		ScopeFixed: len(scope) > 0, IssuerLimit: "本单位", Steps: []string{"accept", "register", "opine"},
	}
	i := act.Item{Item: regulation.NewItem(level, term.RegimeState), Document: d.ID, Scope: scope}
	i.ScopeFixed = d.ScopeFixed
	return source{copy: custody.Copy{ID: id, Document: d.ID, Seq: 1, State: custody.InPlace, Medium: "paper", Pages: 3, Attachments: 1, Class: 5}, doc: d, item: i}
}

func of(sources ...source) making {
	m := making{sources: sources, cover: document.PlainCover{Title: "某事", Issuer: "某厅"}, last: 4}
	for _, s := range sources {
		m.copies = append(m.copies, s.copy)
		for _, p := range s.item.Scope {
			m.scope = append(m.scope, document.Knower{Person: p, Document: s.doc.ID})
		}
	}
	return m
}

func makingEnv(t *testing.T, signed ...string) act.Env {
	e := acttest.Env("ann", acttest.Of("ann", "bob", "cai"), acttest.Law(t), signed...)
	e.Allowed = []act.Allowed{{By: "head", At: acttest.Monday.Add(-time.Hour)}, {By: "", At: acttest.Monday.Add(-time.Minute)}, {By: "head", At: acttest.Monday.Add(-2 * time.Hour)}}
	return e
}

func many(n int) *int { return &n }

func TestHowManyAreMade(t *testing.T) {
	for name, c := range map[string]struct {
		said *int
		want string
		n    int
	}{
		"not said": {nil, "", 1}, "one": {many(1), "", 1}, "none": {many(0), "copies not_positive", 0}, "less": {many(-1), "copies not_positive", 0},
		"as many as can be": {many(maxMade), "", maxMade}, "one more": {many(maxMade + 1), "copies too_many", 0},
	} {
		if n, err := countOf(c.said); acttest.Answer(err) != c.want || n != c.n {
			t.Errorf("%s: %d, %q", name, n, acttest.Answer(err))
		}
	}
}

// A copy is a further piece of the same document: after the last, as its source, each with its own number.
func TestCopying(t *testing.T) {
	src := of(from("a", term.Jimi, "10年", end2030, "ann", "bob"))
	src.copies = append(src.copies, custody.Copy{Seq: 4, DuplicateNo: "F-1"})
	with := func(f func(*making)) making {
		m := src
		m.sources = slices.Clone(m.sources)
		f(&m)
		return m
	}
	state := func(s custody.State) making { return with(func(m *making) { m.sources[0].copy.State = s }) }
	two := Duplicate{Copies: many(2), CopyNumbers: []string{"F-2", " F-3 "}, Stamp: "某局复印"}
	but := func(f func(*Duplicate)) Duplicate {
		d := two
		d.CopyNumbers = slices.Clone(d.CopyNumbers)
		f(&d)
		return d
	}
	for name, c := range map[string]struct {
		s    making
		cmd  Duplicate
		want string
	}{
		"two":                          {src, two, ""},
		"without numbers":              {src, but(func(d *Duplicate) { d.CopyNumbers = nil }), ""},
		"of what somebody has":         {state(custody.Held), two, ""},
		"of what is lost":              {state(custody.Missing), two, "conflict"},
		"of what has ended":            {state(custody.Ended), two, "conflict"},
		"on a device that is scrapped": {with(func(m *making) { m.device = device.Device{ID: "d", State: "scrapped"} }), two, "device not_in_use"},
		"on one in use":                {with(func(m *making) { m.device = device.Device{ID: "d"} }), two, ""},
		"nobody says how many":         {src, but(func(d *Duplicate) { d.Copies = nil }), "copies required"},
		"none":                         {src, but(func(d *Duplicate) { d.Copies = many(0) }), "copies not_positive"},
		"one number too few":           {src, but(func(d *Duplicate) { d.CopyNumbers = []string{"F-2"} }), "copy_numbers one_a_copy"},
		"one too many":                 {src, but(func(d *Duplicate) { d.Copies = many(1) }), "copy_numbers one_a_copy"},
		"one of them empty":            {src, but(func(d *Duplicate) { d.CopyNumbers[1] = " " }), "copy_numbers one_a_copy"},
		"one number twice":             {src, but(func(d *Duplicate) { d.CopyNumbers = []string{"F-2", "F-2 "} }), "copy_numbers used_before"},
		"one of an earlier copy":       {src, but(func(d *Duplicate) { d.CopyNumbers = []string{"F-1", "F-2"} }), "copy_numbers used_before"},
		"kept by somebody unknown":     {src, but(func(d *Duplicate) { d.Custodian = "who" }), "custodian unknown_person"},
		"of a form it cannot have":     {src, but(func(d *Duplicate) { d.Medium, d.Form = "magnetic", "usb_disk" }), "form not_of_medium"},
		"one serial number for two":    {src, but(func(d *Duplicate) { d.Medium, d.SerialNo = "optical", "S-1" }), "serial_no one_a_copy"},
		"of a serial number in use":    {with(func(m *making) { m.used = true }), but(func(d *Duplicate) { d.Medium, d.SerialNo = "optical", "S-1,S-2" }), "serial_no serial_in_use"},
		"known to somebody unknown":    {src, but(func(d *Duplicate) { d.Scope = []term.PersonID{"who"} }), "scope unknown_person"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideDuplicate(c.s, c.cmd, makingEnv(t))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			made, lines := acttest.Rows[custody.Copy](changes), acttest.Rows[custody.Reproduction](changes)
			if len(made) != 2 || len(lines) != 2 || len(changes.Targets) != 2 || changes.Document != "doc-a" {
				t.Fatalf("%d made, %d lines", len(made), len(lines))
			}
			for i, m := range made {
				if m.Document != "doc-a" || m.Seq != 5+i || m.Level != term.Jimi || m.Class != 5 || m.Pages != 3 || m.Attachments != 1 || m.Source != "a" || m.State != custody.Received || m.Stamp != "某局复印" || m.Medium != "paper" {
					t.Errorf("%+v", m)
				}
				l := lines[i]
				if l.Copy != m.ID || l.Number != m.DuplicateNo || l.Level != term.Jimi || !slices.Equal(l.ApprovedBy, []string{"head"}) || !l.ApprovedAt.Equal(acttest.Monday.Add(-time.Minute)) || l.MadeBy != "ann" {
					t.Errorf("%+v", l)
				}
			}
			if numbered := len(c.cmd.CopyNumbers) > 0; numbered != (made[1].DuplicateNo == "F-3") {
				t.Errorf("numbered %q", made[1].DuplicateNo)
			}
		})
	}
}

// What is made of others is a document of its own: of the highest level, the longest period, the narrowest scope.
func TestWhatIsTakenOver(t *testing.T) {
	low, high := from("a", term.Mimi, "20年", end2035, "ann", "bob"), from("b", term.Jimi, "10年", end2030, "bob", "cai")
	open, plain := from("c", term.Open, "", time.Time{}), from("d", term.Neibu, "", time.Time{}, "ann")
	ever := from("e", term.Mimi, "长期", time.Time{}, "bob")
	for name, c := range map[string]struct {
		s      making
		cmd    Making
		want   string
		level  term.Level
		period string
		end    time.Time
		mark   string
		scope  string
		fixed  bool
	}{
		"of one":                           {of(low), Making{}, "", term.Mimi, "20年", end2035, "秘密★20年", "ann bob", true},
		"of an open one":                   {of(open), Making{}, "", term.Open, "", time.Time{}, "公开", "", false},
		"the highest, longest, narrowest":  {of(low, high), Making{}, "", term.Jimi, "20年", end2035, "机密★20年", "bob", true},
		"in the other order":               {of(high, low), Making{}, "", term.Jimi, "20年", end2035, "机密★20年", "bob", true},
		"one without an end lasts longest": {of(high, ever), Making{}, "", term.Jimi, "长期", time.Time{}, "机密★长期", "bob", true},
		"and first":                        {of(ever, high), Making{}, "", term.Jimi, "长期", time.Time{}, "机密★长期", "bob", true},
		"with one that anybody may read":   {of(open, low), Making{}, "", term.Mimi, "20年", end2035, "秘密★20年", "ann bob", true},
		"with an internal one":             {of(high, plain), Making{}, "", term.Jimi, "10年", end2030, "机密★10年", "", true},
		"of open and internal":             {of(open, plain), Making{}, "", term.Neibu, "", time.Time{}, "内部", "ann", true},
		"as said, the same":                {of(low), Making{Level: term.Mimi, Period: "20年", Scope: []term.PersonID{"bob", "ann"}}, "", term.Mimi, "20年", end2035, "秘密★20年", "bob ann", true},
		"a name said twice":                {of(low), Making{Scope: []term.PersonID{"ann", "bob", "ann"}}, "", term.Mimi, "20年", end2035, "秘密★20年", "ann bob", true},
		"a name that is none":              {of(low), Making{Scope: []term.PersonID{"ann", "who"}}, "scope unknown_person", "", "", time.Time{}, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.s.taken("custody.compile", c.cmd, makingEnv(t))
			if acttest.Answer(err) != c.want {
				t.Fatalf("%q, want %q", acttest.Answer(err), c.want)
			}
			if err != nil {
				return
			}
			scope := ""
			for i, k := range got.scope {
				scope += map[bool]string{true: " "}[i > 0] + string(k.Person)
			}
			if got.level != c.level || got.period != c.period || !got.end.Equal(c.end) || got.mark != c.mark || scope != c.scope || got.fixed != c.fixed {
				t.Errorf("%+v, scope %q", got, scope)
			}
		})
	}
	if _, err := of(low).taken("custody.invented", Making{}, makingEnv(t)); acttest.Answer(err) != "level required" {
		t.Errorf("where nothing is taken over the level is said: %v", err)
	}
}

// What a command says is held against the values that are taken over, whatever the order of names.
func TestWhatACommandIsHeldAgainst(t *testing.T) {
	m := of(from("a", term.Mimi, "20年", end2035, "ann", "bob"), from("b", term.Jimi, "10年", end2030, "bob", "ann", "cai"))
	for name, c := range map[string]struct {
		scope []term.PersonID
		want  string
	}{
		"nothing said": {nil, "[ann bob]"}, "the same": {[]term.PersonID{"bob", "ann"}, "[bob ann]"}, "the same, twice": {[]term.PersonID{"bob", "ann", "bob"}, "[bob ann bob]"},
		"fewer": {[]term.PersonID{"bob"}, "[ann bob]"}, "more": {[]term.PersonID{"ann", "bob", "cai"}, "[ann bob]"},
	} {
		if got := m.inherit(Making{Scope: c.scope}); got["scope"] != c.want || got["level"] != string(term.Jimi) || got["period"] != "20年" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestMakingADocumentOfOthers(t *testing.T) {
	one := of(from("a", term.Mimi, "20年", end2035, "ann", "bob"))
	lost := of(from("a", term.Mimi, "20年", end2035, "ann"))
	lost.sources[0].copy.State = custody.Missing
	both := of(from("a", term.Mimi, "20年", end2035, "ann", "bob"), from("b", term.Jimi, "10年", end2030, "bob"))
	second := of(from("a", term.Mimi, "20年", end2035, "ann"), from("b", term.Jimi, "10年", end2030, "bob"))
	second.sources[1].copy.State = custody.Ended
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, calendar.Zone)
	excerpt := func(s making, cmd Excerpt) func(act.Env) (act.Changes, error) {
		return func(e act.Env) (act.Changes, error) { return decideExcerpt(s, cmd, e) }
	}
	record := func(s making, cmd Record) func(act.Env) (act.Changes, error) {
		return func(e act.Env) (act.Changes, error) { return decideRecord(s, cmd, e) }
	}
	compile := func(s making, cmd Compile) func(act.Env) (act.Changes, error) {
		return func(e act.Env) (act.Changes, error) { return decideCompile(s, cmd, e) }
	}
	for name, c := range map[string]struct {
		do     func(act.Env) (act.Changes, error)
		at     time.Time
		want   string
		number string
		level  term.Level
		copies int
		kind   string
	}{
		"an excerpt":                     {excerpt(one, Excerpt{Passages: "第三段"}), acttest.Monday, "", "机摘〔2026〕0005", term.Mimi, 1, "excerpt"},
		"three of it":                    {excerpt(one, Excerpt{Copies: many(3)}), acttest.Monday, "", "机摘〔2026〕0005", term.Mimi, 3, "excerpt"},
		"too many":                       {excerpt(one, Excerpt{Copies: many(maxMade + 1)}), acttest.Monday, "copies too_many", "", "", 0, ""},
		"of what is lost":                {excerpt(lost, Excerpt{}), acttest.Monday, "conflict", "", "", 0, ""},
		"on the last second of a year":   {excerpt(one, Excerpt{}), newYear.Add(-time.Second), "", "机摘〔2026〕0005", term.Mimi, 1, "excerpt"},
		"on the first of the next":       {excerpt(one, Excerpt{}), newYear, "", "机摘〔2027〕0005", term.Mimi, 1, "excerpt"},
		"a recording":                    {record(one, Record{RecordingKind: "audio", Making: Making{Carrier: Carrier{Medium: "tape"}}}), acttest.Monday, "", "机录〔2026〕0005", term.Mimi, 1, "record"},
		"of no medium":                   {record(one, Record{RecordingKind: "audio"}), acttest.Monday, "medium required", "", "", 0, ""},
		"a compilation":                  {compile(both, Compile{Title: " 汇编 ", Copies: many(2)}), acttest.Monday, "", "机编〔2026〕0005", term.Jimi, 2, "compile"},
		"by its code name alone":         {compile(both, Compile{CodeName: "甲"}), acttest.Monday, "", "机编〔2026〕0005", term.Jimi, 1, "compile"},
		"without a name":                 {compile(both, Compile{Title: " "}), acttest.Monday, "title required", "", "", 0, ""},
		"none of it":                     {compile(both, Compile{Title: "汇编", Copies: many(0)}), acttest.Monday, "copies not_positive", "", "", 0, ""},
		"of which one source has ended":  {compile(second, Compile{Title: "汇编"}), acttest.Monday, "conflict", "", "", 0, ""},
		"with a serial number for three": {excerpt(one, Excerpt{Copies: many(2), Making: Making{Carrier: Carrier{SerialNo: "1,2,3"}}}), acttest.Monday, "serial_no one_a_copy", "", "", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := makingEnv(t)
			env.At = c.at
			changes, err := c.do(env)
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			d, made, lines := acttest.Row[document.Document](t, changes), acttest.Rows[custody.Copy](changes), acttest.Rows[custody.Reproduction](changes)
			if changes.Values["number"] != c.number || d.Origin != document.Derived || d.Level != c.level || d.Copies != c.copies || d.IssuerLimit != "本单位" || slices.Contains(d.Steps, "opine") || !slices.Contains(d.Steps, "scope") {
				t.Errorf("%q: %+v", changes.Values["number"], d)
			}
			if len(made) != c.copies || len(lines) != c.copies || acttest.Row[document.Key](t, changes).ID != d.ID || d.Limited != (c.kind == "compile") {
				t.Fatalf("%d made, %d lines", len(made), len(lines))
			}
			for i, m := range made {
				if m.Document != d.ID || m.Level != c.level || m.Source != "a" || m.Medium == "" || lines[i].Copy != m.ID || lines[i].Kind != c.kind || lines[i].Number != c.number || lines[i].Level != c.level {
					t.Errorf("%+v %+v", m, lines[i])
				}
			}
		})
	}
}

func TestWhatIsCompiled(t *testing.T) {
	of := func(ids ...term.CopyID) (out []CompiledOf) {
		for _, id := range ids {
			out = append(out, CompiledOf{Copy: id})
		}
		return out
	}
	consents := func(id term.CopyID, day string) []ConsentOf {
		return []ConsentOf{{id, Consent{ConsentNo: "1", ConsentDate: day}}}
	}
	lots := make([]CompiledOf, maxSources+1)
	for i := range lots {
		lots[i].Copy = term.CopyID(rune(0x4e00 + i))
	}
	for name, c := range map[string]struct {
		cmd  Compile
		want string
	}{
		"two": {Compile{Sources: of("a", "b")}, ""}, "one twice": {Compile{Sources: of("a", "b", "a")}, "sources.2.copy named_twice"}, "no copy": {Compile{Sources: of("a", "")}, "sources.1.copy required"},
		"as many as can be": {Compile{Sources: lots[1:]}, ""}, "one more": {Compile{Sources: lots}, "sources too_many"},
		"a consent of no day": {Compile{Sources: of("a"), Consents: consents("a", "2026-02-30")}, "consents.0.consent_date bad_date"}, "of a day": {Compile{Sources: of("a"), Consents: consents("a", "2026-02-28")}, ""},
		"of no source": {Compile{Sources: of("a"), Consents: consents("b", "2026-02-28")}, "consents.0.copy not_in_list"},
		"of one twice": {Compile{Sources: of("a"), Consents: append(consents("a", ""), consents("a", "")...)}, "consents.1.copy named_twice"},
	} {
		if got := acttest.Answer(checkCompile(c.cmd)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// The law sees the highest level of the sources, what any issuer forbids and consents to, and whoever is in the scope of all of them.
func TestWhatTheLawSeesOfAMaking(t *testing.T) {
	a, b := from("a", term.Mimi, "20年", end2035, "ann", "bob"), from("b", term.Jimi, "10年", end2030, "ann")
	says := func(s source, rule, no, day string) source {
		s.says = issuerSays{rule, Consent{no, day}}
		return s
	}
	for name, c := range map[string]struct {
		s       making
		cmd     Making
		level   term.Level
		without term.Level // the highest of those without consent
		inScope bool
		forbids bool
		owed    bool // forbidden, and not consented to
		persons int
		medium  string
	}{
		"of one":                     {of(a), Making{}, term.Mimi, term.Mimi, true, false, false, 1, "paper"},
		"of two":                     {of(a, b), Making{}, term.Jimi, term.Jimi, true, false, false, 1, "paper"},
		"one of them forbidden":      {of(a, says(b, "forbids", "", "")), Making{}, term.Jimi, term.Jimi, true, true, true, 1, "paper"},
		"forbidden and consented to": {of(a, says(b, "forbids", "1", "2026-03-01")), Making{}, term.Jimi, term.Mimi, true, true, false, 1, "paper"},
		"the other consented to":     {of(says(a, "allows", "1", "2026-03-01"), says(b, "forbids", "", "")), Making{}, term.Jimi, term.Jimi, true, true, true, 1, "paper"},
		"all consented to":           {of(says(a, "", "1", "2026-03-01"), says(b, "", "2", "2026-03-01")), Making{}, term.Jimi, "", true, false, false, 1, "paper"},
		"a consent without a day":    {of(says(a, "forbids", "1", "")), Making{}, term.Mimi, term.Mimi, true, true, true, 1, "paper"},
		"a consent without a number": {of(says(a, "forbids", " ", "2026-03-01")), Making{}, term.Mimi, term.Mimi, true, true, true, 1, "paper"},
		"one that is not his":        {of(a, from("c", term.Jimi, "10年", end2030, "bob")), Making{}, term.Jimi, term.Jimi, false, false, false, 1, "paper"},
		"kept by another":            {of(a, b), Making{Carrier: Carrier{Custodian: "bob", Medium: "optical"}}, term.Jimi, term.Jimi, true, false, false, 3, "optical"},
		"kept by himself":            {of(a, b), Making{Carrier: Carrier{Custodian: "ann"}}, term.Jimi, term.Jimi, true, false, false, 1, "paper"},
	} {
		f := c.s.facts(makingEnv(t), c.cmd, "paper")
		if f.Level != c.level || f.UnconsentedLevel != c.without || f.Persons[0].InScope != c.inScope || f.IssuerForbids != c.forbids || f.UnconsentedForbids != c.owed || len(f.Persons) != c.persons || f.Medium != c.medium {
			t.Errorf("%s: %+v", name, f)
		}
		if reader := slices.Contains(f.relations, "reader"); reader != c.inScope {
			t.Errorf("%s: related as %v", name, f.relations)
		}
	}
}
