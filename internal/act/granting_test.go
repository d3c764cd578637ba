package act

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/regulations"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, calendar.Zone)

// house is a directory of posts that people hold, and of those that they act for.
type house struct {
	Directory
	posts, acting map[term.PersonID][]string
}

func (h house) Posts(id term.PersonID) []string                { return h.posts[id] }
func (h house) Acting(id term.PersonID) (posts, acts []string) { return h.acting[id], nil }
func (h house) Holders(post string) (out []term.PersonID) {
	for id, posts := range h.posts {
		if slices.Contains(posts, post) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

var rooms = house{
	posts: map[term.PersonID][]string{
		"head": {"base/unit_head"}, "deputy": {"base/authority"}, "second": {"base/authority"}, "clerk": {"base/officer"},
	},
	acting: map[term.PersonID][]string{"stand_in": {"base/unit_head"}},
}

// lawOf is base with other approvals than its own, over one act; sheets are its checklists.
func lawOf(t *testing.T, approvals string, sheets ...string) (*regulation.Law, map[string]*regulation.Approval) {
	t.Helper()
	files := fstest.MapFS{"base/approvals.yaml": {Data: []byte(approvals)}}
	for _, s := range sheets {
		files["base/checklists.yaml"] = &fstest.MapFile{Data: []byte(s)}
	}
	for _, name := range []string{"base/pack.yaml", "base/clauses.yaml", "base/functions.yaml"} {
		b, err := fs.ReadFile(regulations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	base, err := regulation.Load(files, "base")
	if err != nil {
		t.Fatal(err)
	}
	words, err := regulation.WordsOf(nil, typeOf[errand]())
	if err != nil {
		t.Fatal(err)
	}
	law, err := regulation.New(base, nil, regulation.Vocabulary{errandName: words})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*regulation.Approval{}
	for i := range base.Approvals {
		by[base.Approvals[i].Name] = &base.Approvals[i]
	}
	return law, by
}

// errand stands for an act that needs leave.
type errand struct {
	Copy term.CopyID   `json:"copy"`
	To   term.PersonID `json:"to"`
}

const errandName = "custody.recall_loan"

const leaves = `approvals:
  - {name: one, act: custody.recall_loan, posts: [unit_head], names: [copy], when_applicant: office_director, clause: L-1}
  - {name: two, act: custody.recall_loan, posts: [unit_head, authority], names: [copy, to], quorum: 2, delegable: true, clause: L-1}
  - {name: above, act: custody.recall_loan, posts: [unit_head], names: [copy], when_applicant: superior, clause: L-1}
  - {name: shut, act: custody.recall_loan, posts: [nobody], names: [copy], clause: L-1}
  - {name: his, act: custody.recall_loan, posts: [unit_head], own_decision: true, names: [copy], clause: L-1}
  - {name: theirs, act: custody.recall_loan, posts: [unit_head, authority], own_decision: true, names: [copy], clause: L-1}
`

// answer is a decision's answer in one word: the fields that are wrong, a conflict, or whose it is.
func answer(err error) string {
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	var refusal *refuse.Refusal
	switch {
	case err == nil:
		return ""
	case errors.As(err, &invalid):
		var out []string
		for _, f := range invalid.Fields {
			out = append(out, f.Field+" "+f.Code)
		}
		return strings.Join(out, ", ")
	case errors.As(err, &conflict):
		return "conflict"
	case errors.As(err, &refusal):
		return "refused for " + refusal.Remedy().Post
	}
	return err.Error()
}

// rows are the leaves that an act puts, in order.
func rows(c Changes) (out []approval.Leave) {
	for _, r := range c.Rows {
		if l, ok := r.Row().(approval.Leave); ok {
			out = append(out, l)
		}
	}
	return out
}

func envAs(law *regulation.Law, who term.PersonID) Env {
	return Env{Actor: Actor{Person: who}, At: noon, Now: noon.Add(time.Minute), Law: law, People: rooms, ids: &counter{}}
}

// counter stands for what ids are drawn from.
type counter struct{ n byte }

func (c *counter) Read(p []byte) (int, error) {
	c.n++
	for i := range p {
		p[i] = c.n
	}
	return len(p), nil
}

func TestAskingForLeave(t *testing.T) {
	law, by := lawOf(t, leaves)
	fields := map[string]any{"copy": term.CopyID("c"), "to": term.PersonID("second")}
	both := []string{"base/unit_head", "base/authority"}
	for name, c := range map[string]struct {
		who    term.PersonID
		needed []string
		to     term.PersonID
		cmd    RequestLeave
		want   string
		posts  []string // of the last leave that is asked for
		quorum int
		state  approval.State
		told   int
	}{
		"of one post":                            {"clerk", []string{"one"}, "", RequestLeave{}, "", []string{"base/unit_head"}, 1, approval.Asked, 1},
		"of two persons":                         {"clerk", []string{"two"}, "", RequestLeave{}, "", both, 2, approval.Asked, 2},
		"two leaves at once, each of its own":    {"clerk", []string{"one", "two"}, "", RequestLeave{}, "", both, 2, approval.Asked, 3},
		"nothing needs leave":                    {"clerk", nil, "", RequestLeave{}, "act no_leave_needed", nil, 0, "", 0},
		"never of oneself: the next post":        {"head", []string{"one"}, "", RequestLeave{}, "", []string{"base/office_director"}, 1, approval.Asked, 1},
		"never of oneself: the other post":       {"head", []string{"two"}, "", RequestLeave{}, "", []string{"base/authority"}, 2, approval.Asked, 1},
		"never of who alone holds it, and gains": {"clerk", []string{"two"}, "head", RequestLeave{}, "", []string{"base/authority"}, 2, approval.Asked, 1},
		"of a post that another holds too":       {"clerk", []string{"two"}, "second", RequestLeave{}, "", both, 2, approval.Asked, 2},
		"of nobody":                              {"clerk", []string{"shut"}, "", RequestLeave{}, "act nobody_may_allow", nil, 0, "", 0},
		"above the house, without its paper":     {"head", []string{"above"}, "", RequestLeave{LeaveNo: " "}, "leave_no required, leave_date required", nil, 0, "", 0},
		"above the house, no day":                {"head", []string{"above"}, "", RequestLeave{LeaveNo: "7", LeaveDate: "2026-02-30"}, "leave_date bad_date", nil, 0, "", 0},
		"above the house, tomorrow":              {"head", []string{"above"}, "", RequestLeave{LeaveNo: "7", LeaveDate: "2026-03-03"}, "leave_date in_the_future", nil, 0, "", 0},
		"above the house, today":                 {"head", []string{"above"}, "", RequestLeave{LeaveNo: "7", LeaveDate: "2026-03-02"}, "", nil, 1, approval.Granted, 0},
		"here, though a superior is named":       {"clerk", []string{"above"}, "", RequestLeave{LeaveNo: "7", LeaveDate: "2026-03-02"}, "", []string{"base/unit_head"}, 1, approval.Asked, 1},
		"as long as may be kept":                 {"clerk", []string{"one"}, "", RequestLeave{With: []byte(strings.Repeat("x", maxAsked))}, "", []string{"base/unit_head"}, 1, approval.Asked, 1},
		"what another decides by his own act":    {"clerk", []string{"his"}, "", RequestLeave{}, "", []string{"base/unit_head"}, 1, approval.Asked, 1},
		"what is his own to decide":              {"head", []string{"his"}, "", RequestLeave{}, "act yours_to_decide", nil, 0, "", 0},
		"his own beside another's":               {"head", []string{"his", "two"}, "", RequestLeave{}, "", []string{"base/authority"}, 2, approval.Asked, 1},
		"another's before his own":               {"head", []string{"two", "his"}, "", RequestLeave{}, "", []string{"base/authority"}, 2, approval.Asked, 1},
		"nothing but his own":                    {"head", []string{"his", "his"}, "", RequestLeave{}, "act yours_to_decide", nil, 0, "", 0},
		"his own, which another may give too":    {"head", []string{"theirs", "one"}, "", RequestLeave{}, "", []string{"base/office_director"}, 1, approval.Asked, 2},
		"of nobody, beside one of somebody":      {"clerk", []string{"one", "shut"}, "", RequestLeave{}, "act nobody_may_allow", nil, 0, "", 0},
		"longer":                                 {"clerk", []string{"one"}, "", RequestLeave{With: []byte(strings.Repeat("x", maxAsked+1))}, "with too_long", nil, 0, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			fields["to"] = c.to
			s := asked{def: &definition{name: errandName, command: typeOf[errand]()}, fields: fields, item: "D", with: string(c.cmd.With)}
			for _, n := range c.needed {
				s.needed = append(s.needed, by[n])
			}
			c.cmd.Act = errandName
			changes, err := s.request(c.cmd, envAs(law, c.who))
			if len(c.needed) == 0 {
				_, err = requestLeave(nil).Decide(s, c.cmd, envAs(law, c.who))
			}
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			list := rows(changes)
			l, asked := list[len(list)-1], slices.DeleteFunc(slices.Clone(c.needed), func(name string) bool { return name == "his" && c.who == "head" })
			if len(list) != len(asked) || !slices.Equal(l.Posts, c.posts) || l.Quorum != c.quorum || l.State != c.state || l.Applicant != c.who || len(changes.Then) != c.told {
				t.Errorf("%d leaves, told %d, the last %+v", len(list), len(changes.Then), l)
			}
			if l.Request == "" || l.Request != list[0].Request || (l.DecidedAt.IsZero()) != (c.state == approval.Asked) {
				t.Errorf("of request %q, decided %s", l.Request, l.DecidedAt)
			}
		})
	}
}

func TestWhatNoLeaveCuresIsNotAskedFor(t *testing.T) {
	law, by := lawOf(t, leaves)
	no := &refuse.Refusal{Violations: []refuse.Violation{{Clause: "L-1", Remedy: refuse.Remedy{Kind: refuse.Nobody}}}}
	_, err := requestLeave(nil).Decide(asked{refusal: no, needed: []*regulation.Approval{by["one"]}}, RequestLeave{Act: errandName}, envAs(law, "clerk"))
	if !errors.Is(err, error(no)) {
		t.Errorf("answered %v", err)
	}
}

func TestDecidingALeave(t *testing.T) {
	law, _ := lawOf(t, leaves)
	one := approval.Leave{ID: "1", Request: "1", Approval: "base/one", Applicant: "clerk", Posts: []string{"base/unit_head"}, Quorum: 1, State: approval.Asked}
	two := approval.Leave{ID: "2", Request: "1", Approval: "base/two", Applicant: "clerk", Posts: []string{"base/unit_head", "base/authority"}, Quorum: 2, State: approval.Asked}
	with := func(l approval.Leave, state approval.State, by ...term.PersonID) approval.Leave {
		l.State, l.Grantors = state, by
		if state == approval.Granted {
			l.GrantedBy = by[len(by)-1]
		}
		return l
	}
	for name, c := range map[string]struct {
		leave    approval.Leave
		siblings []approval.Leave
		to       approval.State
		who      term.PersonID
		want     string
		states   []approval.State // of what is put
		told     int
	}{
		"granted":                                {one, nil, approval.Granted, "head", "", []approval.State{approval.Granted}, 1},
		"denied":                                 {one, nil, approval.Denied, "head", "", []approval.State{approval.Denied}, 1},
		"withdrawn by who asked":                 {one, nil, approval.Withdrawn, "clerk", "", []approval.State{approval.Withdrawn}, 0},
		"withdrawn after it was granted":         {with(one, approval.Granted, "head"), nil, approval.Withdrawn, "head", "", []approval.State{approval.Withdrawn}, 1},
		"granted twice":                          {with(one, approval.Granted, "head"), nil, approval.Granted, "head", "conflict", nil, 0},
		"denied after it was granted":            {with(one, approval.Granted, "head"), nil, approval.Denied, "head", "conflict", nil, 0},
		"granted after it was denied":            {with(one, approval.Denied), nil, approval.Granted, "head", "conflict", nil, 0},
		"withdrawn after it was spent":           {with(one, approval.Spent), nil, approval.Withdrawn, "clerk", "conflict", nil, 0},
		"withdrawn after it is over":             {with(one, approval.Expired), nil, approval.Withdrawn, "clerk", "conflict", nil, 0},
		"the first of two":                       {two, nil, approval.Granted, "head", "", []approval.State{approval.Asked}, 0},
		"the second of two":                      {with(two, approval.Asked, "head"), nil, approval.Granted, "deputy", "", []approval.State{approval.Granted}, 1},
		"the first again":                        {with(two, approval.Asked, "head"), nil, approval.Granted, "head", "conflict", nil, 0},
		"the first takes it back":                {with(two, approval.Asked, "head"), nil, approval.Denied, "head", "", []approval.State{approval.Denied}, 1},
		"one denies what two may grant":          {two, nil, approval.Denied, "deputy", "", []approval.State{approval.Denied}, 1},
		"a delegate, where none decides":         {one, nil, approval.Granted, "stand_in", "refused for base/unit_head", nil, 0},
		"a delegate, where none denies":          {one, nil, approval.Denied, "stand_in", "refused for base/unit_head", nil, 0},
		"a delegate, where one decides":          {two, nil, approval.Granted, "stand_in", "", []approval.State{approval.Asked}, 0},
		"both of a request":                      {one, []approval.Leave{two}, approval.Granted, "head", "", []approval.State{approval.Granted, approval.Asked}, 1},
		"of a request what is his":               {two, []approval.Leave{one}, approval.Granted, "deputy", "", []approval.State{approval.Asked}, 0},
		"of a request what is still open":        {one, []approval.Leave{with(two, approval.Denied)}, approval.Granted, "head", "", []approval.State{approval.Granted}, 1},
		"a whole request taken back":             {one, []approval.Leave{two}, approval.Withdrawn, "clerk", "", []approval.State{approval.Withdrawn, approval.Withdrawn}, 0},
		"his own grants alone are taken back":    {with(one, approval.Granted, "head"), []approval.Leave{with(two, approval.Granted, "head", "deputy")}, approval.Withdrawn, "head", "", []approval.State{approval.Withdrawn}, 1},
		"of a request not what benefits himself": {one, []approval.Leave{func() approval.Leave { l := two; l.Bound = `{"to":"head"}`; return l }()}, approval.Granted, "head", "", []approval.State{approval.Granted}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := deciding{c.leave, c.siblings}.decide(DecideLeave{Leave: c.leave.ID, Reason: "可以"}, c.to, envAs(law, c.who))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			var states []approval.State
			for _, l := range rows(changes) {
				states = append(states, l.State)
				if l.Answer.Empty() {
					t.Errorf("leave %s keeps no reason", l.ID)
				}
			}
			if !slices.Equal(states, c.states) || len(changes.Then) != c.told {
				t.Errorf("%v, told %d", states, len(changes.Then))
			}
		})
	}
}

// Nobody decides on his own request or to his own benefit: what the table of functions asks, and whom a page shows it to.
func TestWhoseALeaveIsToDecide(t *testing.T) {
	law, _ := lawOf(t, leaves)
	of := func(approvalName, bound string) approval.Leave {
		return approval.Leave{Approval: approvalName, Applicant: "deputy", Bound: bound, Posts: []string{"base/unit_head", "base/authority"}, State: approval.Asked}
	}
	for name, c := range map[string]struct {
		leave approval.Leave
		who   term.PersonID
		as    string
		may   bool
	}{
		"who holds the post":         {of("base/one", "{}"), "head", "approver", true},
		"the applicant in the post":  {of("base/one", "{}"), "deputy", "applicant", false},
		"who would get it":           {of("base/one", `{"to":"head"}`), "head", "", false},
		"who would be told":          {of("base/one", `{"persons":["clerk","head"]}`), "head", "", false},
		"who would be named":         {of("base/one", `{"person":"head"}`), "head", "", false},
		"who would carry it":         {of("base/one", `{"carriers":["head"]}`), "head", "", false},
		"another gets it":            {of("base/one", `{"to":"clerk","carriers":["second"]}`), "head", "approver", true},
		"who holds another":          {of("base/one", "{}"), "clerk", "approver", false},
		"a delegate":                 {of("base/one", "{}"), "stand_in", "approver", false},
		"a delegate who may":         {of("base/two", "{}"), "stand_in", "approver", true},
		"a delegate, to his benefit": {of("base/two", `{"to":"stand_in"}`), "stand_in", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			as := strings.Join(deciding{leave: c.leave}.facts(envAs(law, c.who)).ActorRelations(), " ")
			if may := Decides(law, rooms, c.who, c.leave); as != c.as || may != c.may {
				t.Errorf("as %q, may %v; want %q, %v", as, may, c.as, c.may)
			}
		})
	}
}

// A leave is over from the instant after its last day, and not before.
func TestALeaveIsOver(t *testing.T) {
	law, _ := lawOf(t, leaves)
	end := calendar.DateOf(noon).End()
	for name, c := range map[string]struct {
		state approval.State
		ends  time.Time
		now   time.Time
		want  string
	}{
		"at its last instant":  {approval.Granted, end, end, "conflict"},
		"the instant after":    {approval.Granted, end, end.Add(time.Millisecond), ""},
		"one that never ends":  {approval.Granted, time.Time{}, end.AddDate(9, 0, 0), "conflict"},
		"one that was used":    {approval.Spent, end, end.Add(time.Hour), "conflict"},
		"one nobody answered":  {approval.Asked, end, end.Add(time.Hour), "conflict"},
		"one that is over now": {approval.Expired, end, end.Add(time.Hour), "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			env := envAs(law, "")
			env.Now = c.now
			changes, err := expire(approval.Leave{ID: "1", Applicant: "clerk", State: c.state, ExpiresAt: c.ends}, Expire{}, env)
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err == nil && (rows(changes)[0].State != approval.Expired || len(changes.Then) != 1) {
				t.Errorf("%+v", changes)
			}
		})
	}
}

// What is done is held against what was asked for: as many at most, of the same sources, for the same people.
func TestWhatALeaveCovers(t *testing.T) {
	line := func(name, id string) any { return map[string]any{name: id, "issuer_rule": "forbids"} }
	for name, c := range map[string]struct {
		done, asked any
		want        bool
	}{
		"the same":                   {[]any{"a", "b"}, []any{"b", "a"}, true},
		"fewer":                      {[]any{"a"}, []any{"a", "b"}, true},
		"one more":                   {[]any{"a", "b"}, []any{"a"}, false},
		"another":                    {[]any{"c"}, []any{"a", "b"}, false},
		"none of none":               {nil, nil, true},
		"one where none was":         {[]any{"a"}, nil, false},
		"lines that name the same":   {[]any{line("copy", "a")}, []any{map[string]any{"copy": "a"}}, true},
		"lines that name another":    {[]any{line("copy", "b")}, []any{line("copy", "a")}, false},
		"a person is no document":    {[]any{line("person", "a")}, []any{line("document", "b")}, false},
		"a line stands for its name": {[]any{line("person", "a")}, []any{"a"}, true},
	} {
		if got := among(c.asked, c.done); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if sameAll([]any{"a", "b"}, []any{"a"}) || !sameAll([]any{"a", "b"}, []any{"b", "a"}) {
		t.Error("all that was asked for is the same in any order, and never fewer")
	}
	for given, want := range map[any]int{float64(3): 3, nil: 1, "3": 0} {
		if got := count(given); got != want {
			t.Errorf("%v: %d, want %d", given, got, want)
		}
	}
}
