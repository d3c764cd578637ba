package disposal

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What the pages of lists read, as far as one viewer may know of the pieces.

// Standing is where a piece is now, as other nouns know it.
type Standing struct {
	Label   term.LabelCode
	Place   string        // name; empty: in none
	Holder  term.PersonID // empty: nobody
	Missing bool
	Ended   bool
	Out     bool // it lies in no place of the office: held, on its way, missing

	Since     time.Time // it is so
	Held      bool      // a finding about it holds it back
	PagesBack int       // of a held one, when it last came back; 0: not said

	Came       bool // its document came in: work on it is finished (办结) one day
	FinishedAt time.Time
	Way        string // 去向 of its document: archive return destroy; empty: not fixed
}

// ShownLine is a line with its texts opened. Of a masked one the title stays closed.
type ShownLine struct {
	Line
	Standing
	TitleText, DocNoText, IssuerText, ReasonText, OpinionText, MissingText string

	Masked bool
	Moved  bool // it was counted, and has left its place since
	Shut   bool // the reader may not know of its item: it has no texts, and leads nowhere
}

// Shown is a list with the lines that the viewer may know of.
type Shown struct {
	Opened
	Lines []ShownLine
}

// Name is what the item of a line is called: its number, else its title or code name.
func (l ShownLine) Name() string {
	if l.DocNoText != "" && l.DocNoText != string(term.NoDocNumber) {
		return l.DocNoText
	}
	return l.TitleText
}

// Count counts lines: all of them, those that were counted or are settled, and those gone.
func (s Shown) Count() (all, counted, gone int) {
	for _, l := range s.Lines {
		all++
		if l.There() || l.State == Lost || l.State == Gone {
			counted++
		}
		if l.State == Gone {
			gone++
		}
	}
	return all, counted, gone
}

// Agrees reports whether the count is right: each line once or settled, and nothing beside them.
func (s Shown) Agrees() bool {
	l := listed{list: s.List, lines: make([]Line, len(s.Lines)), moved: map[term.CopyID]bool{}}
	for i, x := range s.Lines {
		l.lines[i], l.moved[x.Copy] = x.Line, x.Moved
	}
	return l.countsEqual()
}

// There reports whether its piece was counted, and has not left its place since.
func (l ShownLine) There() bool { return l.Counted && !l.Moved }

// Approves reports whether one of the posts may approve lists.
func Approves(law *regulation.Law, posts []string) bool {
	return slices.ContainsFunc(posts, func(p string) bool { return slices.Contains(approving(law), p) })
}

// ListsOf lists lists of some kinds, open ones first and each group from the newest on; closed ones only from before a
// moment, which is zero for now.
func ListsOf(tx *store.Tx, kinds []string, before time.Time, limit int) ([]List, error) {
	marks, args := "", []any(nil)
	for i, k := range kinds {
		if i > 0 {
			marks += ", "
		}
		args = append(args, k)
		marks += "$" + strconv.Itoa(len(args))
	}
	where := "WHERE kind IN (" + marks + ")"
	if !before.IsZero() {
		args = append(args, before.UnixMilli())
		where += " AND state = 'closed' AND opened_at < $" + strconv.Itoa(len(args))
	}
	list, err := Lists.Select(tx, where+" ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, opened_at DESC, id LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list the lists: %w", err)
	}
	return list, nil
}

// Unapproved lists the lists that were counted and that nobody has approved, other than those of an applicant, the oldest first.
func Unapproved(tx *store.Tx, but term.PersonID, limit int) ([]List, error) {
	list, err := Lists.Select(tx, "WHERE state = 'open' AND counted_at IS NOT NULL AND approved_at IS NULL AND lines > 0 AND applicant <> $1 ORDER BY opened_at, id LIMIT "+strconv.Itoa(limit), string(but))
	if err != nil {
		return nil, fmt.Errorf("list the lists that are not approved: %w", err)
	}
	return list, nil
}

// Reader is who looks at lists.
type Reader struct {
	act.Viewer
	Approves bool // he may approve lists
	Archives bool // he signs for the archive
}

// Part reports whether he has a part in the list: he decides on it, hands over or takes what is on it, or has done so. Nobody
// signs for what he cannot count: he sees each line, of what is out of his sight no more than a label tells.
func (r Reader) Part(l List) bool {
	switch {
	case r.Person == "":
		return false
	case r.Approves && l.IsOpen() && l.ApprovedAt.IsZero(), r.Archives && l.Kind == Archive:
		return true
	}
	return slices.Contains([]term.PersonID{l.ApprovedBy, l.Person, l.HandedBy, l.TakenBy, l.WatchedBy, l.SignedBy}, r.Person)
}

// shown are the lines of a list of which the reader sees something, and those that he may know of.
func (r Reader) shown(tx *store.Tx, l List) (rows []Line, known map[string]bool, err error) {
	cond, args := r.Visible("class", "document", 2)
	query := "WHERE list = $1 AND state <> 'struck'"
	seen, err := Lines.Select(tx, query+" AND "+cond+" ORDER BY seq", append([]any{string(l.ID)}, args...)...)
	if err != nil {
		return nil, nil, fmt.Errorf("read the lines of a list: %w", err)
	}
	known = map[string]bool{}
	for _, s := range seen {
		known[s.ID] = true
	}
	if !r.Part(l) {
		return seen, known, nil
	}
	if rows, err = Lines.Select(tx, query+" ORDER BY seq", string(l.ID)); err != nil {
		return nil, nil, fmt.Errorf("read the lines of a list: %w", err)
	}
	return rows, known, nil
}

// ListOf reads a list with the lines that the reader sees; refuse.ErrNotFound when there is none. Titles of 绝密 stay closed, and
// all texts of what he may not know of.
func ListOf(tx *store.Tx, r Reader, id term.DisposalListID) (Shown, error) {
	var s Shown
	var err error
	if s.Opened, err = open(tx, id); err != nil {
		return s, err
	}
	rows, known, err := r.shown(tx, s.List)
	if err != nil {
		return s, err
	}
	now, err := links.Standings(tx, copies(rows))
	if err != nil {
		return s, fmt.Errorf("find where the pieces of a list are: %w", err)
	}
	for _, l := range rows {
		at := now[l.Copy]
		moved := l.State == Listed && l.Counted && !s.CountedAt.IsZero() && at.Since.After(s.CountedAt)
		if !known[l.ID] { // that it may go is for him to say too
			s.Lines = append(s.Lines, ShownLine{Line: l, Masked: true, Shut: true, Moved: moved, Standing: Standing{
				Label: at.Label, Missing: at.Missing, Ended: at.Ended, Out: at.Out, Held: at.Held, Came: at.Came, FinishedAt: at.FinishedAt, Way: at.Way,
			}})
			continue
		}
		shut := l.Level == term.Juemi
		x, err := l.texts(tx, shut)
		if err != nil {
			return s, err
		}
		line := ShownLine{Line: l, Standing: at, Moved: moved, TitleText: x.title, DocNoText: x.docNo, IssuerText: x.issuer, ReasonText: x.reason, OpinionText: x.opinion, MissingText: x.missing, Masked: shut}
		if line.TitleText == "" {
			line.TitleText = x.codeName
		}
		s.Lines = append(s.Lines, line)
	}
	return s, nil
}

// ByLabel finds a piece by what is printed on it, as it would stand on a line; refuse.ErrNotFound when there is none that
// the viewer may know of.
func ByLabel(tx *store.Tx, v act.Viewer, people act.Directory, label term.LabelCode) (Piece, error) {
	id, ok, err := links.Labelled(tx, v, label)
	if err != nil {
		return Piece{}, err
	}
	if !ok {
		return Piece{}, fmt.Errorf("find a piece by its label: %w", refuse.ErrNotFound)
	}
	return links.Piece(tx, people, id)
}

// ByCopy is ByLabel for a piece that was chosen elsewhere.
func ByCopy(tx *store.Tx, v act.Viewer, people act.Directory, id term.CopyID) (Piece, error) {
	var label string
	switch err := tx.QueryRow("SELECT label FROM copy WHERE id = $1", string(id)).Scan(&label); {
	case errors.Is(err, sql.ErrNoRows):
		return Piece{}, fmt.Errorf("find a piece: %w", refuse.ErrNotFound)
	case err != nil:
		return Piece{}, fmt.Errorf("find a piece: %w", err)
	}
	return ByLabel(tx, v, people, term.LabelCode(label))
}

// IsOpen reports whether the list can still be changed.
func (l List) IsOpen() bool { return l.State == Open }
