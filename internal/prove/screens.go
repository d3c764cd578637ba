package prove

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/incident"
	"jiyao/internal/inspection"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Viewer is somebody who looks at a screen, with what the law lets him know.
type Viewer struct {
	Actor  act.Actor // without a person: nobody in particular, who sees all there is
	Law    *regulation.Law
	People act.Directory
	Posts  []string
	Sight  regulation.Sight
	Now    time.Time
}

func (v Viewer) document() act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// viewer works out what somebody may know now.
func (w *world) viewer(tx *store.Tx, by string) (Viewer, error) {
	people, err := w.office.Directory(tx, w.clock.Now())
	if err != nil {
		return Viewer{}, err
	}
	v := Viewer{Law: w.office.law, People: people, Now: w.clock.Now()}
	if by == "" || by == systemActor {
		for c := range regulation.Class(32) { // every class there is
			v.Sight.Open = append(v.Sight.Open, c)
		}
		return v, nil
	}
	v.Actor = w.actor(by)
	if len(v.Actor.Admin) > 0 { // the three administrators know of no business
		v.Posts = people.Posts(v.Actor.Person)
		return v, nil
	}
	held := people.Posts(v.Actor.Person)
	acting, _ := people.Acting(v.Actor.Person)
	v.Posts = append(slices.Clone(held), acting...)
	about, _ := people.Facts(v.Actor.Person)
	v.Sight, err = v.Law.Sight(v.Posts, about.Left)
	return v, err
}

// pages reads what the nouns give their pages.
type pages struct{ words searcher }

// searcher finds documents by words of their cover; *document.Index.
type searcher interface {
	Search(tx *store.Tx, v act.Viewer, q document.Query) (document.Hits, error)
}

// wordsRoom is how much memory the index of one world may take, in bytes.
const wordsRoom = 4 << 20

var _ Screens = pages{}

// listed is the most rows of a list in a proof.
const listed = 100

// List implements Screens.
func (p pages) List(tx *store.Tx, v Viewer, name string) ([]Row, error) {
	switch name {
	case "documents":
		return p.documents(tx, v)
	case "duties":
		tasks, err := document.Worklist(tx, v.document(), v.Posts, v.Law.Shown(v.Posts), listed)
		out, err := spelled(tasks, err, func(t document.Task) any { return t.Duty })
		for i, t := range tasks {
			out[i]["standing"], out[i]["shown"] = string(t.Standing), map[bool]string{true: "yes", false: "no"}[t.Shown]
		}
		return out, err
	case "cases":
		found, err := incident.ViewerOf(v.Law, v.Actor.Person, v.People).List(tx, time.Time{}, "", listed)
		return spelled(found, err, func(c incident.Case) any { return c })
	case "findings":
		found, err := inspection.ViewerOf(v.Law, v.Actor.Person, v.People).Page(tx, inspection.Filter{}, listed)
		return spelled(found, err, func(f inspection.Finding) any { return f })
	case "circulations":
		found, err := circulation.Board(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, circulation.Open, circulation.After{}, listed)
		return spelled(found, err, func(r circulation.Row) any { return r.Circulation })
	case "copies":
		return p.copies(tx, v)
	}
	return nil, fmt.Errorf("list %q: documents, copies, circulations, duties, cases or findings is expected", name)
}

func spelled[T any](list []T, err error, row func(T) any) ([]Row, error) {
	out := make([]Row, len(list))
	for i, x := range list {
		out[i] = columns(row(x))
	}
	return out, err
}

func (pages) documents(tx *store.Tx, v Viewer) ([]Row, error) {
	list, err := document.List(tx, v.document(), "", document.Page{Limit: listed})
	if err != nil {
		return nil, err
	}
	covers, err := document.Covers(tx, list, false)
	if err != nil {
		return nil, err
	}
	return covered(covers), nil
}

func covered(covers []document.Cover) []Row {
	out := make([]Row, len(covers))
	for i, c := range covers {
		out[i] = columns(c.Document)
		out[i]["no"], out[i]["title"], out[i]["code_name"], out[i]["issuer"], out[i]["doc_no"] = document.Number(c.Document), c.Title, c.CodeName, c.Issuer, c.DocNo
	}
	return out
}

func (pages) copies(tx *store.Tx, v Viewer) ([]Row, error) {
	list, err := document.List(tx, v.document(), "", document.Page{Limit: listed})
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, d := range list {
		tracks, err := custody.Tracks(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, d.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range tracks {
			out = append(out, columns(t.Copy))
		}
	}
	return out, nil
}

// Search implements Screens by the product's own search.
func (p pages) Search(tx *store.Tx, v Viewer, text string) ([]Row, error) {
	hits, err := p.words.Search(tx, v.document(), document.Query{Words: text})
	if err != nil {
		return nil, err
	}
	if hits.Reach != document.Whole || hits.More {
		return nil, fmt.Errorf("search %q: a register that is searched as a whole, with at most %d hits, is expected", text, document.MaxHits)
	}
	return covered(hits.Covers), nil
}

// Open implements Screens.
func (pages) Open(tx *store.Tx, v Viewer, id string) (Row, error) {
	d, err := document.Find(tx, v.document(), term.DocumentID(id))
	if err == nil {
		return columns(d), nil
	}
	c, copyErr := custody.Find(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, term.CopyID(id))
	if copyErr == nil {
		return columns(c.Copy), nil
	}
	return nil, err
}

// Report implements Screens.
func (p pages) Report(tx *store.Tx, v Viewer, name string) (Sheet, error) {
	r, ok := v.Law.Report(name)
	if !ok {
		return Sheet{}, fmt.Errorf("report %s: %w", name, refuse.ErrNotFound)
	}
	readers := v.Law.Readers(r)
	if v.Actor.Person != "" && !slices.ContainsFunc(readers, func(post string) bool { return slices.Contains(v.Posts, post) }) {
		return Sheet{}, fmt.Errorf("report %s: %w", name, refuse.ErrNotFound)
	}
	all, err := p.source(tx, v, r.Source)
	if err != nil {
		return Sheet{}, err
	}
	sheet := Sheet{Columns: r.Columns}
	for _, s := range v.Law.SettingsOf(r) {
		sheet.Lines = append(sheet.Lines, s.Name+": "+s.Value)
	}
	for _, line := range all {
		shown := Row{}
		for _, c := range r.Columns {
			shown[c] = line[c]
		}
		sheet.Rows = append(sheet.Rows, shown)
	}
	return sheet, nil
}

// source gives the lines that a register of the nouns has.
func (pages) source(tx *store.Tx, v Viewer, name string) ([]Row, error) {
	if name == "circulation_board" {
		return circulation.Report(tx, v.board(), act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, "", v.Now)
	}
	return procedure.Book{Now: v.Now, People: v.People}.Lines(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, name)
}

// columns spells a row by its column names, times as 2006-01-02 15:04. A sealed value shows only when opened.
func columns(row any) Row {
	out := Row{}
	v := reflect.ValueOf(row)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("col"), ",")
		if name == "" || name == "-" {
			continue
		}
		switch x := v.Field(i).Interface().(type) {
		case store.Sealed:
			out[name] = ""
			if text, err := x.Text(); err == nil {
				out[name] = text
			}
		case time.Time:
			out[name] = ""
			if !x.IsZero() {
				out[name] = x.Format("2006-01-02 15:04")
			}
		case []string:
			out[name] = strings.Join(x, " ")
		case bool:
			out[name] = map[bool]string{true: "yes", false: "no"}[x]
		default:
			out[name] = fmt.Sprint(x)
		}
	}
	return out
}

func (v Viewer) board() procedure.Board {
	return procedure.Board{People: func(*store.Tx) (act.Directory, error) { return v.People, nil }}
}
