// Package disposalweb is the pages of how the life of a piece ends: the lists of return, hand-over and archive (归档与清退) and
// those of destruction (销毁清册). A list is made, pieces are put on it by scanning and struck with a reason, it is counted
// piece by piece, approved by somebody else, and closed by two who sign; what was destroyed has its certificate.
//
// Which of these steps a list owes is the law's answer to each act. A list shows each viewer the lines that he may know of.
package disposalweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/disposal"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Where the lists are: of what goes on living elsewhere, and of what ends.
const (
	ArchivePath = "/archive"
	DestroyPath = "/destroy"
)

// Deps is what the pages lean on.
type Deps struct {
	*counter.Counter
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	// Staff lists who can be named.
	Staff func(tx *store.Tx) ([]counter.Staff, error)
	// Proofs finds the entries of what a certificate says.
	Proofs disposal.Proofs
	// Evidence proves them.
	Evidence Evidence
	// Checkpoint is the newest checkpoint for the foot of what is printed; may be nil.
	Checkpoint func() (size uint64, root string)
}

// Evidence is what the ledger gives to a certificate that is checked without it.
type Evidence interface {
	// Digest is that of a document, as the act by which it is given out records it.
	Digest(document []byte) string
	// File is the proof file of the done entry with a reference; refuse.ErrNotFound while no checkpoint covers it.
	File(tx *store.Tx, reference string) ([]byte, error)
}

type pages struct{ Deps }

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	for _, base := range []string{ArchivePath, DestroyPath} {
		s.Handle("GET "+base, p.index(base))
		s.Handle("POST "+base, p.open(base))
		s.Handle("GET "+base+"/{id}", p.list(base))
		s.Handle("POST "+base+"/{id}/add", p.add(base))
		s.Handle("POST "+base+"/{id}/print", p.print(base))
		for path, a := range listActs {
			s.Handle("POST "+base+"/{id}/"+path, p.try(base, path, a))
		}
	}
	s.Handle("GET "+DestroyPath+"/{id}/certificate", p.certificate)
	s.Handle("POST "+DestroyPath+"/{id}/certificate", p.takeCertificate)
}

func viewer(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

func reader(v counter.Viewer) disposal.Reader {
	return disposal.Reader{Viewer: viewer(v), Approves: disposal.Approves(v.Law, v.Posts), Archives: v.Offered("disposal.archive_sign")}
}

// Sees reports whether the pages are there for the viewer: for who makes lists, who keeps the register, who approves.
func Sees(v counter.Viewer) bool {
	return v.Offered("disposal.list_open") || v.Keeps() || disposal.Approves(v.Law, v.Posts)
}

func (p pages) see(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !Sees(v) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// kindsOf are the kinds of lists under a path.
func kindsOf(base string) []string {
	if base == DestroyPath {
		return []string{disposal.Destruction}
	}
	return []string{disposal.Return, disposal.Archive, disposal.Transfer}
}

// PathOf is the page of a list.
func PathOf(l disposal.List) string {
	if l.Kind == disposal.Destruction {
		return DestroyPath + "/" + string(l.ID)
	}
	return ArchivePath + "/" + string(l.ID)
}

// perPage is how many lists one page shows.
const perPage = 50

// index is the lists under a path with the form that begins one.
type index struct {
	typed.Tried
	v     counter.Viewer
	base  string
	list  []disposal.List
	next  string
	first bool
	staff []counter.Staff
	seen  map[term.DisposalListID]disposal.Seen
	year  *year // of the lists of what goes on living elsewhere
	begin bool  // a list is to be begun, with what is filled in
}

// clauses bind what ends the lists under the path.
func (d index) clauses() []term.Clause {
	if d.year == nil {
		return d.v.Law.Binding("disposal.destroy")
	}
	out := slices.Concat(d.v.Law.Binding("disposal.archive_sign"), d.v.Law.Binding("disposal.list_close"))
	slices.Sort(out)
	return slices.Compact(out)
}

func (p pages) index(base string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.indexPage(w, r, http.StatusOK, nil, index{base: base})
	}
}

func (p pages) indexPage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d index) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	var before time.Time
	if ms, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil && ms > 0 {
		before = time.UnixMilli(ms).In(calendar.Zone)
	}
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v, d.first = v, before.IsZero()
		var err error
		if d.list, err = disposal.ListsOf(tx, kindsOf(d.base), before, perPage+1); err != nil {
			return err
		}
		if len(d.list) > perPage {
			d.list = d.list[:perPage]
			d.next = d.base + "?before=" + strconv.FormatInt(d.list[perPage-1].OpenedAt.UnixMilli(), 10) + "&year=" + url.QueryEscape(q.Get("year"))
		}
		if d.seen, err = disposal.LinesSeen(tx, reader(v), d.list); err != nil {
			return err
		}
		if d.base == ArchivePath {
			if d.year, err = readYear(tx, v, q); err != nil {
				return err
			}
			if id := q.Get("return"); id != "" && d.Which == "" {
				d.begin = true
				if d.Tried, err = begins(tx, v, term.DocumentID(id)); err != nil {
					return err
				}
			}
		}
		d.staff, err = p.Staff(tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, indexPage(d))
}

func (p pages) open(base string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		if err := p.see(r, func(*store.Tx, counter.Viewer) error { return nil }); err != nil {
			return err
		}
		f := typed.Form(raw)
		var bad refuse.Invalid
		cmd := disposal.ListOpen{
			Kind: f.Get("kind"), Year: web.Narrow(f.Get("year")), Issuer: f.Text("issuer"), Due: f.Day("due", &bad), Person: term.PersonID(f.Get("person")),
			Medium: f.Get("medium"), Party: f.Text("party"), Reason: f.Text("reason"),
		}
		if base == DestroyPath {
			cmd.Kind = disposal.Destruction
		} else if cmd.Kind != "" && !slices.Contains(kindsOf(base), cmd.Kind) {
			return refuse.Field("kind", "not_in_list")
		}
		chosen := f.List("copy")
		if len(chosen) > 0 {
			cmd.Person = "" // not all that somebody holds: these
		}
		receipt, err := p.Do(r, counter.Try{Act: "disposal.list_open", Command: cmd, Form: raw, Bad: bad})
		if err == nil {
			if err := p.fill(r, receipt.Subject, chosen, f); err != nil {
				r.SetPathValue("id", receipt.Subject) // the list stands, with what was added before, and says what was not
				return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
					return p.listPage(w, r, base, status, problem, list{Tried: typed.Tried{Which: "add", Form: typed.Form{"reason": f["reason"]}, Err: err}})
				})
			}
			return p.Done(w, r, base+"/"+receipt.Subject, "done.disposal.list_open", receipt)
		}
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.indexPage(w, r, status, problem, index{base: base, Tried: typed.Tried{Which: "open", Form: f, Err: err}})
		})
	}
}

// fill puts copies that were chosen elsewhere on a list that was just begun, each by an act of its own.
func (p pages) fill(r *http.Request, list string, copies []string, f typed.Form) error {
	for _, id := range copies[:min(len(copies), disposal.MaxLines)] {
		raw := url.Values{}
		if key := f.Get(counter.FieldKey); key != "" {
			raw.Set(counter.FieldKey, key+"-"+id)
		}
		var cmd disposal.ListAdd
		err := p.see(r, func(tx *store.Tx, v counter.Viewer) error {
			piece, err := disposal.ByCopy(tx, viewer(v), v.People, term.CopyID(id))
			cmd = adding(term.DisposalListID(list), piece, f)
			return err
		})
		if err != nil {
			return err
		}
		if _, err := p.Do(r, counter.Try{Act: "disposal.list_add", Command: cmd, Form: raw}); err != nil {
			return err
		}
	}
	return nil
}
