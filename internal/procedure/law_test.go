package procedure_test

import (
	"testing"

	"jiyao/internal/act"
	_ "jiyao/internal/procedure"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// Every pack must load, and make a law together with base, alone and all state packs joined.
func TestPacksMakeALaw(t *testing.T) {
	vocabulary, err := act.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	packs := map[string]*regulation.Pack{}
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			t.Fatalf("load %s: %v", name, err)
		}
		packs[name] = p
	}
	for _, name := range regulations.Names {
		var adopted []regulation.Adoption
		if name != "base" {
			adopted = append(adopted, regulation.Adoption{Pack: packs[name]})
		}
		if _, err := regulation.New(packs["base"], adopted, vocabulary); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	all := []regulation.Adoption{{Pack: packs["bureau"]}, {Pack: packs["district"]}, {Pack: packs["county"]}, {Pack: packs["school"]}}
	if _, err := regulation.New(packs["base"], all, vocabulary); err != nil {
		t.Errorf("all: %v", err)
	}
}
