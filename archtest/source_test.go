package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

// A source rule looks at one file and returns its complaints, each starting with file:line.
type sourceRule struct {
	name    string
	applies func(f file) bool
	check   func(f file) []string
}

var sourceRules = []sourceRule{
	{"no clause in code", product, clausesInCode},
	{"no clock", func(f file) bool {
		return product(f) && !f.in("internal/calendar", "internal/app", "cmd", "bench", "e2e")
	}, clockReads},
	{"no skipped test", func(f file) bool { return f.syntax != nil }, skips},
	{"no long file", func(f file) bool { return f.syntax != nil && !f.generated() }, tooLong},
	{"no registry, no machine", func(file) bool { return true }, hostsAndPaths},
}

// product is Go and templ that users run: neither tests and their helpers, nor what a generator wrote from it,
// nor the embedded regulations.
func product(f file) bool {
	if f.isTest() || f.generated() || f.in("regulations", "tools") || strings.Contains(f.name, "testdata/") {
		return false
	}
	return (f.syntax != nil || strings.HasSuffix(f.name, ".templ")) && !testOnly(strings.TrimSuffix(f.name, ".go"))
}

func TestSources(t *testing.T) {
	all := files(t)
	for _, rule := range sourceRules {
		t.Run(rule.name, func(t *testing.T) {
			looked := 0
			for _, f := range all {
				if !rule.applies(f) {
					continue
				}
				looked++
				for _, wrong := range rule.check(f) {
					t.Error(wrong)
				}
			}
			if looked == 0 {
				t.Error("the rule looked at no file")
			}
		})
	}
}

// clause is an id as the packs write it, such as the first obligation of regulation C.
var clause = regexp.MustCompile(`\b(A1|A2|B|C|D|L)-[0-9]`)

// clausesInCode finds clause ids in string literals (comments may cite where a figure comes from), and anywhere
// in templ files.
func clausesInCode(f file) []string {
	const advice = "a clause id in code: the law belongs in a pack"
	if f.syntax == nil {
		return grep(f, clause, advice)
	}
	var wrong []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && clause.MatchString(lit.Value) {
			wrong = append(wrong, complain(f, lit.Pos(), advice))
		}
		return true
	})
	return wrong
}

// clockReads finds time.Now and what calls it within.
func clockReads(f file) []string {
	const advice = "reads the clock: time is a parameter, from internal/calendar"
	if f.syntax == nil {
		return grep(f, regexp.MustCompile(`\btime\.(Now|Since|Until)\b`), advice)
	}
	var wrong []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && isIdent(sel.X, "time") {
			switch sel.Sel.Name {
			case "Now", "Since", "Until":
				wrong = append(wrong, complain(f, sel.Pos(), "time."+sel.Sel.Name+" "+advice))
			}
		}
		return true
	})
	return wrong
}

// skips finds tests that excuse themselves, on a machine without something or in a hurry.
func skips(f file) []string {
	var wrong []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		switch name := sel.Sel.Name; {
		case (name == "Skip" || name == "Skipf" || name == "SkipNow") && isIdent(sel.X, "t", "tb", "b", "f", "rt"),
			name == "Short" && isIdent(sel.X, "testing"):
			wrong = append(wrong, complain(f, sel.Pos(), "a test that skips proves nothing: make it run, or fail and say what is missing"))
		}
		return true
	})
	return wrong
}

// tooLong finds files over 400 lines that do not open with their steps: a comment with a line "Steps:" (or
// "步骤:") that begins within the first 40 lines.
func tooLong(f file) []string {
	lines := bytes.Count(f.src, []byte("\n"))
	if lines <= 400 {
		return nil
	}
	for _, c := range f.syntax.Comments {
		if f.pos.Position(c.Pos()).Line <= 40 && steps.MatchString(c.Text()) {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s:1: %d lines: split it at 400, or open it with its steps", f.name, lines)}
}

var steps = regexp.MustCompile(`(?m)^(Steps|步骤)[::]`)

// foreign are names that tie the tree to one machine or to one way of fetching packages. They are put together
// here so that this file does not name them itself.
var foreign = regexp.MustCompile(strings.Join([]string{
	`(^|[^A-Za-z0-9_.\-/])/(wo` + `rk|ro` + `ot)/[A-Za-z0-9_.]`,
	`\b(proxy|sum|index)\.gol` + `ang\.org`,
	`\b(deb|security|ftp|snapshot)\.deb` + `ian\.org`,
	`\bregistry\.(npm` + `js|yarn` + `pkg)\.`,
	`\b(files\.pythonho` + `sted|py` + `pi|static\.crat` + `es)\.(org|io)`,
	`\bgopr` + `oxy\.(cn|io)`,
}, "|"))

func hostsAndPaths(f file) []string {
	return grep(f, foreign, "names a package registry's host or a folder of one machine")
}

func grep(f file, re *regexp.Regexp, advice string) []string {
	var wrong []string
	for i, line := range bytes.Split(f.src, []byte("\n")) {
		if re.Match(line) {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s", f.name, i+1, advice))
		}
	}
	return wrong
}

func complain(f file, at token.Pos, advice string) string {
	return fmt.Sprintf("%s:%d: %s", f.name, f.pos.Position(at).Line, advice)
}

func isIdent(e ast.Expr, names ...string) bool {
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	for _, n := range names {
		if id.Name == n {
			return true
		}
	}
	return false
}

// The rules themselves: each sample is judged by the rule it names, and must give so many complaints.
func TestTheRulesFindWhatTheyShould(t *testing.T) {
	long := strings.Repeat("// line\n", 401)
	for _, c := range []struct {
		rule, name, src string
		want            int // -1: the rule does not look at this file
	}{
		{"no clause in code", "internal/act/act.go", `var x = "C-11b"`, 1},
		{"no clause in code", "internal/act/act.go", "var x = `see A1-2b and L-3`", 1},
		{"no clause in code", "internal/act/act.go", "var x = 15 // minutes, A2-4.1a", 0},
		{"no clause in code", "internal/act/act.go", `var x = "UTF-8 GB-2312 SM-4"`, 0},
		{"no clause in code", "internal/act/act_test.go", `var x = "C-11b"`, -1},
		{"no clause in code", "regulations/county/x.go", `var x = "C-11b"`, -1},
		{"no clause in code", "internal/store/storetest/x.go", `var x = "C-11b"`, -1},
		{"no clause in code", "internal/web/page.templ", "<p>C-11b</p>", 1},
		{"no clock", "internal/act/act.go", "var a = time.Now()\nvar b = time.Since(a)", 2},
		{"no clock", "internal/act/act.go", "var now = time.Now", 1},
		{"no clock", "internal/act/act.go", "var a time.Duration", 0},
		{"no clock", "internal/calendar/clock.go", "var a = time.Now()", -1},
		{"no clock", "cmd/jiyao/main.go", "var a = time.Now()", -1},
		{"no skipped test", "internal/act/act_test.go", "func TestX(t *testing.T) { t.Skip() }", 1},
		{"no skipped test", "internal/act/act_test.go", "func TestX(tb testing.TB) { if testing.Short() { tb.SkipNow() } }", 2},
		{"no skipped test", "internal/act/act_test.go", `func TestX(t *testing.T) { t.Log("t.Skip()") }`, 0},
		{"no long file", "internal/act/act.go", long, 1},
		{"no long file", "internal/act/act.go", "// Steps:\n" + long, 0},
		{"no long file", "internal/act/act.go", strings.Repeat("// line\n", 398), 0},
		{"no registry, no machine", "README.md", "see /wo" + "rk/main and /ro" + "ot/x", 1},
		{"no registry, no machine", "README.md", "https://proxy.gol" + "ang.org/x", 1},
		{"no registry, no machine", "README.md", "the network/work/day, golang.org/x/crypto, /workshop/", 0},
	} {
		f := sample(t, c.name, c.src)
		for _, rule := range sourceRules {
			if rule.name != c.rule {
				continue
			}
			got := -1
			if rule.applies(f) {
				got = len(rule.check(f))
			}
			if got != c.want {
				t.Errorf("%s on %s with %.40q: %d complaints, want %d", c.rule, c.name, c.src, got, c.want)
			}
		}
	}
}

func sample(t *testing.T, name, src string) file {
	t.Helper()
	f := file{name: name, src: []byte(src)}
	if strings.HasSuffix(name, ".go") {
		f.src = []byte("package x\n" + src)
		f.pos = token.NewFileSet()
		var err error
		if f.syntax, err = parser.ParseFile(f.pos, name, f.src, parser.ParseComments); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestBothListsOfToolsNameTheSameTempl(t *testing.T) {
	version := regexp.MustCompile(`github\.com/a-h/templ (v\S+)`)
	var found []string
	for _, name := range []string{"../go.mod", "../tools/go.mod"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := version.FindSubmatch(src)
		if m == nil {
			t.Fatalf("%s names no templ", name)
		}
		found = append(found, string(m[1]))
	}
	if found[0] != found[1] {
		t.Errorf("go.mod has templ %s, tools/go.mod has %s: generated code and library must match", found[0], found[1])
	}
}
