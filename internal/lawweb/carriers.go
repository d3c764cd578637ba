package lawweb

import (
	"context"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// carrier is one thing that carries a clause, as a line of the page.
type carrier struct {
	Letter  string
	Key     string // law.carrier.KEY
	Acts    []string
	Posts   []string // who may, who owes, who signs (pack/post)
	Remedy  string   // pack/post, nobody, force, or empty
	Text    string   // due rule, fields: as the pack spells it
	Missing bool     // the act is not in this version
}

// carriersOf lists what carries a clause, in the order of the files of its pack.
func carriersOf(law *regulation.Law, p *regulation.Pack, id term.Clause) []carrier {
	var out []carrier
	add := func(c carrier) {
		if c.Letter == "" {
			c.Letter = "E"
		}
		c.Missing = len(c.Acts) > 0 && !slices.ContainsFunc(c.Acts, known)
		out = append(out, c)
	}
	for _, r := range p.Rules {
		if r.Clause == id {
			add(carrier{Letter: r.Letter, Key: "rule", Acts: r.Acts, Remedy: orNobody(p, r.Remedy)})
		}
	}
	for _, f := range p.Functions {
		if f.Clause == id {
			add(carrier{Key: "function", Acts: []string{f.Act}, Posts: named(p, f.Posts)})
		}
	}
	for _, a := range p.Approvals {
		if a.Clause == id {
			posts := a.Posts
			if slices.Contains(posts, "unnamed") {
				posts = []string{a.Default}
			}
			add(carrier{Key: "approval", Acts: []string{a.Act}, Posts: named(p, posts)})
		}
	}
	for _, v := range p.Visibility {
		if v.Clause == id {
			add(carrier{Key: "visibility", Posts: named(p, v.Posts)})
		}
	}
	duties(law, p, id, add)
	books(p, id, add)
	return out
}

func duties(law *regulation.Law, p *regulation.Pack, id term.Clause, add func(carrier)) {
	for _, o := range p.Obligations {
		if o.Clause != id {
			continue
		}
		c := carrier{Letter: orText(o.Letter, "S"), Key: "duty", Text: filled(law, p, o.Due)}
		if c.Text == "" {
			c.Key, c.Text = "reminder", filled(law, p, o.Every)
		}
		if !strings.HasPrefix(o.Owner, "person:") {
			c.Posts = named(p, []string{o.Owner})
		}
		for _, on := range o.Opens {
			if on.On != "" {
				c.Acts = append(c.Acts, on.On)
			}
		}
		add(c)
		if o.Guard != nil {
			add(carrier{Key: "guard", Acts: []string{o.Guard.Act}, Remedy: orNobody(p, o.Guard.Remedy)})
		}
	}
	for _, w := range p.Watches {
		if w.Clause == id {
			add(carrier{Letter: orText(w.Letter, "S"), Key: "watch", Acts: w.After})
		}
	}
}

func books(p *regulation.Pack, id term.Clause, add func(carrier)) {
	for _, r := range p.Records {
		if r.Clause != id {
			continue
		}
		if len(r.Needs) > 0 {
			var fields []string
			for _, n := range r.Needs {
				fields = append(fields, n.Field)
			}
			add(carrier{Letter: "R", Key: "needs", Acts: []string{r.Act}, Text: strings.Join(fields, " ")})
		}
		if len(r.Inherit) > 0 {
			add(carrier{Letter: "R", Key: "inherit", Acts: []string{r.Act}})
		}
		if r.Report != nil {
			add(carrier{Letter: "R", Key: "report", Text: r.Report.Name})
		}
	}
	for _, l := range p.Lists {
		for _, v := range l.Values {
			if v.Clause == id {
				key, letter := listKey(l.Of)
				add(carrier{Letter: letter, Key: key, Text: v.Value})
			}
		}
	}
	for _, c := range p.Checklists {
		for _, line := range c.Lines {
			if line.Clause == id {
				add(carrier{Letter: "T", Key: "sheet", Text: orText(line.Title, c.Title), Posts: named(p, c.Signed)})
			}
		}
	}
	for _, r := range p.Reactions {
		if r.Clause == id {
			add(carrier{Letter: orText(r.Letter, "X"), Key: "reaction", Acts: slices.Concat(r.OnRefused, r.OnHidden, r.OnDone)})
		}
	}
}

// listKey is the sentence of a word of a closed list, and how it is enforced: a kind of case opens one, any other word is of a book.
func listKey(of string) (key, letter string) {
	if of == "incident.open.kind" {
		return "list", "X"
	}
	return "word", "R"
}

// known reports whether an act is in this version.
func known(name string) bool {
	_, ok := act.CommandType(name)
	return ok
}

// inForce tells by letter what runs: a carrier whose acts are all still to come carries nothing.
func inForce(list []carrier) map[string]bool {
	out := map[string]bool{}
	for _, c := range list {
		if !c.Missing {
			out[c.Letter] = true
		}
	}
	return out
}

func orText(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func orNobody(p *regulation.Pack, remedy string) string {
	switch remedy {
	case "", "nobody":
		return "nobody"
	case "force", "correct":
		return remedy
	}
	return named(p, []string{remedy})[0]
}

// named gives posts with their pack; relations stay as they are.
func named(p *regulation.Pack, posts []string) []string {
	var out []string
	for _, post := range posts {
		switch {
		case post == "", strings.Contains(post, "/"):
			out = append(out, post)
		case p.Posts[post].Title != "":
			out = append(out, p.Name+"/"+post)
		default:
			out = append(out, "base/"+post)
		}
	}
	return out
}

// title spells posts as people call them.
func titles(ctx context.Context, posts []string) string {
	packs, err := shelf()
	if err != nil {
		return ""
	}
	var out []string
	for _, post := range posts {
		pack, name, _ := strings.Cut(post, "/")
		t := name
		for _, p := range packs {
			if p.Name == pack && p.Posts[name].Title != "" {
				t = p.Posts[name].Title
			}
		}
		if key := "relation." + name; web.Tongue(ctx).Has(key) {
			t = web.T(ctx, key)
		}
		if t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, web.T(ctx, "law.and"))
}

func acts(ctx context.Context, names []string) string {
	var out []string
	later := 0 // of which this version has not even a name
	for _, n := range names {
		if name := counter.ActName(ctx, n); name != n {
			out = append(out, name)
		} else {
			later++
		}
	}
	switch {
	case later > 0 && len(out) == 0:
		return web.T(ctx, "law.acts_later", "n", later)
	case later > 0:
		return web.T(ctx, "law.acts_and_later", "acts", acts(ctx, slices.DeleteFunc(slices.Clone(names), func(n string) bool { return counter.ActName(ctx, n) == n })), "n", later)
	case len(out) == 0:
		return web.T(ctx, "law.every_act")
	}
	if len(out) > 6 {
		return web.T(ctx, "law.acts_more", "acts", strings.Join(out[:6], web.T(ctx, "law.and")), "n", len(out))
	}
	return strings.Join(out, web.T(ctx, "law.and"))
}

// say is the sentence of a carrier.
func (c carrier) say(ctx context.Context) string {
	who := titles(ctx, c.Posts)
	if who == "" {
		who = web.T(ctx, "law.who_it_concerns")
	}
	text := c.Text
	switch c.Key {
	case "duty", "reminder":
		text = due(ctx, text)
	case "needs":
		text = fieldNames(ctx, text, c.Acts)
	case "list":
		text = counter.Words(ctx, "incident.kind.", text)
	case "word":
		text = word(ctx, text)
	}
	return web.T(ctx, "law.carrier."+c.Key, "acts", acts(ctx, c.Acts), "who", who, "text", text)
}

// end is what stands at the right end: who may allow it.
func (c carrier) end(ctx context.Context) (kind, text string) {
	switch {
	case c.Missing:
		return "wait", web.T(ctx, "law.not_in_version")
	case c.Key != "rule" && c.Key != "guard" && c.Key != "approval":
		return "", ""
	case c.Key == "approval":
		return "", web.T(ctx, "law.may_allow", "who", titles(ctx, c.Posts))
	case c.Remedy == "nobody":
		return "no", web.T(ctx, "law.nobody")
	case c.Remedy == "force":
		return "wait", web.T(ctx, "law.force")
	case c.Remedy == "correct":
		return "", web.T(ctx, "law.correct")
	}
	return "", web.T(ctx, "law.may_allow", "who", titles(ctx, []string{c.Remedy}))
}
