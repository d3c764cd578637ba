package disposal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What the page of a year reads (归档与清退), as far as one viewer may know of the items: what was finished in it, how far its
// hand-over is, what issuers want back.

// MostOfYear is the most items of one year that its page counts and lists: what it costs does not grow with the register.
const MostOfYear = 5000

// MostWanted is the most items that are looked through for what issuers want back: open ones, and as many that are settled.
const MostWanted = 300

// Yearly is what the page of a year asks of other nouns; part of Links. A year is four digits, of 办结.
type Yearly interface {
	// Figures counts the items finished in a year and their pieces.
	Figures(tx *store.Tx, v act.Viewer, year string) (Year, error)
	// OfYear lists pieces of these items, in the order of 办结: the first after some of them.
	OfYear(tx *store.Tx, v act.Viewer, year string, which Which, after, most int) ([]YearPiece, error)
	// Asked lists items that their issuer wanted back in a year; with open, also all that are not back, whenever they are due.
	Asked(tx *store.Tx, v act.Viewer, year string, open bool, most int) ([]Asked, error)
}

// Which pieces of a year a list is of.
type Which int

// All of them, those that somebody has with him, those that cannot go as things are.
const (
	AllOfYear Which = iota
	InHands
	Stuck
)

// Year is the items finished in one year, by figures.
type Year struct {
	Items int
	Fixed int // of them: where their pieces go is settled
	Ways  map[string]int

	Pieces, Here, Held int // Here: they lie in the office, or have gone their way
	Listed, Counted    int // on an open list or gone; of them, counted there or gone
	More               bool
}

// YearPiece is a piece of an item finished in a year.
type YearPiece struct {
	Copy     term.CopyID
	Document term.DocumentID
	Standing
	CopyNo, Period string
	Level          term.Level
	Regime         term.Regime
	Pages          int
	Name           string // number of the item, else its title or code name; of a masked one its number
	Masked         bool
	Way            string // archive return destroy transfer; empty: not fixed
	Since, Due     time.Time
	OnList         bool // on an open list
	Counted        bool // in its last count
	NotThere       bool // left out in its last count
	Short          bool // what came back last is not what went out
	PagesBack      int  // then; 0: not said
}

// Asked is an item that its issuer wants back.
type Asked struct {
	Document  term.DocumentID
	Issuer    string
	By        string // YYYY-MM-DD
	Pieces    int    // that have not gone another way
	Returned  int    // of them
	Missing   int
	List      term.DisposalListID // an open one that names a piece of it
	Unlisted  int                 // pieces that are here and on no list
	ReceiptOn string              // YYYY-MM-DD; of the newest list with a receipt
	Receipt   bool
}

// Issuer is what one issuer wants back.
type Issuer struct {
	Name                      string
	Pieces, Returned, Missing int
	Owed                      int    // items that are back without a receipt
	By                        string // the first day on which something is due
	ReceiptOn                 string
	List                      term.DisposalListID
	Ask                       term.DocumentID // of its item that is due last and stands on no list: what a new list begins with
}

// FiguresOf counts a year.
func FiguresOf(tx *store.Tx, v act.Viewer, year string) (Year, error) {
	return links.Figures(tx, v, year)
}

// PiecesOf lists pieces of a year.
func PiecesOf(tx *store.Tx, v act.Viewer, year string, which Which, after, most int) ([]YearPiece, error) {
	return links.OfYear(tx, v, year, which, after, most)
}

// IssuersOf lists what issuers wanted back in a year, by what is due first; with open, also all that is not back.
func IssuersOf(tx *store.Tx, v act.Viewer, year string, open bool) (out []Issuer, more bool, err error) {
	asked, err := links.Asked(tx, v, year, open, MostWanted)
	if err != nil {
		return nil, false, err
	}
	last := map[string]string{}
	for _, a := range asked {
		i := slices.IndexFunc(out, func(x Issuer) bool { return strings.EqualFold(x.Name, a.Issuer) })
		if i < 0 {
			i, out = len(out), append(out, Issuer{Name: a.Issuer})
		}
		x := &out[i]
		x.Pieces, x.Returned, x.Missing = x.Pieces+a.Pieces, x.Returned+a.Returned, x.Missing+a.Missing
		back := a.Returned == a.Pieces
		switch {
		case !back && (x.By == "" || a.By < x.By):
			x.By = a.By
		case back && !a.Receipt:
			x.Owed++
		}
		if a.List != "" {
			x.List = a.List
		}
		if a.Unlisted > 0 && a.By >= last[x.Name] {
			x.Ask, last[x.Name] = a.Document, a.By
		}
		x.ReceiptOn = max(x.ReceiptOn, a.ReceiptOn)
	}
	slices.SortStableFunc(out, func(a, b Issuer) int { // what is back comes last
		if (a.By == "") != (b.By == "") {
			return strings.Compare(b.By, a.By)
		}
		return strings.Compare(a.By, b.By)
	})
	return out, len(asked) >= MostWanted, nil
}

// AskedBack is what a return list for the issuer of an item begins with; ok is false where the viewer may not know of it, or
// nobody wants it back.
func AskedBack(tx *store.Tx, v act.Viewer, document term.DocumentID) (a Asked, ok bool, err error) {
	all, err := links.Asked(tx, v, strconv.Itoa(tx.Now().Year()), true, MostWanted)
	i := slices.IndexFunc(all, func(x Asked) bool { return x.Document == document })
	if err != nil || i < 0 {
		return Asked{}, false, err
	}
	return all[i], true, nil
}

// Term is from when the hand-over of a year is signed and by when; zero: the law says nothing of it.
type Term struct {
	From calendar.Date
	Due  calendar.Date
	Owed bool // its duty is open now
}

// TermOf reads it from the open duty of that year, or where none is open from the law in force.
func TermOf(tx *store.Tx, law *regulation.Law, year string) (Term, error) {
	n, err := strconv.Atoi(year)
	if err != nil {
		return Term{}, fmt.Errorf("read a year: %w", err)
	}
	for _, def := range law.SelfOpening() {
		if def.ForEach != "year" || !def.EndsWith("disposal.archive_sign") || len(def.Dates) == 0 {
			continue
		}
		d, ok, err := obligation.Duties.One(tx, "WHERE subject = $1 AND name = $2 AND state = 'open'", year, def.Name)
		if err != nil {
			return Term{}, fmt.Errorf("look for the duty of a year: %w", err)
		}
		if ok {
			return Term{From: calendar.DateOf(d.OpenedAt), Due: d.Deadline().Day(), Owed: true}, nil
		}
		from, err := def.Dates[0].At(calendar.Trigger{Occurred: calendar.Date{Year: n + 1, Month: time.January, Day: 1}.Start()})
		if err != nil || def.Due == nil {
			continue
		}
		t := Term{From: from.Day()}
		if due, err := def.Due.At(calendar.Trigger{Occurred: t.From.Start()}); err == nil {
			t.Due = due.Day()
		}
		return t, nil
	}
	return Term{}, nil
}

// Archived is what was listed for the archive of one year.
type Archived struct {
	Lists  []List // the newest first
	Pieces int    // gone to the archive by them
	Files  int    // 卷
}

// Open is the newest list that is not closed.
func (a Archived) Open() (List, bool) {
	return a.find(func(l List) bool { return l.IsOpen() })
}

// Done is the newest list that is closed.
func (a Archived) Done() (List, bool) {
	return a.find(func(l List) bool { return !l.IsOpen() })
}

func (a Archived) find(is func(List) bool) (List, bool) {
	i := slices.IndexFunc(a.Lists, is)
	if i < 0 {
		return List{}, false
	}
	return a.Lists[i], true
}

// ArchivedOf reads the lists of a year's archive that name a piece of which the viewer may know, and those that name none yet. A
// list that says no year is of the year before its number.
func ArchivedOf(tx *store.Tx, v Reader, year string) (Archived, error) {
	var out Archived
	n, err := strconv.Atoi(year)
	if err != nil {
		return out, fmt.Errorf("read a year: %w", err)
	}
	lists, err := Lists.Select(tx, "WHERE kind = 'archive' AND year BETWEEN $1 AND $2 AND (of_year = $3 OR of_year = '' AND year = $4) ORDER BY opened_at DESC, id LIMIT 50",
		int64(n), int64(n+2), year, int64(n+1))
	if err != nil || len(lists) == 0 {
		return out, err
	}
	seen, err := LinesSeen(tx, v, lists)
	if err != nil {
		return out, err
	}
	files := map[string]bool{}
	for _, l := range lists {
		s := seen[l.ID]
		if l.Lines > 0 && s.Lines == 0 {
			continue
		}
		out.Lists, out.Pieces = append(out.Lists, l), out.Pieces+s.Gone
		if l.FileNo != "" {
			files[l.FileNo] = true
		}
	}
	out.Files = len(files)
	return out, nil
}

// Seen are the lines of a list that a viewer may know of.
type Seen struct{ Lines, Gone int }

// LinesSeen counts them for some lists.
func LinesSeen(tx *store.Tx, v Reader, lists []List) (out map[term.DisposalListID]Seen, err error) {
	out = map[term.DisposalListID]Seen{}
	if len(lists) == 0 {
		return out, nil
	}
	marks, args := make([]string, len(lists)), make([]any, len(lists))
	parts := []string{"''"} // whose lines he sees all
	for i, l := range lists {
		marks[i], args[i] = "$"+strconv.Itoa(i+1), string(l.ID)
		if v.Part(l) {
			parts = append(parts, marks[i])
		}
	}
	cond, more := v.Visible("class", "document", len(args)+1)
	cond = "(" + cond + " OR list IN (" + strings.Join(parts, ", ") + "))"
	err = tx.Each("SELECT list, count(*), sum(CASE WHEN state = 'gone' THEN 1 ELSE 0 END) FROM disposal_line WHERE list IN ("+strings.Join(marks, ", ")+
		") AND state <> 'struck' AND "+cond+" GROUP BY list", append(args, more...), func(scan func(...any) error) error {
		var id term.DisposalListID
		var s Seen
		err := scan(&id, &s.Lines, &s.Gone)
		out[id] = s
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the lines of lists: %w", err)
	}
	return out, nil
}
