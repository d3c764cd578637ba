package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// fault is what does not fit together in a founding, with its line where it came from a file.
type fault struct {
	line  int
	field string
	code  string
	want  string // what was expected, for who wrote the file
}

func (f *fault) invalid() error {
	return &refuse.Invalid{Fields: []refuse.FieldError{{Field: f.field, Code: f.code, Args: map[string]string{"expected": f.want}}}}
}

// check holds the founding together: every name means something and means one thing. It gives the first fault.
func (f Found) check() *fault {
	if _, err := shelf(); err != nil {
		return &fault{1, "adopt", "unavailable", "a program whose packs load: " + err.Error()}
	}
	if code := nameFault(f.Name, maxName); code != "" {
		return &fault{1, "name", code, "the office's name of at most 60 characters"}
	}
	if f.Room != "" && nameFault(f.Room, maxName) != "" {
		return &fault{1, "room", "bad_format", "the room's name of at most 60 characters"}
	}
	if !f.Regime.Valid() {
		return &fault{1, "regime", "not_in_list", "state, work or company"}
	}
	for _, step := range []func() *fault{f.Zone.check, f.checkUnits, f.checkPosts, f.checkPersons, f.checkPacks, f.checkParameters, f.checkSetup} {
		if bad := step(); bad != nil {
			return bad
		}
	}
	return nil
}

func (z Zoning) check() *fault {
	switch {
	case !z.Zone.Valid():
		return &fault{1, "zone", "not_in_list", "office, classified or company"}
	case dayFault(z.TestedOn, false) != "" || dayFault(z.ExpiresOn, false) != "":
		return &fault{1, "zone", "bad_format", "tested_on and expires_on like 2026-03-02"}
	case z.ApprovedLevel != "" && !z.ApprovedLevel.Valid():
		return &fault{1, "zone", "not_in_list", "approved_level: one of the five levels"}
	case z.CipherClass != "" && !slices.Contains(cipherClasses, z.CipherClass):
		return &fault{1, "zone", "not_in_list", "cipher_class: 核心密码 or 普通密码"}
	}
	return nil
}

// cipherClasses are the two of a classified network.
var cipherClasses = term.Closed("cipher_class")

const wantID = "an id of its own: up to 24 of a–z 0–9 - _, beginning with a letter"

func (f Found) checkUnits() *fault {
	seen := map[term.UnitID]bool{}
	for _, u := range f.Units {
		switch {
		case !idPattern.MatchString(string(u.ID)) || seen[u.ID]:
			return &fault{u.line, "units.id", "bad_format", wantID}
		case nameFault(u.Name, maxName) != "":
			return &fault{u.line, "units.name", nameFault(u.Name, maxName), "a name of at most 60 characters"}
		case !slices.Contains(unitKinds, u.Kind):
			return &fault{u.line, "units.kind", "not_in_list", strings.Join(unitKinds, ", ")}
		}
		for _, s := range u.Slots {
			if !packUnit(s) {
				return &fault{u.line, "units.slots", "unknown", fmt.Sprintf("%s: a unit that a pack asks for, such as county/office", s)}
			}
		}
		seen[u.ID] = true
	}
	return nil
}

func (f Found) hasUnit(id term.UnitID) bool {
	return slices.ContainsFunc(f.Units, func(u FoundUnit) bool { return u.ID == id })
}

func (f Found) checkPosts() *fault {
	seen := map[term.PostID]bool{}
	for _, p := range f.Posts {
		switch {
		case !idPattern.MatchString(string(p.ID)) || seen[p.ID]:
			return &fault{p.line, "posts.id", "bad_format", wantID}
		case nameFault(p.Name, maxName) != "":
			return &fault{p.line, "posts.name", nameFault(p.Name, maxName), "a name of at most 60 characters"}
		case p.Unit != "" && !f.hasUnit(p.Unit):
			return &fault{p.line, "posts.unit", "unknown", fmt.Sprintf("%s: a unit of this file", p.Unit)}
		case mixed(p.Stands):
			return &fault{p.line, "posts.stands", "administrator", "a post that is either an administrator's or a business post"}
		}
		for _, s := range p.Stands {
			if _, ok := packPost(s); !ok {
				return &fault{p.line, "posts.stands", "unknown", fmt.Sprintf("%s: a post of a pack, such as county/officer", s)}
			}
		}
		seen[p.ID] = true
	}
	return nil
}

func (f Found) checkPersons() *fault {
	stands := map[term.PostID][]string{}
	for _, p := range f.Posts {
		stands[p.ID] = p.Stands
	}
	ids, logins := map[term.PersonID]bool{}, map[string]bool{}
	for _, p := range f.Persons {
		if bad := f.checkPerson(p, stands); bad != nil {
			return bad
		}
		if p.Login != "" && logins[p.Login] || ids[p.ID] {
			return &fault{p.line, "people.id", "bad_format", "an id and a login that nobody else has"}
		}
		ids[p.ID], logins[p.Login] = true, true
	}
	return nil
}

func (f Found) checkPerson(p FoundPerson, stands map[term.PostID][]string) *fault {
	c := p.Commitment
	switch {
	case !idPattern.MatchString(string(p.ID)):
		return &fault{p.line, "people.id", "bad_format", wantID}
	case nameFault(p.Name, maxName) != "":
		return &fault{p.line, "people.name", nameFault(p.Name, maxName), "a name of at most 60 characters"}
	case p.Unit != "" && !f.hasUnit(p.Unit):
		return &fault{p.line, "people.unit", "unknown", fmt.Sprintf("%s: a unit of this file", p.Unit)}
	case p.Affiliation != "" && !slices.Contains(affiliations, p.Affiliation):
		return &fault{p.line, "people.affiliation", "not_in_list", strings.Join(affiliations, ", ")}
	case p.Grade != "" && !slices.Contains(grades, p.Grade):
		return &fault{p.line, "people.grade", "not_in_list", strings.Join(grades, ", ")}
	case dayFault(c.SignedOn, c.ValidTo != "") != "" || dayFault(c.ValidTo, false) != "" || c.ValidTo != "" && c.ValidTo < c.SignedOn:
		return &fault{p.line, "people.commitment", "bad_format", "signed_on and a later valid_to like 2026-03-02"}
	case p.Admin != "" && !identity.ValidRole(p.Admin):
		return &fault{p.line, "people.admin", "not_in_list", "sys_admin, sec_admin or audit_admin"}
	}
	if login, err := identity.NewLogin(p.Login); p.Login != "" && (err != nil || login != p.Login) {
		return &fault{p.line, "people.login", "bad_format", "a login of lower-case letters a to z, digits, dot, dash and underscore"}
	}
	var all []string
	for i, post := range p.Posts {
		s, ok := stands[post]
		if !ok || slices.Contains(p.Posts[:i], post) {
			return &fault{p.line, "people.posts", "unknown", fmt.Sprintf("%s: a post of this file, once", post)}
		}
		all = append(all, s...)
	}
	if p.Admin != "" {
		all = append(all, basePack+"/"+p.Admin)
	}
	if mixed(all) {
		return &fault{p.line, "people.posts", "administrator", "an administrator without a business post"}
	}
	if slices.ContainsFunc(all, isAdmin) && (p.Admin == "" || slices.ContainsFunc(all, func(s string) bool { return isAdmin(s) && s != basePack+"/"+p.Admin })) {
		return &fault{p.line, "people.admin", "administrator", "admin: the one role whose post this person holds"}
	}
	return nil
}

func (f Found) checkPacks() *fault {
	for i, a := range f.Adopt {
		if code, want := adoptFault(a.adoption()); code != "" {
			return &fault{a.line, "adopt", code, want}
		}
		if slices.ContainsFunc(f.Adopt[:i], func(b FoundPack) bool { return b.Pack == a.Pack }) {
			return &fault{a.line, "adopt", "twice", "each pack once"}
		}
	}
	return nil
}

// adoptFault names what is wrong with an adoption in itself: pack, parts, date.
func adoptFault(a Adoption) (code, want string) {
	packs, err := shelf()
	if err != nil {
		return "unavailable", err.Error()
	}
	p := packs[a.Pack]
	if p == nil || a.Pack == basePack {
		return "unknown", fmt.Sprintf("%q: one of %s", a.Pack, strings.Join(packNames[1:], ", "))
	}
	for i, part := range a.Parts {
		known := slices.ContainsFunc(p.Parts, func(have regulation.Part) bool { return have.ID == part })
		if !known || slices.Contains(a.Parts[:i], part) {
			return "unknown_part", fmt.Sprintf("part %q: a part of %s, once", part, a.Pack)
		}
	}
	if code := dayFault(a.InForceFrom, true); code != "" {
		return code, "in_force_from like 2026-03-02"
	}
	for _, s := range append([]string{a.Version, a.Basis, a.Digest}, a.Units...) {
		if s != "" && nameFault(s, maxNote) != "" {
			return "too_long", "at most 200 characters on one line"
		}
	}
	return "", ""
}

func (f Found) checkParameters() *fault {
	own := map[string]string{}
	for _, p := range f.Parameters {
		if _, twice := own[p.Name]; twice {
			return &fault{p.line, "parameters", "twice", "each parameter once"}
		}
		own[p.Name] = p.Value
		if code, want := parameterFault(f.adoptedPacks(), p.Name, p.Value); code != "" {
			return &fault{p.line, "parameters", code, want}
		}
	}
	return nil
}

func (f Found) adoptedPacks() []string {
	out := []string{basePack}
	for _, a := range f.Adopt {
		out = append(out, a.Pack)
	}
	return out
}

// parameterFault names what is wrong with an own value: no adopted pack has it, or one of them is stricter.
func parameterFault(packs []string, name, value string) (code, want string) {
	all, err := shelf()
	if err != nil {
		return "unavailable", err.Error()
	}
	found := false
	for _, pack := range packs {
		source, ok := all[pack].Parameters[name]
		if !ok {
			continue
		}
		found = true
		switch _, err := admit(source, value); {
		case errors.Is(err, errLooser):
			return "looser", fmt.Sprintf("%s: nothing looser than %s of %s", name, source.Default, pack)
		case err != nil:
			return "bad_format", fmt.Sprintf("%s: %v", name, err)
		}
	}
	if !found {
		return "unknown", fmt.Sprintf("%s: a parameter of base or of an adopted pack", name)
	}
	return "", ""
}

// checkSetup tries the law that the office would live under.
func (f Found) checkSetup() *fault {
	r := f.roll()
	for _, a := range r.adoptions {
		if _, err := compile(r.inForce(a.InForceFrom), r.own()); err != nil {
			return &fault{1, "adopt", "does_not_join", err.Error()}
		}
	}
	return nil
}
