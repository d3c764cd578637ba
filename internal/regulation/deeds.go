package regulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Deed is what a post does itself or delegates by one word (保存): the acts of a rule that asks for the delegation of it.
type Deed struct {
	Word  string
	Acts  []string
	Posts []string // pack/post, who need none
}

var (
	deedPattern     = regexp.MustCompile(`context\.delegated_acts\.contains\("([^"]+)"\)`)
	deedPostPattern = regexp.MustCompile(`context\.actor_posts\.contains\("([^"]+)"\)`)
)

// Deeds lists those of the adopted packs. Whoever is delegated one may do its acts where base's line lets delegates.
func (l *Law) Deeds() []Deed { return l.deeds }

// Staged lists the acts that only a designated unit may do: whoever belongs to one may, where base's line lets delegates.
func (l *Law) Staged() []string { return l.staged }

// takeDeed notes the deed that a rule asks the delegation of; most rules ask for none.
func (l *Law) takeDeed(r RuleText) {
	if strings.Contains(r.Text, "context.designated_stages.contains(") {
		l.staged = append(l.staged, r.Acts...)
	}
	word := deedPattern.FindStringSubmatch(r.Text)
	if word == nil || strings.Contains(word[1], ".") { // an act by its name is no deed
		return
	}
	d := Deed{Word: word[1], Acts: r.Acts}
	for _, post := range deedPostPattern.FindAllStringSubmatch(r.Text, -1) {
		d.Posts = append(d.Posts, post[1])
	}
	l.deeds = append(l.deeds, d)
}

// sourceOfExecutions is the source of a register that keeps a line of each act of a deed.
const sourceOfExecutions = "executions"

// keepExecutions notes when such a register keeps a line of each act.
func (l *Law) keepExecutions(p *Pack, r *Report) error {
	if r.Source != sourceOfExecutions {
		return nil
	}
	for _, other := range p.Rules {
		if word := deedPattern.FindStringSubmatch(other.Text); word == nil || strings.Contains(word[1], ".") {
			continue
		}
		for _, act := range other.Acts {
			words, ok := l.vocabulary[act]
			if !ok {
				continue
			}
			when, err := newCondition(l.under(p, r.Clause, act, r.When), words.Facts, l.params)
			if err != nil {
				return fmt.Errorf("%s/records.yaml: %s: %s: %w", p.Name, r.Name, act, err)
			}
			l.executes[act] = when
		}
	}
	return nil
}

// Executed names the deed of an act of which a register in force keeps a line; empty where none does.
func (l *Law) Executed(act string, k *Known) (string, error) {
	when, kept := l.executes[act]
	if !kept {
		return "", nil
	}
	i := slices.IndexFunc(l.deeds, func(d Deed) bool { return slices.Contains(d.Acts, act) })
	if i < 0 {
		return "", nil
	}
	ok, err := anyHolds([]*condition{when}, k.contexts)
	if err != nil || !ok {
		return "", err
	}
	return l.deeds[i].Word, nil
}
