package people

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// The kinds of unit and the ends of post names that the product itself must know.
const (
	KindOffice     = "office"     // 办公室
	KindDepartment = "department" // 部门、科室
	postHead       = "department_head"
	postLiaison    = "liaison"
)

// Directory is who held what at one moment. It implements act.Directory, is safe for concurrent use and never
// changes. Callers must not write into the slices it gives.
type Directory struct {
	roll        *roll
	from, until time.Time // it is true for every moment in [from, until)
	persons     map[term.PersonID]entry
	posts       map[term.PersonID][]string
	holders     map[string][]term.PersonID
	officeHeld  map[term.PostID][]term.PersonID // by the office's own post
	members     map[term.UnitID][]term.PersonID
	given       map[term.PersonID][]string // acts by delegation
	deeds       map[term.PersonID][]Delegation
	designated  []Designation // of the day
}

type entry struct {
	Person
	gone  bool
	facts regulation.Person
}

// Load reads the tables and gives the directory of one moment.
func Load(tx *store.Tx, at time.Time) (*Directory, error) {
	r, err := readRoll(tx)
	if err != nil {
		return nil, err
	}
	return r.directory(at)
}

// directory works out one moment. What a day decides (delegations, commitments) holds from 00:00 to 24:00.
func (r *roll) directory(at time.Time) (*Directory, error) {
	at = at.In(calendar.Zone)
	day := calendar.DateOf(at)
	d := &Directory{
		roll: r, from: day.Start(), until: day.End(), persons: map[term.PersonID]entry{}, posts: map[term.PersonID][]string{},
		holders: map[string][]term.PersonID{}, officeHeld: map[term.PostID][]term.PersonID{},
		members: map[term.UnitID][]term.PersonID{}, given: map[term.PersonID][]string{},
		deeds: map[term.PersonID][]Delegation{},
	}
	for _, p := range r.persons {
		d.bound(at, p.LeftAt)
		e := entry{Person: p, gone: !p.LeftAt.IsZero() && !at.Before(p.LeftAt)}
		d.persons[p.ID] = e
		if !e.gone && p.Unit != "" {
			d.members[p.Unit] = append(d.members[p.Unit], p.ID)
		}
	}
	d.hold(at)
	if err := d.fall(); err != nil {
		return nil, err
	}
	d.delegated(day.String())
	d.designate(day.String())
	d.fill(day.String())
	return d, nil
}

// bound narrows the time for which the directory is true by an instant at which something changes.
func (d *Directory) bound(at, change time.Time) {
	switch {
	case change.IsZero():
	case change.After(at) && change.Before(d.until):
		d.until = change
	case !change.After(at) && change.After(d.from):
		d.from = change
	}
}

func (d *Directory) hold(at time.Time) {
	stands := map[term.PostID][]string{}
	for _, p := range d.roll.posts {
		stands[p.ID] = p.Stands
	}
	for _, h := range d.roll.holdings {
		d.bound(at, h.From)
		d.bound(at, h.Until)
		person, known := d.persons[h.Person]
		if !known || person.gone || h.From.After(at) || !h.Until.IsZero() && !at.Before(h.Until) {
			continue
		}
		d.officeHeld[h.Post] = add(d.officeHeld[h.Post], h.Person)
		for _, s := range stands[h.Post] {
			d.holders[s] = add(d.holders[s], h.Person)
			d.posts[h.Person] = add(d.posts[h.Person], s)
		}
	}
}

// fall passes the work of a vacant optional post to the post its pack names, over several steps if need be.
func (d *Directory) fall() error {
	packs, err := shelf()
	if err != nil {
		return err
	}
	for _, name := range packNames {
		posts := packs[name].Posts
		for _, vacant := range slices.Sorted(maps.Keys(posts)) {
			if posts[vacant].FallsTo == "" || len(d.holders[name+"/"+vacant]) > 0 {
				continue
			}
			to := posts[vacant].FallsTo
			for range len(posts) { // the end of a ring is nobody
				if len(d.holders[name+"/"+to]) > 0 || posts[to].FallsTo == "" {
					break
				}
				to = posts[to].FallsTo
			}
			for _, p := range d.holders[name+"/"+to] {
				d.posts[p] = add(slices.Clone(d.posts[p]), name+"/"+vacant)
			}
		}
	}
	for p, list := range d.posts {
		for _, post := range list {
			d.holders[post] = add(d.holders[post], p)
		}
	}
	for post := range d.holders {
		slices.Sort(d.holders[post])
	}
	return nil
}

// delegated notes what is given on a day, by somebody who still holds the post he gave it from.
func (d *Directory) delegated(day string) {
	for _, g := range d.roll.delegations {
		switch to, known := d.persons[g.To]; {
		case !known || to.gone || !g.Revoked.IsZero():
		case day < g.FirstDay || day > g.LastDay:
		case !slices.Contains(d.posts[g.By], g.Post):
		default:
			for _, act := range g.Acts {
				d.given[g.To] = add(d.given[g.To], act)
			}
			if len(g.Deeds) > 0 {
				d.deeds[g.To] = append(d.deeds[g.To], g)
			}
		}
	}
}

// fill works out the facts of each person who is here.
func (d *Directory) fill(day string) {
	signed, committed := map[term.PersonID]bool{}, map[term.PersonID]bool{}
	for _, c := range d.roll.commitments {
		if c.SignedOn > day {
			continue
		}
		signed[c.Person] = true
		committed[c.Person] = committed[c.Person] || c.ValidTo == "" || day <= c.ValidTo
	}
	for id, e := range d.persons {
		if e.gone {
			continue
		}
		e.facts = regulation.Person{
			ID: id, Grade: e.Grade, CommitmentSigned: signed[id], Committed: committed[id],
			PersonPosts: d.posts[id], PersonInOffice: d.InOffice(id), Left: !e.LeftPostAt.IsZero(),
		}
		d.persons[id] = e
	}
}

func add[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// Posts are those a person holds himself, as pack/post, vacant ones that fall to him included.
func (d *Directory) Posts(id term.PersonID) []string { return d.posts[id] }

// Acting are the acts that a person has by delegation today. A delegation gives acts, never a post.
func (d *Directory) Acting(id term.PersonID) (posts, acts []string) { return nil, d.given[id] }

// Facts are what the law may know of a person; false for who is unknown or has left.
func (d *Directory) Facts(id term.PersonID) (regulation.Person, bool) {
	e, ok := d.persons[id]
	if !ok || e.gone {
		return regulation.Person{}, false
	}
	return e.facts, true
}

// Name is for signatures and slips, of who has left too; empty when unknown.
func (d *Directory) Name(id term.PersonID) string { return d.persons[id].Name }

// Unit is where the person belongs; empty when unknown or in none.
func (d *Directory) Unit(id term.PersonID) term.UnitID { return d.persons[id].Unit }

// Members are the persons of a unit who are here, in order of id.
func (d *Directory) Members(id term.UnitID) []term.PersonID { return d.members[id] }

// Holders are the persons who hold a post (pack/post), in order of id.
func (d *Directory) Holders(post string) []term.PersonID { return d.holders[post] }

// Assigned are the persons who hold one of the office's own posts.
func (d *Directory) Assigned(post term.PostID) []term.PersonID { return d.officeHeld[post] }

// InOffice reports whether the person belongs to the office's own 办公室.
func (d *Directory) InOffice(id term.PersonID) bool {
	e, ok := d.persons[id]
	if !ok || e.gone {
		return false
	}
	u, ok := d.roll.unit(e.Unit)
	return ok && u.Kind == KindOffice
}

// ownStaff is the affiliation of the office's own people, ofBranch that of its people elsewhere.
const (
	ownStaff = "staff"
	ofBranch = "branch"
)

// Affiliation is staff, system or stranger; empty when unknown or gone, which no issuer's limit takes.
func (d *Directory) Affiliation(id term.PersonID) string {
	if e := d.persons[id]; !e.gone {
		return e.Affiliation
	}
	return ""
}

// Units lists all units in order of id.
func (d *Directory) Units() []Unit { return d.roll.units }

// UnitName is what a unit is called; empty when there is none.
func (d *Directory) UnitName(id term.UnitID) string {
	for _, u := range d.roll.units {
		if u.ID == id {
			return u.Name
		}
	}
	return ""
}

// Persons lists everybody who is here, in order of id.
func (d *Directory) Persons() []Person {
	var out []Person
	for _, p := range d.roll.persons {
		if !d.persons[p.ID].gone {
			out = append(out, p)
		}
	}
	return out
}

// Business reports whether somebody can be named in a business act: he is here and none of the three administrators.
func (d *Directory) Business(id term.PersonID) bool {
	e, known := d.persons[id]
	return known && !e.gone && !slices.ContainsFunc(d.posts[id], isAdmin)
}

// Deputises reports whether somebody can be given acts of a post: he is here, of the office or a branch of it, and no administrator.
func (d *Directory) Deputises(id term.PersonID) bool { return deputises(d, id) }

// Staffing lists everybody who can be named in a business act, in order of id.
func (d *Directory) Staffing() []Person {
	return slices.DeleteFunc(d.Persons(), func(p Person) bool { return !d.Business(p.ID) })
}

// OfficePosts lists the office's own posts in order of id.
func (d *Directory) OfficePosts() []Post { return d.roll.posts }

// HeadOf gives who heads a unit, by any pack's name for it; empty when nobody does.
func (d *Directory) HeadOf(unit term.UnitID) term.PersonID {
	if heads := d.inUnit(unit, postHead); len(heads) > 0 {
		return heads[0]
	}
	return ""
}

// Liaisons are the 协管员 of a unit.
func (d *Directory) Liaisons(unit term.UnitID) []term.PersonID { return d.inUnit(unit, postLiaison) }

// Receives lists the units for which a person receives copies: those whose head or liaison he is. A directory of
// another kind knows of none.
func Receives(people act.Directory, reader term.PersonID) []term.UnitID {
	d, ok := people.(*Directory)
	if !ok {
		return nil
	}
	var out []term.UnitID
	for _, u := range d.Units() {
		if d.HeadOf(u.ID) == reader || slices.Contains(d.Liaisons(u.ID), reader) {
			out = append(out, u.ID)
		}
	}
	return out
}

// inUnit lists who holds a post of this unit that stands for a pack's post of that name.
func (d *Directory) inUnit(unit term.UnitID, name string) []term.PersonID {
	var out []term.PersonID
	for _, p := range d.roll.posts {
		if p.Unit == unit && unit != "" && standsFor(p, name) {
			for _, person := range d.officeHeld[p.ID] {
				out = add(out, person)
			}
		}
	}
	return out
}

func standsFor(p Post, name string) bool {
	return slices.ContainsFunc(p.Stands, func(s string) bool { return strings.HasSuffix(s, "/"+name) })
}

// String is for logs: sizes, no names.
func (d *Directory) String() string {
	return fmt.Sprintf("directory of %d persons, %d units, from %s", len(d.persons), len(d.roll.units), d.from.Format(time.RFC3339))
}
