package archtest

import (
	"go/ast"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// noRace says why a package with goroutines or locks is not in the Makefile's RACE.
var noRace = map[string]string{
	"internal/act":        "one lock around the catalogue, taken at start; the writer it runs in is raced in store",
	"internal/app":        "its tests start whole servers; what they share is raced in store, ledger, identity and web; soak races it all",
	"internal/document":   "the locks of the search index, whose words are raced in search; its tests run on both engines, which the detector slows tenfold; soak races it",
	"internal/openingweb": "one lock around what came of a file; the work runs in web/job, which is raced",
	"internal/procedure":  "the lines of one file by turns behind one lock; its tests run on both engines, which the detector slows tenfold; soak races it",
	"internal/people":     "caches behind one lock, exercised by every act; soak races it",
	"internal/prove":      "one lock around the report; it runs every proof on databases, which the detector slows tenfold; soak races it",
}

// A package that starts goroutines or shares memory must have its tests run with the race detector.
func TestConcurrentPackagesRunWithTheRaceDetector(t *testing.T) {
	listed := raceList(t)
	needed := map[string]string{} // package folder -> the file that shows it
	for _, f := range files(t) {
		if f.syntax == nil || f.isTest() || f.generated() || !f.in("internal") || testOnly(path.Dir(f.name)) {
			continue
		}
		if concurrent(f.syntax) {
			needed[path.Dir(f.name)] = f.name
		}
	}
	for dir, why := range needed {
		if !slices.ContainsFunc(listed, func(d string) bool { return dir == d || strings.HasPrefix(dir, d+"/") }) && noRace[dir] == "" {
			t.Errorf("%s has goroutines or locks (%s): add it to RACE in the Makefile, or say in archtest why not", dir, why)
		}
	}
	for dir := range noRace {
		if needed[dir] == "" {
			t.Errorf("nothing needs the exception for %s any more: take it out", dir)
		}
	}
}

// concurrent reports a go statement or a use of sync or sync/atomic; the Once family alone does not count.
func concurrent(f *ast.File) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.SelectorExpr:
			if isIdent(n.X, "sync") && !strings.HasPrefix(n.Sel.Name, "Once") || isIdent(n.X, "atomic") {
				found = true
			}
		}
		return !found
	})
	return found
}

func raceList(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^RACE := ((?:.*\\\n)*.*)$`).FindSubmatch(src)
	if m == nil {
		t.Fatal("the Makefile has no RACE list")
	}
	list := strings.Fields(strings.ReplaceAll(string(m[1]), "\\\n", " "))
	if len(list) < 2 {
		t.Fatalf("RACE reads as %v", list)
	}
	return list
}

func TestWhatCountsAsConcurrent(t *testing.T) {
	for src, want := range map[string]bool{
		"import \"sync\"\nvar m sync.Mutex":                true,
		"import \"sync\"\nvar o sync.Once":                 false,
		"import \"sync\"\nvar o = sync.OnceValue(f)":       false,
		"import \"sync/atomic\"\nvar n atomic.Int64":       true,
		"func f() { go f() }":                              true,
		"func f() { f() }":                                 false,
		"import \"context\"\nvar c = context.Background()": false,
	} {
		if got := concurrent(sample(t, "x.go", src).syntax); got != want {
			t.Errorf("%q: %v", src, got)
		}
	}
}
