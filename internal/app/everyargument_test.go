package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/procedure"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// formless are the arguments that no form fills in, by act or for every act, each with the reason.
var formless = map[string]string{
	"custody.create_place officer": "a place is dedicated on its own page, by custody.dedicate", "custody.create_place room_dedicated": "likewise", "custody.create_place cabinet_dedicated": "likewise",
	"custody.send sent_at": "it is sent now; what was sent earlier is entered late, with its time above the form", "people.commit signed_on": "signed here and now; one from before stands in the office file",
	"people.post_end until": "no form yet for an end that lies ahead: the API and the command line", "document.slip no": "the slip bears the number of its item", "document.slip urgency": "the slip bears the urgency of its item",
	"custody.import document_kind": "old books have no such column", "custody.import lost": "the column of the state says it", "people.unit_create slots": "what a unit stands for in a regulation is said in the office file",
	"custody.count_scan shown_by": "the page reads a label, and who scans a piece has it before him",
	"custody.hand_out envelope":   "what is not registered goes to nobody: it is there to be asked for and refused", "document.register important": "no form yet: the API and the command line",
	"document.register provisional_level": "likewise", "people.grade recheck": "likewise",
}

// filled is what the pages put into commands: the fields of each struct that they make, by its name; fields that are set
// afterwards; and what they spell as JSON.
type filled struct {
	structs map[string]map[string]bool
	set     map[string]bool
	spelled map[string]bool
}

func (p filled) read(t *testing.T, path string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CompositeLit:
			name := ""
			switch ty := x.Type.(type) {
			case *ast.SelectorExpr:
				name = ty.Sel.Name
			case *ast.Ident:
				name = ty.Name
			}
			for _, e := range x.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				if key, ok := kv.Key.(*ast.Ident); ok {
					if p.structs[name] == nil {
						p.structs[name] = map[string]bool{}
					}
					p.structs[name][key.Name] = true
				}
				if key, ok := kv.Key.(*ast.BasicLit); ok && key.Kind == token.STRING {
					s, _ := strconv.Unquote(key.Value)
					p.spelled[s] = true
				}
			}
		case *ast.CallExpr: // a reader of several fields by their names
			if f, ok := x.Fun.(*ast.Ident); ok && f.Name == "text" {
				for _, a := range x.Args {
					if lit, ok := a.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						s, _ := strconv.Unquote(lit.Value)
						p.spelled[s] = true
					}
				}
			}
		case *ast.AssignStmt:
			for _, l := range x.Lhs {
				if sel, ok := l.(*ast.SelectorExpr); ok {
					p.set[sel.Sel.Name] = true
				}
				if at, ok := l.(*ast.IndexExpr); ok {
					if key, ok := at.Index.(*ast.BasicLit); ok && key.Kind == token.STRING {
						s, _ := strconv.Unquote(key.Value)
						p.spelled[s] = true
					}
				}
			}
		}
		return true
	})
}

// Every argument of every act that a page offers is filled in by some form, or stands on a list that says why not.
func TestEveryArgumentIsOffered(t *testing.T) {
	pages := filled{map[string]map[string]bool{}, map[string]bool{}, map[string]bool{}}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && strings.HasSuffix(filepath.Base(filepath.Dir(path)), "web") {
			pages.read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	base, err := regulation.Load(regulations.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	persons := map[string]bool{}
	for _, f := range base.Functions {
		persons[f.Act] = len(f.Posts) > 0
	}
	excused, looked := map[string]bool{}, 0
	for _, name := range act.Catalogue() {
		noun, _, _ := strings.Cut(name, ".")
		if _, none := pageless[name]; none || !persons[name] || !slices.Contains([]string{"custody", "disposal", "document", "people", "device", "approval"}, noun) {
			continue
		}
		command, _ := act.CommandType(name)
		for _, f := range reflect.VisibleFields(command) {
			field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if field == "" || field == "-" || f.Anonymous {
				continue
			}
			looked++
			key := name + " " + field
			if formless[key] == "" && formless["* "+field] != "" {
				key = "* " + field
			}
			offered := pages.structs[command.Name()][f.Name] || pages.set[f.Name] || pages.spelled[field]
			if owner := embedder(command, f); owner != "" {
				offered = offered || pages.structs[owner][f.Name]
			}
			if name == procedure.ActImport { // the columns of the file
				offered = offered || slices.ContainsFunc(procedure.OpeningFields, func(o procedure.OpeningField) bool { return o.Name == field })
			}
			switch {
			case !offered && formless[key] == "":
				t.Errorf("%s: no form fills in %s", name, field)
			case !offered:
				excused[key] = true
			}
		}
	}
	for key := range formless {
		if !excused[key] {
			t.Errorf("%s: a form fills it in; take it off the list", key)
		}
	}
	if looked < 300 {
		t.Errorf("only %d arguments were looked at", looked)
	}
}

// embedder is the embedded struct of a command that a field comes from; empty where it is the command's own.
func embedder(command reflect.Type, f reflect.StructField) string {
	if len(f.Index) < 2 {
		return ""
	}
	return command.FieldByIndex(f.Index[:len(f.Index)-1]).Type.Name()
}
