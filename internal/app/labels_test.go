package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/locale"
)

// What is wrong with a field is said under a name that people know, so every argument of every act has one.
func TestEveryArgumentHasAName(t *testing.T) {
	for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
		for _, name := range act.Catalogue() {
			command, ok := act.CommandType(name)
			if !ok {
				t.Fatalf("%s has no command", name)
			}
			for _, f := range reflect.VisibleFields(command) {
				field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if field != "" && field != "-" && !f.Anonymous && !tongue.Has("label."+field) {
					t.Errorf("%s: %s: no label.%s", tongue, name, field)
				}
			}
		}
	}
}

// codeIn finds the codes of what is wrong with a field, as they stand in the program.
var codeIn = regexp.MustCompile(`(?:\bField|\badd|\bfault|\bwrong|\.bad)\((?:[^()\n]|\([^()\n]*\))*, "([a-z_0-9]+)"\)|FieldError\{[^}\n]*Code: "([a-z_0-9]+)"[,}]`)

// An answer says what is wrong in a sentence of the language that was asked for, so every code has one in both.
func TestEveryFaultOfAFieldHasASentence(t *testing.T) {
	codes := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.Contains(path, "webtest") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range codeIn.FindAllStringSubmatch(string(b), -1) {
			codes[m[1]+m[2]] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(codes) < 60 {
		t.Errorf("only %d codes were found", len(codes))
	}
	for code, path := range codes {
		for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
			opening := filepath.Base(path) == "opening.go" && tongue.Has("opening.code."+code) // of a line of an old book
			if !opening && !tongue.Has("field."+code) && !tongue.Has("field."+code+"_plain") {
				t.Errorf("%s: %s: no field.%s", path, tongue, code)
			}
		}
	}
}
