package lawweb

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"jiyao/internal/regulation"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

var parameter = regexp.MustCompile(`\$([a-z][a-z0-9_]*)`)

// filled puts the values in force into a rule of a pack, else those of the pack itself.
func filled(law *regulation.Law, p *regulation.Pack, text string) string {
	return parameter.ReplaceAllStringFunc(text, func(m string) string {
		name := m[1:]
		if v, ok := law.Param(name); ok {
			return v.String()
		}
		if source, ok := p.Parameters[name]; ok {
			return source.Default.String()
		}
		return m
	})
}

// dueForms are the forms of due rules that have a sentence; what matches none shows as the pack spells it. The
// groups fill the slots n, field and day.
var dueForms = []struct {
	form *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^end of day( \+ 0)?( natural)?$`), "law.due.today"},
	{regexp.MustCompile(`^end of day \+ (?P<n>\d+)( natural)?$`), "law.due.days"},
	{regexp.MustCompile(`^end of day \+ 0 working$`), "law.due.workday"},
	{regexp.MustCompile(`^end of day \+ (?P<n>\d+) working$`), "law.due.working"},
	{regexp.MustCompile(`^\+ (?P<n>\d+) h$`), "law.due.hours"},
	{regexp.MustCompile(`^\+ (?P<n>\d+) min$`), "law.due.minutes"},
	{regexp.MustCompile(`^(?P<n>\d+) h$`), "law.due.every_hours"},
	{regexp.MustCompile(`^record (?P<field>[a-z_]+)$`), "law.due.record"},
	{regexp.MustCompile(`^\+ (?P<n>\d+) months$`), "law.due.months"},
	{regexp.MustCompile(`^record (?P<field>[a-z_]+) \+ (?P<n>\d+) h$`), "law.due.record_hours"},
	{regexp.MustCompile(`^record (?P<field>[a-z_]+) \+ 0( natural)? days$`), "law.due.record_today"},
	{regexp.MustCompile(`^record (?P<field>[a-z_]+) \+ (?P<n>\d+)( natural)? days$`), "law.due.record_days"},
	{regexp.MustCompile(`^record (?P<field>[a-z_]+) \+ (?P<n>\d+) working days$`), "law.due.record_working"},
	{regexp.MustCompile(`^closing time$`), "law.due.closing"},
	{regexp.MustCompile(`^closing time \+ (?P<n>\d+) min$`), "law.due.after_closing"},
	{regexp.MustCompile(`^within each week$`), "law.due.each_week"},
	{regexp.MustCompile(`^within each month$`), "law.due.each_month"},
	{regexp.MustCompile(`^within each quarter$`), "law.due.each_quarter"},
	{regexp.MustCompile(`^within each half[-_ ]year$`), "law.due.each_half_year"},
	{regexp.MustCompile(`^within each year$`), "law.due.each_year"},
	{regexp.MustCompile(`^next-year (?P<day>\d+ [A-Z][a-z]+)$`), "law.due.next_year"},
	{regexp.MustCompile(`^(?P<day>\d+ [A-Z][a-z]+)$`), "law.due.yearly"},
}

// due says a due rule in words.
func due(ctx context.Context, rule string) string {
	var out []string
	for _, one := range strings.Split(rule, ", else ") {
		out = append(out, dueForm(ctx, strings.TrimSpace(one)))
	}
	return strings.Join(out, web.T(ctx, "law.due.else"))
}

func dueForm(ctx context.Context, rule string) string {
	for _, f := range dueForms {
		m := f.form.FindStringSubmatch(rule)
		if m == nil {
			continue
		}
		n, field, day := "", "", ""
		if i := f.form.SubexpIndex("n"); i > 0 {
			n = m[i]
		}
		if i := f.form.SubexpIndex("field"); i > 0 {
			field = fieldName(ctx, m[i], nil)
		}
		if i := f.form.SubexpIndex("day"); i > 0 {
			day = word(ctx, m[i])
		}
		return web.T(ctx, f.key, "n", n, "field", field, "day", day)
	}
	return rule
}

// fieldName is what a field is called on forms; one without such a name shows as the pack spells it.
// Where an act calls it otherwise, that is its name.
func fieldName(ctx context.Context, field string, of []string) string {
	if _, last, nested := strings.Cut(field, "."); nested { // of a line of a list
		return fieldName(ctx, last, of)
	}
	for _, name := range of {
		if key := "label." + name + "." + field; web.Tongue(ctx).Has(key) {
			return web.T(ctx, key)
		}
	}
	if key := "label." + field; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return field
}

// fieldNames are several of them, as fields of an act.
func fieldNames(ctx context.Context, fields string, of []string) string {
	var out []string
	for _, f := range strings.Fields(fields) {
		out = append(out, fieldName(ctx, f, of))
	}
	return strings.Join(out, web.T(ctx, "law.and"))
}

// unit is the unit of a parameter; one without a word shows as the pack spells it.
func unit(ctx context.Context, s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r > 127 || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) // "× 24 h" is law.unit.24_h
	if key := "law.unit." + strings.Join(words, "_"); web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return s
}

// word is a word of a parameter or a list as people call it: an act, a post, a word of the catalogue; else as it is spelled.
func word(ctx context.Context, w string) string {
	if name := counter.ActName(ctx, w); name != w {
		return name
	}
	if strings.Contains(w, ".") {
		return web.T(ctx, "law.acts_later", "n", 1)
	}
	if day, err := time.Parse("2 January", w); err == nil { // as packs spell the days of a year
		return web.Tongue(ctx).Yearly(day)
	}
	for _, family := range []string{"law.word.", "medium.", "carrier_form.", "content."} {
		if key := family + strings.ReplaceAll(w, "-", "_"); web.Tongue(ctx).Has(key) {
			return web.T(ctx, key)
		}
	}
	return postTitle(w)
}

// postTitle is a post as a pack names it; any other word as it is.
func postTitle(w string) string {
	packs, err := shelf()
	if err != nil {
		return w
	}
	for _, p := range packs {
		if t := p.Posts[w].Title; t != "" {
			return t
		}
	}
	return w
}

// value is what a parameter is set to, in words.
func value(ctx context.Context, v regulation.Value) string {
	var out []string
	switch {
	case v.Map != nil:
		for _, k := range slices.Sorted(maps.Keys(v.Map)) {
			out = append(out, word(ctx, k)+" "+word(ctx, v.Map[k]))
		}
	case v.List != nil:
		for _, w := range v.List {
			out = append(out, word(ctx, w))
		}
	case v.Num != nil:
		return v.String()
	default:
		return word(ctx, v.Text)
	}
	return strings.Join(out, web.T(ctx, "law.and"))
}

// coded reports whether a text still is as the pack spells it.
func coded(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_./") == "" && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz")
}

// stricter is the direction in which a parameter is stricter; an order of values shows as it is.
func stricter(ctx context.Context, s string) string {
	if order := strings.Split(s, " < "); len(order) > 1 {
		for i, w := range order {
			order[i] = word(ctx, w)
		}
		return strings.Join(order, " < ")
	}
	if key := "law.direction." + s; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return s
}
