package counter

import (
	"slices"
	"strings"

	"jiyao/internal/term"
)

// decider is somebody whose post can give leave for an act.
type decider struct {
	id    term.PersonID
	name  string
	posts []string // their titles
}

// deciders are who holds a post of which some approval of an act speaks, by post. Whether one of them decides in a matter is
// the desk's answer.
func (v Viewer) deciders(act string) []decider {
	var out []decider
	for _, post := range v.Law.Deciders(act) {
		title := PostTitle(v.Law, post)
		for _, id := range v.People.Holders(post) {
			i := slices.IndexFunc(out, func(d decider) bool { return d.id == id })
			if i < 0 {
				i, out = len(out), append(out, decider{id: id, name: v.People.Name(id)})
			}
			if !slices.Contains(out[i].posts, title) {
				out[i].posts = append(out[i].posts, title)
			}
		}
	}
	return out
}

// AsksFirst reports whether an act on an item of this level begins with asking leave: a secret, and somebody gives it.
func (v Viewer) AsksFirst(act string, level term.Level) bool {
	return level.Classified() && len(v.Law.Deciders(act)) > 0
}

func (d decider) initial() string {
	for _, r := range d.name {
		return string(r)
	}
	return ""
}

func (d decider) titles(separator string) string { return strings.Join(d.posts, separator) }
