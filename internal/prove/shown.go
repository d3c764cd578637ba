package prove

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// Row is one row as a screen shows it, by column name.
type Row = map[string]string

// Sheet is a register or report as a screen shows it.
type Sheet struct {
	Columns []string
	Lines   []string // its count and sum lines
	Rows    []Row
}

// Screens are what somebody sees. app may plug in what its pages are made of. What the
// viewer may not know is left out, and refuse.ErrNotFound where it was asked for by its id.
type Screens interface {
	// List gives a list: documents, copies, circulations, duties …
	List(tx *store.Tx, v Viewer, name string) ([]Row, error)
	// Search gives the documents in which a text stands.
	Search(tx *store.Tx, v Viewer, text string) ([]Row, error)
	// Open gives one document or copy by its id.
	Open(tx *store.Tx, v Viewer, id string) (Row, error)
	// Report gives a register by pack and name. A viewer without a person sees what whoever may see it sees.
	Report(tx *store.Tx, v Viewer, name string) (Sheet, error)
}

// seen asks the screens as somebody on a snapshot.
func seen[T any](ctx context.Context, w *world, by string, ask func(tx *store.Tx, v Viewer) (T, error)) (out T, absent bool, err error) {
	err = w.db.Read(ctx, func(tx *store.Tx) error {
		v, err := w.viewer(tx, by)
		if err != nil {
			return err
		}
		out, err = ask(tx, v)
		return err
	})
	if errors.Is(err, refuse.ErrNotFound) {
		return out, true, nil
	}
	return out, false, err
}

// holds reports whether some row has all the values. A value * is any but an empty one.
func holds(rows []Row, want Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool {
		for k, v := range want {
			if got := strings.TrimSpace(r[k]); v == "*" && got == "" || v != "*" && got != v {
				return false
			}
		}
		return true
	})
}

func (w *world) wanted(has Row) (Row, error) {
	out := Row{}
	for k, v := range has {
		text, err := w.names.resolve(v)
		if err != nil {
			return nil, err
		}
		out[k] = text
	}
	return out, nil
}

// judgeRows holds rows against a count and a row that must be among them.
func (w *world) judgeRows(rows []Row, count *int, has Row) error {
	if count != nil && len(rows) != *count {
		return differs(fmt.Sprint(*count, " rows"), len(rows))
	}
	want, err := w.wanted(has)
	if err != nil {
		return err
	}
	if len(want) > 0 && !holds(rows, want) {
		return differs(fmt.Sprint("a row with ", want), fmt.Sprint(rows))
	}
	return nil
}

// reportStep expects a register or report of a pack.
type reportStep struct {
	Report  string   `yaml:"report"` // name, or pack/name
	By      string   `yaml:"by"`     // who looks; empty: anybody who may
	Rows    *int     `yaml:"rows"`
	Has     Row      `yaml:"has"`     // a row with these values in these columns
	Columns []string `yaml:"columns"` // it has at least these
	Lines   []string `yaml:"lines"`
	Absent  bool     `yaml:"absent"`
}

func (s *reportStep) check(c *checker) error {
	if s.Absent && (s.Rows != nil || len(s.Has)+len(s.Columns)+len(s.Lines) > 0) {
		return errors.New("absent or what it shows is expected, not both")
	}
	if !s.Absent && s.Rows == nil && len(s.Has)+len(s.Columns)+len(s.Lines) == 0 {
		return errors.New("rows, has, columns or lines is expected")
	}
	return all(c.viewer(s.By), c.report(s.Report))
}

func (c *checker) report(name string) error {
	full := c.book.report(name)
	pack, bare, _ := strings.Cut(full, "/")
	if p := c.book.pack(pack); p != nil {
		for _, r := range p.Records {
			if r.Report != nil && r.Report.Name == bare {
				return nil
			}
		}
	}
	return fmt.Errorf("report %q: a report of a pack at hand is expected", name)
}

// report spells a report with its pack.
func (b *Book) report(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return b.Pack.Name + "/" + name
}

func (c *checker) viewer(by string) error {
	if by == "" {
		return nil
	}
	return c.actor(by)
}

func (s *reportStep) run(ctx context.Context, w *world, _ where) error {
	sheet, absent, err := seen(ctx, w, s.By, func(tx *store.Tx, v Viewer) (Sheet, error) {
		return w.screens.Report(tx, v, w.book.report(s.Report))
	})
	if err != nil || s.Absent || absent {
		if err == nil && absent != s.Absent {
			return differs(fmt.Sprint("absent ", s.Absent), absent)
		}
		return err
	}
	for _, c := range append(slices.Sorted(maps.Keys(s.Has)), s.Columns...) {
		if !slices.Contains(sheet.Columns, c) {
			return differs("a column "+c, fmt.Sprint(sheet.Columns))
		}
	}
	for _, l := range s.Lines {
		if !slices.Contains(sheet.Lines, l) {
			return differs("a line "+l, fmt.Sprint(sheet.Lines))
		}
	}
	return w.judgeRows(sheet.Rows, s.Rows, s.Has)
}

// listStep expects the rows of a list.
type listStep struct {
	List string `yaml:"list"`
	By   string `yaml:"by"`
	Rows *int   `yaml:"rows"`
	Has  Row    `yaml:"has"`
}

func (s *listStep) check(c *checker) error {
	if s.Rows == nil && len(s.Has) == 0 {
		return errors.New("rows or has is expected")
	}
	return c.actor(s.By)
}

func (s *listStep) run(ctx context.Context, w *world, _ where) error {
	rows, absent, err := seen(ctx, w, s.By, func(tx *store.Tx, v Viewer) ([]Row, error) { return w.screens.List(tx, v, s.List) })
	if err != nil || absent {
		return errors.Join(err, ifAbsent(absent, s.List))
	}
	return w.judgeRows(rows, s.Rows, s.Has)
}

func ifAbsent(absent bool, what string) error {
	if absent {
		return differs(what, "absent")
	}
	return nil
}

// searchStep expects the hits of a search.
type searchStep struct {
	Search string `yaml:"search"`
	By     string `yaml:"by"`
	Hits   *int   `yaml:"hits"`
}

func (s *searchStep) check(c *checker) error {
	if s.Hits == nil || s.Search == "" {
		return errors.New("a text and hits, a number, are expected")
	}
	return c.actor(s.By)
}

func (s *searchStep) run(ctx context.Context, w *world, _ where) error {
	rows, absent, err := seen(ctx, w, s.By, func(tx *store.Tx, v Viewer) ([]Row, error) { return w.screens.Search(tx, v, s.Search) })
	if err != nil || absent {
		return errors.Join(err, ifAbsent(absent, "an answer"))
	}
	return w.judgeRows(rows, s.Hits, nil)
}

// openStep expects what somebody finds under an id.
type openStep struct {
	Open   string `yaml:"open"`
	By     string `yaml:"by"`
	Absent bool   `yaml:"absent"`
	Has    Row    `yaml:"has"`
}

func (s *openStep) check(c *checker) error {
	if s.Open == "" || s.Absent && len(s.Has) > 0 {
		return errors.New("an id, with absent or has, is expected")
	}
	return c.actor(s.By)
}

func (s *openStep) run(ctx context.Context, w *world, _ where) error {
	id, err := w.names.resolve(s.Open)
	if err != nil {
		return err
	}
	row, absent, err := seen(ctx, w, s.By, func(tx *store.Tx, v Viewer) (Row, error) { return w.screens.Open(tx, v, id) })
	if err != nil {
		return err
	}
	if absent != s.Absent {
		return differs(fmt.Sprint("absent ", s.Absent), absent)
	}
	if absent {
		return nil
	}
	return w.judgeRows([]Row{row}, nil, s.Has)
}
