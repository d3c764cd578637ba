// Package registerweb shows, prints and exports the registers (登记簿) that clauses of the adopted regulations demand.
//
// A regulation names a register, the source its lines come from, and the columns; regulations that name the same
// register share one, each clause with its columns. The lines belong to several nouns, which never import each other:
// these pages ask for them through Books, which app plugs in.
//
// What must always hold:
//   - A register is there for the posts its report names (seen_by), else for those that keep the register. To
//     everybody else it answers exactly as a name that no regulation has.
//   - Of the lines a viewer gets only those of items that he may know; nothing counts the others.
//   - What leaves the program, on paper or in a file, was recorded first, with the number of lines and the highest
//     level, and is exactly what was recorded. Nothing is cut off to make it fit.
//   - A line that was struck out stays, with a line through it; of a value that was put right the old one stays beside
//     the new one (划线更正). Titles of 绝密 stay masked, here as in every list.
package registerweb

import (
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/job"
)

// Books reads the lines of the nouns, as far as the viewer may know of them.
type Books interface {
	// Lines gives the lines of a source in a window, and where to go on; the zero place after the last of them. The
	// limit of the window bounds what is read in one piece, which may be several lines.
	Lines(tx *store.Tx, v counter.Viewer, source string, w store.Window) (lines []Line, next store.Place, err error)
	// Names gives what ids in the lines are called.
	Names(tx *store.Tx, v counter.Viewer) (Names, error)
	// Approval gives one request for leave as its register has it, and the source of that register; refuse.ErrNotFound where the
	// viewer may not know of its item, or there is no register for such requests.
	Approval(tx *store.Tx, v counter.Viewer, id term.LeaveID) (source string, line Line, err error)
	// Balance gives the account of all pieces that the viewer may know of, at a moment.
	Balance(tx *store.Tx, v counter.Viewer, at time.Time) (Balance, error)
}

// Names says what ids are called; an id that nothing is called by is the empty text. Pieces are called by their labels in the lines
// themselves: there are too many for a list.
type Names struct {
	Person, Unit, Place, Device func(id string) string
	// Posts are the office's own posts that stand for a post of a regulation (pack/post).
	Posts func(post string) []string
}

// Line is one line of a register.
type Line struct {
	Values   map[string]string // by column, as the source gives them
	At       time.Time         // its own time
	Item     *Item             // what it is about; nil where it is about no item, or one the viewer may not know
	Struck   bool              // the whole line was struck out
	Former   map[string][]string
	Masked   bool // texts of the line were left closed
	Untitled bool // its title alone was
}

// Item is the item of a line.
type Item struct {
	ID      term.DocumentID
	Number  string
	Level   term.Level
	Period  string
	Urgency term.Urgency
	Regime  term.Regime
}

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Books   Books
	Explain web.Explain
	// Checkpoint is the size and root of the newest checkpoint, for the foot of printed registers.
	Checkpoint func() (size uint64, root string)
	// MaxLines is the most lines that go onto paper or into a file at once; 0 is 200,000, which is never exceeded.
	MaxLines int
	// Jobs runs what takes longer than Patience (0: 2 s).
	Jobs     *job.Jobs
	Patience time.Duration
}

// Path is the page of all registers.
const Path = "/registers"

type pages struct{ Deps }

// Routes adds the pages of the registers.
func Routes(s *web.Server, d Deps) {
	if d.MaxLines <= 0 || d.MaxLines > maxLines {
		d.MaxLines = maxLines
	}
	if d.Patience <= 0 {
		d.Patience = patience
	}
	p := &pages{d}
	s.Handle("GET "+Path, p.index)
	s.Handle("GET "+BalancePath, p.balance)
	s.Handle("GET "+Path+"/{name}", p.show)
	s.Handle("POST "+Path+"/{name}/export", p.export)
	s.Handle("POST "+Path+"/{name}/print", p.print)
	s.Handle("POST "+Path+"/{id}/form", p.approvalForm)
	s.Handle("GET "+Path+"/{id}/made", p.outPage)
	s.Handle("GET "+Path+"/{id}/made/{n}", p.outFile)
}

// Any reports whether there is a register that somebody may see, for the rail.
func Any(v counter.Viewer) bool {
	return v.Law != nil && v.Actor.Person != "" && len(v.Law.Readable(v.Posts)) > 0
}

// readers is See for whom some register names, an administrator too; for anybody else the page is not there.
func (p *pages) readers(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		if !Any(v) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// FormPath is where the form of a request for leave is printed.
func FormPath(id string) string { return Path + "/" + url.PathEscape(id) + "/form" }

func pathOf(name string) string { return Path + "/" + url.PathEscape(name) }

// again shows a register once more above which stands why it did not come out.
func (p *pages) again(w http.ResponseWriter, r *http.Request, err error, period string) error {
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.page(w, r, status, problem, period, store.Place{})
	})
}

// do records an act of these pages.
func (p *pages) do(r *http.Request, name string, cmd any, form url.Values) (act.Receipt, error) {
	return p.Do(r, counter.Try{Act: name, Command: cmd, Form: form})
}
