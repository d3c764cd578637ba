package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"jiyao/internal/act"
	"jiyao/internal/search"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// MaxHits is the most hits of one search; MaxWords the most characters searched for.
const (
	MaxHits  = 50
	MaxWords = 100
)

// Query is what is searched for. A document fits when each word stands in its title, code name, number,
// issuer, receipt number or among the numbers that its pieces bear: of a copy its 复印件编号, of a carrier from the books of before
// the program its number there.
type Query struct {
	Words  string
	Year   int           // of receipt; 0: any
	Issuer string        // part of the issuer; empty: any
	Held   term.PersonID // only what this person has with him; empty: any
}

// Hits is what a search found. It counts nothing.
type Hits struct {
	Covers []Cover // newest first, at most MaxHits
	More   bool    // there are more than these
	Reach  Reach   // how much of the register was searched; the same for whoever searches
}

// And adds the hits of another search that are not among these.
func (h Hits) And(other Hits) Hits {
	h.More = h.More || other.More
	for _, c := range other.Covers {
		if !slices.ContainsFunc(h.Covers, func(o Cover) bool { return o.ID == c.ID }) {
			h.Covers = append(h.Covers, c)
		}
	}
	if len(h.Covers) > MaxHits {
		h.Covers, h.More = h.Covers[:MaxHits], true
	}
	return h
}

// Fold brings a text to the form in which texts are compared: what looks alike is one, half width, lower case.
func Fold(s string) string { return strings.ToLower(term.Alike(width.Fold.String(s))) }

// The fields of an entry of the index.
const (
	inIssuer = iota
	inTitle
	inCodeName
	inDocNo
	inNumber
	inAll
)

// words are the folded fields of a cover, in the order above.
func words(c Cover, borne string) []string {
	number := Fold(Number(c.Document))
	if borne != "" {
		number += " " + Fold(borne) // no word that is searched for has a space in it
	}
	return []string{Fold(c.Issuer), Fold(c.Title), Fold(c.CodeName), Fold(c.DocNo), number}
}

func (q Query) wants() []search.Want {
	var out []search.Want
	for w := range strings.FieldsSeq(q.Words) {
		out = append(out, search.Want{Field: search.Any, Text: Fold(w)})
	}
	if q.Year != 0 { // stands in the receipt number, so that the other years are not gone through
		out = append(out, search.Want{Field: inNumber, Text: fmt.Sprintf("〔%d〕", q.Year)})
	}
	if issuer := Fold(q.Issuer); issuer != "" {
		out = append(out, search.Want{Field: inIssuer, Text: issuer})
	}
	return out
}

// fits holds the words of one document against the wants: search.Index does the same with all of them.
func fits(words []string, wants []search.Want) bool {
	for _, w := range wants {
		holds := func(f string) bool { return strings.Contains(f, w.Text) }
		if w.Field == search.Any && !slices.ContainsFunc(words, holds) || w.Field != search.Any && !holds(words[w.Field]) {
			return false
		}
	}
	return true
}

// Search lists what fits, newest first, with covers opened. The index gives candidates, which are held against the
// live tables by the one condition of all lists, some at a time, until there are enough.
//
// What a search costs must not tell of what is hidden. So candidates come in two ways, and neither meets a hidden
// document: from the classes that are open to the viewer, each on a shelf of its own, and from the documents that he
// is related to, which are few or at least his.
func (x *Index) Search(tx *store.Tx, v act.Viewer, q Query) (Hits, error) {
	wants := q.wants()
	if len(wants) == 0 && q.Held == "" {
		return Hits{}, nil
	}
	m, reach, err := x.ready(tx)
	if err != nil {
		return Hits{}, err
	}
	s := seeking{tx: tx, v: v, q: q, wants: wants, words: m.words}
	docs, err := s.docs()
	if err != nil {
		return Hits{}, err
	}
	f := Hits{More: len(docs) > MaxHits, Reach: reach}
	f.Covers, err = Covers(tx, docs[:min(len(docs), MaxHits)], false)
	return f, err
}

// seeking is one search under way.
type seeking struct {
	tx    *store.Tx
	v     act.Viewer
	q     Query
	wants []search.Want
	words *search.Index
	own   []search.Hit // what he is related to and fits, newest first, not yet looked at
}

// piece is how many candidates are held against the tables at a time.
const piece = MaxHits + 1

// docs gives the first hits, one more than are shown where there are more.
func (s *seeking) docs() ([]Document, error) {
	ids, err := s.related()
	if err != nil {
		return nil, err
	}
	if s.own, err = s.words.Among(s.tx.Context(), ids, s.wants); err != nil {
		return nil, fmt.Errorf("search what one is related to: %w", err)
	}
	var open []int
	if s.q.Held == "" { // else only what he holds
		for _, c := range s.v.Sight.Open {
			open = append(open, int(c))
		}
	}
	var out []Document
	for last, after := false, int64(0); !last; {
		page, err := s.words.Find(s.tx.Context(), open, s.wants, after, piece)
		if err != nil {
			return nil, fmt.Errorf("search what is open: %w", err)
		}
		if last = len(page) < piece; !last {
			after = page[len(page)-1].Place
		}
		for hits := range slices.Chunk(s.merged(page, last, after), piece) {
			if out, err = s.held(out, hits); err != nil || len(out) > MaxHits {
				return out, err
			}
		}
	}
	return out, nil
}

// merged puts what he is related to among a page of what is open, each once. The last page takes all that is left.
func (s *seeking) merged(page []search.Hit, last bool, upto int64) []search.Hit {
	n := len(s.own)
	if !last {
		n, _ = slices.BinarySearchFunc(s.own, upto+1, func(h search.Hit, place int64) int { return int(min(1, max(-1, h.Place-place))) })
	}
	out := append(page, s.own[:n]...)
	s.own = s.own[n:]
	slices.SortFunc(out, func(a, b search.Hit) int { return int(min(1, max(-1, a.Place-b.Place))) })
	return slices.CompactFunc(out, func(a, b search.Hit) bool { return a.Place == b.Place })
}

// related lists the ids of what he is related to, or of what is held where only that is asked for.
func (s *seeking) related() ([]string, error) {
	from, args := s.v.Kin("$1"), []any{string(s.v.Person)}
	if s.q.Held != "" {
		from, args = []string{act.HeldBy("$1")}, []any{string(s.q.Held)}
	}
	seen := map[string]bool{}
	var out []string
	for _, f := range from {
		ids, err := documentsIn(s.tx, f, args...)
		if err != nil {
			return nil, fmt.Errorf("find what somebody is related to: %w", err)
		}
		for _, id := range ids {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out, nil
}

// documentsIn lists the column document of a table.
func documentsIn(tx *store.Tx, from string, args ...any) (out []string, err error) {
	rows, err := tx.Query("SELECT document FROM "+from, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// held adds those of some candidates that he may know of now, in their order, until there are enough. A candidate
// whose row has another revision than the index knew is read again.
func (s *seeking) held(out []Document, hits []search.Hit) ([]Document, error) {
	ids := make([]term.DocumentID, len(hits))
	for i, h := range hits {
		ids[i] = term.DocumentID(h.ID)
	}
	in, args := placeholders(ids)
	tail := "WHERE id IN (" + in + ")"
	if s.q.Year != 0 {
		args = append(args, s.q.Year)
		tail += " AND year = $" + strconv.Itoa(len(args))
	}
	if s.q.Held != "" {
		args = append(args, string(s.q.Held))
		tail += " AND id IN (SELECT document FROM " + act.HeldBy("$"+strconv.Itoa(len(args))) + ")"
	}
	cond, more := s.v.Visible("class", "id", len(args)+1)
	docs, err := Documents.Select(s.tx, tail+" AND "+cond, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("hold hits against the tables: %w", err)
	}
	live := make(map[term.DocumentID]Document, len(docs))
	for _, d := range docs {
		live[d.ID] = d
	}
	for _, h := range hits {
		d, ok := live[term.DocumentID(h.ID)]
		if !ok || len(out) > MaxHits {
			continue
		}
		if d.Rev != h.Rev>>madeBits {
			covers, err := Covers(s.tx, []Document{d}, true)
			if err != nil {
				return nil, err
			}
			borne, err := bearings(s.tx, []Document{d})
			if err != nil {
				return nil, err
			}
			if !fits(words(covers[0], borne[d.ID].all()), s.wants) {
				continue
			}
		}
		out = append(out, d)
	}
	return out, nil
}
