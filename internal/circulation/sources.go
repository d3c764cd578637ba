package circulation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

var errAbsent = fmt.Errorf("find a circulation: %w", refuse.ErrNotFound)

// Brief is what a board shows of a document: number, level, and its title where that may stand in a list.
type Brief struct {
	Document    term.DocumentID
	Series      term.Series
	Year, No    int
	DocNo       string // the issuer's
	Title       string // or the code name; empty where Masked
	Masked      bool   // 绝密: held open on purpose, which is an act
	Issuer      string
	Level       term.Level
	Period      string
	Regime      term.Regime
	Urgency     term.Urgency
	Pages       int
	Attachments int
	Copies      int
	Class       int
	NeedsAction bool
	Done        bool // completed, or struck out
	Steps       []string
	ScopeFixed  bool
}

// Piece is what a board shows of a copy.
type Piece struct {
	Copy        term.CopyID
	Document    term.DocumentID
	Seq         int
	CopyNo      term.CopyNo
	Label       term.LabelCode
	Place       string // name of the cabinet; empty when it is not in one
	Holder      term.PersonID
	Since       time.Time
	ReturnBy    time.Time
	Pages       int
	Attachments int
	Rev         int64
	Ended       bool
}

// Free reports whether the piece lies in the office.
func (p Piece) Free() bool { return p.Holder == "" && p.Place != "" }

// Cabinet is a place in which a copy can be put back.
type Cabinet struct {
	ID   term.PlaceID
	Name string
	Kind string
}

// Opinion is the handling opinion in force.
type Opinion struct {
	Text    string
	Readers []term.PersonID // in order; members of the units it names come after
	Units   []term.UnitID
	By      term.PersonID
	At      time.Time
	ReadBy  time.Time
}

// Instruction is a 批示 and what became of it.
type Instruction struct {
	ID         term.InstructionID
	Document   term.DocumentID
	Text       string // empty where the title is masked
	Handler    term.PersonID
	Due        time.Time
	By         term.PersonID
	At         time.Time
	FeedbackAt time.Time
	Chased     int
}

// Awaited reports whether somebody is to tell what became of it and has not yet.
func (i Instruction) Awaited() bool {
	return i.FeedbackAt.IsZero() && (i.Handler != "" || !i.Due.IsZero())
}

// Sources is what the boards ask of documents and copies. Every method is given ids or a condition that has been
// held against the viewer's sight already, and opens sealed columns only for the rows it gives.
type Sources interface {
	Briefs(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID]Brief, error)
	Pieces(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID][]Piece, error)
	// Of gives copies in the order of ids.
	Of(tx *store.Tx, ids []term.CopyID) ([]Piece, error)
	Cabinets(tx *store.Tx) ([]Cabinet, error)
	Opinion(tx *store.Tx, id term.DocumentID) (Opinion, bool, error)
	// Instructions lists those of one document, or, with an empty id, the open ones that the viewer may know of.
	Instructions(tx *store.Tx, v act.Viewer, id term.DocumentID, limit int) ([]Instruction, error)
	// Waiting lists documents that still want an opinion or a scope, oldest first.
	Waiting(tx *store.Tx, v act.Viewer, limit int) ([]term.DocumentID, error)
}

// Report gives the rows of 传阅单 (source circulation_board): one for each reader of each open circulation, in
// order. document "" is all; at is the clock that `since` runs to, in whole minutes.
func Report(tx *store.Tx, s Sources, v act.Viewer, document term.DocumentID, at time.Time) ([]map[string]string, error) {
	list, err := reported(tx, v, document)
	if err != nil {
		return nil, err
	}
	return lines(tx, s, list, at, func(_ Row, texts map[string]string) map[string]string { return texts })
}

// Sheets gives the rows of 传阅单 of all circulations, open and closed, in a window over the time they were opened:
// one row for each reader, in order. The limit of the window counts circulations, and each row says beside its columns
// which item it is of and where its circulation stands (store.Stand).
func Sheets(tx *store.Tx, s Sources, v act.Viewer, w store.Window, at time.Time) ([]map[string]string, error) {
	cond, args := v.Visible("class", "document", 1)
	tail, args := w.Tail("opened_at", "id", []string{cond}, args, maxReport)
	list, err := Circulations.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("list circulations for the register: %w", err)
	}
	rows, err := inPieces(tx, list)
	if err != nil {
		return nil, err
	}
	return lines(tx, s, rows, at, func(r Row, texts map[string]string) map[string]string {
		texts["document"] = string(r.Document)
		return store.Stand(texts, r.OpenedAt, string(r.ID))
	})
}

func lines(tx *store.Tx, s Sources, list []Row, at time.Time, dress func(Row, map[string]string) map[string]string) ([]map[string]string, error) {
	var ids []term.DocumentID
	for _, r := range list {
		ids = append(ids, r.Document)
	}
	briefs, err := s.Briefs(tx, ids)
	if err != nil {
		return nil, err
	}
	pieces, err := s.Pieces(tx, ids)
	if err != nil {
		return nil, err
	}
	flags, err := flagged(tx, list)
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, r := range list {
		for _, stop := range r.Stops {
			out = append(out, dress(r, line(r, stop, briefs[r.Document], pieces[r.Document], flags, at)))
		}
	}
	return out, nil
}

// maxReport bounds a report in circulations.
const maxReport = 2000

// reported are the open circulations, and of one document the closed ones too.
func reported(tx *store.Tx, v act.Viewer, document term.DocumentID) ([]Row, error) {
	cond, args := v.Visible("class", "document", 1)
	tail := "WHERE state = 'open' AND " + cond
	if document != "" {
		cond, args = v.Visible("class", "document", 2)
		tail, args = "WHERE document = $1 AND "+cond, append([]any{string(document)}, args...)
	}
	list, err := Circulations.Select(tx, fmt.Sprintf("%s ORDER BY opened_at, id LIMIT %d", tail, maxReport), args...)
	if err != nil {
		return nil, fmt.Errorf("list circulations for the report: %w", err)
	}
	return inPieces(tx, list)
}

func inPieces(tx *store.Tx, list []Circulation) ([]Row, error) {
	var out []Row
	for len(list) > 0 { // so that a statement stays small
		n := min(len(list), MaxBoard)
		rows, err := withStops(tx, list[:n])
		if err != nil {
			return nil, err
		}
		out, list = append(out, rows...), list[n:]
	}
	return out, nil
}

func line(r Row, s Stop, b Brief, pieces []Piece, flags map[term.StopID]string, at time.Time) map[string]string {
	out := map[string]string{
		"doc_no": b.DocNo, "copy_no": "", "stop": string(s.Reader), "holder": "", "handed_at": minute(s.OutAt), "since": "",
		"signed_at": minute(s.ReadAt), "back_at": minute(s.BackAt), "standing": s.Standing(), "flag": flags[s.ID],
		"witnesses": strings.Join(s.Witnesses, "、"),
	}
	for _, p := range pieces {
		if p.Copy == s.Copy && s.Copy != "" {
			out["copy_no"] = string(p.CopyNo)
			if out["copy_no"] == "" {
				out["copy_no"] = string(p.Label)
			}
		}
	}
	if (s.State == Out || s.State == Read) && r.State == Open {
		out["holder"] = string(s.Reader)
		out["since"] = at.Sub(s.OutAt).Truncate(time.Minute).String()
	}
	return out
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

// flagged reads the marks that packs have set on stops (压件, 漏传): the newest notice of the family `flag.` on a stop,
// on one reader of a document, or, for a reader not yet served, on the circulation.
func flagged(tx *store.Tx, rows []Row) (map[term.StopID]string, error) {
	out := map[term.StopID]string{}
	for len(rows) > 0 {
		n := min(len(rows), MaxBoard)
		if err := flagSome(tx, rows[:n], out); err != nil {
			return nil, fmt.Errorf("read the flags of circulations: %w", err)
		}
		rows = rows[n:]
	}
	return out, nil
}

func flagSome(tx *store.Tx, rows []Row, out map[term.StopID]string) error {
	of := map[term.DocumentID][]Row{}
	var marks []string
	var args []any
	for _, r := range rows {
		of[r.Document] = append(of[r.Document], r)
		args = append(args, string(r.Document))
		marks = append(marks, "$"+strconv.Itoa(len(args)))
	}
	list, err := tx.Query("SELECT document, subject, person, kind FROM notice WHERE document IN ("+strings.Join(marks, ", ")+") AND kind LIKE 'flag.%' ORDER BY at LIMIT 5000", args...)
	if err != nil {
		return err
	}
	defer func() { _ = list.Close() }() // list.Err tells
	for list.Next() {
		var document, subject, person, kind string
		if err := list.Scan(&document, &subject, &person, &kind); err != nil {
			return err
		}
		for _, r := range of[term.DocumentID(document)] {
			for _, s := range r.Stops {
				if r.concerns(s, subject, person) {
					out[s.ID] = strings.TrimPrefix(kind, "flag.")
				}
			}
		}
	}
	return list.Err()
}

// concerns reports whether a notice with this subject or person is about this stop.
func (r Row) concerns(s Stop, subject, person string) bool {
	switch subject {
	case string(s.ID), string(r.Document) + "/" + string(s.Reader):
		return true
	case string(r.ID):
		return s.State == Waiting
	}
	return person != "" && person == string(s.Reader)
}
