package people

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// errFounded: the office was set up before; it is changed by single acts from then on.
var errFounded = refuse.Field("name", "already_founded")

// Bounds of names and references; a command as a whole is bounded by act.
const (
	maxName = 60  // runes
	maxNote = 200 // runes
	maxDays = 366 // of one delegation
)

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,23}$`)

// grades are the three of 涉密人员, in the words of the law of the land.
var grades = term.Closed("grade")

// affiliations say how far an issuer's limit reaches a person.
var affiliations = term.Closed("affiliation")

// UnitKinds lists the kinds a unit can be of.
func UnitKinds() []string { return slices.Clone(unitKinds) }

// unitKinds are the kinds a unit can be of.
var unitKinds = term.Closed("unit_kind")

// nameFault names what is wrong with a name: empty, too long, or with line breaks.
func nameFault(s string, limit int) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "required"
	case utf8.RuneCountInString(s) > limit:
		return "too_long"
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "bad_character"
	}
	return ""
}

// dayFault names what is wrong with a date; an empty one is wrong only where it is required.
func dayFault(s string, required bool) string {
	if s == "" {
		if required {
			return "required"
		}
		return ""
	}
	if _, err := calendar.ParseDate(s); err != nil {
		return "bad_format"
	}
	return ""
}

// packPost finds what a stand such as county/officer names.
func packPost(stand string) (regulation.Post, bool) {
	pack, post, _ := strings.Cut(stand, "/")
	packs, err := shelf()
	if err != nil || packs[pack] == nil {
		return regulation.Post{}, false
	}
	p, ok := packs[pack].Posts[post]
	return p, ok
}

// packUnit reports whether a slot such as county/office is one that a pack asks for.
func packUnit(slot string) bool {
	pack, unit, _ := strings.Cut(slot, "/")
	packs, err := shelf()
	if err != nil || packs[pack] == nil {
		return false
	}
	_, ok := packs[pack].Units[unit]
	return ok
}

// isAdmin reports whether a stand is one of the three administrators', and isBusiness whether it is neither that
// nor a key holder's, which an administrator may be.
func isAdmin(stand string) bool {
	return strings.HasPrefix(stand, basePack+"/") && identity.ValidRole(strings.TrimPrefix(stand, basePack+"/"))
}

func isBusiness(stand string) bool { return !isAdmin(stand) && stand != basePack+"/key_holder" }

// hands are what the law asks of an act after which somebody holds posts: an administrator's, a business one.
type hands struct {
	AdminAfter    bool `fact:"admin_after"`
	BusinessAfter bool `fact:"business_after"`
}

func handsOf(stands []string) hands {
	return hands{slices.ContainsFunc(stands, isAdmin), slices.ContainsFunc(stands, isBusiness)}
}

// mixed reports whether one hand would hold an administrator's post beside a business one.
func mixed(stands []string) bool {
	return slices.ContainsFunc(stands, isAdmin) && slices.ContainsFunc(stands, isBusiness)
}

// refusedBy is a refusal under the clause of base's line for the act, for what the line leaves to the act.
func refusedBy(env act.Env, name, rule string, remedy refuse.RemedyKind, fields ...string) error {
	line, ok := env.Law.Function(name)
	if !ok {
		return fmt.Errorf("act %s: no line in the table of functions: %w", name, refuse.ErrUnavailable)
	}
	return &refuse.Refusal{Act: name, Violations: []refuse.Violation{{
		Clause: line.Clause, Rule: basePack + "/function/" + name + "#" + rule, Fields: fields, Remedy: refuse.Remedy{Kind: remedy},
	}}}
}

// signedByPosts checks the second signatures: where base's line names a post as signer, who signed in that role
// holds it. roles are those of administrators' accounts that belong to nobody of the house, by signer; may be nil.
func signedByPosts(env act.Env, name string, roles map[term.PersonID][]string) error {
	line, ok := env.Law.Function(name)
	if !ok {
		return fmt.Errorf("act %s: no line in the table of functions: %w", name, refuse.ErrUnavailable)
	}
	for _, role := range line.Signers {
		stand, signer := basePack+"/"+role, env.Signer(role)
		if _, isPost := packPost(stand); !isPost || slices.Contains(env.People.Posts(signer), stand) {
			continue
		}
		if isAdmin(stand) && slices.Contains(roles[signer], role) {
			continue
		}
		return refusedBy(env, name, "signer", refuse.Correct, "signed")
	}
	return nil
}

// delegable checks that each act may be given away, and by this post. The error is *refuse.Invalid.
func delegable(law *regulation.Law, post string, acts []string) error {
	bare, isBase := strings.CutPrefix(post, basePack+"/")
	for _, name := range acts {
		line, ok := law.Function(name)
		switch {
		case !ok:
			return refuse.Field("acts", "unknown")
		case !line.Delegable:
			return refuse.Field("acts", "not_delegable")
		case !isBase || !slices.Contains(line.Posts, bare):
			return refuse.Field("post", "not_its_act")
		}
	}
	return nil
}

// given lists the acts that holding these posts gives, by base's table.
func given(law *regulation.Law, stands []string) []string {
	var out []string
	for _, name := range act.Catalogue() {
		line, ok := law.Function(name)
		if ok && slices.ContainsFunc(line.Posts, func(p string) bool { return slices.Contains(stands, basePack+"/"+p) }) {
			out = append(out, name)
		}
	}
	return out
}

// promisedTo is the last day of a commitment signed on a day, as the parameter says (31 January of the next
// year); empty where no adopted pack has one.
func promisedTo(law *regulation.Law, signed calendar.Date) (string, error) {
	v, ok := law.Param("commitment_valid_to")
	if !ok {
		return "", nil
	}
	var d, m = 0, ""
	if _, err := fmt.Sscanf(v.Text, "%d %s", &d, &m); err != nil {
		return "", fmt.Errorf("commitment_valid_to: %w", err)
	}
	for n := calendar.Date(signed); ; n = n.Add(1) {
		if n.Year == signed.Year+1 && n.Day == d && n.Month.String() == m {
			return n.String(), nil
		}
		if n.Year > signed.Year+1 {
			return "", errors.New("commitment_valid_to: a day of the year is expected")
		}
	}
}

// knownPerson answers at the field for somebody who is not here.
func knownPerson(env act.Env, field string, id term.PersonID) error {
	if _, ok := env.People.Facts(id); !ok {
		return refuse.Field(field, "unknown_person")
	}
	return nil
}
