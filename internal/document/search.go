package document

import (
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/width"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Index finds documents by words of their cover. What it has read stays in memory only, folded, by id and
// revision; nothing of it is stored, and Forget drops it when the server is sealed. It is safe for concurrent
// use; the zero value is ready.
//
// A search goes over the documents the searcher may know of, newest first, and stops at the limit: nothing that
// is hidden is ever read, counted or measured.
type Index struct {
	mu    sync.Mutex
	words map[term.DocumentID]folded
}

type folded struct {
	rev  int64
	text string
}

// MaxHits is the most hits of one search; MaxWords the most characters searched for.
const (
	MaxHits  = 50
	MaxWords = 100
)

// Query is what is searched for. A document fits when each word stands in its title, code name, number,
// issuer or receipt number.
type Query struct {
	Words  string
	Year   int           // of receipt; 0: any
	Issuer string        // part of the issuer; empty: any
	Held   term.PersonID // only what this person has with him; empty: any
}

// Forget drops everything read.
func (x *Index) Forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.words = nil
}

// Fold brings a text to the form in which texts are compared: half width, lower case, brackets of one kind, no
// spaces.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '［', '[', '【', '（', '(', '〈':
			return '〔'
		case '］', ']', '】', '）', ')', '〉':
			return '〕'
		}
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, width.Fold.String(s))
}

// searchPiece is how many documents are looked at in one query.
const searchPiece = 500

// Search lists what fits, newest first, at most MaxHits, with covers opened. more says that the search stopped
// there; it counts nothing.
func (x *Index) Search(tx *store.Tx, v Viewer, q Query) (hits []Cover, more bool, err error) {
	var words []string
	for w := range strings.FieldsSeq(q.Words) {
		words = append(words, Fold(w))
	}
	issuer := Fold(q.Issuer)
	if len(words) == 0 && issuer == "" && q.Held == "" && q.Year == 0 {
		return nil, false, nil
	}
	last := Page{}
	for {
		docs, err := searched(tx, v, q, last)
		if err != nil || len(docs) == 0 {
			return hits, false, err
		}
		for _, d := range docs {
			text, err := x.text(tx, d)
			if err != nil {
				return nil, false, err
			}
			if !fits(text, words, issuer) {
				continue
			}
			if len(hits) == MaxHits {
				return hits, true, nil
			}
			cover, err := Covers(tx, []Document{d}, false)
			if err != nil {
				return nil, false, err
			}
			hits = append(hits, cover...)
		}
		end := docs[len(docs)-1]
		last = Page{At: end.RegisteredAt, ID: end.ID}
		if len(docs) < searchPiece {
			return hits, false, nil
		}
	}
}

func searched(tx *store.Tx, v Viewer, q Query, p Page) ([]Document, error) {
	args := []any{}
	bind := func(a any) string {
		args = append(args, a)
		return fmt.Sprintf("$%d", len(args))
	}
	tail := "WHERE state <> 'voided'"
	if q.Year != 0 {
		tail += " AND year = " + bind(q.Year)
	}
	if q.Held != "" {
		tail += " AND id IN (SELECT document FROM copy WHERE holder = " + bind(string(q.Held)) + " AND state = 'held')"
	}
	if !p.At.IsZero() {
		at := bind(p.At.UnixMilli())
		tail += " AND (registered_at < " + at + " OR registered_at = " + at + " AND id < " + bind(string(p.ID)) + ")"
	}
	cond, more := v.visible("id", len(args)+1)
	docs, err := Documents.Select(tx, tail+" AND "+cond+fmt.Sprintf(" ORDER BY registered_at DESC, id DESC LIMIT %d", searchPiece), append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("search documents: %w", err)
	}
	return docs, nil
}

// text gives the folded cover of a document: issuer first, up to a line feed, then all that words are sought in.
func (x *Index) text(tx *store.Tx, d Document) (string, error) {
	x.mu.Lock()
	have, ok := x.words[d.ID]
	x.mu.Unlock()
	if ok && have.rev == d.Rev {
		return have.text, nil
	}
	covers, err := Covers(tx, []Document{d}, true)
	if err != nil {
		return "", err
	}
	c := covers[0]
	f := folded{d.Rev, Fold(c.Issuer) + "\n" + strings.Join([]string{Fold(c.Title), Fold(c.CodeName), Fold(c.DocNo), Fold(Number(d))}, "\n")}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.words == nil {
		x.words = map[term.DocumentID]folded{}
	}
	x.words[d.ID] = f
	return f.text, nil
}

func fits(text string, words []string, issuer string) bool {
	from, _, _ := strings.Cut(text, "\n")
	if !strings.Contains(from, issuer) {
		return false
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
