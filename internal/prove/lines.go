package prove

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
)

// linesStep holds base's whole table of functions against the law, line by line: one account of each post and relation
// that a line names may, one with every other post, relation and delegation may not; signed as asked and unsigned; each
// of the three administrators and somebody who is none. The lines are those of the pack as it stands, so that a law in
// which one of them has changed does not hold.
type linesStep struct {
	Lines string `yaml:"lines"` // functions: who may and whose signature; admins: the three administrators
}

func (s *linesStep) check(*checker) error {
	if s.Lines != "functions" && s.Lines != "admins" {
		return fmt.Errorf("lines %q: functions or admins is expected", s.Lines)
	}
	return nil
}

func (s *linesStep) run(_ context.Context, w *world, _ where) error {
	return s.ask(w.book, w.office.law)
}

// ask needs no office: a step that can be answered by the law alone.
func (s *linesStep) ask(b *Book, law *regulation.Law) error {
	t := table{book: b, law: law}
	for _, f := range b.base.Functions {
		if _, known := law.Function(f.Act); !known {
			continue // not in the catalogue yet
		}
		if s.Lines == "admins" {
			t.admins(f)
		} else {
			t.functions(f)
		}
	}
	if t.err != nil || len(t.wrong) == 0 {
		return t.err
	}
	return differs("every line as the pack has it", strings.Join(t.wrong[:min(3, len(t.wrong))], "; "))
}

// lawful is a step that the law alone answers.
type lawful interface {
	ask(b *Book, law *regulation.Law) error
}

// alone runs a proof that the law alone answers; false for one that needs an office.
func (p *proof) alone(b *Book, law *regulation.Law) (ran bool, err error) {
	for _, s := range p.steps {
		if _, ok := s.body.(lawful); !ok {
			return false, nil
		}
	}
	for _, s := range p.steps {
		if err := s.body.(lawful).ask(b, law); err != nil { //nolint:forcetypeassert // looked at above
			return true, &failed{s, err}
		}
	}
	return true, nil
}

// table is one pass over the table of functions.
type table struct {
	book  *Book
	law   *regulation.Law
	wrong []string
	err   error
}

// relations are all ways in which somebody can stand to the matter.
var relations = []string{"staff", "own", "reader", "holder", "author", "handler", "owner", "applicant", "approver", "custodian"}

// expect asks for somebody and notes a line that answers otherwise; cited is the clause that must refuse, empty for none.
func (t *table) expect(f regulation.Function, who, part string, c regulation.Common, cited string) {
	found, err := t.law.AskLine(f.Act, c)
	if err != nil {
		t.err = err
		return
	}
	i := slices.IndexFunc(found, func(v refuse.Violation) bool { return v.Rule == part })
	got := ""
	if i >= 0 {
		got = string(found[i].Clause)
	}
	if got != cited {
		t.wrong = append(t.wrong, fmt.Sprintf("%s by %s: %q, not %q", f.Act, who, got, cited))
	}
}

// account is somebody of the house who stands to the matter as a line names it: a post or a relation.
func account(name string) regulation.Common {
	c := regulation.Common{Relations: []string{"staff"}, Signers: []string{"actor"}, SignersDistinct: true, SignerCount: 2}
	if slices.Contains(relations, name) {
		c.Relations = []string{name} // by this relation alone
		return c
	}
	c.ActorPosts = []string{basePack + "/" + name}
	c.ExecutorPosts = c.ActorPosts
	return c
}

func (t *table) functions(f regulation.Function) {
	part, clause := "base/function/"+f.Act, string(f.Clause)
	for _, name := range f.Posts {
		t.expect(f, name, part, account(name), "")
	}
	other := account("staff")
	if !slices.Contains(f.Posts, "staff") {
		other.Relations, other.DelegatedActs = nil, nil
		for _, r := range relations {
			if !slices.Contains(f.Posts, r) {
				other.Relations = append(other.Relations, r)
			}
		}
		for post := range t.book.base.Posts {
			if !slices.Contains(f.Posts, post) {
				other.ActorPosts = append(other.ActorPosts, basePack+"/"+post)
			}
		}
		for _, g := range t.book.base.Functions {
			if g.Act != f.Act {
				other.DelegatedActs = append(other.DelegatedActs, g.Act)
			}
		}
		t.expect(f, "anybody else", part, other, clause)
		delegate := account("staff")
		delegate.DelegatedActs = []string{f.Act}
		t.expect(f, "a delegate", part, delegate, map[bool]string{true: "", false: clause}[f.Delegable])
	}
	if f.System != "" {
		t.expect(f, "the system", part, regulation.Common{System: true}, "")
	}
	if len(f.Posts) == 0 {
		return
	}
	unsigned := account(f.Posts[0])
	if posts := t.book.base.SignerPosts(f); len(posts) > 0 {
		t.expect(f, "any two who signed", part+"#sign", unsigned, clause)
		unsigned.Signers = append(unsigned.Signers, posts...)
	}
	t.expect(f, "who signed", part+"#sign", unsigned, "")
	unsigned.Signers, unsigned.SignerCount = nil, 0
	t.expect(f, "who did not sign", part+"#sign", unsigned, map[bool]string{true: "", false: clause}[f.Sign == "none"])
}

func (t *table) admins(f regulation.Function) {
	part, clause := "base/admins/"+f.Act, string(t.book.base.AdminsClause)
	for _, role := range []string{"sys_admin", "sec_admin", "audit_admin"} {
		c := account(role)
		c.AdminRoles = []string{role}
		t.expect(f, role, part, c, map[bool]string{true: clause, false: ""}[f.Admins == "out"])
	}
	t.expect(f, "who is no administrator", part, account("staff"), map[bool]string{true: clause, false: ""}[f.Admins == "only"])
}
