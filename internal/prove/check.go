package prove

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"jiyao/internal/people"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// checker knows which names the steps of one scene or proof may use.
type checker struct {
	book  *Book
	names []string // variables given so far
	file  string
}

func newChecker(b *Book) *checker { return &checker{book: b} }

// steps reads and checks steps in order; each may use what those before it named.
func (c *checker) steps(nodes []yaml.Node, file string) ([]step, error) {
	c.file = file
	out := make([]step, 0, len(nodes))
	for i := range nodes {
		s, err := readStep(&nodes[i], file)
		if err != nil {
			return nil, err
		}
		for _, v := range variables(&nodes[i]) {
			if !slices.Contains(c.names, v) {
				return nil, s.fail("$%s: a step `as: %s` before is expected", v, v)
			}
		}
		if err := s.body.check(c); err != nil {
			if strings.HasPrefix(err.Error(), file+":") {
				return nil, err // it knows its own line
			}
			return nil, s.fail("%s: %w", s.text, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// name takes a variable that a step gives.
func (c *checker) name(v string) error {
	if v == "" {
		return nil
	}
	if !namePattern.MatchString(v) || slices.Contains(c.names, v) {
		return fmt.Errorf("as %q: a name of its own is expected: a–z 0–9 _", v)
	}
	c.names = append(c.names, v)
	return nil
}

// systemActor is the word for the system in `by`.
const systemActor = "system"

// actor checks who acts: a person of the office file, one of the three administrators by his role, or the system.
func (c *checker) actor(by string) error {
	if _, ok := c.book.person(by); by == systemActor || ok {
		return nil
	}
	return fmt.Errorf("by %q: a person of the office file, an administrator's role or system is expected", by)
}

// person finds somebody by his id, an administrator also by his role.
func (b *Book) person(id string) (people.FoundPerson, bool) {
	i := slices.IndexFunc(b.office.Found.Persons, func(p people.FoundPerson) bool { return string(p.ID) == id })
	if i < 0 {
		i = slices.IndexFunc(b.office.Found.Persons, func(p people.FoundPerson) bool { return p.Admin == id && id != "" })
	}
	if i < 0 {
		return people.FoundPerson{}, false
	}
	return b.office.Found.Persons[i], true
}

// post spells a post with its pack, and false where nobody has such a post.
func (b *Book) post(name string) (string, bool) {
	pack, bare, ok := strings.Cut(name, "/")
	if !ok {
		pack, bare = b.Pack.Name, name
		if _, own := b.Pack.Posts[name]; !own {
			pack = basePack
		}
	}
	p := b.pack(pack)
	if p == nil {
		return "", false
	}
	_, ok = p.Posts[bare]
	return pack + "/" + bare, ok
}

func (b *Book) pack(name string) *regulation.Pack {
	switch name {
	case b.Pack.Name:
		return b.Pack
	case basePack:
		return b.base
	}
	return b.packs[name]
}

// whom checks who is told or owes: a post, or a person of the office file.
func (c *checker) whom(name string) error {
	if name == "" || strings.HasPrefix(name, "$") {
		return nil
	}
	_, post := c.book.post(name)
	if _, person := c.book.person(name); post || person {
		return nil
	}
	return fmt.Errorf("%q: a post of the pack or a person of the office file is expected", name)
}

// clauses checks that each id is a clause of base or of an adopted pack.
func (c *checker) clauses(ids ...string) error {
	for _, id := range ids {
		if id != "" && !c.book.resolves(term.Clause(id)) {
			return fmt.Errorf("%q: a clause of base or of an adopted pack is expected", id)
		}
	}
	return nil
}

func (b *Book) resolves(id term.Clause) bool {
	has := func(p *regulation.Pack) bool {
		return slices.ContainsFunc(p.Clauses, func(c regulation.Clause) bool { return c.ID == id })
	}
	if has(b.Pack) || has(b.base) {
		return true
	}
	for _, p := range b.packs {
		if has(p) {
			return true
		}
	}
	return false
}

// duty spells a duty with its pack, and false where no pack at hand has it.
func (b *Book) duty(name string) (string, bool) {
	pack, bare, ok := strings.Cut(name, "/")
	if !ok {
		pack, bare = b.Pack.Name, name
	}
	p := b.pack(pack)
	if p == nil {
		return "", false
	}
	known := slices.ContainsFunc(p.Obligations, func(o regulation.Obligation) bool { return o.Name == bare }) ||
		slices.ContainsFunc(p.Checklists, func(s regulation.Checklist) bool { return s.Name == bare })
	return pack + "/" + bare, known
}

func (c *checker) duty(name string) error {
	if name == "" {
		return nil
	}
	if _, ok := c.book.duty(name); !ok {
		return fmt.Errorf("duty %q: an obligation of a pack at hand is expected", name)
	}
	return nil
}

// all joins checks: the first that fails counts.
func all(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
