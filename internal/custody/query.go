package custody

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Carrier is a copy with the name of its place and its open line.
type Carrier struct {
	Copy
	PlaceName string
	Line      *HandOver // open
	Trip      *Trip     // open, of one that is carried about; what is sealed in it stays so
	Series    term.Series
	Year, No  int // of the item within its series
	Urgency   term.Urgency
	Period    string
	Regime    term.Regime
	Of        int // pieces of the document, those that were made of others too
}

// Number is the running number of the item as shown: 机收〔2026〕0417.
func (c Carrier) Number() string { return term.RegisterNumber(c.Series, c.Year, c.No) }

// Find reads a copy; refuse.ErrNotFound when there is none or the viewer may not know of its item.
func Find(tx *store.Tx, v act.Viewer, id term.CopyID) (Carrier, error) {
	cond, args := v.Visible("class", "document", 2)
	c, ok, err := Copies.One(tx, "WHERE id = $1 AND "+cond, append([]any{string(id)}, args...)...)
	if err != nil {
		return Carrier{}, fmt.Errorf("read a copy: %w", err)
	}
	if !ok {
		return Carrier{}, fmt.Errorf("find a copy: %w", refuse.ErrNotFound)
	}
	out := Carrier{Copy: c}
	row := tx.QueryRow("SELECT series, year, no, urgency, period, regime, (SELECT COUNT(*) FROM copy WHERE document = document.id) FROM document WHERE id = $1", string(c.Document))
	if err := row.Scan(&out.Series, &out.Year, &out.No, &out.Urgency, &out.Period, &out.Regime, &out.Of); err != nil {
		return out, fmt.Errorf("read the running number: %w", err)
	}
	if c.Place != "" {
		p, err := Places.Get(tx, c.Place)
		if err != nil {
			return out, fmt.Errorf("read the place: %w", err)
		}
		out.PlaceName = p.Name
	}
	if c.State == Carried {
		trip, ok, err := Trips.One(tx, "WHERE copy = $1 AND back_at IS NULL", string(c.ID))
		if err != nil {
			return out, fmt.Errorf("read the open trip: %w", err)
		}
		if ok {
			out.Trip = &trip
		}
	}
	if c.HandOver != "" {
		line, err := HandOvers.Get(tx, c.HandOver)
		if err != nil {
			return out, fmt.Errorf("read the open line: %w", err)
		}
		out.Line = &line
	}
	return out, nil
}

// Track is a copy with all its lines, oldest first: what its lane is drawn from.
type Track struct {
	Copy
	Lines []HandOver
}

// Tracks gives the copies of a document with their lines; refuse.ErrNotFound when the viewer may not know of it.
func Tracks(tx *store.Tx, v act.Viewer, document term.DocumentID) ([]Track, error) {
	cond, args := v.Visible("class", "document", 2)
	copies, err := Copies.Select(tx, "WHERE document = $1 AND "+cond+" ORDER BY seq LIMIT 999", append([]any{string(document)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read the copies: %w", err)
	}
	if len(copies) == 0 {
		return nil, fmt.Errorf("find the copies of a document: %w", refuse.ErrNotFound)
	}
	lines, err := HandOvers.Select(tx, "WHERE document = $1 ORDER BY out_at, id LIMIT "+strconv.Itoa(MaxLines), string(document))
	if err != nil {
		return nil, fmt.Errorf("read the lines: %w", err)
	}
	out := make([]Track, len(copies))
	for i, c := range copies {
		out[i].Copy = c
		for _, l := range lines {
			if l.Copy == c.ID {
				out[i].Lines = append(out[i].Lines, l)
			}
		}
	}
	return out, nil
}

// Sent is a sending with its recipient opened.
type Sent struct {
	Sending
	To string
}

// SentOf gives what was sent out of a document's copies, by line of 交接登记. The document must have been held against the
// viewer's sight.
func SentOf(tx *store.Tx, document term.DocumentID) (map[term.HandOverID]Sent, error) {
	list, err := Sendings.Select(tx, "WHERE document = $1 ORDER BY id LIMIT "+strconv.Itoa(MaxLines), string(document))
	if err != nil {
		return nil, fmt.Errorf("read what was sent: %w", err)
	}
	out := map[term.HandOverID]Sent{}
	for _, s := range list {
		if err := Sendings.Reveal(tx, &s); err != nil {
			return nil, fmt.Errorf("open a recipient: %w", err)
		}
		to, err := s.Recipient.Text()
		if err != nil {
			return nil, fmt.Errorf("read a recipient: %w", err)
		}
		out[s.ID] = Sent{s, to}
	}
	return out, nil
}

// MaxLines is the most lines one page reads.
const MaxLines = 2000

// Holding is how many copies a person has with him, the oldest since when, the nearest due when; or how many lie with nobody
// in a place that is none to stay in.
type Holding struct {
	Person   term.PersonID
	Place    string // its name, instead of a person
	Kind     string // of a place that is not registered, where something was found: desk floor …
	Copies   int
	Pieces   []Copy // which, where a person has them; of Outside alone
	Since    time.Time
	ReturnBy time.Time // zero: none on record
}

// Outside lists who has copies outside the cabinets, most first, as far as the viewer may know of them.
func Outside(tx *store.Tx, v act.Viewer) ([]Holding, error) {
	cond, args := v.Visible("class", "document", 1)
	// Both conditions, since the index of what is out is that of the first.
	copies, err := Copies.Select(tx, "WHERE state IN ('held', 'transit') AND state = 'held' AND "+cond+" ORDER BY since, id LIMIT "+strconv.Itoa(MaxLines), args...)
	if err != nil {
		return nil, fmt.Errorf("list copies outside cabinets: %w", err)
	}
	var out []Holding
	for _, c := range copies {
		i := slices.IndexFunc(out, func(h Holding) bool { return h.Person == c.Holder })
		if i < 0 {
			out = append(out, Holding{Person: c.Holder, Since: c.Since})
			i = len(out) - 1
		}
		out[i].Copies++
		out[i].Pieces = append(out[i].Pieces, c)
	}
	lying, err := astray(tx, v)
	out = append(out, lying...)
	slices.SortStableFunc(out, func(a, b Holding) int { return b.Copies - a.Copies })
	return out, err
}

// astray counts by place what lies with nobody where it does not stay: what was found and not put away, what is in a leader's
// office, and of what is classified what is in no cabinet at all.
func astray(tx *store.Tx, v act.Viewer) ([]Holding, error) {
	var levels []string
	for _, l := range term.Levels() {
		if l.Classified() {
			levels = append(levels, string(l))
		}
	}
	_, args := list(slices.Concat(levels, cabinets), 1)
	cond, more := v.Visible("c.class", "c.document", len(args)+1)
	bare := "(WITH RECURSIVE bare (id) AS (SELECT id FROM place WHERE place_kind NOT IN ('box', " + marks(len(cabinets), len(levels)+1) + `)
		UNION SELECT p.id FROM place p JOIN bare ON p.inside = bare.id WHERE p.place_kind = 'box') SELECT id FROM bare)`
	rows, err := tx.Query("SELECT coalesce(p.name, ''), coalesce(CASE WHEN p.id IS NULL THEN c.found_in END, ''), COUNT(*), MIN(c.since) FROM copy c LEFT JOIN place p ON p.id = c.place"+
		" WHERE (c.state = 'received' AND c.found_in IS NOT NULL OR c.state = 'in_place' AND (c.place IN "+inLeaders+
		" OR c.level IN ("+marks(len(levels), 1)+") AND c.place IN "+bare+")) AND "+cond+" GROUP BY 1, 2 ORDER BY 1, 2 LIMIT "+strconv.Itoa(MaxLines),
		append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list what lies astray: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	var out []Holding
	for rows.Next() {
		var h Holding
		var since int64
		if err := rows.Scan(&h.Place, &h.Kind, &h.Copies, &since); err != nil {
			return nil, fmt.Errorf("list what lies astray: %w", err)
		}
		h.Since = time.UnixMilli(since).In(calendar.Zone)
		out = append(out, h)
	}
	return out, rows.Err()
}

// Rooms lists the places registered as premises of the office in which somebody can sit and read, by name.
func Rooms(tx *store.Tx) ([]Place, error) {
	return ofKinds(tx, "in_office = 1 AND ", "room", "confidential_room", "desk", "leader_office")
}

// Cabinets lists the places of the office in which a copy can be put, by name.
func Cabinets(tx *store.Tx) ([]Place, error) {
	return ofKinds(tx, "", cabinets...)
}

func ofKinds(tx *store.Tx, which string, kinds ...string) ([]Place, error) {
	marks, args := list(kinds, 1)
	out, err := Places.Select(tx, "WHERE "+which+"place_kind IN ("+marks+") ORDER BY name, id", args...)
	if err != nil {
		return nil, fmt.Errorf("list the places: %w", err)
	}
	return out, nil
}

// PlaceNames are the names of all places by id; there are at most MaxPlaces.
func PlaceNames(tx *store.Tx) (map[term.PlaceID]string, error) {
	rows, err := tx.Query("SELECT id, name FROM place")
	if err != nil {
		return nil, fmt.Errorf("list the places: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	out := map[term.PlaceID]string{}
	for rows.Next() {
		var id term.PlaceID
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, fmt.Errorf("read a place: %w", err)
		}
		out[id] = name
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the places: %w", err)
	}
	return out, nil
}

// Named is somebody who can be handed a copy.
type Named struct {
	ID       term.PersonID
	Name     string
	Unit     term.UnitID
	UnitName string
}

// Readers lists who can be named in a business act, by unit, and before them the readers whose turn comes next with this document.
func Readers(tx *store.Tx, people act.Directory, document term.DocumentID) (next []term.PersonID, all []Named, err error) {
	err = each(tx, "SELECT reader, '', '', '' FROM stop WHERE document = $1 AND state = 'waiting' ORDER BY added_at, seq LIMIT 100", func(n Named) { next = append(next, n.ID) }, string(document))
	if err != nil {
		return nil, nil, err
	}
	err = each(tx, "SELECT p.id, p.name, p.unit, coalesce(u.name, '') FROM person p LEFT JOIN unit u ON u.id = p.unit ORDER BY p.unit, p.id",
		func(n Named) {
			if act.Business(people, n.ID) {
				all = append(all, n)
			}
		})
	return next, all, err
}

func each(tx *store.Tx, query string, take func(Named), args ...any) (err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return fmt.Errorf("list who can be handed a copy: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = fmt.Errorf("list who can be handed a copy: %w", e)
		}
	}()
	for rows.Next() {
		var n Named
		if err := rows.Scan(&n.ID, &n.Name, &n.Unit, &n.UnitName); err != nil {
			return fmt.Errorf("read who can be handed a copy: %w", err)
		}
		take(n)
	}
	return rows.Err()
}

// Units lists the units by name: to whom something can be sent that no one person takes.
func Units(tx *store.Tx) (all []Named, err error) {
	err = each(tx, "SELECT id, name, '', '' FROM unit ORDER BY name, id", func(n Named) { all = append(all, n) })
	return all, err
}
