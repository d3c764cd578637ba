package people

import (
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What stands here is open to everybody of the house: who holds which post is no secret. Grades and commitments
// are for those whom the pages of this room let in.

// Standing is one person as the page of persons shows him.
type Standing struct {
	Person      Person
	Unit        string // its name
	Posts       []Post // the office's own
	Commitment  Commitment
	Committed   bool
	Delegations []Delegation // to him, not revoked, not past
}

// Standings lists everybody who is here, in order of id.
func Standings(tx *store.Tx, d *Directory) ([]Standing, error) {
	day := calendar.DateOf(tx.Now()).String()
	given, err := Delegations.Select(tx, "WHERE revoked_at IS NULL AND to_on >= $1 ORDER BY from_on, id", day)
	if err != nil {
		return nil, fmt.Errorf("list delegations: %w", err)
	}
	var out []Standing
	for _, p := range d.Persons() {
		facts, _ := d.Facts(p.ID)
		s := Standing{Person: p, Committed: facts.Committed}
		if u, ok := d.roll.unit(p.Unit); ok {
			s.Unit = u.Name
		}
		for _, post := range d.roll.posts {
			for _, held := range d.officeHeld[post.ID] {
				if held == p.ID {
					s.Posts = append(s.Posts, post)
				}
			}
		}
		for _, c := range d.roll.commitments {
			if c.Person == p.ID && c.SignedOn >= s.Commitment.SignedOn {
				s.Commitment = c
			}
		}
		for _, g := range given {
			if g.To == p.ID {
				s.Delegations = append(s.Delegations, g)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// Designations lists what stands or is to come, in the order of its numbers; at most MaxRegister.
func Designations(tx *store.Tx) ([]Designation, error) {
	day := calendar.DateOf(tx.Now()).String()
	rows, err := Designated.Select(tx, "WHERE revoked_at IS NULL AND (to_on = '' OR to_on >= $1) ORDER BY year, no LIMIT $2", day, MaxRegister)
	if err != nil {
		return nil, fmt.Errorf("list designations: %w", err)
	}
	return rows, nil
}

// Covers reports whether a list of items, none being all, holds one.
func Covers(listed []string, item term.DocumentID) bool {
	return covered(listed, []term.DocumentID{item})
}

// Visible leaves of the items of a delegation or designation what the viewer may know of.
func Visible(tx *store.Tx, v act.Viewer, items []string) ([]string, error) {
	if documents == nil || len(items) == 0 {
		return nil, nil
	}
	return documents.Seen(tx, v, items)
}

// History lists every line of who held a post, the newest first; at most limit.
func History(tx *store.Tx, post term.PostID, limit int) ([]Holding, error) {
	rows, err := Holdings.Select(tx, "WHERE post = $1 ORDER BY from_at IS NULL, from_at DESC, id LIMIT $2", string(post), limit)
	if err != nil {
		return nil, fmt.Errorf("list who held a post: %w", err)
	}
	return rows, nil
}

// ReadBy lists who has read a version of a regulation, in the order of reading.
func ReadBy(tx *store.Tx, pack, version string) ([]Reading, error) {
	rows, err := Readings.Select(tx, "WHERE pack = $1 AND version = $2 ORDER BY read_at, id", pack, version)
	if err != nil {
		return nil, fmt.Errorf("list who has read a regulation: %w", err)
	}
	return rows, nil
}

// Administrators lists the active accounts with a role of administration, by login.
func Administrators(tx *store.Tx, role string) ([]identity.Account, error) {
	list, err := identity.Accounts.Select(tx, "WHERE active = 1 ORDER BY login")
	if err != nil {
		return nil, fmt.Errorf("list the administrators: %w", err)
	}
	return slices.DeleteFunc(list, func(a identity.Account) bool { return !slices.Contains(a.Roles, role) }), nil
}
