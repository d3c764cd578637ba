package regulation

import "slices"

// OnPaper stands in a register before the id of an approver who is known from an approval on paper alone.
const OnPaper = "paper:"

// Readers are the posts (pack/post) that may see a register: those its seen_by names, else those that keep the
// register (parameter register_posts).
func (l *Law) Readers(r *Report) []string {
	var out []string
	add := func(post string) {
		if !slices.Contains(out, post) {
			out = append(out, post)
		}
	}
	for _, post := range r.SeenBy {
		add(r.pack.post(post))
	}
	if len(r.SeenBy) > 0 {
		return out
	}
	if keepers, ok := l.Param("register_posts"); ok {
		for _, post := range keepers.List {
			add("base/" + post)
		}
	}
	return out
}

// Readable lists the registers in force that the holder of some posts may see, in the order of the packs. Nobody sees
// a register by having none: without posts there is none.
func (l *Law) Readable(posts []string) []*Report {
	var out []*Report
	for _, p := range l.packs {
		for i := range p.Records {
			r := p.Records[i].Report
			if r == nil {
				continue
			}
			have := l.reports[p.Name+"/"+r.Name]
			if have == nil || slices.Contains(out, have) {
				continue
			}
			if slices.ContainsFunc(l.Readers(have), func(post string) bool { return slices.Contains(posts, post) }) {
				out = append(out, have)
			}
		}
	}
	return out
}
