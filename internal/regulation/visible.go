package regulation

import (
	"fmt"
	"slices"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/term"
)

// Class says what visibility may look at of an item, packed so that it can stand in a column and a list can
// be filtered in SQL by the same rule that hides a single item.
type Class int

// NewClass packs the four facts.
func NewClass(i Item) Class {
	c := Class(0)
	for bit, on := range []bool{i.Classified, i.Internal, i.ScopeFixed, i.Regime == term.RegimeCompany, i.Regime == term.RegimeWork} {
		if on {
			c |= 1 << bit
		}
	}
	return c
}

// classes is how many there are.
const classes = 32

func (c Class) item() Item {
	i := Item{Classified: c&1 != 0, Internal: c&2 != 0, ScopeFixed: c&4 != 0, Regime: term.RegimeState}
	if c&8 != 0 {
		i.Regime = term.RegimeCompany
	} else if c&16 != 0 {
		i.Regime = term.RegimeWork
	}
	return i
}

// Regime is the one whose law guards an item of the class.
func (c Class) Regime() term.Regime { return c.item().Regime }

// Guards reports whether a predicate in force hides secrets of a regime: whether the law says who may know of them.
func (l *Law) Guards(r term.Regime) bool {
	c := NewClass(NewItem(term.Mimi, r))
	return slices.ContainsFunc(l.hides, func(v hiding) bool { return v.hides(c) })
}

// Sight is what one viewer may know of items: every item of the classes in Open, and of the others only what
// he is related to in one of the ways in By.
type Sight struct {
	Open []Class  // visible to him whatever he has to do with them
	By   []string // in_scope holder asked keeps_case
}

// Sight works out what a viewer with these posts may know. With no predicate in force everything is open. Who has left his posts
// (离岗) and has none again is told nothing by a scope.
func (l *Law) Sight(posts []string, left bool) (Sight, error) {
	var s Sight
	by := map[string]bool{}
	for c := range Class(classes) {
		hidden := false
		for _, v := range l.hides {
			if !v.hides(c) || v.exempt(posts) {
				continue
			}
			hidden = true
			for _, u := range v.Unless {
				by[u] = true
			}
		}
		if !hidden {
			s.Open = append(s.Open, c)
		}
	}
	for _, v := range l.hides { // related in a way that one predicate does not know: the stricter wins
		for u := range by {
			if !slices.Contains(v.Unless, u) && !v.exempt(posts) {
				delete(by, u)
			}
		}
	}
	for u := range by {
		if u != "register_posts" && !(left && u == "in_scope") {
			s.By = append(s.By, u)
		}
	}
	slices.Sort(s.By)
	return s, nil
}

// Sees reports whether the viewer may know an item of a class to which he stands in these ways.
func (s Sight) Sees(c Class, ways []string) bool {
	if slices.Contains(s.Open, c) {
		return true
	}
	return slices.ContainsFunc(ways, func(w string) bool { return slices.Contains(s.By, w) })
}

// hiding is a predicate of an adopted clause with the classes it hides, one bit each: they follow from the text and
// the parameters alone, and are looked up for every act and every page.
type hiding struct {
	*Visibility
	classes uint32
}

func (h hiding) hides(c Class) bool { return h.classes&(1<<c) != 0 }

// hide works out which classes a predicate hides.
func (l *Law) hide(v *Visibility) (hiding, error) {
	h := hiding{Visibility: v}
	cond, err := newCondition(v.When, map[string]string{"classified": "Bool", "internal": "Bool", "scope_fixed": "Bool", "regime": "String"}, l.params)
	if err != nil {
		return h, fmt.Errorf("visibility %s: %w", v.Name, err)
	}
	for c := range Class(classes) {
		i := c.item()
		hides, err := cond.holds(cedar.NewRecord(cedar.RecordMap{
			"classified": cedar.Boolean(i.Classified), "internal": cedar.Boolean(i.Internal),
			"scope_fixed": cedar.Boolean(i.ScopeFixed), "regime": cedar.String(i.Regime),
		}))
		if err != nil {
			return h, fmt.Errorf("visibility %s: %w", v.Name, err)
		}
		if only := v.pack.binds(v.Clause); hides && (only == "" || only == i.Regime) {
			h.classes |= 1 << c
		}
	}
	return h, nil
}

// exempt reports whether the viewer keeps the register this predicate hides.
func (v *Visibility) exempt(posts []string) bool {
	if !slices.Contains(v.Unless, "register_posts") {
		return false
	}
	for _, p := range v.Posts {
		if slices.Contains(posts, v.pack.post(p)) {
			return true
		}
	}
	return false
}
