package ledgerweb

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// listPage is the ledger as one viewer may see it.
type listPage struct {
	Viewer  counter.Viewer
	Audits  bool
	Damage  string // for whoever can resume; empty otherwise
	Stopped bool   // nobody has resumed yet
	Resume  resumeForm
	Health  ledger.Health
	Head    ledger.Head
	Newest  *ledger.StoredCheckpoint
	Checks  []ledger.Check
	Entries []ledger.Entry
	Names   names
	Form    url.Values
	Next    string
	Path    *path // of the newest entry that a checkpoint covers
	CanRun  bool
	Key     string
}

// perPage is how many entries a page shows.
const perPage = 50

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.showList(w, r, http.StatusOK, nil, resumeForm{})
}

func (p *pages) showList(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, resume resumeForm) error {
	form, err := web.Query(r)
	if err != nil {
		return err
	}
	filter, err := filterOf(form)
	if err != nil {
		return err
	}
	l := listPage{Resume: resume, Form: form, Health: p.Log.Health(), CanRun: p.Check != nil}
	if l.Key, err = p.Key(); err != nil {
		return err
	}
	err = p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		l.Viewer, l.Audits = v, audits(v)
		if p.Damage != nil && v.Admin() {
			l.Damage, l.Stopped = p.Damage()
		}
		if l.Stopped {
			if l.Resume.accounts, err = resumers(tx, v); err != nil {
				return err
			}
		}
		return p.fillList(tx, &l, filter, form.Get("after"))
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, ledgerPage(l))
}

func (p *pages) fillList(tx *store.Tx, l *listPage, filter ledger.Filter, after string) error {
	if !l.Audits {
		filter.Actor = self(l.Viewer)
	}
	if after != "" {
		e, err := p.find(tx, l.Viewer, after)
		if err != nil {
			return err
		}
		filter.Before = e.Seq
	}
	var err error
	filter.Limit = perPage
	if l.Entries, err = p.Log.Find(tx, filter); err != nil {
		return err
	}
	if n := len(l.Entries); n == perPage && l.Entries[n-1].Reference != "" {
		q := clean(l.Form)
		q.Set("after", l.Entries[n-1].Reference)
		l.Next = "/ledger?" + q.Encode()
	}
	if l.Names, err = p.names(tx, l.Viewer, l.Entries); err != nil {
		return err
	}
	if !l.Audits {
		return nil
	}
	if l.Head, err = p.Log.Head(tx); err != nil {
		return err
	}
	if l.Checks, err = p.Log.Checks(tx, 5); err != nil {
		return err
	}
	list, err := p.Log.Checkpoints(tx, 0, 1)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		l.Newest = &list[0]
		l.Path, err = p.path(tx, list[0].Size, list[0].Size)
	}
	return err
}

// filterOf reads the filters of the address; none of them can hold a title, number or name.
func filterOf(form url.Values) (ledger.Filter, error) {
	f := ledger.Filter{Act: form.Get("act"), Clause: form.Get("clause"), Outcome: ledger.Outcome(form.Get("outcome"))}
	if f.Act != "" {
		if _, ok := act.CommandType(f.Act); !ok {
			return f, refuse.Field("act", "not_in_list")
		}
	}
	if f.Clause != "" {
		if _, err := term.ParseClause(f.Clause); err != nil {
			return f, refuse.Field("clause", "bad_format")
		}
	}
	if !slices.Contains([]ledger.Outcome{"", ledger.Done, ledger.Refused, ledger.NotFound}, f.Outcome) {
		return f, refuse.Field("outcome", "not_in_list")
	}
	for _, day := range []struct {
		field string
		to    *time.Time
		add   int
	}{{"from", &f.From, 0}, {"to", &f.To, 1}} {
		if form.Get(day.field) == "" {
			continue
		}
		t, err := web.ParseDay(day.field, form.Get(day.field), calendar.Zone)
		if err != nil {
			return f, err
		}
		*day.to = t.AddDate(0, 0, day.add)
	}
	return f, nil
}

// clean keeps the filters that are set.
func clean(form url.Values) url.Values {
	out := url.Values{}
	for _, name := range []string{"act", "clause", "outcome", "from", "to"} {
		if v := form.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

func (l listPage) outcomePath(outcome string) string {
	q := clean(l.Form)
	q.Del("outcome")
	if outcome != "" {
		q.Set("outcome", outcome)
	}
	if len(q) == 0 {
		return "/ledger"
	}
	return "/ledger?" + q.Encode()
}

func (l listPage) outcomes(ctx context.Context) []web.Option {
	var out []web.Option
	for _, o := range []string{"", "done", "refused", "not_found"} {
		key := o
		if key == "" {
			key = "all"
		}
		out = append(out, web.Option{Value: l.outcomePath(o), Label: web.T(ctx, "ledger.only."+key), On: l.Form.Get("outcome") == o})
	}
	return out
}

func actOptions(ctx context.Context) []web.Option {
	out := []web.Option{{Value: "", Label: web.T(ctx, "ledger.any_act")}}
	for _, name := range act.Catalogue() {
		out = append(out, web.Option{Value: name, Label: counter.ActName(ctx, name)})
	}
	return out
}

// name is how an entry is called here: its number for who audits, else its reference.
func (l listPage) name(e ledger.Entry) string { return entryName(l.Audits, e) }

func entryName(audits bool, e ledger.Entry) string {
	if audits {
		return strconv.FormatUint(e.Seq, 10)
	}
	return e.Reference
}

func entryPath(audits bool, e ledger.Entry) string { return "/ledger/" + entryName(audits, e) }

func (n names) of(ctx context.Context, id string) string {
	if id == "" {
		return web.T(ctx, "ledger.system")
	}
	if name := n[id]; name != "" {
		return name
	}
	return id
}

func recorded(e ledger.Entry) time.Time { return time.UnixMilli(e.RecordedAt).In(calendar.Zone) }
func occurred(e ledger.Entry) time.Time { return time.UnixMilli(e.OccurredAt).In(calendar.Zone) }

func clauses(e ledger.Entry) []term.Clause {
	var out []term.Clause
	for _, c := range e.Clauses {
		out = append(out, term.Clause(c))
	}
	return out
}

// brief is the beginning and the end of a hash.
func brief(b []byte) string {
	s := hex.EncodeToString(b)
	if len(s) < 12 {
		return s
	}
	return s[:4] + "…" + s[len(s)-4:]
}

// verify runs a whole verification now, for who audits.
func (p *pages) verify(w http.ResponseWriter, r *http.Request) error {
	if _, err := web.Form(r); err != nil {
		return err
	}
	if err := p.auditor(r, func(*store.Tx, counter.Viewer) error { return nil }); err != nil {
		return err
	}
	if p.Check == nil {
		return refuse.ErrNotFound
	}
	if _, err := p.Check(r.Context()); err != nil {
		return err
	}
	return web.Redirect(w, r, "/ledger")
}
