package document

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

// Find reads one document; refuse.ErrNotFound when there is none or the viewer may not know of it.
func Find(tx *store.Tx, v act.Viewer, id term.DocumentID) (Document, error) {
	cond, args := v.Visible("class", "id", 2)
	d, ok, err := Documents.One(tx, "WHERE id = $1 AND "+cond, append([]any{string(id)}, args...)...)
	if err != nil {
		return d, fmt.Errorf("read a document: %w", err)
	}
	if !ok {
		return Document{}, fmt.Errorf("find a document: %w", refuse.ErrNotFound)
	}
	return d, nil
}

// Page is where a list goes on: after the row registered at At with the id ID. The zero value begins at the
// newest.
type Page struct {
	At    time.Time
	ID    term.DocumentID
	Limit int // 0 or too many: MaxPage
}

// MaxPage is the most rows of one list.
const MaxPage = 100

func (p Page) limit() int {
	if p.Limit <= 0 || p.Limit > MaxPage {
		return MaxPage
	}
	return p.Limit
}

// List gives the documents the viewer may know of, newest first. state "" is all.
func List(tx *store.Tx, v act.Viewer, state State, p Page) ([]Document, error) {
	tail, args := "WHERE 1 = 1", []any{}
	bind := func(a any) string {
		args = append(args, a)
		return "$" + strconv.Itoa(len(args))
	}
	if state != "" {
		tail += " AND state = " + bind(string(state))
	}
	if !p.At.IsZero() {
		at := bind(p.At.UnixMilli())
		tail += " AND (registered_at < " + at + " OR registered_at = " + at + " AND id < " + bind(string(p.ID)) + ")"
	}
	cond, more := v.Visible("class", "id", len(args)+1)
	args = append(args, more...)
	list, err := Documents.Select(tx, tail+" AND "+cond+" ORDER BY registered_at DESC, id DESC LIMIT "+strconv.Itoa(p.limit()), args...)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	return list, nil
}

// Cover is what a list shows of a document, its sealed columns opened.
type Cover struct {
	Document
	Issuer, DocNo, Title, CodeName string
	Masked                         bool // 绝密: Title and CodeName are left sealed until held open on purpose
}

// Name is the title, or the code name that stands for it.
func (c Cover) Name() string {
	if c.Title != "" {
		return c.Title
	}
	return c.CodeName
}

// Covers opens what a list shows. The rows must have been held against the viewer's sight. unmask opens masked
// titles too; whoever asks for that has recorded it.
func Covers(tx *store.Tx, docs []Document, unmask bool) ([]Cover, error) {
	out := make([]Cover, len(docs))
	for i, d := range docs {
		c := Cover{Masked: d.Level == term.Juemi && !unmask}
		columns := []string{"issuer", "doc_no", "title", "code_name"}
		if c.Masked {
			columns = columns[:2]
		}
		if err := Documents.Reveal(tx, &d, columns...); err != nil {
			return nil, fmt.Errorf("open a register line: %w", err)
		}
		c.Document = d
		into := map[string]*string{"issuer": &c.Issuer, "doc_no": &c.DocNo, "title": &c.Title, "code_name": &c.CodeName}
		from := map[string]store.Sealed{"issuer": d.Issuer, "doc_no": d.DocNo, "title": d.Title, "code_name": d.CodeName}
		for _, name := range columns {
			var err error
			if *into[name], err = text(from[name]); err != nil {
				return nil, fmt.Errorf("open %s: %w", name, err)
			}
		}
		out[i] = c
	}
	return out, nil
}

func text(s store.Sealed) (string, error) {
	if s.Empty() {
		return "", nil
	}
	return s.Text()
}

// CoversOf reads and opens documents by id as far as the viewer may know of them; others are absent.
func CoversOf(tx *store.Tx, v act.Viewer, ids []term.DocumentID) (map[term.DocumentID]Cover, error) {
	out := map[term.DocumentID]Cover{}
	for len(ids) > 0 {
		n := min(len(ids), MaxPage)
		marks, args := placeholders(ids[:n])
		cond, more := v.Visible("class", "id", n+1)
		docs, err := Documents.Select(tx, "WHERE id IN ("+marks+") AND "+cond, append(args, more...)...)
		if err != nil {
			return nil, fmt.Errorf("read documents: %w", err)
		}
		covers, err := Covers(tx, docs, false)
		if err != nil {
			return nil, err
		}
		for _, c := range covers {
			out[c.ID] = c
		}
		ids = ids[n:]
	}
	return out, nil
}

func placeholders[T ~string](ids []T) (string, []any) {
	marks, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		marks[i], args[i] = "$"+strconv.Itoa(i+1), string(id)
	}
	return strings.Join(marks, ", "), args
}

// Held lists the documents of which a person has a copy with him, as far as he may know of them.
func Held(tx *store.Tx, v act.Viewer) ([]Cover, error) {
	if v.Person == "" {
		return nil, nil
	}
	cond, args := v.Visible("class", "id", 2)
	docs, err := Documents.Select(tx, "WHERE id IN (SELECT document FROM copy WHERE holder = $1 AND state = 'held') AND "+cond+
		" ORDER BY registered_at, id LIMIT "+strconv.Itoa(MaxPage), append([]any{string(v.Person)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list what somebody has with him: %w", err)
	}
	return Covers(tx, docs, false)
}

// Counts are the stages of the life of what came in, as far as the viewer may know of it. None goes beyond
// MaxCount: what a page costs does not grow with the register.
type Counts struct {
	ToRegister  int // envelopes; 0 for who does not keep the register
	ToOpine     int // without an opinion or a scope
	Circulating int // open circulations
	Completed   int // 0 for who does not keep the register
}

// MaxCount is the most that a count says.
const MaxCount = 1000

// Count works the stages out.
func Count(tx *store.Tx, v act.Viewer, keeps bool) (Counts, error) {
	var c Counts
	cond, args := v.Visible("class", "id", 1)
	lines, more := v.Visible("class", "document", 1)
	newest := "(SELECT id, class, scope_fixed, steps FROM document WHERE state = 'registered' AND series = '" + string(term.Received) + "' ORDER BY registered_at DESC LIMIT " + strconv.Itoa(2*MaxCount) + ") AS newest"
	queries := []struct {
		into *int
		from string
		args []any
		may  bool
	}{
		{&c.ToRegister, "FROM envelope WHERE document = ''", nil, keeps},
		{&c.ToOpine, "FROM " + newest + " WHERE " + unopined("newest.id") + " AND " + cond, args, true},
		{&c.Circulating, "FROM circulation WHERE state = 'open' AND " + lines, more, true},
		{&c.Completed, "FROM document WHERE state = 'completed' AND " + cond, args, keeps},
	}
	for _, q := range queries {
		if !q.may {
			continue
		}
		query := "SELECT count(*) FROM (SELECT 1 " + q.from + " LIMIT " + strconv.Itoa(MaxCount) + ") AS few"
		if err := tx.QueryRow(query, q.args...).Scan(q.into); err != nil {
			return c, fmt.Errorf("count the stages: %w", err)
		}
	}
	return c, nil
}

// unopined holds of a document that came in while it lacks an opinion or a scope and a copy of it is still in the office's hands:
// of what went back to its issuer, or was destroyed, nobody is asked for any. id is its column.
func unopined(id string) string {
	return "(scope_fixed = 0 OR steps NOT LIKE '%\"opine\"%') AND EXISTS (SELECT 1 FROM copy WHERE copy.document = " + id + " AND copy.state <> 'ended')"
}

// Unopined lists the documents that came in and lack an opinion or a scope, oldest receipt first.
func Unopined(tx *store.Tx, v act.Viewer, limit int) ([]term.DocumentID, error) {
	cond, args := v.Visible("class", "id", 2)
	docs, err := Documents.Select(tx, "WHERE state = 'registered' AND series = $1 AND "+unopined("document.id")+" AND "+cond+
		" ORDER BY registered_at, id LIMIT "+strconv.Itoa(min(max(limit, 1), MaxPage)), append([]any{string(term.Received)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list what waits for an opinion: %w", err)
	}
	out := make([]term.DocumentID, len(docs))
	for i, d := range docs {
		out[i] = d.ID
	}
	return out, nil
}

// Sealing is an envelope with its sealed columns opened.
type Sealing struct {
	Envelope
	From, Bearer string // 来文单位; who brought it
}

// Unregistered lists the envelopes that wait for a register line: the most urgent first, then as they were received, in
// the order of their list.
func Unregistered(tx *store.Tx, limit int) ([]Sealing, error) {
	list, err := Envelopes.Select(tx, "WHERE document = '' ORDER BY CASE urgency WHEN '特急' THEN 0 WHEN '加急' THEN 1 ELSE 2 END, received_at, line_no, id LIMIT "+strconv.Itoa(min(max(limit, 1), 500)))
	if err != nil {
		return nil, fmt.Errorf("list envelopes: %w", err)
	}
	return opened(tx, list)
}

// FindEnvelope reads one; refuse.ErrNotFound when there is none.
func FindEnvelope(tx *store.Tx, id term.EnvelopeID) (Sealing, error) {
	e, err := Envelopes.Get(tx, id)
	if err != nil {
		return Sealing{}, err
	}
	list, err := opened(tx, []Envelope{e})
	if err != nil {
		return Sealing{}, err
	}
	return list[0], nil
}

// EnvelopeByNo finds an envelope by the number on its cover, the newest of that number.
func EnvelopeByNo(tx *store.Tx, no string) (Envelope, bool, error) {
	return Envelopes.One(tx, "WHERE no = $1 AND no <> '' ORDER BY received_at DESC LIMIT 1", no)
}

func opened(tx *store.Tx, list []Envelope) ([]Sealing, error) {
	out := make([]Sealing, len(list))
	for i, e := range list {
		if err := Envelopes.Reveal(tx, &e); err != nil {
			return nil, fmt.Errorf("open an envelope's line: %w", err)
		}
		out[i].Envelope = e
		var err error
		if out[i].From, err = text(e.Issuer); err != nil {
			return nil, err
		}
		if out[i].Bearer, err = text(e.Courier); err != nil {
			return nil, err
		}
	}
	return out, nil
}
