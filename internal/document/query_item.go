package document

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Carrier is one copy (载体) as other pages than custody's show it.
type Carrier struct {
	ID          term.CopyID
	Document    term.DocumentID
	Seq         int
	CopyNo      term.CopyNo
	Label       term.LabelCode
	State       string
	Ending      string // of one whose life has ended, how
	Medium      string
	Pages       int
	Attachments int
	Place       string // name; empty when it lies in none
	Holder      term.PersonID
	Labelled    bool
	Since       time.Time
	ReturnBy    time.Time // of the open line; zero: none
}

// Out reports whether the piece is outside the cabinets.
func (p Carrier) Out() bool {
	return p.State == "held" || p.State == "transit" || p.State == "away" || p.State == "supplied" || p.State == "missing"
}

// Carriers gives the copies of documents, in order. The ids must have been held against the viewer's sight.
func Carriers(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID][]Carrier, error) {
	out := map[term.DocumentID][]Carrier{}
	for len(ids) > 0 {
		n := min(len(ids), MaxPage)
		if err := someCarriers(tx, ids[:n], out); err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return out, nil
}

func someCarriers(tx *store.Tx, ids []term.DocumentID, out map[term.DocumentID][]Carrier) (err error) {
	marks, args := placeholders(ids)
	rows, err := tx.Query("SELECT c.id, c.document, c.seq, CASE WHEN c.copy_no <> '' THEN c.copy_no ELSE coalesce(c.duplicate_no, '') END, c.label, c.state, c.medium, c.pages, c.attachments, coalesce(p.name, ''), c.holder, "+
		"c.labelled_at, c.since, h.return_by, coalesce(c.ending, '') FROM copy c LEFT JOIN place p ON p.id = c.place LEFT JOIN hand_over h ON h.id = c.hand_over WHERE c.document IN ("+
		marks+") ORDER BY c.document, c.seq", args...)
	if err != nil {
		return fmt.Errorf("read the copies: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = fmt.Errorf("read the copies: %w", e)
		}
	}()
	for rows.Next() {
		var p Carrier
		var labelled, since, back sql.NullInt64
		if err := rows.Scan(&p.ID, &p.Document, &p.Seq, &p.CopyNo, &p.Label, &p.State, &p.Medium, &p.Pages, &p.Attachments, &p.Place, &p.Holder, &labelled, &since, &back, &p.Ending); err != nil {
			return fmt.Errorf("read a copy: %w", err)
		}
		p.Labelled, p.Since, p.ReturnBy = labelled.Valid, instant(since), instant(back)
		out[p.Document] = append(out[p.Document], p)
	}
	return rows.Err()
}

func instant(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).In(calendar.Zone)
}

// CarrierByLabel finds a copy by its label, if the viewer may know of it.
func CarrierByLabel(tx *store.Tx, v act.Viewer, label term.LabelCode) (Carrier, bool, error) {
	cond, args := v.Visible("class", "document", 2)
	var document, id string
	row := tx.QueryRow("SELECT document, id FROM copy WHERE label = $1 AND "+cond, append([]any{string(label)}, args...)...)
	if err := row.Scan(&document, &id); errors.Is(err, sql.ErrNoRows) {
		return Carrier{}, false, nil
	} else if err != nil {
		return Carrier{}, false, fmt.Errorf("find a label: %w", err)
	}
	carriers, err := Carriers(tx, []term.DocumentID{term.DocumentID(document)})
	if err != nil {
		return Carrier{}, false, err
	}
	list := carriers[term.DocumentID(document)]
	i := slices.IndexFunc(list, func(p Carrier) bool { return string(p.ID) == id })
	if i < 0 {
		return Carrier{}, false, nil
	}
	return list[i], true, nil
}

// Turn is one reader's turn as circulation keeps it.
type Turn struct {
	Reader                term.PersonID
	State                 string // waiting out read back declined
	Why                   string // of declined: refuses, gone, unscoped
	Witnesses             []term.PersonID
	CopyNo                string
	OutAt, ReadAt, BackAt time.Time
	Giver                 term.PersonID
	Pages, Attachments    int // counted on coming back; -1: not given
}

// Standing is the word the boards have for a reader who has not signed 已阅 and will not: standing.declined_refuses.
func (t Turn) Standing() string { return "declined_" + t.Why }

// Turns are the readers' turns in all circulations of a document, in order.
func Turns(tx *store.Tx, id term.DocumentID) (out []Turn, err error) {
	rows, err := tx.Query("SELECT s.reader, s.state, CASE WHEN c.copy_no <> '' THEN c.copy_no ELSE coalesce(c.duplicate_no, c.label, '') END, s.out_at, s.read_at, s.back_at, coalesce(h.giver, ''), coalesce(h.pages_back, -1), coalesce(h.attachments_back, -1), coalesce(s.declined, ''), coalesce(s.witnesses, '[]') "+
		"FROM stop s LEFT JOIN copy c ON c.id = s.copy LEFT JOIN hand_over h ON h.stop = s.id AND h.document = s.document WHERE s.document = $1 ORDER BY s.added_at, s.seq, h.out_at LIMIT 500", string(id))
	if err != nil {
		return nil, fmt.Errorf("read the turns of readers: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = fmt.Errorf("read the turns of readers: %w", e)
		}
	}()
	for rows.Next() {
		var t Turn
		var at [3]sql.NullInt64
		var witnesses string
		if err := rows.Scan(&t.Reader, &t.State, &t.CopyNo, &at[0], &at[1], &at[2], &t.Giver, &t.Pages, &t.Attachments, &t.Why, &witnesses); err != nil {
			return nil, fmt.Errorf("read a reader's turn: %w", err)
		}
		if err := json.Unmarshal([]byte(witnesses), &t.Witnesses); err != nil {
			return nil, fmt.Errorf("read the witnesses of a turn: %w", err)
		}
		t.OutAt, t.ReadAt, t.BackAt = instant(at[0]), instant(at[1]), instant(at[2])
		out = append(out, t)
	}
	return out, rows.Err()
}

// Paragraph is a written opinion, instruction, note or reason with its text opened.
type Paragraph struct {
	Text string
	By   term.PersonID
	At   time.Time
}

// Directed is an instruction with its texts opened.
type Directed struct {
	Instruction
	Words, Answer string
	Chases        []Chase
}

// Struck is a correction, voiding or discrepancy with its texts opened.
type Struck struct {
	Note
	Was, Is, Why, Sent string
}

// Detail is what the page of one document shows beside its cover.
type Detail struct {
	Cover        Cover
	Notes        string // 备注
	Result       string
	Carriers     []Carrier
	Turns        []Turn
	Scope        []Knower // in force
	Fixed        *Widening
	Opinion      *Opinion // in force
	OpinionText  string
	Instructions []Directed
	Struck       []Struck
	Slip         *Slip
	Duties       []Task // open ones on this item
}

// Read gives the page of one document that the viewer may know of. unmask opens a masked title.
func Read(tx *store.Tx, v act.Viewer, id term.DocumentID, unmask bool) (Detail, error) {
	var d Detail
	doc, err := Find(tx, v, id)
	if err != nil {
		return d, err
	}
	covers, err := Covers(tx, []Document{doc}, unmask)
	if err != nil {
		return d, err
	}
	d.Cover = covers[0]
	if !d.Cover.Masked {
		if err := Documents.Reveal(tx, &doc, "notes", "result"); err != nil {
			return d, fmt.Errorf("open notes and result: %w", err)
		}
		if d.Notes, err = text(doc.Notes); err != nil {
			return d, err
		}
		if d.Result, err = text(doc.Result); err != nil {
			return d, err
		}
	}
	carriers, err := Carriers(tx, []term.DocumentID{id})
	if err != nil {
		return d, err
	}
	d.Carriers = carriers[id]
	if d.Turns, err = Turns(tx, id); err != nil {
		return d, err
	}
	for _, part := range []func(*store.Tx, term.DocumentID, *Detail) error{readScope, readOpinion, readInstructions, readStruck, readSlip} {
		if err := part(tx, id, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

func readScope(tx *store.Tx, id term.DocumentID, d *Detail) (err error) {
	if d.Scope, err = Knowers.Select(tx, "WHERE document = $1 AND until IS NULL ORDER BY since, id LIMIT 1000", string(id)); err != nil {
		return fmt.Errorf("read the scope: %w", err)
	}
	w, ok, err := Widenings.One(tx, "WHERE document = $1 ORDER BY fixed_at DESC LIMIT 1", string(id))
	if ok {
		d.Fixed = &w
	}
	return err
}

func readOpinion(tx *store.Tx, id term.DocumentID, d *Detail) error {
	o, ok, err := opinionInForce(tx, id)
	if err != nil || !ok {
		return err
	}
	if err := Opinions.Reveal(tx, &o); err != nil {
		return fmt.Errorf("open an opinion: %w", err)
	}
	d.Opinion = &o
	d.OpinionText, err = text(o.Text)
	return err
}

func readInstructions(tx *store.Tx, id term.DocumentID, d *Detail) error {
	list, err := Instructions.Select(tx, "WHERE document = $1 ORDER BY instructed_at, id LIMIT 100", string(id))
	if err != nil {
		return fmt.Errorf("read the instructions: %w", err)
	}
	chases, err := Chases.Select(tx, "WHERE document = $1 ORDER BY chased_at, id LIMIT 500", string(id))
	if err != nil {
		return fmt.Errorf("read the chases: %w", err)
	}
	for _, i := range list {
		if err := Instructions.Reveal(tx, &i); err != nil {
			return fmt.Errorf("open an instruction: %w", err)
		}
		x := Directed{Instruction: i}
		if x.Words, err = text(i.Text); err != nil {
			return err
		}
		if x.Answer, err = text(i.Feedback); err != nil {
			return err
		}
		for _, c := range chases {
			if c.Instruction == i.ID {
				x.Chases = append(x.Chases, c)
			}
		}
		d.Instructions = append(d.Instructions, x)
	}
	return nil
}

func readStruck(tx *store.Tx, id term.DocumentID, d *Detail) error {
	list, err := Notes.Select(tx, "WHERE document = $1 OR envelope = $2 AND envelope <> '' ORDER BY noted_at, id LIMIT 200", string(id), string(d.Cover.Envelope))
	if err != nil {
		return fmt.Errorf("read the corrections: %w", err)
	}
	for _, n := range list {
		s := Struck{Note: n}
		if d.Cover.Masked && slices.Contains([]string{"title", "code_name", "copy_to"}, n.Field) { // of a masked one nobody is named either
			d.Struck = append(d.Struck, s)
			continue
		}
		if err := Notes.Reveal(tx, &n); err != nil {
			return fmt.Errorf("open a correction: %w", err)
		}
		for into, from := range map[*string]store.Sealed{&s.Was: n.Old, &s.Is: n.New, &s.Why: n.Reason, &s.Sent: n.SentTo} {
			if *into, err = text(from); err != nil {
				return err
			}
		}
		d.Struck = append(d.Struck, s)
	}
	return nil
}

func readSlip(tx *store.Tx, id term.DocumentID, d *Detail) error {
	s, ok, err := Slips.One(tx, "WHERE document = $1 LIMIT 1", string(id))
	if ok {
		d.Slip = &s
	}
	return err
}

// Colleague is somebody who can be named: in an opinion, a scope, as signer or handler.
type Colleague struct {
	ID       term.PersonID
	Name     string
	Unit     term.UnitID
	UnitName string
	Grade    string
}

// Colleagues lists everybody who can be named in a business act, by unit.
func Colleagues(tx *store.Tx, people act.Directory) (out []Colleague, err error) {
	rows, err := tx.Query("SELECT p.id, p.name, p.unit, coalesce(u.name, ''), p.grade FROM person p LEFT JOIN unit u ON u.id = p.unit ORDER BY p.unit, p.id LIMIT 1000")
	if err != nil {
		return nil, fmt.Errorf("list who can be named: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = fmt.Errorf("list who can be named: %w", e)
		}
	}()
	for rows.Next() {
		var c Colleague
		if err := rows.Scan(&c.ID, &c.Name, &c.Unit, &c.UnitName, &c.Grade); err != nil {
			return nil, fmt.Errorf("read who can be named: %w", err)
		}
		if act.Business(people, c.ID) {
			out = append(out, c)
		}
	}
	return out, rows.Err()
}
