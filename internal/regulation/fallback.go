package regulation

import "fmt"

// left is a fallback duty without what it gives way to: where another adopted pack has the same owner owe one for each of the same
// from the same act on, and when it does. What that leaves out base still wants.
func (l *Law) left(p *Pack, o *Obligation) *Obligation {
	if !o.Fallback {
		return o
	}
	rest := *o
	rest.Opens = nil
	for _, op := range o.Opens {
		if when, ever := l.besides(p, o, op); ever {
			op.When = when
			rest.Opens = append(rest.Opens, op)
		}
	}
	return &rest
}

// besides is when a fallback duty is opened by an act that opens one like it in other packs; false: never.
func (l *Law) besides(p *Pack, like *Obligation, op Opening) (when string, ever bool) {
	when = op.When
	for _, other := range l.packs {
		for _, o := range other.Obligations {
			if other == p || o.Owner != like.Owner || o.ForEach != like.ForEach || !l.adopted[o.Clause] {
				continue
			}
			for _, own := range o.Opens {
				if own.On != op.On {
					continue
				}
				owed := l.under(other, o.Clause, own.On, own.When)
				if owed == "" || owed == op.When {
					return "", false
				}
				when = fmt.Sprintf("(%s) && !(%s)", orText(when, "true"), owed)
			}
		}
	}
	return when, true
}
