package archtest

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every module that our code imports has its line of reason in docs/dependencies.md, and nothing stands there that
// go.mod no longer has.
func TestEachDependencyHasItsLineOfReason(t *testing.T) {
	listed := firstGroup(t, "../docs/dependencies.md", "(?m)^\\| `([a-z]\\S+)`[^|]*\\|[^|]*[^| ][^|]*\\|[^|]*[^| ][^|]*\\|$")
	required := firstGroup(t, "../go.mod", `(?m)^(?:require)?\s+([a-z]\S+\.\S+/\S+|go\.\S+) v`)
	if len(listed) < 5 || len(required) < 5 {
		t.Fatalf("read %d lines of reason and %d requirements: the reading is broken", len(listed), len(required))
	}
	for _, m := range listed {
		if !slices.Contains(required, m) {
			t.Errorf("docs/dependencies.md gives a reason for %s, which go.mod does not require", m)
		}
	}
	for _, f := range files(t) {
		if f.syntax == nil || f.in("tools") {
			continue
		}
		for _, spec := range f.syntax.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if m := moduleOf(to, required); m != "" && !slices.Contains(listed, m) {
				t.Errorf("%s imports %s: write in docs/dependencies.md what %s is for and why it", f.name, to, m)
			}
		}
	}
}

// moduleOf returns the required module that a package belongs to, or "".
func moduleOf(importPath string, required []string) string {
	best := ""
	for _, m := range required {
		if (importPath == m || strings.HasPrefix(importPath, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return best
}

func TestModuleOf(t *testing.T) {
	required := []string{"x.org/a", "x.org/a/v2", "x.org/ab"}
	for path, want := range map[string]string{
		"x.org/a/v2/b": "x.org/a/v2", "x.org/a/b": "x.org/a", "x.org/ab": "x.org/ab", "x.org/abc": "", "fmt": "",
	} {
		if got := moduleOf(path, required); got != want {
			t.Errorf("%s belongs to %q, want %q", path, got, want)
		}
	}
}

func firstGroup(t *testing.T, name, pattern string) []string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(src, -1) {
		found = append(found, string(m[1]))
	}
	return found
}
