package documentweb

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// dutyName is what a duty is called: pack/name → duty.<name>, else the word for any duty.
func dutyName(ctx context.Context, name string) string {
	_, bare, _ := strings.Cut(name, "/")
	if key := "duty." + bare; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return web.T(ctx, "duty.any")
}

// dated is a date of the records (YYYY-MM-DD) as people read it.
func dated(ctx context.Context, s string) string {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return web.Tongue(ctx).Date(t)
	}
	return s
}

func deadline(t document.Task) web.Deadline {
	return web.Deadline{Opened: t.OpenedAt, Warn: t.WarnAt, At: t.DueAt}
}

// where says in one line where the copies of a document are: holders first, then places.
func where(ctx context.Context, people act.Directory, list []document.Carrier) (text, small string, out bool) {
	var held, places []string
	var since time.Time
	for _, c := range list {
		switch {
		case c.Holder != "":
			held = append(held, people.Name(c.Holder))
			if since.IsZero() || c.Since.Before(since) {
				since = c.Since
			}
		case c.Place != "":
			places = append(places, c.Place)
		case c.State == "transit":
			places = append(places, web.T(ctx, "balance.transit"))
		case c.State == "supplied":
			places = append(places, web.T(ctx, "copy_state.supplied"))
		}
	}
	sep := web.T(ctx, "list.separator")
	if len(held) > 0 {
		small = web.T(ctx, "where.since", "span", web.Tongue(ctx).Span(web.Now(ctx).Sub(since)))
		return strings.Join(distinct(held), sep), small, true
	}
	if len(places) > 0 {
		return strings.Join(distinct(places), sep), "", false
	}
	return web.T(ctx, "where.nowhere"), "", false
}

func distinct(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// channels are the ways something lawfully comes in; a pack may shorten the list.
func channels(ctx context.Context, law *regulation.Law, of string) []web.Option {
	list := law.List(of)
	if len(list) == 0 {
		list = term.Closed("channel_in")
	}
	return counter.Worded(ctx, "channel.", list)
}

// levels are the radio buttons 1–4 and, last, the open ones.
func levels() []web.Option {
	list := []term.Level{term.Juemi, term.Jimi, term.Mimi, term.Neibu, term.Open}
	class := []string{"k-lv4", "k-lv3", "k-lv2", "k-lv1", "k-lv1"}
	out := make([]web.Option, len(list))
	for i, l := range list {
		out[i] = web.Option{Value: string(l), Label: string(l), Class: class[i]}
		if i < 4 {
			out[i].Key = strconv.Itoa(i + 1)
		}
	}
	return out
}

func urgencies() []web.Option {
	return plainOptions(term.Closed("urgency")...)
}

// empty puts a blank choice before the others.
func empty(options []web.Option) []web.Option { return append([]web.Option{{}}, options...) }

// codeNameFrom is the level from which the register holds a code name instead of the title here, and the clause
// that says so; empty where titles may stand.
func codeNameFrom(v counter.Viewer) (term.Level, term.Clause) {
	if v.Zone == term.ZoneClassified || v.Zone == term.ZoneCompany {
		return "", ""
	}
	const name = "code_name_from"
	value, ok := v.Law.Param(name)
	if !ok {
		return "", ""
	}
	level, err := term.ParseLevel(value.Text)
	if err != nil {
		return term.Mimi, "" // a value that cannot be read hides more, not less
	}
	for _, pack := range v.Law.Packs() {
		if param, ok := pack.Parameters[name]; ok {
			return level, param.Clause
		}
	}
	return level, ""
}

// posted reports whether a copy is on its way to who is to give a receipt for it.
func posted(list []document.Carrier, id string) bool {
	return slices.ContainsFunc(list, func(c document.Carrier) bool { return string(c.ID) == id && c.State == "transit" })
}
