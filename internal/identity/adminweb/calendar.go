package adminweb

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// calendarPage imports one year's notice of days off: first looked at, then taken.
type calendarPage struct {
	Viewer counter.Viewer
	Years  []int
	Year   *calendar.Year // read, not taken yet
	Text   string
	Key    string
	Err    error
}

// may reports whether the law lets the viewer import a notice. The other administrators see the years.
func (c calendarPage) may() bool { return c.Viewer.Offered("calendar.import") }

// maxNotice bounds a notice in bytes.
const maxNotice = 19_000

func (p *pages) calendar(w http.ResponseWriter, r *http.Request) error {
	return p.showCalendar(w, r, calendarPage{})
}

func (p *pages) showCalendar(w http.ResponseWriter, r *http.Request, c calendarPage) error {
	var err error
	if c.Key, err = p.Key(); err != nil {
		return err
	}
	err = p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		if c.Viewer = v; !v.Admin() && !c.may() {
			return refuse.ErrNotFound
		}
		c.Years, err = p.Years(tx)
		return err
	})
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return p.Form(w, r, f, c.Err, p.Explain, calendarView(c))
}

// importYear shows what a notice says, or takes it.
func (p *pages) importYear(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	c := calendarPage{Text: form.Get("yaml")}
	err = p.See(r, func(_ *store.Tx, v counter.Viewer) error {
		if c.Viewer = v; !v.Admin() && !c.may() {
			return refuse.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	year, err := readNotice(form)
	if faulty := web.Faults(form); faulty != nil {
		err = faulty
	}
	if err != nil {
		c.Err = err
		return p.showCalendar(w, r, c)
	}
	if form.Get("take") != "yes" && c.may() {
		c.Year = &year
		return p.showCalendar(w, r, c)
	}
	receipt, err := p.Do(r, counter.Try{Act: "calendar.import", Command: jsonOf(map[string]any{"file": "calendar.yaml", "yaml": c.Text}), Form: form})
	if err != nil {
		c.Err = err
		return p.showCalendar(w, r, c)
	}
	return p.Done(w, r, "/admin/calendar", "done.admin.calendar", receipt)
}

// readNotice reads a notice and answers at the field, with the line, what is wrong with it.
func readNotice(form url.Values) (calendar.Year, error) {
	text := form.Get("yaml")
	switch {
	case strings.TrimSpace(text) == "":
		return calendar.Year{}, refuse.Field("yaml", "required")
	case len(text) > maxNotice:
		return calendar.Year{}, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "yaml", Code: "too_long", Args: map[string]string{"max": "19000"}}}}
	}
	y, err := calendar.ParseYear("calendar.yaml", []byte(text))
	var wrong *calendar.DataError
	if errors.As(err, &wrong) {
		return y, wrong.At("yaml")
	}
	return y, err
}

func days(list []calendar.Date) string {
	var out []string
	for _, d := range list {
		out = append(out, d.String())
	}
	return strings.Join(out, "　")
}

// noticeExample shows how a notice is written; calendar.ParseYear reads it.
const noticeExample = `year: 2026
source: 国务院办公厅通知，写明文号
holidays:
  - {name: 元旦, also: [元旦节], off: [2026-01-01 to 2026-01-03]}
  - {name: 国庆, also: [国庆节], off: [2026-10-01 to 2026-10-07]}
work: [2026-01-04, 2026-10-10]
notes: [要说明的话，可以没有]
`
