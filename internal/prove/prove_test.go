package prove_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"jiyao/internal/prove"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/term"
)

// changed is the sample pack with texts replaced: file → old, new.
func changed(t *testing.T, file string, replace ...string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS("testdata"), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile("testdata/" + p)
		out[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(replace); i += 2 {
		text := string(out[file].Data)
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("%s does not hold %q", file, replace[i])
		}
		out[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, replace[i], replace[i+1], 1))}
	}
	return out
}

func engine(t *testing.T, name string) prove.Engine {
	t.Helper()
	var e prove.Engine
	var err error
	if name == store.PostgreSQL {
		e, err = prove.PostgreSQL(context.Background(), pgtest.DSN(t))
	} else {
		e, err = prove.SQLite(t.TempDir())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close the engine: %v", err)
		}
	})
	return e
}

func run(t *testing.T, o prove.Options) prove.Report {
	t.Helper()
	if o.Engine == nil {
		o.Engine = engine(t, store.SQLite)
	}
	r, err := prove.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func clause(t *testing.T, r prove.Report, id string) prove.Clause {
	t.Helper()
	for _, c := range r.Clauses {
		if string(c.ID) == id {
			return c
		}
	}
	t.Fatalf("the report lacks %s", id)
	return prove.Clause{}
}

func TestTheSampleIsProvenOnBothEngines(t *testing.T) {
	for _, name := range []string{store.SQLite, store.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			done := 0
			r := run(t, prove.Options{FS: os.DirFS("testdata"), Engine: engine(t, name), Mutate: true, Progress: func(p prove.Progress) { done = max(done, p.Done) }})
			for _, f := range r.Failures {
				t.Errorf("%+v", f)
			}
			for id, proven := range map[string]bool{"B-1": true, "B-2": false, "B-3": true, "B-4": true, "B-5": true, "B-6": false} {
				if c := clause(t, r, id); c.Proven != proven {
					t.Errorf("%s: proven is %v: %+v", id, c.Proven, c)
				}
			}
			if done == 0 {
				t.Error("nobody heard of the progress")
			}
			// Nothing in the sample looks at the warning of B-2.
			var survivors []string
			for _, s := range r.Survivors {
				survivors = append(survivors, s.Name)
			}
			if got := strings.Join(survivors, ", "); !strings.Contains(got, "county/obligation/register without its warning") {
				t.Errorf("survivors: %s", got)
			}
		})
	}
}

func TestTheReportHasEveryLetterOfEveryClause(t *testing.T) {
	r := run(t, prove.Options{FS: os.DirFS("testdata")})
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"id":"B-6","proofs":0,"failed":0,"parts":[{"how":"E","mutants":0,"killed":0},{"how":"T","mutants":0,"killed":0}]`,
		`"id":"B-1","proofs":1,"failed":0,"parts":[{"how":"E","mutants":`, `"not_covered":["A counted one is"]`, `"not_covered":["Never"]`,
		`"covered":[{"sentence":"A case is opened","proofs":["代收立案"]}]`} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("the report lacks %s:\n%s", want, b)
		}
	}
	if c := clause(t, r, "B-1"); c.Proven || !c.InForce {
		t.Errorf("B-1 without mutants: %+v", c)
	}
	if c := clause(t, r, "B-6"); c.InForce {
		t.Errorf("B-6: %+v", c)
	}
	var text bytes.Buffer
	if err := r.Write(&text); err != nil || !strings.Contains(text.String(), "B-1") {
		t.Errorf("%v\n%s", err, &text)
	}
}

func TestOnlyTheClausesAskedForAreRun(t *testing.T) {
	r := run(t, prove.Options{FS: os.DirFS("testdata"), Clauses: []term.Clause{"B-1"}, Mutate: true})
	if c := clause(t, r, "B-1"); !c.Proven {
		t.Errorf("B-1: %+v", c)
	}
	if c := clause(t, r, "B-2"); c.Proofs != 0 || len(c.NotCovered) != 0 {
		t.Errorf("B-2 was run: %+v", c)
	}
	var text bytes.Buffer
	if err := r.Write(&text); err != nil || strings.Contains(text.String(), "B-2") || !strings.Contains(text.String(), "B-1") {
		t.Errorf("%v: only the clause asked for is expected:\n%s", err, &text)
	}
	if len(r.Survivors) != 0 {
		t.Errorf("survivors: %v", r.Survivors)
	}
}

// Every kind of step must be able to fail, with its file and line, what was expected and what there was.
func TestAProofThatDoesNotHoldIsNamed(t *testing.T) {
	const sample = "county/proofs/one.yaml"
	cases := []struct {
		old, new  string
		line      string // text of the step's line
		want, got string
	}{
		{"refused: [B-1], remedy: nobody", "refused: [B-1, B-3], remedy: nobody", "B-1, B-3", "refused [B-1 B-3]", "refused [B-1]"},
		{"refused: [B-1], remedy: nobody", "refused: [B-1], remedy: officer", "remedy: officer, with: {channel: courier, courier: 甲, envelopes: [{envelope_no: JT-1, listed: 2}]", "remedy officer", "remedy nobody"},
		{"refused_only: [L-0]", "refused_only: [B-1]", "refused_only", "refused [B-1]", "refused [L-0]"},
		{"refused_only: [L-0], remedy: officer, ", "", "", "done", "refused [L-0]"},
		{"by: officer, clause: B-1}, count: 1}", "by: officer, clause: B-1}, count: 2}", "entries", "2 entry", "1"},
		{"open: 1, closed: 0", "open: 2", "open: 2", "2 open", "1"},
		{"due: 2026-03-02T24:00", "due: 2026-03-02T23:59", "23:59", "due 2026-03-02T23:59:00", "2026-03-03T00:00:00"},
		{"late: true, told", "late: false, told", "late: false, told", "late false", "true"},
		{"owner: officer, due", "owner: clerk_a, due", "owner: clerk_a", "owner clerk_a", "county/officer"},
		{"duty: register, count: 1", "duty: register, count: 3", "count: 3", "3 notice", "1"},
		{"duty: register, count: 0}", "duty: register}", "kind: step, duty: register}", "at least one notice", "none"},
		{"key: k1, replayed: true", "key: k2", "key: k2", "done", "conflict"},
		{"key: k1, replayed: true", "key: k2, replayed: true", "key: k2", "replayed", "conflict"},
		{"invalid: {envelopes.1.envelope_no: twice}", "invalid: {envelope_no: required}", "required", "invalid map[envelope_no:required]", "invalid fields: envelopes.1.envelope_no=twice"},
		{"invalid: {envelopes.1.envelope_no: twice}", "invalid: {envelopes.1.envelope_no: twice B-1}", "twice B-1", "invalid map[envelopes.1.envelope_no:twice B-1]", "invalid fields: envelopes.1.envelope_no=twice by []"},
		{"invalid: {envelopes.1.envelope_no: twice}", "absent: true", "absent: true, with: {channel", "absent", "invalid fields: envelopes.1.envelope_no=twice"},
		{"rows: 1, has: {envelope_no: JT-1", "rows: 2, has: {envelope_no: JT-1", "rows: 2", "2 rows", "1"},
		{"rows: 1, has: {envelope_no: JT-1", "has: {envelope_no: JT-9", "JT-9", "a row with map[courier_signature:paper envelope_no:JT-9]", "[map[courier_signature:paper envelope_no:JT-1]]"},
		{"has: {envelope_no: JT-1, courier", "has: {issuer: 某厅, courier", "issuer: 某厅, courier", "a column issuer", "[envelope_no courier_signature]"},
		{"count: 1, clause: B-4", "count: 0, clause: B-4", "count: 0, clause: B-4", "0 case", "1"},
		{"persons: [clerk_a]", "persons: [clerk_b]", "persons: [clerk_b]", "1 case", "0"},
		{"persons: [clerk_a], told: office_director}", "persons: [clerk_a], told: clerk_a}", "told: clerk_a}", "1 case", "0"},
		{"by: clerk_a, rows: 0", "by: clerk_a, rows: 1", "by: clerk_a, rows: 1", "1 rows", "0"},
		{"by: clerk_a, hits: 0", "by: clerk_a, hits: 1", "hits: 1}\n      - {open", "1 rows", "0"},
		{"open: $doc, by: clerk_a, absent: true", "open: $doc, by: clerk_a", "open: $doc, by: clerk_a}", "absent false", "true"},
		{"do: document.slip, by: clerk_a, absent: true", "do: document.slip, by: officer, absent: true", "document.slip", "absent", "done"},
	}
	// Each case is the proof that holds the text, changed, in a file of its own; one run tries them all.
	original, err := os.ReadFile("testdata/" + sample)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	if m, ok := changed(t, "").(fstest.MapFS); ok {
		fsys = m
	}
	name := func(i int) string { return fmt.Sprintf("county/proofs/case%02d.yaml", i) }
	for i, c := range cases {
		text := blockWith(t, string(original), c.old)
		fsys[name(i)] = &fstest.MapFile{Data: []byte("proofs:\n  - clause: " + strings.Replace(text, c.old, c.new, 1))}
	}
	failures := map[string][]prove.Failure{}
	for _, f := range run(t, prove.Options{FS: fsys}).Failures {
		failures[f.File] = append(failures[f.File], f)
	}
	for i, c := range cases {
		found := failures[name(i)]
		if len(found) != 1 || found[0].Want != c.want || found[0].Got != c.got {
			t.Errorf("%s: %+v; want %q got %q is expected", c.new, found, c.want, c.got)
			continue
		}
		text := string(fsys[name(i)].Data)
		if line := 1 + strings.Count(text[:strings.Index(text, c.line)], "\n"); c.line != "" && found[0].Line != line {
			t.Errorf("%s: line %d: %d is expected", c.new, found[0].Line, line)
		}
	}
	if len(failures) != len(cases) {
		t.Errorf("%d files fail, %d are expected", len(failures), len(cases))
	}
}

// blockWith gives the proof in which a text stands, from its clause on.
func blockWith(t *testing.T, file, text string) string {
	t.Helper()
	for block := range strings.SplitSeq(file, "\n  - clause: ") {
		if strings.Contains(block, text) {
			return block
		}
	}
	t.Fatalf("no proof holds %q", text)
	return ""
}

func TestAMisspeltNameIsAnErrorWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"county/proofs/one.yaml", "clause: B-1\n", "clause: B-9\n", `county/proofs/one.yaml:2: clause "B-9": a clause of county is expected`},
		{"county/proofs/one.yaml", "title: 未清点不得签收", "title: \xff", `county/proofs/one.yaml:3: a YAML mapping is expected`},
		{"county/clauses.yaml", "clauses:", "\tclauses:", `county/clauses.yaml:1: `},
		{"county/clauses.yaml", "clauses:", "clauses: # \xff", `county/clauses.yaml:1: UTF-8 is expected`},
		{"county/proofs/one.yaml", "title: 未清点不得签收", "titel: 未清点不得签收", `county/proofs/one.yaml:3: key "titel": one of clause, title, use, at, set, letters, covers, steps is expected`},
		{"county/proofs/one.yaml", "covers: [1]", "covers: [3]", "covers: 3: a sentence of B-1 from 1 to 2 is expected"},
		{"county/proofs/one.yaml", "letters: [X]", "letters: [E]", `letters: "E": one of X is expected`},
		{"county/proofs/one.yaml", "use: accepted", "use: accept", `scene "accept": one of accepted, registered is expected`},
		{"county/proofs/one.yaml", "    at: 2026-03-02T10:00\n", "", "county/proofs/one.yaml:2: use (a scene) or at (a time) is expected"},
		{"county/proofs/one.yaml", "do: document.accept", "do: document.acept", `county/proofs/one.yaml:7: do document.acept by officer: act "document.acept": an act of the catalogue is expected`},
		{"county/proofs/one.yaml", "envelope_no: JT-1, listed: 2}", "envelop: JT-1, listed: 2}", `county/proofs/one.yaml:7: argument "envelop": one of again, counted, envelope_no, issuer, level, listed, seal_intact, urgency is expected`},
		{"county/proofs/one.yaml", "listed: 2}", "listed: two}", `county/proofs/one.yaml:7: "two": a number is expected`},
		{"county/proofs/one.yaml", "by: clerk_a", "by: clerk_x", `county/proofs/one.yaml:8: do document.accept by clerk_x: by "clerk_x": a person of the office file`},
		{"county/proofs/one.yaml", "refused: [B-1]", "refused: [L-0]", `county/proofs/one.yaml:7: do document.accept by officer: refused "L-0": ids of B are expected`},
		{"county/proofs/one.yaml", "refused: [B-1]", "refused: [B-99]", `"B-99": a clause of base or of an adopted pack is expected`},
		{"county/proofs/one.yaml", "remedy: nobody", "remedy: nobdy", `remedy "nobdy": a post, nobody, force or correct is expected`},
		{"county/proofs/one.yaml", "envelope_no: twice}", "envelope_no: twice B-99}", `"B-99": a clause of base or of an adopted pack is expected`},
		{"county/proofs/one.yaml", "refused: [B-1], remedy: nobody", "refused: [B-1], absent: true", "one of refused, refused_only, invalid, absent, conflict, replayed is expected"},
		{"county/proofs/one.yaml", "duty: register", "duty: registre", `duty "registre": an obligation of a pack at hand is expected`},
		{"county/proofs/one.yaml", "on: $env.A", "on: $envelope.A", "county/proofs/one.yaml:16: $envelope: a step `as: envelope` before is expected"},
		{"county/proofs/one.yaml", "told: office_director, kind", "told: director, kind", `"director": a post of the pack or a person of the office file is expected`},
		{"county/proofs/one.yaml", "outcome: refused", "outcome: denied", `outcome "denied"`},
		{"county/proofs/one.yaml", "report: 签收簿", "report: 签到簿", `report "签到簿": a report of a pack at hand is expected`},
		{"county/proofs/one.yaml", "advance: 1m}", "advance: 1 minute}", `length "1 minute": a length such as 2d, 3h or 15m1s is expected`},
		{"county/proofs/one.yaml", "{at: 2026-03-02T24:00}", "{at: 2026-03-02 24:00}", `time "2026-03-02 24:00"`},
		{"county/proofs/one.yaml", "occurred: -1h", "occurred: yesterday", `time "yesterday"`},
		{"county/proofs/one.yaml", "{search: 安排, by: officer, hits: 1}", "{serach: 安排, by: officer, hits: 1}", `step "serach": one of do, at,`},
		{"county/proofs/one.yaml", "{search: 安排, by: officer, hits: 1}", "{search: 安排, by: officer, rows: 1}", `key "rows": one of search, by, hits is expected`},
		{"county/scenes/scenes.yaml", "use: accepted", "use: registered", "scene registered: a scene that is not built on itself is expected"},
		{"county/scenes/scenes.yaml", "as: doc", "as: env", `as "env": a name of its own is expected`},
		{"county/office.yaml", "pack: county", "pack: school", "adopt: the pack county itself is expected"},
	} {
		t.Run(c.new, func(t *testing.T) {
			fsys := changed(t, c.file, c.old, c.new)
			if c.file == "county/office.yaml" {
				fsys = changed(t, c.file, c.old, c.new, "county/officer, ", "", "county/office_director, ", "")
				if m, ok := fsys.(fstest.MapFS); ok {
					m["school/pack.yaml"], m["school/clauses.yaml"] = &fstest.MapFile{Data: []byte("id: C\nname: school\n")}, &fstest.MapFile{Data: []byte("clauses: []\n")}
				}
			}
			_, err := prove.Load(fsys, "county")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\n%s is expected", err, c.want)
			}
		})
	}
}

// A proof that says it covers a sentence must be able to fail at something.
func TestAProofThatClaimsASentenceMustShowSomething(t *testing.T) {
	const head = "proofs:\n  - clause: B-4\n    title: 空话\n    covers: [1]\n    use: accepted\n    steps:\n"
	for steps, want := range map[string]string{
		"      - {do: document.slip, by: officer, with: {document: x}}\n":                                          "covers: a step that expects a refusal, or looks at what is there, is expected",
		"      - {case: possible_leak, count: 0}\n      - {advance: 1m}\n":                                         "covers: a last step that looks at what the clock has brought is expected",
		"      - {case: possible_leak, count: 0}\n      - {do: document.slip, by: officer, with: {document: x}}\n": "",
	} {
		fsys := changed(t, "")
		if m, ok := fsys.(fstest.MapFS); ok {
			m["county/proofs/two.yaml"] = &fstest.MapFile{Data: []byte(head + steps)}
		}
		_, err := prove.Load(fsys, "county")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), "county/proofs/two.yaml:2: "+want)) {
			t.Errorf("%s: got %v; %q is expected", steps, err, want)
		}
	}
}

func TestAliasesCannotGrowWithoutBound(t *testing.T) {
	var b strings.Builder
	b.WriteString("scenes:\n  a0: &a0 {at: 2026-03-02}\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  a%d: &a%d {steps: [*a%d, *a%d, *a%d, *a%d]}\n", i+1, i+1, i, i, i, i)
	}
	fsys := changed(t, "")
	if m, ok := fsys.(fstest.MapFS); ok {
		m["county/scenes/scenes.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	}
	if _, err := prove.Load(fsys, "county"); err == nil || !strings.Contains(err.Error(), "deep, are expected") {
		t.Errorf("got %v", err)
	}
}

// A pack that falls apart without a part is not proven by that: somebody must look at it.
func TestAMutantThatMakesNoLawSurvives(t *testing.T) {
	fsys := changed(t, "county/rules.cedar", `context.steps_done.contains("count")`, "context.steps_done.containsAll($steps)")
	m, ok := fsys.(fstest.MapFS)
	if !ok {
		t.Fatal("a MapFS is expected")
	}
	pack := strings.Replace(string(m["county/pack.yaml"].Data), "parameters:\n", "parameters:\n  steps: {default: [count], unit: steps, stricter: longer, clause: B-1}\n", 1)
	m["county/pack.yaml"] = &fstest.MapFile{Data: []byte(pack)}
	r := run(t, prove.Options{FS: fsys, Clauses: []term.Clause{"B-1"}, Mutate: true})
	if c := clause(t, r, "B-1"); c.Proven || c.Parts[0].Mutants != 2 || c.Parts[0].Killed != 1 {
		t.Errorf("B-1: %+v", c)
	}
	if len(r.Survivors) != 1 || !strings.HasPrefix(r.Survivors[0].Why, "makes no law: ") {
		t.Errorf("survivors: %+v", r.Survivors)
	}
}
