package people

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// The codes of a warning; locale makes the sentences.
const (
	PostVacant  = "post_vacant"    // required, and nobody holds it
	PostFalls   = "post_falls_to"  // optional and vacant: its work falls to To
	PostIdle    = "post_nobody"    // optional and vacant: what it does is not done here
	TooFew      = "post_too_few"   // fewer holders than the pack asks for
	TooMany     = "post_too_many"  // more
	UnitWithout = "unit_without"   // a unit in which nobody holds the post
	SlotVacant  = "unit_vacant"    // no unit stands for what the pack calls so
	AdminMixed  = "admin_mixed"    // one hand for two administrators
	SameName    = "same_name"      // Who has the name of To: a list of names cannot tell them apart
	NotAdopted  = "pack_unadopted" // an office post stands for a pack that is never adopted
)

// Warning is something in the set-up that some clause will wait for in vain, or that people will stumble over.
type Warning struct {
	Code string        `json:"code"`
	Pack string        `json:"pack"`
	Post string        `json:"post,omitempty"` // of the pack
	Unit term.UnitID   `json:"unit,omitempty"`
	To   string        `json:"to,omitempty"`
	Who  term.PersonID `json:"who,omitempty"`
}

// Check lists what the adopted packs ask of the office and do not find, in the order of the packs. Packs that
// will come into force later count.
func Check(d *Directory) ([]Warning, error) {
	packs, err := shelf()
	if err != nil {
		return nil, err
	}
	adopted := []string{basePack}
	for _, name := range packNames {
		if name != basePack && slices.ContainsFunc(d.roll.adoptions, func(a Adoption) bool { return a.Pack == name }) {
			adopted = append(adopted, name)
		}
	}
	var out []Warning
	for _, name := range adopted {
		p := packs[name]
		for _, post := range slices.Sorted(maps.Keys(p.Posts)) {
			out = append(out, d.checkPost(name, post, p.Posts[post], unitsOf(p, post))...)
		}
		for _, slot := range slices.Sorted(maps.Keys(p.Units)) {
			if !slices.ContainsFunc(d.roll.units, func(u Unit) bool { return slices.Contains(u.Slots, name+"/"+slot) }) {
				out = append(out, Warning{Code: SlotVacant, Pack: name, Post: slot})
			}
		}
	}
	for _, post := range d.roll.posts {
		for _, s := range post.Stands {
			if pack, bare, _ := strings.Cut(s, "/"); !slices.Contains(adopted, pack) {
				out = append(out, Warning{Code: NotAdopted, Pack: pack, Post: bare})
			}
		}
	}
	first := map[string]term.PersonID{}
	for _, p := range d.roll.persons {
		if other, taken := first[p.Name]; taken {
			out = append(out, Warning{Code: SameName, Pack: basePack, To: string(other), Who: p.ID})
			continue
		}
		first[p.Name] = p.ID
	}
	return append(out, d.checkAdmins()...), nil
}

// Vain lists what of the adopted packs can never be satisfied, or never be reached, in this office and this program.
// Packs that will come into force later count.
func Vain(d *Directory) ([]regulation.Vain, error) {
	law, err := compile(d.roll.adoptions, d.roll.own())
	if err != nil {
		return nil, err
	}
	return law.Vain(func(post string) bool { return len(d.Holders(post)) > 0 }), nil
}

// held lists who was assigned the post, without those to whom a vacant one falls.
func (d *Directory) held(stand string) []term.PersonID {
	var out []term.PersonID
	for _, p := range d.roll.posts {
		if slices.Contains(p.Stands, stand) {
			for _, person := range d.officeHeld[p.ID] {
				out = add(out, person)
			}
		}
	}
	return out
}

// unitsOf says in which kinds of unit a pack wants a post of each unit: departments, unless its own parameter
// names the kinds for liaisons.
func unitsOf(p *regulation.Pack, post string) []string {
	if own, ok := p.Parameters["liaison_units"]; ok && post == postLiaison {
		return own.Default.List
	}
	return []string{KindOffice, KindDepartment}
}

func (d *Directory) checkPost(pack, name string, p regulation.Post, kinds []string) []Warning {
	held := d.held(pack + "/" + name)
	n, more, exact := leastOf(p.Count)
	switch {
	case p.Count == "each unit":
		return d.checkUnits(pack, name, p, kinds)
	case p.Count == "each device":
		return nil // devices know whether they have one
	case len(held) == 0 && p.FallsTo == "nobody":
		return []Warning{{Code: PostIdle, Pack: pack, Post: name}}
	case len(held) == 0 && p.FallsTo != "":
		return []Warning{{Code: PostFalls, Pack: pack, Post: name, To: p.FallsTo}}
	case len(held) == 0 && exact && n > 0:
		return []Warning{{Code: PostVacant, Pack: pack, Post: name}}
	case len(held) == 0:
		return []Warning{{Code: PostIdle, Pack: pack, Post: name}}
	case len(held) < n:
		return []Warning{{Code: TooFew, Pack: pack, Post: name}}
	case !more && len(held) > n && exact:
		return []Warning{{Code: TooMany, Pack: pack, Post: name}}
	}
	return nil
}

// leastOf reads a count: "1" is exactly one, "2+" two or more, "0+" and "optional" none or more.
func leastOf(count string) (n int, more, counted bool) {
	bare, more := strings.CutSuffix(count, "+")
	n, err := strconv.Atoi(bare)
	return n, more, err == nil
}

// checkUnits looks for units of these kinds without the post.
func (d *Directory) checkUnits(pack, name string, p regulation.Post, kinds []string) []Warning {
	var out []Warning
	for _, u := range d.roll.units {
		if !slices.Contains(kinds, u.Kind) {
			continue
		}
		found := slices.ContainsFunc(d.roll.posts, func(post Post) bool {
			return post.Unit == u.ID && slices.Contains(post.Stands, pack+"/"+name) && len(d.officeHeld[post.ID]) > 0
		})
		if !found {
			out = append(out, Warning{Code: UnitWithout, Pack: pack, Post: name, Unit: u.ID, To: p.FallsTo})
		}
	}
	return out
}

// checkAdmins looks for one hand that holds two administrators' posts, or one beside a business post.
func (d *Directory) checkAdmins() []Warning {
	var out []Warning
	for _, p := range d.roll.persons {
		n := 0
		for _, s := range d.posts[p.ID] {
			if isAdmin(s) {
				n++
			}
		}
		if n > 1 || mixed(d.posts[p.ID]) {
			out = append(out, Warning{Code: AdminMixed, Pack: basePack, Who: p.ID})
		}
	}
	return out
}

// Today is the day of the directory, for pages that print it.
func (d *Directory) Today() calendar.Date { return calendar.DateOf(d.from) }
