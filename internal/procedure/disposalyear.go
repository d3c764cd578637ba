package procedure

import (
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/disposal"
	"jiyao/internal/document"
	"jiyao/internal/inspection"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ofYear is the items finished in a year of which a viewer may know, as table y, with its arguments from $1 on: the first of
// them, so that what a page costs is bounded.
func ofYear(v act.Viewer, year string) (string, []any) {
	cond, args := document.FinishedIn(year, 1)
	seen, more := v.Visible("d.class", "d.id", len(args)+1)
	return "(SELECT d.id, d.disposition, d.return_required, d.settled_at, d.completed_at FROM document d WHERE " + cond + " AND d.state <> 'voided' AND " + seen +
		" ORDER BY d.completed_at, d.id LIMIT " + strconv.Itoa(disposal.MostOfYear) + ") AS y", append(args, more...)
}

// theirPieces are the pieces of these items, as copy c, with the open line l and list t of each.
const theirPieces = " JOIN copy c ON c.document = y.id LEFT JOIN disposal_line l ON l.copy = c.id AND l.state = 'listed' LEFT JOIN disposal_list t ON t.id = l.list WHERE coalesce(c.ending, '') <> 'voided'"

// way is where a piece goes: how its life ended, the list it is on, what was settled for its item, what its issuer asks.
const way = `CASE WHEN c.state = 'ended' THEN CASE c.ending WHEN 'archived' THEN 'archive' WHEN 'returned' THEN 'return' WHEN 'destroyed' THEN 'destroy' WHEN 'transferred' THEN 'transfer' ELSE '' END
	WHEN t.kind IS NOT NULL THEN CASE t.kind WHEN 'destruction' THEN 'destroy' ELSE t.kind END
	WHEN y.disposition <> '' THEN y.disposition WHEN y.return_required = 'yes' THEN 'return' ELSE '' END`

// counted is 1 for a piece that was there in the last count of its list; -1: it was not; 0: none was taken, or it moved since.
const counted = "CASE WHEN t.counted_at IS NULL OR l.counted = 1 AND c.since > t.counted_at THEN 0 WHEN l.counted = 1 THEN 1 ELSE -1 END"

// cameBack is a column of the line in which a piece last came back and was looked at.
func cameBack(column string) string {
	return "(SELECT h." + column + " FROM hand_over h WHERE h.document = c.document AND h.copy = c.id AND h.back_at IS NOT NULL AND h.checked_by <> '' AND h.copies_back > 0 ORDER BY h.back_at DESC, h.id DESC LIMIT 1)"
}

// heldBack: a finding about copy c stands that holds it back.
const heldBack = "EXISTS (SELECT 1 FROM finding WHERE finding.subject = c.id AND " + inspection.Holds + ")"

// Figures implements disposal.Yearly.
func (pieces) Figures(tx *store.Tx, v act.Viewer, year string) (disposal.Year, error) {
	out := disposal.Year{Ways: map[string]int{}}
	from, args := ofYear(v, year)
	row := tx.QueryRow("SELECT count(*), coalesce(sum(CASE WHEN y.disposition <> '' OR y.return_required = 'yes' OR y.settled_at IS NOT NULL THEN 1 ELSE 0 END), 0) FROM "+from, args...)
	if err := row.Scan(&out.Items, &out.Fixed); err != nil {
		return out, fmt.Errorf("count the items of a year: %w", err)
	}
	out.More = out.Items >= disposal.MostOfYear
	err := tx.Each("SELECT "+way+", c.state, CASE WHEN t.id IS NULL THEN 0 ELSE 1 END, "+counted+", count(*) FROM "+from+theirPieces+" GROUP BY 1, 2, 3, 4", args,
		func(scan func(...any) error) error {
			var way string
			var state custody.State
			var listed, counted, n int
			if err := scan(&way, &state, &listed, &counted, &n); err != nil {
				return err
			}
			out.Pieces, out.Ways[way] = out.Pieces+n, out.Ways[way]+n
			switch state {
			case custody.InPlace, custody.Received, custody.Ended:
				out.Here += n
			case custody.Held, custody.Carried:
				out.Held += n
			case custody.Transit, custody.Away, custody.Supplied, custody.Missing:
			}
			if listed == 1 || state == custody.Ended {
				out.Listed += n
			}
			if counted == 1 || state == custody.Ended {
				out.Counted += n
			}
			return nil
		})
	if err != nil {
		return out, fmt.Errorf("count the pieces of a year: %w", err)
	}
	return out, nil
}

var whichOfYear = map[disposal.Which]string{
	disposal.AllOfYear: "",
	disposal.InHands:   " AND c.state IN ('held', 'carried')",
	disposal.Stuck:     " AND c.state <> 'ended' AND (c.state = 'missing' OR " + counted + " = -1 OR " + heldBack + ")",
}

// OfYear implements disposal.Yearly.
func (pieces) OfYear(tx *store.Tx, v act.Viewer, year string, which disposal.Which, after, most int) ([]disposal.YearPiece, error) {
	names, err := custody.PlaceNames(tx)
	if err != nil {
		return nil, err
	}
	from, args := ofYear(v, year)
	var out []disposal.YearPiece
	err = tx.Each("SELECT c.id, c.document, c.label, CASE WHEN c.copy_no <> '' THEN c.copy_no ELSE coalesce(c.duplicate_no, '') END, c.pages, c.state, c.holder, c.place, c.since, "+way+", CASE WHEN t.id IS NULL THEN 0 ELSE 1 END, "+counted+
		", CASE WHEN "+heldBack+" THEN 0 ELSE 1 END, coalesce("+cameBack("pages_back")+", 0), coalesce((SELECT r.return_by FROM trip r WHERE r.copy = c.id AND r.back_at IS NULL AND c.state = 'carried' ORDER BY r.out_at DESC LIMIT 1), o.return_by)"+
		" FROM "+from+" JOIN copy c ON c.document = y.id LEFT JOIN hand_over o ON o.id = c.hand_over"+theirPieces[len(" JOIN copy c ON c.document = y.id"):]+whichOfYear[which]+
		" ORDER BY y.completed_at, y.id, c.seq LIMIT "+strconv.Itoa(most)+" OFFSET "+strconv.Itoa(max(0, after)), args,
		func(scan func(...any) error) error {
			var p disposal.YearPiece
			var state custody.State
			var place term.PlaceID
			var listed, counted, whole int
			var since, due sql.NullInt64
			if err := scan(&p.Copy, &p.Document, &p.Label, &p.CopyNo, &p.Pages, &state, &p.Holder, &place, &since, &p.Way, &listed, &counted, &whole, &p.PagesBack, &due); err != nil {
				return err
			}
			p.Place, p.Missing, p.Ended = names[place], state == custody.Missing, state == custody.Ended
			p.Out = state != custody.InPlace && state != custody.Received && !p.Ended
			p.Since, p.Due, p.OnList, p.Counted, p.NotThere, p.Short = moment(since), moment(due), listed == 1, counted == 1, counted == -1, whole == 0
			out = append(out, p)
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("list the pieces of a year: %w", err)
	}
	return named(tx, v, out)
}

func moment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).In(calendar.Zone)
}

// named puts to each piece what a list shows of its item.
func named(tx *store.Tx, v act.Viewer, list []disposal.YearPiece) ([]disposal.YearPiece, error) {
	var ids []term.DocumentID
	for _, p := range list {
		ids = append(ids, p.Document)
	}
	slices.Sort(ids)
	covers, err := document.CoversOf(tx, v, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	for i := range list {
		c, p := covers[list[i].Document], &list[i]
		p.Level, p.Regime, p.Period, p.Masked, p.Name = c.Level, c.HeldAs(), c.Period, c.Masked, c.DocNo
		if p.Name == "" || p.Name == string(term.NoDocNumber) {
			p.Name = c.Name()
		}
	}
	return list, nil
}

// Asked implements disposal.Yearly.
func (pieces) Asked(tx *store.Tx, v act.Viewer, year string, open bool, most int) ([]disposal.Asked, error) {
	var docs []document.Document
	for _, which := range []string{"settled_at IS NULL", "settled_at IS NOT NULL"} {
		cond, args := " AND return_by BETWEEN $1 AND $2", []any{year + "-01-01", year + "-12-31"}
		if open && which == "settled_at IS NULL" {
			cond, args = "", nil
		}
		seen, more := v.Visible("class", "id", len(args)+1)
		found, err := document.Documents.Select(tx, "WHERE return_by <> '' AND "+which+cond+" AND return_required = 'yes' AND state <> 'voided' AND "+seen+" ORDER BY return_by, id LIMIT "+strconv.Itoa(most),
			append(args, more...)...)
		if err != nil {
			return nil, fmt.Errorf("list what issuers want back: %w", err)
		}
		docs = append(docs, found...)
	}
	covers, err := document.Covers(tx, docs, false)
	if err != nil {
		return nil, err
	}
	out, at, ids := make([]disposal.Asked, len(docs)), map[term.DocumentID]int{}, make([]term.DocumentID, len(docs))
	for i, c := range covers {
		out[i], at[c.ID], ids[i] = disposal.Asked{Document: c.ID, Issuer: c.Issuer, By: c.ReturnBy}, i, c.ID
	}
	for some := range slices.Chunk(ids, maxIDs) {
		if err := askedPieces(tx, some, func(id term.DocumentID) *disposal.Asked { return &out[at[id]] }); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(out, func(a disposal.Asked) bool { return a.Pieces == 0 }), nil
}

// askedPieces counts the pieces of some items, and finds their lists and receipts.
func askedPieces(tx *store.Tx, ids []term.DocumentID, of func(term.DocumentID) *disposal.Asked) error {
	marks, args, err := among(ids)
	if err != nil {
		return err
	}
	err = tx.Each("SELECT c.document, c.state, coalesce(c.ending, ''), coalesce(t.id, ''), coalesce(t.kind, '') FROM copy c LEFT JOIN disposal_line l ON l.copy = c.id AND l.state = 'listed' LEFT JOIN disposal_list t ON t.id = l.list WHERE c.document IN "+
		marks+" AND coalesce(c.ending, '') <> 'voided'", args, func(scan func(...any) error) error {
		var id term.DocumentID
		var state custody.State
		var ending, kind string
		var list term.DisposalListID
		if err := scan(&id, &state, &ending, &list, &kind); err != nil {
			return err
		}
		a := of(id)
		if state == custody.Ended && ending != custody.Returned { // gone another way: nothing is owed of it any more
			return nil
		}
		a.Pieces++
		switch {
		case state == custody.Ended:
			a.Returned++
		case state == custody.Missing:
			a.Missing++
		case kind == disposal.Return:
			a.List = list
		case kind == "":
			a.Unlisted++
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count what issuers want back: %w", err)
	}
	err = tx.Each("SELECT l.document, max(t.receipt_on) FROM disposal_line l JOIN disposal_list t ON t.id = l.list WHERE l.document IN "+marks+
		" AND l.state <> 'struck' AND t.kind = 'return' AND t.receipt_at IS NOT NULL GROUP BY l.document", args, func(scan func(...any) error) error {
		var id term.DocumentID
		var on string
		err := scan(&id, &on)
		of(id).ReceiptOn, of(id).Receipt = on, true
		return err
	})
	if err != nil {
		return fmt.Errorf("find the receipts of issuers: %w", err)
	}
	return nil
}
