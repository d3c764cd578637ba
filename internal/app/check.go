package app

import (
	"errors"
	"fmt"
	"io/fs"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/people"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// Checked is what an office file and its regulations wait for in vain.
type Checked struct {
	Office []people.Warning  `json:"office"` // posts and units
	Law    []regulation.Vain `json:"law"`    // carriers
}

// CheckOffice makes the law of every pack and of an office file, and lists what its clauses would wait for in vain.
func CheckOffice(setup people.Setup) (Checked, error) {
	if _, err := texts(); err != nil {
		return Checked{}, err
	}
	d, err := setup.Directory(calendar.System().Now())
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Office: []people.Warning{}, Law: []regulation.Vain{}}
	office, err := people.Check(d)
	if err != nil {
		return c, err
	}
	law, err := people.Vain(d)
	c.Office, c.Law = append(c.Office, office...), append(c.Law, law...)
	return c, err
}

// CheckRegulations loads every folder of regulations in fsys strictly and makes their law, each on the program's base
// unless fsys has a base of its own, and says how many there are. What is wrong names file, line and what is expected.
func CheckRegulations(fsys fs.FS) (int, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return 0, fmt.Errorf("read the folder of regulations: %w", err)
	}
	vocabulary, err := act.Vocabulary()
	if err != nil {
		return 0, err
	}
	home := fs.FS(regulations.FS)
	if _, err := fs.Stat(fsys, "base/pack.yaml"); err == nil {
		home = fsys
	}
	base, err := regulation.Load(home, "base")
	if err != nil {
		return 0, err
	}
	if _, err := regulation.New(base, nil, vocabulary); err != nil {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if _, err := fs.Stat(fsys, e.Name()+"/pack.yaml"); err != nil {
			continue // no regulation: a demo, notes
		}
		n++
		if e.Name() == "base" {
			continue
		}
		p, err := regulation.Load(fsys, e.Name())
		if err != nil {
			return n, err
		}
		if _, err := regulation.New(base, []regulation.Adoption{{Pack: p}}, vocabulary); err != nil {
			return n, err
		}
	}
	if n == 0 {
		return 0, errors.New("a folder with a pack.yaml in it is expected for each regulation")
	}
	return n, nil
}
