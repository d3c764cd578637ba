package locale

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"

	"gopkg.in/yaml.v3"
)

//go:embed zh/*.yaml en/*.yaml
var files embed.FS

// catalogues is built once from files that are part of the program, and never changes. A file that does not
// parse is a defect of the build, found by the first test that imports this package.
var catalogues = mustLoad()

type pair struct{ zh, en map[string]text }

func mustLoad() pair {
	zh, errZh := load(files, "zh")
	en, errEn := load(files, "en")
	if err := errors.Join(errZh, errEn); err != nil {
		panic("locale: " + err.Error())
	}
	return pair{zh: zh, en: en}
}

var keyPattern = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

// load reads every file of a folder. Strict: one flat mapping of plain strings a file, no key twice in the
// whole folder, no empty text, no alias.
func load(fsys fs.FS, dir string) (map[string]text, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	out := map[string]text{}
	var errs []error
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if err := loadFile(out, raw); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return out, errors.Join(errs...)
}

func loadFile(out map[string]text, raw []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return errors.New("want one mapping of keys to texts")
	}
	var errs []error
	m := doc.Content[0].Content
	for i := 0; i+1 < len(m); i += 2 {
		k, v := m[i], m[i+1]
		if err := loadEntry(out, k, v); err != nil {
			errs = append(errs, fmt.Errorf("line %d: %s: %w", k.Line, k.Value, err))
		}
	}
	return errors.Join(errs...)
}

func loadEntry(out map[string]text, k, v *yaml.Node) error {
	switch {
	case !keyPattern.MatchString(k.Value):
		return errors.New("want a key such as refusal.nobody")
	case v.Kind != yaml.ScalarNode || v.Tag != "!!str":
		return errors.New("want a text; quote numbers, yes and no")
	case v.Value == "":
		return errors.New("empty text")
	}
	if _, twice := out[k.Value]; twice {
		return errors.New("key is there twice")
	}
	t, err := parse(v.Value)
	if err != nil {
		return err
	}
	out[k.Value] = t
	return nil
}
