package archtest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// file is one file that is or could be committed; name is its path from the top, with slashes.
type file struct {
	name string
	src  []byte
	// For Go files, with all positions and comments:
	syntax *ast.File
	pos    *token.FileSet
}

func (f file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// generated reports the standard header of generated Go code.
func (f file) generated() bool { return f.syntax != nil && ast.IsGenerated(f.syntax) }

// in reports whether the file lies in one of the folders.
func (f file) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(d string) bool { return strings.HasPrefix(f.name, d+"/") })
}

var tree = sync.OnceValues(readTree)

// files returns every text file that git tracks or would add.
func files(t *testing.T) []file {
	t.Helper()
	all, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d files found: the look-up is broken", len(all))
	}
	return all
}

func readTree() ([]file, error) {
	top, err := filepath.Abs("..")
	if err != nil {
		return nil, err
	}
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = top
	list, err := git.Output()
	if err != nil {
		return nil, err
	}
	names := strings.Split(strings.TrimRight(string(list), "\x00"), "\x00")
	slices.Sort(names)
	var all []file
	for _, name := range slices.Compact(names) {
		info, err := os.Lstat(filepath.Join(top, name))
		if os.IsNotExist(err) || err == nil && !info.Mode().IsRegular() {
			continue // removed but not yet committed, or a link
		}
		src, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(src[:min(len(src), 8000)], 0) >= 0 {
			continue // binary
		}
		f := file{name: name, src: src}
		if strings.HasSuffix(name, ".go") && !strings.Contains(name, "testdata/") {
			f.pos = token.NewFileSet()
			if f.syntax, err = parser.ParseFile(f.pos, name, src, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return nil, err
			}
		}
		all = append(all, f)
	}
	return all, nil
}

// pkg is a package of this module with the imports of its files other than tests.
type pkg struct {
	path    string
	imports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	found := map[string]*pkg{}
	for _, f := range files(t) {
		if f.syntax == nil || f.isTest() || f.in("tools") {
			continue
		}
		dir := path.Join(module, path.Dir(f.name))
		if found[dir] == nil {
			found[dir] = &pkg{path: dir}
		}
		for _, spec := range f.syntax.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
			found[dir].imports = append(found[dir].imports, to)
		}
	}
	var all []pkg
	for _, p := range found {
		slices.Sort(p.imports)
		p.imports = slices.Compact(p.imports)
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b pkg) int { return strings.Compare(a.path, b.path) })
	return all
}
