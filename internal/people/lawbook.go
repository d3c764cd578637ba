package people

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// packNames are the packs an office can adopt, in the order in which they join; base comes before them.
var packNames = regulations.Names

const basePack = "base"

// shelf is every pack of the program, loaded once. The packs are never handed to regulation.New as they are:
// that notes in a pack what it compiles.
var shelf = sync.OnceValues(func() (map[string]*regulation.Pack, error) {
	out := map[string]*regulation.Pack{}
	for _, name := range packNames {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			return nil, fmt.Errorf("load the packs: %w", err)
		}
		out[name] = p
	}
	return out, nil
})

// compile makes the law of adoptions and the office's own parameters.
func compile(adoptions []Adoption, own map[string]string) (*regulation.Law, error) {
	packs, err := shelf()
	if err != nil {
		return nil, err
	}
	vocabulary, err := act.Vocabulary()
	if err != nil {
		return nil, err
	}
	var taken []regulation.Adoption
	for _, a := range adoptions {
		p, ok := packs[a.Pack]
		if !ok || a.Pack == basePack {
			return nil, fmt.Errorf("adopted pack %q: one of the program's packs is expected", a.Pack)
		}
		taken = append(taken, regulation.Adoption{Pack: withOwn(p, own), Parts: a.Parts})
	}
	law, err := regulation.New(withOwn(packs[basePack], own), taken, vocabulary)
	if err != nil {
		return nil, fmt.Errorf("make the law in force: %w", err)
	}
	return law, nil
}

// withOwn is a copy of a pack that says the office's own values. One that a pack does not admit, because it was
// set before that stricter pack was adopted, leaves that pack's as it is: the stricter wins.
func withOwn(p *regulation.Pack, own map[string]string) *regulation.Pack {
	c := *p
	c.Approvals, c.Visibility, c.Obligations = slices.Clone(p.Approvals), slices.Clone(p.Visibility), slices.Clone(p.Obligations)
	c.Watches, c.Records, c.Lists = slices.Clone(p.Watches), slices.Clone(p.Records), slices.Clone(p.Lists)
	c.Checklists, c.Reactions, c.Parameters = slices.Clone(p.Checklists), slices.Clone(p.Reactions), maps.Clone(p.Parameters)
	for i := range c.Lists {
		c.Lists[i].Values = slices.Clone(c.Lists[i].Values)
	}
	for name, text := range own {
		source, ok := p.Parameters[name]
		if !ok {
			continue
		}
		if v, err := admit(source, text); err == nil {
			source.Default = v
			c.Parameters[name] = source
		}
	}
	return &c
}

// lawbook keeps the laws compiled last, by what they are made of.
type lawbook struct {
	mu   sync.Mutex
	laws []compiled // newest use first
	last bound
}

// bound is what was asked last: every act of a day asks the same.
type bound struct {
	roll *roll
	day  calendar.Date
	law  *regulation.Law
}

type compiled struct {
	key string
	law *regulation.Law
}

// keptLaws is how many laws stay compiled: today's, tomorrow's, and those of late entries and audits.
const keptLaws = 6

// of gives the law that binds on a day.
func (b *lawbook) of(r *roll, day calendar.Date) (*regulation.Law, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last.roll == r && b.last.day == day {
		return b.last.law, nil
	}
	law, err := b.find(r, day)
	if err == nil {
		b.last = bound{r, day, law}
	}
	return law, err
}

// find looks among the laws compiled before, or compiles. b.mu is held.
func (b *lawbook) find(r *roll, day calendar.Date) (*regulation.Law, error) {
	adoptions, own := r.inForce(day.String()), r.own()
	var key strings.Builder
	for _, a := range adoptions {
		fmt.Fprintf(&key, "%q %q\n", a.Pack, a.Parts)
	}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		fmt.Fprintf(&key, "%q=%q\n", name, own[name])
	}
	for i, c := range b.laws {
		if c.key == key.String() {
			if i > 0 {
				b.laws = append([]compiled{c}, slices.Delete(b.laws, i, i+1)...)
			}
			return c.law, nil
		}
	}
	law, err := compile(adoptions, own)
	if err != nil {
		return nil, err
	}
	b.laws = append([]compiled{{key.String(), law}}, b.laws...)
	b.laws = b.laws[:min(len(b.laws), keptLaws)]
	return law, nil
}

var errLooser = errors.New("looser than the source")
