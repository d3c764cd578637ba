package disposalweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/disposal"
	"jiyao/internal/paper"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// field is one column of the form of a list.
type field struct {
	key   string // form.list.<key>
	width float64
	left  bool
	text  func(ctx context.Context, d list, l disposal.ShownLine) string
}

var (
	seqField  = field{"seq", 10, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return strconv.Itoa(l.Seq) }}
	codeField = field{"label", 23, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return string(l.Label) }}
	nameField = field{"name", 40, true, func(ctx context.Context, _ list, l disposal.ShownLine) string {
		return strings.Join(nonEmpty(titleOf(ctx, l), numberOf(l)), "\n")
	}}
	titleField  = field{"title", 36, true, func(ctx context.Context, _ list, l disposal.ShownLine) string { return titleOf(ctx, l) }}
	docNoField  = field{"doc_no", 24, true, func(_ context.Context, _ list, l disposal.ShownLine) string { return numberOf(l) }}
	issuerField = field{"issuer", 20, true, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.IssuerText }}
	markField   = field{"level", 20, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.Regime.Mark(l.Level, l.Period) }}
	levelField  = field{"level", 12, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.Regime.Mark(l.Level, "") }}
	periodField = field{"period", 13, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.Period }}
	copyField   = field{"copy_no", 15, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.CopyNo }}
	copiesField = field{"copies", 10, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return strconv.Itoa(l.Copies) }}
	pagesField  = field{"pages", 10, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return strconv.Itoa(l.Pages) }}
	mediumField = field{"medium", 13, false, func(ctx context.Context, _ list, l disposal.ShownLine) string {
		return counter.Words(ctx, "medium.", l.Medium)
	}}
	serialField = field{"serial_no", 24, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.SerialNo }}
	sizeField   = field{"capacity", 12, false, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.Capacity }}
	reasonField = field{"reason", 20, true, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.ReasonText }}
	stateField  = field{"state", 14, false, func(ctx context.Context, d list, l disposal.ShownLine) string { _, now := d.now(ctx, l); return now }}
	// owed and returned stand as 1/1; of what is not settled yet the second is left to the pen.
	owedField = field{"owed", 12, false, func(_ context.Context, d list, l disposal.ShownLine) string {
		switch {
		case l.State == disposal.Gone:
			return "1 / 1"
		case !d.IsOpen():
			return "1 / 0"
		}
		return "1 /"
	}}
	missingField = field{"missing", 18, true, func(_ context.Context, _ list, l disposal.ShownLine) string { return l.MissingText }}
	// ticks are what was destroyed before the supervisors' eyes.
	tickField = field{"on_site", 10, false, func(_ context.Context, _ list, l disposal.ShownLine) string {
		if l.State == disposal.Gone {
			return "√"
		}
		return "□"
	}}
)

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

func titleOf(ctx context.Context, l disposal.ShownLine) string {
	if l.Masked {
		return web.T(ctx, "mask.title")
	}
	return l.TitleText
}

func numberOf(l disposal.ShownLine) string {
	if l.DocNoText == string(term.NoDocNumber) {
		return ""
	}
	return l.DocNoText
}

// fields are the columns of the form of a list: its kind's, and of destruction its medium's.
func (d list) fields() []field {
	switch {
	case d.Kind == disposal.Return:
		return []field{seqField, issuerField, docNoField, titleField, levelField, periodField, copyField, copiesField, owedField, missingField}
	case d.Kind != disposal.Destruction:
		return []field{seqField, nameField, markField, copyField, copiesField, pagesField, mediumField, stateField}
	case d.electronic():
		return []field{seqField, codeField, nameField, markField, mediumField, serialField, sizeField, reasonField, tickField}
	}
	return []field{seqField, codeField, nameField, markField, copyField, copiesField, pagesField, reasonField, tickField}
}

// electronic reports whether the pieces are told by serial number and capacity, and not by pages.
func (d list) electronic() bool {
	return !slices.Contains([]string{"", "paper", "photo"}, d.Medium)
}

// form lays a list out as its form: what it is about, its lines, and who signs it.
func (d list) form(ctx context.Context, office string) paper.RegisterForm {
	title := web.T(ctx, "form.list."+d.Kind)
	f := paper.RegisterForm{
		Title: title, Lead: d.formLead(ctx), Facts: d.formFacts(ctx), Closing: []string{d.total(ctx)}, Notes: []string{web.T(ctx, "form.list.note."+d.Kind)},
		Frame: paper.Frame{
			Office: office, Serial: []string{d.Number(), web.T(ctx, "form.list.kept")}, FormNo: title, PrintedBy: d.v.People.Name(d.v.Actor.Person), PrintedAt: d.v.Now, Stamp: true,
		},
	}
	if d.destroys() && d.Medium != "" {
		f.Frame.Office = strings.Join(nonEmpty(office, counter.Words(ctx, "medium.", d.Medium)), "　")
	}
	fields := d.fields()
	f.Frame.Landscape = len(fields) > 9
	for _, c := range fields {
		f.Columns = append(f.Columns, paper.Column{Title: web.T(ctx, "form.list."+c.key), Width: c.width, Left: c.left})
	}
	for _, l := range d.Lines {
		row := paper.Row{Texts: make([]string, len(fields)), Struck: l.State == disposal.Struck}
		for i, c := range fields {
			row.Texts[i] = c.text(ctx, d, l)
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}

// formLead says what the list is about, and who made, counted and approved it.
func (d list) formLead(ctx context.Context) []string {
	name, day := d.v.People.Name, web.Tongue(ctx).Date
	var about []string
	add := func(key, text string) {
		if text != "" {
			about = append(about, web.T(ctx, "form.pair", "name", web.T(ctx, key), "text", text))
		}
	}
	switch {
	case d.destroys():
		add("form.list.unit", d.unitName())
	case d.Kind == disposal.Return:
		add("form.list.party", strings.Join(slices.Compact(nonEmpty(d.PartyText, d.IssuerText)), "、"))
	default:
		add("form.list.why", strings.Join(nonEmpty(web.T(ctx, "disposal_kind."+d.Kind), d.ReasonText), "："))
		add("form.list.receiving", d.PartyText)
	}
	made := []string{web.T(ctx, "form.pair", "name", web.T(ctx, "disposal.step.made"), "text", name(d.Applicant)+" "+day(d.OpenedAt))}
	if !d.CountedAt.IsZero() {
		made = append(made, web.T(ctx, "form.pair", "name", web.T(ctx, "disposal.step.counted"), "text", name(d.CountedBy)+" "+day(d.CountedAt)))
	}
	if !d.ApprovedAt.IsZero() {
		made = append(made, web.T(ctx, "form.pair", "name", web.T(ctx, "disposal.step.approved"), "text", name(d.ApprovedBy)+" "+day(d.ApprovedAt)))
	}
	return nonEmpty(strings.Join(about, "　"), strings.Join(made, "　　"))
}

func (d list) unitName() string {
	named, ok := d.v.People.(interface{ UnitName(id term.UnitID) string })
	if !ok {
		return string(d.Unit)
	}
	return named.UnitName(d.Unit)
}

// total counts the lines, their pages and levels.
func (d list) total(ctx context.Context) string {
	pages, of := 0, map[term.Level]int{}
	var levels []term.Level
	for _, l := range d.Lines {
		pages += l.Pages
		if of[l.Level] == 0 {
			levels = append(levels, l.Level)
		}
		of[l.Level]++
	}
	slices.SortFunc(levels, func(a, b term.Level) int {
		if a.Above(b) {
			return -1
		}
		return 1
	})
	out := []string{web.T(ctx, "form.list.pieces", "n", len(d.Lines))}
	if !d.electronic() {
		out = append(out, web.T(ctx, "form.list.pages_sum", "n", pages))
	}
	for _, l := range levels {
		out = append(out, string(l)+" "+web.T(ctx, "form.list.pieces", "n", of[l]))
	}
	return web.T(ctx, "form.pair", "name", web.T(ctx, "form.list.total"), "text", strings.Join(out, "，"))
}

// formFacts are the fields below the lines: opinions, ways, who signs. What is not known yet is left to the pen.
func (d list) formFacts(ctx context.Context) []paper.Fact {
	name := d.v.People.Name
	t := func(key string) string { return web.T(ctx, "form.list."+key) }
	switch d.Kind {
	case disposal.Return:
		return []paper.Fact{
			{Label: t("handled_by"), Text: name(d.HandedBy), Sign: paper.SignDay}, {Label: t("received_by"), Text: d.ReceiverText, Sign: paper.SignDay},
			{Label: t("receipt"), Text: strings.Join(nonEmpty(d.ReceiptNo, d.ReceiptOn), "　")}, {Label: t("date"), Text: d.closedOn(ctx)},
		}
	case disposal.Transfer, disposal.Archive:
		return []paper.Fact{
			{Label: t("handed_by"), Text: name(d.HandedBy), Sign: paper.SignDay}, {Label: t("taken_by"), Text: taker(d), Sign: paper.SignDay},
			{Label: t("watched_by"), Text: name(d.WatchedBy), Sign: paper.SignDay}, {Label: t("date"), Text: strings.Join(nonEmpty(d.closedOn(ctx), d.FileNo), "　")},
		}
	}
	out := []paper.Fact{{Label: t("opinion"), Text: d.each(func(l disposal.ShownLine) string { return l.OpinionText }), Wide: true}}
	method := d.each(func(l disposal.ShownLine) string {
		if l.Method == "" {
			return counter.Words(ctx, "method.", l.Planned)
		}
		return strings.Join(nonEmpty(counter.Words(ctx, "method.", l.Method), counter.Words(ctx, "works.", l.Works)), "　")
	})
	out = append(out, paper.Fact{Label: t("method"), Text: method}, paper.Fact{Label: t("where"), Text: d.each(func(l disposal.ShownLine) string {
		return strings.Join(nonEmpty(l.Spot, l.DoneOn), "　")
	})})
	if d.electronic() {
		if slices.Contains([]string{"magnetic", "tape"}, d.Medium) {
			out = append(out, paper.Fact{Label: t("degausser")})
		}
		out = append(out, paper.Fact{Label: t("grain"), Text: t("grain_limit")})
	}
	out = append(out, paper.Fact{Label: t("escort"), Text: d.each(func(l disposal.ShownLine) string { return l.Escort })},
		paper.Fact{Label: t("works"), Text: strings.Join(nonEmpty(d.PartyText, d.each(func(l disposal.ShownLine) string { return l.WorksNo }), d.ReceiptNo), "　"), Sign: paper.SealDay},
		paper.Fact{Label: t("approver"), Text: name(d.ApprovedBy), Sign: paper.SignDay, Wide: true})
	for i, who := range d.watchers() {
		out = append(out, paper.Fact{Label: web.T(ctx, "destroy.supervisor", "n", i+1), Text: who, Sign: paper.SignMinute})
	}
	return append(out, paper.Fact{Label: t("notes"), Wide: true})
}

// closedOn is the day of the hand-over; before it, left to the pen.
func (d list) closedOn(ctx context.Context) string {
	if d.ClosedAt.IsZero() {
		return ""
	}
	said := d.each(func(l disposal.ShownLine) string {
		if on, err := calendar.ParseDate(l.DoneOn); err == nil {
			return web.Tongue(ctx).Date(on.Start())
		}
		return ""
	})
	if said != "" {
		return said
	}
	return web.Tongue(ctx).Date(d.ClosedAt)
}

// each gives what the lines say, each text once.
func (d list) each(of func(disposal.ShownLine) string) string {
	var out []string
	for _, l := range d.Lines {
		if s := of(l); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "；")
}
