package upgrade

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What a migration imports goes on changing, and with it what the migration means.
func TestMigrationsImportNoLiveTypes(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(path, ".") || strings.HasPrefix(path, "jiyao/") && !slices.Contains([]string{"jiyao/internal/store", "jiyao/internal/ledger"}, path) {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

func TestEachMigrationHasANameOfItsOwn(t *testing.T) {
	var last string
	for _, m := range Migrations {
		if m.Name <= last || m.Step == nil {
			t.Errorf("%q after %q", m.Name, last)
		}
		if files, err := filepath.Glob("../../store/migrations/" + m.Name + ".sql"); err != nil || len(files) != 1 {
			t.Errorf("%s is the name of no migration in SQL", m.Name)
		}
		last = m.Name
	}
}
