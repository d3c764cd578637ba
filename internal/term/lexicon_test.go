package term_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"gopkg.in/yaml.v3"
)

//go:generate go test -count=1 -run ^TestTheLexiconIsWritten$ . -args -write

var write = flag.Bool("write", false, "write docs/lexicon.md")

// lexicon is lexicon.yaml.
type lexicon struct {
	Terms      []word       `yaml:"terms"`
	Structural []structural `yaml:"structural"`
}

type word struct {
	Term       string   `yaml:"term"`
	Identifier string   `yaml:"identifier"`
	Also       []string `yaml:"also"`
	Means      string   `yaml:"means"`
	Forbidden  []string `yaml:"forbidden"`
	Reserved   bool     `yaml:"reserved"`
}

type structural struct {
	Why   string   `yaml:"why"`
	Names []string `yaml:"names"`
}

// nouns are the rooms whose exported types the lexicon must know.
var nouns = []string{"term", "document", "custody", "circulation", "people", "incident", "inspection", "obligation", "approval", "checklist", "notify", "identity"}

const page = "../../docs/lexicon.md"

func read(t *testing.T) lexicon {
	t.Helper()
	b, err := os.ReadFile("lexicon.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var l lexicon
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&l); err != nil {
		t.Fatal(err)
	}
	if len(l.Terms) < 50 {
		t.Fatalf("only %d terms were read", len(l.Terms))
	}
	return l
}

// exported is every exported name that internal declares outside tests, with where it stands first.
type exported struct {
	names map[string]string
	types map[string]map[string]bool // by folder of internal
}

func declared(t *testing.T) exported {
	t.Helper()
	e := exported{names: map[string]string{}, types: map[string]map[string]bool{}}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel("..", filepath.Dir(path))
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { e.take(n, filepath.ToSlash(folder)); return true })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.names) < 1000 {
		t.Fatalf("only %d names found: the look-up is broken", len(e.names))
	}
	return e
}

func (e exported) take(n ast.Node, folder string) {
	var found []*ast.Ident
	switch x := n.(type) {
	case *ast.TypeSpec:
		found = append(found, x.Name)
		if x.Name.IsExported() {
			if e.types[folder] == nil {
				e.types[folder] = map[string]bool{}
			}
			e.types[folder][x.Name.Name] = true
		}
	case *ast.FuncDecl:
		found = append(found, x.Name)
	case *ast.ValueSpec:
		found = append(found, x.Names...)
	case *ast.Field:
		found = append(found, x.Names...)
	}
	for _, id := range found {
		if id.IsExported() && e.names[id.Name] == "" {
			e.names[id.Name] = folder
		}
	}
}

// has reports whether a name, or one made from it such as LevelRank, is declared.
func (e exported) has(name string) bool {
	_, ok := holding(e.names, name)
	return ok
}

// isType reports whether one of the nouns has a type of that name.
func (e exported) isType(name string) bool {
	return slices.ContainsFunc(nouns, func(n string) bool { return e.types[n][name] })
}

// holding finds a declared name that has all the words of another beside each other: NeedToKnow in NeedToKnowList.
func holding(names map[string]string, name string) (string, bool) {
	want := words(name)
	for _, n := range slices.Sorted(maps.Keys(names)) {
		got := words(n)
		for i := 0; i+len(want) <= len(got); i++ {
			if slices.Equal(got[i:i+len(want)], want) {
				return n, true
			}
		}
	}
	return "", false
}

// words splits a name: DocNoToken is doc no token, CopyID is copy id.
func words(name string) []string {
	var out []string
	r := []rune(name)
	start := 0
	for i := 1; i <= len(r); i++ {
		if i == len(r) || unicode.IsUpper(r[i]) && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) {
			out = append(out, strings.ToLower(string(r[start:i])))
			start = i
		}
	}
	return out
}

func TestTheLexiconIsWritten(t *testing.T) {
	want := render(read(t))
	if *write {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/lexicon.md is not what lexicon.yaml says: make gen writes it")
	}
}

func TestOneWordForOneThing(t *testing.T) {
	l := read(t)
	of := map[string]string{}
	claim := func(name, who string) {
		if other, taken := of[name]; taken {
			t.Errorf("%s stands for %s and for %s", name, other, who)
		}
		of[name] = who
	}
	chinese := map[string]bool{}
	for _, w := range l.Terms {
		if w.Term == "" || w.Means == "" || chinese[w.Term] || !strings.HasSuffix(w.Means, ".") {
			t.Errorf("term %q: a term of its own with a whole sentence is expected", w.Term)
		}
		chinese[w.Term] = true
		for _, name := range append([]string{w.Identifier}, w.Also...) {
			claim(name, w.Term)
		}
	}
	for _, s := range l.Structural {
		if s.Why == "" {
			t.Errorf("structural %v: a reason is expected", s.Names)
		}
		for _, name := range s.Names {
			claim(name, "the structure")
		}
	}
	for _, w := range l.Terms {
		for _, f := range w.Forbidden {
			if who, taken := of[f]; taken {
				t.Errorf("%s is forbidden for %s and the word for %s", f, w.Term, who)
			}
		}
	}
}

func TestEveryNounHasItsWord(t *testing.T) {
	l, e := read(t), declared(t)
	known := map[string]bool{}
	for _, w := range l.Terms {
		for _, name := range append([]string{w.Identifier}, w.Also...) {
			known[name] = true
			switch {
			case w.Reserved && e.isType(name):
				t.Errorf("%s is a type now: take reserved away", name)
			case !w.Reserved && !e.has(name):
				t.Errorf("%s %s: nothing is called so", w.Term, name)
			}
		}
	}
	for _, s := range l.Structural {
		for _, name := range s.Names {
			known[name] = true
			if !e.isType(name) {
				t.Errorf("structural %s: no such type", name)
			}
		}
	}
	for _, noun := range nouns {
		if len(e.types[noun]) == 0 {
			t.Errorf("%s: no exported type found", noun)
		}
		for name := range e.types[noun] {
			if bare := strings.TrimSuffix(name, "ID"); !known[name] && !known[bare] {
				t.Errorf("%s.%s: neither a term of lexicon.yaml nor structural", noun, name)
			}
		}
	}
}

func TestForbiddenWordsAreNotUsed(t *testing.T) {
	e := declared(t)
	for _, w := range read(t).Terms {
		for _, f := range w.Forbidden {
			if name, used := holding(e.names, f); used {
				t.Errorf("%s in internal/%s: %s is called %s", name, e.names[name], w.Term, w.Identifier)
			}
		}
	}
}

func TestHowNamesAreSplit(t *testing.T) {
	for name, want := range map[string]string{
		"DocNoToken": "doc no token", "CopyID": "copy id", "PINSet": "pin set", "Level": "level", "Nda": "nda",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("%s is split into %q, want %q", name, got, want)
		}
	}
	names := map[string]string{"NeedToKnowList": "x", "Needs": "y"}
	for name, want := range map[string]bool{"NeedToKnow": true, "Need": true, "KnowTo": false, "List": true} {
		if _, got := holding(names, name); got != want {
			t.Errorf("%s is held: %v, want %v", name, got, want)
		}
	}
}

func render(l lexicon) string {
	var b strings.Builder
	b.WriteString("# Lexicon\n\nGenerated from `internal/term/lexicon.yaml` by `make gen`. One word for one thing in every layer: column, URL, act,\n" +
		"struct, file. The names in the last column must not be exported anywhere in `internal`; a test looks.\n\n" +
		"| term | name | also | what it is | not |\n|---|---|---|---|---|\n")
	for _, w := range l.Terms {
		name := code([]string{w.Identifier})
		if w.Reserved {
			name += " (reserved)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", w.Term, name, code(w.Also), w.Means, code(w.Forbidden))
	}
	b.WriteString("\nReserved: no type has the name yet, and nothing else may take it.\n\n## Names that are no terms\n\n" +
		"Exported types of the nouns that name no thing of the trade.\n\n| why | names |\n|---|---|\n")
	for _, s := range l.Structural {
		fmt.Fprintf(&b, "| %s | %s |\n", s.Why, code(s.Names))
	}
	return b.String()
}

func code(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "`" + n + "`"
	}
	return strings.Join(out, " ")
}
