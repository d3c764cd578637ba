package procedure

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Board reads for the boards of circulation what documents and copies know; it implements circulation.Sources.
type Board struct {
	// People gives the members of units that an opinion names, in the order in which they circulate.
	People func(tx *store.Tx) (act.Directory, error)
}

var _ circulation.Sources = Board{}

// maxIDs bounds one statement.
const maxIDs = 500

func among[T ~string](ids []T) (string, []any, error) {
	if len(ids) == 0 || len(ids) > maxIDs {
		return "", nil, fmt.Errorf("read for a board: %d ids: 1 to %d are expected", len(ids), maxIDs)
	}
	marks, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		marks[i], args[i] = "$"+strconv.Itoa(i+1), string(id)
	}
	return "(" + strings.Join(marks, ", ") + ")", args, nil
}

// Briefs gives what a list shows of documents. The title of a 绝密 document stays closed.
func (Board) Briefs(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID]circulation.Brief, error) {
	out := map[term.DocumentID]circulation.Brief{}
	ids = distinct(ids)
	for len(ids) > 0 {
		n := min(len(ids), maxIDs)
		list, args, err := among(ids[:n])
		if err != nil {
			return nil, err
		}
		docs, err := document.Documents.Select(tx, "WHERE id IN "+list, args...)
		if err != nil {
			return nil, fmt.Errorf("read documents for a board: %w", err)
		}
		for _, d := range docs {
			if out[d.ID], err = brief(tx, d); err != nil {
				return nil, err
			}
		}
		ids = ids[n:]
	}
	return out, nil
}

func distinct[T ~string](ids []T) []T { return slices.Compact(slices.Sorted(slices.Values(ids))) }

func brief(tx *store.Tx, d document.Document) (circulation.Brief, error) {
	b := circulation.Brief{
		Document: d.ID, Series: d.Series, Year: d.Year, No: d.No, Level: d.Level, Regime: d.Regime, Period: d.Period, Urgency: d.Urgency, Pages: d.Pages, Attachments: d.Attachments,
		Copies: d.Copies, Class: d.Class, NeedsAction: d.NeedsAction, Done: d.State != document.Registered, Steps: d.Steps, ScopeFixed: d.ScopeFixed,
		Masked: d.Level == term.Juemi,
	}
	columns := []string{"doc_no"}
	if !b.Masked {
		columns = append(columns, "issuer", "title", "code_name")
	}
	if err := document.Documents.Reveal(tx, &d, columns...); err != nil {
		return b, fmt.Errorf("open a document for a board: %w", err)
	}
	var title, code string
	for _, s := range []struct {
		from store.Sealed
		to   *string
	}{{d.DocNo, &b.DocNo}, {d.Issuer, &b.Issuer}, {d.Title, &title}, {d.CodeName, &code}} {
		if b.Masked && s.to != &b.DocNo || s.from.Empty() {
			continue
		}
		text, err := s.from.Text()
		if err != nil {
			return b, fmt.Errorf("open a document for a board: %w", err)
		}
		*s.to = text
	}
	b.Title = title
	if b.Title == "" {
		b.Title = code
	}
	return b, nil
}

// Pieces gives the copies of documents, in order.
func (Board) Pieces(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID][]circulation.Piece, error) {
	out := map[term.DocumentID][]circulation.Piece{}
	places := map[term.PlaceID]string{}
	ids = distinct(ids)
	for len(ids) > 0 {
		n := min(len(ids), maxIDs)
		list, args, err := among(ids[:n])
		if err != nil {
			return nil, err
		}
		copies, err := custody.Copies.Select(tx, "WHERE document IN "+list+" ORDER BY document, seq LIMIT 20000", args...)
		if err != nil {
			return nil, fmt.Errorf("read copies for a board: %w", err)
		}
		for _, c := range copies {
			p, err := piece(tx, c, places)
			if err != nil {
				return nil, err
			}
			out[c.Document] = append(out[c.Document], p)
		}
		ids = ids[n:]
	}
	return out, nil
}

// Of gives copies in the order of ids.
func (Board) Of(tx *store.Tx, ids []term.CopyID) ([]circulation.Piece, error) {
	out, places := make([]circulation.Piece, len(ids)), map[term.PlaceID]string{}
	for i, id := range ids {
		c, err := custody.Copies.Get(tx, id)
		if err != nil {
			return nil, fmt.Errorf("read a copy for a request: %w", err)
		}
		if out[i], err = piece(tx, c, places); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func piece(tx *store.Tx, c custody.Copy, places map[term.PlaceID]string) (circulation.Piece, error) {
	p := circulation.Piece{
		Copy: c.ID, Document: c.Document, Seq: c.Seq, CopyNo: term.CopyNo(c.OwnNo()), Label: c.Label, Holder: c.Holder, Since: c.Since,
		Pages: c.Pages, Attachments: c.Attachments, Rev: c.Rev, Ended: c.State == custody.Ended,
	}
	if c.State == custody.Held && c.HandOver != "" {
		line, err := custody.HandOvers.Get(tx, c.HandOver)
		if err != nil {
			return p, fmt.Errorf("read the open line of a copy: %w", err)
		}
		p.ReturnBy = line.ReturnBy
	}
	if c.Place == "" || c.State != custody.InPlace && c.State != custody.Received {
		return p, nil
	}
	name, known := places[c.Place]
	if !known {
		place, err := custody.Places.Get(tx, c.Place)
		if err != nil && !errors.Is(err, refuse.ErrNotFound) {
			return p, fmt.Errorf("read the place of a copy: %w", err)
		}
		name = place.Name
		places[c.Place] = name
	}
	p.Place = name
	return p, nil
}

// Cabinets lists the places of the office in which a copy can be put, by name.
func (Board) Cabinets(tx *store.Tx) ([]circulation.Cabinet, error) {
	places, err := custody.Cabinets(tx)
	if err != nil {
		return nil, err
	}
	out := make([]circulation.Cabinet, len(places))
	for i, p := range places {
		out[i] = circulation.Cabinet{ID: p.ID, Name: p.Name, Kind: p.Kind}
	}
	return out, nil
}

// Opinion gives the opinion in force with its readers, those of the units it names last.
func (b Board) Opinion(tx *store.Tx, id term.DocumentID) (circulation.Opinion, bool, error) {
	o, ok, err := document.Opinions.One(tx, "WHERE document = $1 AND in_force = 1 LIMIT 1", string(id))
	if err != nil || !ok {
		return circulation.Opinion{}, false, err
	}
	if err := document.Opinions.Reveal(tx, &o, "text"); err != nil {
		return circulation.Opinion{}, false, fmt.Errorf("open an opinion: %w", err)
	}
	out := circulation.Opinion{By: o.By, At: o.At, ReadBy: o.ReadBy}
	if !o.Text.Empty() {
		if out.Text, err = o.Text.Text(); err != nil {
			return out, false, fmt.Errorf("open an opinion: %w", err)
		}
	}
	for _, p := range o.Readers {
		out.Readers = append(out.Readers, term.PersonID(p))
	}
	if len(o.Units) == 0 {
		return out, true, nil
	}
	people, err := b.People(tx)
	if err != nil {
		return out, false, err
	}
	for _, u := range o.Units {
		out.Units = append(out.Units, term.UnitID(u))
		for _, p := range people.Members(term.UnitID(u)) {
			if !slices.Contains(out.Readers, p) {
				out.Readers = append(out.Readers, p)
			}
		}
	}
	return out, true, nil
}

// Instructions lists 批示: of one document, or the open ones that the viewer may know of, soonest due first.
func (Board) Instructions(tx *store.Tx, v act.Viewer, id term.DocumentID, limit int) ([]circulation.Instruction, error) {
	tail, args := "", []any(nil)
	if id != "" {
		tail, args = "WHERE document = $1 ORDER BY instructed_at, id", []any{string(id)}
	} else {
		cond, more := v.Visible("d.class", "d.id", 1)
		tail, args = "WHERE feedback_at IS NULL AND EXISTS (SELECT 1 FROM document d WHERE d.id = instruction.document AND "+cond+") ORDER BY due IS NULL, due, id", more
	}
	rows, err := document.Instructions.Select(tx, tail+" LIMIT "+strconv.Itoa(min(max(limit, 1), 200)), args...)
	if err != nil {
		return nil, fmt.Errorf("list instructions: %w", err)
	}
	out := make([]circulation.Instruction, 0, len(rows))
	for _, r := range rows {
		i := circulation.Instruction{ID: r.ID, Document: r.Document, Handler: r.Handler, Due: r.Due, By: r.By, At: r.At, FeedbackAt: r.FeedbackAt}
		if i.Text, err = instructionText(tx, r); err != nil {
			return nil, err
		}
		if i.Chased, err = document.Chases.Count(tx, "WHERE instruction = $1", string(r.ID)); err != nil {
			return nil, fmt.Errorf("count the chases: %w", err)
		}
		out = append(out, i)
	}
	return out, nil
}

func instructionText(tx *store.Tx, r document.Instruction) (string, error) {
	d, err := document.Documents.Get(tx, r.Document)
	if err != nil {
		return "", fmt.Errorf("read the document of an instruction: %w", err)
	}
	if d.Level == term.Juemi || r.Text.Empty() {
		return "", nil
	}
	if err := document.Instructions.Reveal(tx, &r, "text"); err != nil {
		return "", fmt.Errorf("open an instruction: %w", err)
	}
	return r.Text.Text()
}

// Waiting lists documents without an opinion or a scope, oldest receipt first.
func (Board) Waiting(tx *store.Tx, v act.Viewer, limit int) ([]term.DocumentID, error) {
	return document.Unopined(tx, v, limit)
}

// Report gives the rows of 传阅单 as seen by one viewer.
func (b Board) Report(tx *store.Tx, v act.Viewer, id term.DocumentID, at time.Time) ([]map[string]string, error) {
	return circulation.Report(tx, b, v, id, at)
}
