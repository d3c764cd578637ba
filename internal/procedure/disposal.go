package procedure

import (
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/disposal"
	"jiyao/internal/document"
	"jiyao/internal/incident"
	"jiyao/internal/inspection"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// pieces is what disposal knows of copies and documents.
type pieces struct{ document.Items }

// Piece implements disposal.Links.
func (p pieces) Piece(tx *store.Tx, people act.Directory, id term.CopyID) (disposal.Piece, error) {
	c, err := custody.Copies.Get(tx, id)
	if err != nil {
		return disposal.Piece{}, err
	}
	d, err := document.Documents.Get(tx, c.Document)
	if err != nil {
		return disposal.Piece{}, fmt.Errorf("read the document of a copy: %w", err)
	}
	i, err := p.Item(tx, people, c.Document)
	if err != nil {
		return disposal.Piece{}, fmt.Errorf("read the item of a copy: %w", err)
	}
	covers, err := document.Covers(tx, []document.Document{d}, true)
	if err != nil {
		return disposal.Piece{}, err
	}
	out := disposal.Piece{
		Copy: c.ID, Item: i, Seq: c.Seq, CopyNo: c.Called(), Medium: c.Medium, SerialNo: c.SerialNo, Pages: c.Pages, Attachments: c.Attachments,
		Live: c.State != custody.Ended, InHand: c.State == custody.InPlace || c.State == custody.Received, Missing: c.State == custody.Missing, Holder: c.Holder,
		Regime: d.HeldAs(), Title: covers[0].Title, CodeName: covers[0].CodeName, DocNo: covers[0].DocNo, Issuer: covers[0].Issuer, Period: d.Period,
		CompletedAt: d.CompletedAt, ReturnBy: d.ReturnBy, Way: wayOf(d),
	}
	if out.Way == "archive" {
		if out.Stays, err = staying(tx, c); err != nil {
			return out, err
		}
	}
	return out, nil
}

// wayOf is what becomes of the copies of a document: as it was fixed, else back to the issuer who wants it.
func wayOf(d document.Document) string {
	if d.Disposition == "" && d.ReturnRequired == "yes" {
		return "return"
	}
	return d.Disposition
}

// staying counts the copies of the same document beside one that stay: in the archive, or alive and on no list of destruction.
func staying(tx *store.Tx, c custody.Copy) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM copy o WHERE o.document = $1 AND o.id <> $2 AND (o.state = 'ended' AND o.ending = 'archived' OR o.state NOT IN ('ended', 'missing'))
		AND NOT EXISTS (SELECT 1 FROM disposal_line l JOIN disposal_list t ON t.id = l.list WHERE l.copy = o.id AND l.state = 'listed' AND t.kind = 'destruction')`,
		string(c.Document), string(c.ID)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the copies that stay: %w", err)
	}
	return n, nil
}

// wantedOf is the condition for what a list is to name, over copy c and document d, with its arguments from $1 on. settling
// leaves the disposition aside: every item of the year keeps the year open.
func wantedOf(w disposal.Wanted, settling bool) (string, []any) {
	switch w.Kind {
	case disposal.Return:
		return "d.return_by <> '' AND d.settled_at IS NULL AND d.return_required = 'yes' AND d.return_by <= $1 AND d.state <> 'voided' AND c.state NOT IN ('ended', 'missing')", []any{w.Until}
	case disposal.Archive, disposal.Destruction:
		cond, args := document.FinishedIn(w.Year, 1)
		switch {
		case w.Kind == disposal.Destruction:
			cond += " AND d.disposition = 'destroy'"
		case !settling:
			cond += " AND d.disposition IN ('', 'archive')"
		}
		return cond + " AND d.settled_at IS NULL AND c.state <> 'ended'", args
	default:
		return "(c.holder = $1 AND c.state = 'held' OR c.custodian = $1 AND c.custodian <> '' AND c.state <> 'ended')", []any{string(w.Person)}
	}
}

const notListed = " AND NOT EXISTS (SELECT 1 FROM disposal_line l WHERE l.copy = c.id AND l.state = 'listed')"

// Wanted implements disposal.Links.
func (pieces) Wanted(tx *store.Tx, w disposal.Wanted, limit int) ([]term.CopyID, error) {
	cond, args := wantedOf(w, false)
	return wantedCopies(tx, w, cond+notListed, args, limit)
}

// Unsettled implements disposal.Links: of return, what the issuer wants back by that day and is on no list; of archive, what
// was finished in the year and lies neither on this list nor on one of return or destruction.
func (pieces) Unsettled(tx *store.Tx, w disposal.Wanted, list term.DisposalListID, limit int) ([]term.CopyID, error) {
	cond, args := wantedOf(w, true)
	switch w.Kind {
	case disposal.Return:
		if w.Until == "" {
			return nil, nil
		}
		cond += strings.Replace(notListed, "= 'listed'", "IN ('listed', 'lost')", 1)
	case disposal.Archive:
		if w.Year == "" {
			return nil, nil
		}
		args = append(args, string(list))
		cond += " AND NOT EXISTS (SELECT 1 FROM disposal_line l JOIN disposal_list t ON t.id = l.list WHERE l.copy = c.id AND l.state = 'listed' AND (t.id = $" +
			strconv.Itoa(len(args)) + " OR t.kind IN ('return', 'destruction')))"
	default:
		return nil, nil
	}
	return wantedCopies(tx, w, cond, args, limit)
}

func wantedCopies(tx *store.Tx, w disposal.Wanted, cond string, args []any, limit int) (out []term.CopyID, err error) {
	if w.Issuer != "" { // an issuer can only be read: among what is due, which is little
		limit = max(limit, document.MaxRegister)
	}
	rows, err := tx.Query("SELECT c.id, c.document FROM document d JOIN copy c ON c.document = d.id WHERE "+cond+" ORDER BY d.year, d.no, c.seq LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("find what a list is to name: %w", err)
	}
	of := map[term.CopyID]term.DocumentID{}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = fmt.Errorf("find what a list is to name: %w", e)
		}
	}()
	for rows.Next() {
		var id term.CopyID
		var document term.DocumentID
		if err := rows.Scan(&id, &document); err != nil {
			return nil, fmt.Errorf("read what a list is to name: %w", err)
		}
		out, of[id] = append(out, id), document
	}
	if err := rows.Err(); err != nil || w.Issuer == "" {
		return out, err
	}
	return fromIssuer(tx, w.Issuer, out, of)
}

// fromIssuer keeps the copies whose document names this issuer.
func fromIssuer(tx *store.Tx, issuer string, ids []term.CopyID, of map[term.CopyID]term.DocumentID) ([]term.CopyID, error) {
	same := map[term.DocumentID]bool{}
	for _, d := range of {
		same[d] = false
	}
	for id := range same {
		d, err := document.Documents.Get(tx, id)
		if err != nil {
			return nil, err
		}
		covers, err := document.Covers(tx, []document.Document{d}, false)
		if err != nil {
			return nil, err
		}
		same[id] = document.Fold(covers[0].Issuer) == document.Fold(issuer)
	}
	var out []term.CopyID
	for _, id := range ids {
		if same[of[id]] {
			out = append(out, id)
		}
	}
	return out[:min(len(out), disposal.MaxLines)], nil
}

// Lost implements disposal.Links.
func (pieces) Lost(tx *store.Tx, id term.CopyID) (bool, error) {
	c, ok, err := custody.Copies.One(tx, "WHERE id = $1", string(id))
	if err != nil || !ok {
		return false, err
	}
	return incident.Lost(tx, c.Document, string(id))
}

// Trouble implements disposal.Links.
func (pieces) Trouble(tx *store.Tx, ids []term.CopyID, since time.Time) (moved, held map[term.CopyID]bool, err error) {
	moved, held = map[term.CopyID]bool{}, map[term.CopyID]bool{}
	for some := range slices.Chunk(ids, maxIDs-1) {
		marks, args, err := among(some)
		if err != nil {
			return nil, nil, err
		}
		into := func(m map[term.CopyID]bool) func(func(...any) error) error {
			return func(scan func(...any) error) error {
				var id term.CopyID
				err := scan(&id)
				m[id] = true
				return err
			}
		}
		if err := tx.Each("SELECT id FROM copy WHERE id IN "+marks+" AND since > $"+strconv.Itoa(len(args)+1), append(args, since.UnixMilli()), into(moved)); err != nil {
			return nil, nil, fmt.Errorf("find what moved: %w", err)
		}
		if err := tx.Each("SELECT DISTINCT subject FROM finding WHERE subject IN "+marks+" AND "+inspection.Holds, args, into(held)); err != nil {
			return nil, nil, fmt.Errorf("find what is held back: %w", err)
		}
	}
	return moved, held, nil
}

// SameIssuer implements disposal.Links.
func (pieces) SameIssuer(a, b string) bool {
	return document.Fold(strings.TrimSpace(a)) == document.Fold(strings.TrimSpace(b))
}

// Settled implements disposal.Links.
func (pieces) Settled(tx *store.Tx, ids []term.CopyID) ([]term.DocumentID, error) {
	return custody.SettledBy(tx, ids)
}

// Finished implements disposal.Links.
func (pieces) Finished(tx *store.Tx, list term.DisposalListID) (time.Time, error) {
	var last sql.NullInt64
	err := tx.QueryRow("SELECT MAX(d.completed_at) FROM disposal_line l JOIN document d ON d.id = l.document WHERE l.list = $1 AND l.state <> 'struck'", string(list)).Scan(&last)
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("find when the last item of a list was finished: %w", err)
	case !last.Valid || last.Int64 == 0:
		return time.Time{}, nil
	}
	return time.UnixMilli(last.Int64), nil
}

// Standings implements disposal.Links.
func (pieces) Standings(tx *store.Tx, ids []term.CopyID) (map[term.CopyID]disposal.Standing, error) {
	names, err := custody.PlaceNames(tx)
	if err != nil {
		return nil, err
	}
	out, docs := map[term.CopyID]disposal.Standing{}, map[term.DocumentID]document.Document{}
	_, held, err := pieces{}.Trouble(tx, ids, time.Time{})
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		c, err := custody.Copies.Get(tx, id)
		if err != nil {
			return nil, fmt.Errorf("read a copy: %w", err)
		}
		d, read := docs[c.Document]
		if !read {
			if d, err = document.Documents.Get(tx, c.Document); err != nil {
				return nil, fmt.Errorf("read the document of a copy: %w", err)
			}
			docs[c.Document] = d
		}
		s := disposal.Standing{
			Label: c.Label, Missing: c.State == custody.Missing, Ended: c.State == custody.Ended, Came: d.Origin == document.FromOutside, FinishedAt: d.CompletedAt, Way: wayOf(d),
			Since: c.Since, Held: held[id],
		}
		if s.Held {
			if s.PagesBack, err = pagesBack(tx, c); err != nil {
				return nil, err
			}
		}
		switch c.State {
		case custody.InPlace:
			s.Place = names[c.Place]
		case custody.Held, custody.Carried:
			s.Holder, s.Out = c.Holder, true
		case custody.Transit, custody.Away, custody.Supplied, custody.Missing:
			s.Out = true
		case custody.Received, custody.Ended:
		}
		out[id] = s
	}
	return out, nil
}

// pagesBack is how many pages a copy had when it last came back; 0: nobody said.
func pagesBack(tx *store.Tx, c custody.Copy) (int, error) {
	var n sql.NullInt64
	err := tx.QueryRow("SELECT "+cameBack("pages_back")+" FROM copy c WHERE c.id = $1", string(c.ID)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("read how a piece came back: %w", err)
	}
	return int(max(n.Int64, 0)), nil
}

// Labelled implements disposal.Links.
func (pieces) Labelled(tx *store.Tx, v act.Viewer, label term.LabelCode) (term.CopyID, bool, error) {
	c, ok, err := custody.CopyByLabel(tx, v, label)
	return c.ID, ok, err
}

// Key implements disposal.Links.
func (pieces) Key(id string, wrapped []byte) store.Change {
	return document.Keys.Insert(document.Key{ID: term.DocumentID(id), Wrapped: wrapped})
}

var _ disposal.Links = pieces{}

// belongings is what people knows of what somebody holds.
type belongings struct{}

// HeldBy implements people.Belongings.
func (belongings) HeldBy(tx *store.Tx, id term.PersonID) (int, error) { return custody.HeldBy(tx, id) }

// Stored implements people.Belongings.
func (belongings) Stored(tx *store.Tx) (int, error) { return custody.InStore(tx) }

// Unlocked implements people.Belongings.
func (belongings) Unlocked(tx *act.Tx, id term.PersonID) (int, error) {
	holds, err := custody.Holdings(tx.Tx, tx.Env.People, id)
	return custody.EveningOf(holds, tx.Env).ClassifiedUnlocked, err
}
