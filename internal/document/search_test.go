package document_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// plainly keeps sealed columns as they are, but for what is spoiled and while sealed.
type plainly struct {
	spoiled map[string]bool // by key
	sealed  bool
}

func (p *plainly) SealColumn(_ *store.Tx, _, _, _, _ string, plain []byte) ([]byte, error) {
	return plain, nil
}

func (p *plainly) OpenColumn(_ *store.Tx, _, _, _, key string, stored []byte) ([]byte, error) {
	switch {
	case p.sealed:
		return nil, keyring.ErrSealed
	case p.spoiled[key]:
		return nil, fmt.Errorf("open: %w: %w", refuse.ErrUnavailable, keyring.ErrOpen)
	}
	return stored, nil
}

// register is a small office whose acts leave entries.
type register struct {
	db   *store.DB
	log  *ledger.Log
	seal *plainly
	docs []document.Document
	text map[term.DocumentID][4]string // issuer, title, code name, number
	m    model
}

func registers(t *testing.T, fn func(t *testing.T, r *register)) {
	seal := &plainly{}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		*seal = plainly{spoiled: map[string]bool{}}
		signer, err := keyring.NewSigner("test", keyring.Intl)
		if err != nil {
			t.Fatal(err)
		}
		r := &register{db: db, seal: seal, text: map[term.DocumentID][4]string{}, m: model{unit: map[term.PersonID]term.UnitID{}}}
		if r.log, err = ledger.Open(db, ledger.Options{Hash: db.NewHash, Signer: signer, Origin: "test", Now: func() time.Time { return began }}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.log.Close() })
		fn(t, r)
	}, storetest.Opened(func(o *store.Options) { o.Sealer = seal }))
}

type failing interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func (r *register) put(t failing, rows ...store.Change) {
	t.Helper()
	err := r.db.Write(context.Background(), "test", func(tx *store.Tx) error {
		written, err := store.Put(tx, rows)
		if err != nil {
			return err
		}
		_, err = r.log.Append(tx, &ledger.Entry{Act: "test", Outcome: ledger.System, Rows: written})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// add registers a document: of some class, at some hour.
func (r *register) add(t failing, class, hour int, text [4]string) document.Document {
	t.Helper()
	n := len(r.docs)
	d := document.Document{
		ID: term.DocumentID(fmt.Sprintf("d-%05d", n*7919%100_000)), Series: term.Received, Year: 2024 + n%3, No: n/3 + 1, Class: class, State: document.Registered,
		RegisteredAt: began.Add(time.Duration(hour) * time.Hour), Steps: []string{}, ContentKinds: []string{}, Level: term.Neibu,
	}
	written(&d, text)
	r.docs, r.text[d.ID] = append(r.docs, d), text
	r.put(t, document.Documents.Insert(d))
	return d
}

func written(d *document.Document, text [4]string) {
	d.Issuer, d.Title, d.CodeName, d.DocNo = store.Plain(text[0]), store.Plain(text[1]), store.Plain(text[2]), store.Plain(text[3])
}

// change writes a document again.
func (r *register) change(t failing, i int, with func(*document.Document)) {
	t.Helper()
	var was document.Document
	err := r.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		was, err = document.Documents.Get(tx, r.docs[i].ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	next := was
	with(&next)
	with(&r.docs[i])
	r.put(t, document.Documents.Update(was, next))
}

// plain is what a search must answer: a scan of everything, held against the rule of sight.
func (r *register) plain(v act.Viewer, q document.Query) (ids []term.DocumentID, more bool) {
	list := slices.Clone(r.docs)
	slices.SortFunc(list, func(a, b document.Document) int {
		return cmp.Or(b.RegisteredAt.Compare(a.RegisteredAt), cmp.Compare(b.ID, a.ID))
	})
	for _, d := range list {
		text := r.text[d.ID]
		all := strings.Join(append(text[:], document.Number(d)), "\n")
		fits := v.Sight.Sees(regulation.Class(d.Class), r.m.ways(d.ID, v.Person)) &&
			(q.Year == 0 || q.Year == d.Year) && strings.Contains(document.Fold(text[0]), document.Fold(q.Issuer)) &&
			(q.Held == "" || slices.ContainsFunc(r.m.copies, func(c custody.Copy) bool {
				return c.Document == d.ID && c.Holder == q.Held && c.State == custody.Held
			}))
		for _, w := range strings.Fields(q.Words) {
			fits = fits && slices.ContainsFunc(strings.Split(all, "\n"), func(f string) bool { return strings.Contains(document.Fold(f), document.Fold(w)) })
		}
		if fits {
			ids = append(ids, d.ID)
		}
	}
	if strings.TrimSpace(q.Words) == "" && document.Fold(q.Issuer) == "" && q.Year == 0 && q.Held == "" {
		return nil, false
	}
	return ids[:min(len(ids), document.MaxHits)], len(ids) > document.MaxHits
}

func (r *register) search(t failing, x *document.Index, v act.Viewer, q document.Query) document.Hits {
	t.Helper()
	var f document.Hits
	err := r.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		f, err = x.Search(tx, v, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// build makes an index whole.
func (r *register) build(t failing, x *document.Index) {
	t.Helper()
	for {
		more, err := x.Step(context.Background(), r.db)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

func idsOf(f document.Hits) []term.DocumentID {
	var out []term.DocumentID
	for _, c := range f.Covers {
		out = append(out, c.ID)
	}
	return out
}

func drawText(t *rapid.T) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune(`关于印发Ａa（〔 2"*`)), 0, 5, -1).Draw(t, "text")
}

// grow adds to the office and changes it.
func (r *register) grow(t *rapid.T, persons []term.PersonID) {
	for range rapid.IntRange(1, 3).Draw(t, "new") {
		d := r.add(t, rapid.IntRange(0, 5).Draw(t, "class"), rapid.IntRange(0, 60).Draw(t, "hour"), [4]string{drawText(t), drawText(t), drawText(t), drawText(t)})
		for k := range rapid.IntRange(0, 2).Draw(t, "knowers") {
			w := document.Knower{ID: fmt.Sprintf("%s-%d", d.ID, k), Document: d.ID, Since: began}
			if rapid.Bool().Draw(t, "by person") {
				w.Person = rapid.SampledFrom(persons).Draw(t, "knower")
			} else {
				w.Unit = "u-0"
			}
			if rapid.Bool().Draw(t, "ended") {
				w.Until = began
			}
			r.m.knowers = append(r.m.knowers, w)
			r.put(t, document.Knowers.Insert(w))
		}
		if rapid.Bool().Draw(t, "held") {
			c := custody.Copy{ID: term.CopyID(d.ID + "-c"), Document: d.ID, Seq: 1, Class: d.Class, Label: term.LabelCode(d.ID + "-c"), State: custody.Held, Holder: rapid.SampledFrom(persons).Draw(t, "holder")}
			r.m.copies = append(r.m.copies, c)
			r.put(t, custody.Copies.Insert(c))
		}
	}
	i := rapid.IntRange(0, len(r.docs)-1).Draw(t, "which")
	switch rapid.IntRange(0, 5).Draw(t, "change") {
	case 0:
		r.change(t, i, func(d *document.Document) { d.State = document.Voided })
	case 1:
		class := rapid.IntRange(0, 5).Draw(t, "new class")
		r.change(t, i, func(d *document.Document) { d.Class = class })
	case 2:
		text := r.text[r.docs[i].ID]
		text[1] = drawText(t)
		r.text[r.docs[i].ID] = text
		r.change(t, i, func(d *document.Document) { written(d, text) })
	case 3:
		r.change(t, i, func(d *document.Document) { d.Steps = []string{fmt.Sprint(len(d.Steps))} })
	}
}

// A search is a plain scan of what the viewer may know: of an index that has followed from the first act on, and of
// one built in between.
func TestASearchIsAPlainScanOfWhatOneMayKnow(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		persons := []term.PersonID{"p-0", "p-1"}
		for n, p := range persons {
			r.m.unit[p] = term.UnitID(fmt.Sprintf("u-%d", n))
			r.put(t, people.Persons.Insert(people.Person{ID: p, Name: string(p), Unit: r.m.unit[p], Affiliation: "staff"}))
		}
		old := document.NewIndex(r.log, 64<<20)
		defer old.Forget()
		rapid.Check(t, func(t *rapid.T) {
			r.grow(t, persons)
			x := old
			if rapid.IntRange(0, 9).Draw(t, "fresh") == 0 {
				x = document.NewIndex(r.log, 64<<20)
				defer x.Forget()
				r.build(t, x)
			}
			for range 4 {
				v := act.Viewer{Person: rapid.SampledFrom([]term.PersonID{"p-0", "p-1", ""}).Draw(t, "who")}
				v.Sight.By = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"in_scope", "holder", "asked"}), rapid.ID[string]).Draw(t, "by")
				for _, c := range rapid.SliceOfDistinct(rapid.IntRange(0, 5), rapid.ID[int]).Draw(t, "open") {
					v.Sight.Open = append(v.Sight.Open, regulation.Class(c))
				}
				q := document.Query{Words: drawText(t), Year: rapid.SampledFrom([]int{0, 0, 0, 2024, 1999}).Draw(t, "year")}
				if rapid.IntRange(0, 3).Draw(t, "by issuer") == 0 {
					q.Issuer = drawText(t)
				}
				q.Held = rapid.SampledFrom([]term.PersonID{"", "", "", "p-0"}).Draw(t, "held by")
				want, more := r.plain(v, q)
				f := r.search(t, x, v, q)
				if !slices.Equal(idsOf(f), want) || f.More != more || f.Reach != document.Whole {
					t.Fatalf("%+v as %+v: %v %v %q, want %v %v", q, v, idsOf(f), f.More, f.Reach, want, more)
				}
			}
		})
	})
}

func TestWhatLooksAlikeIsSearchedAlike(t *testing.T) {
	const want = "某厅〔2026〕91号"
	for _, s := range []string{"某厅〔2026〕第91号", "某厅【２０２６】９１号", "某厅「2026」第٩١号", "某厅 (2026) 91\u200b号"} {
		if got := document.Fold(s); got != want {
			t.Errorf("%+q: %+q", s, got)
		}
	}
}
