package document_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

var everything = act.Viewer{Sight: regulation.Sight{Open: []regulation.Class{0, 1}}}

// While it is being built a search says so, and finds the newest; then it is whole, also of what came meanwhile.
func TestAnIndexIsBuiltNewestFirst(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		var rows []store.Change
		for n := range 450 {
			d := document.Document{ID: term.DocumentID(fmt.Sprintf("d-%03d", n)), Series: term.Received, Year: 2026, No: n + 1, State: document.Registered, RegisteredAt: began.Add(time.Duration(n/3) * time.Hour), Level: term.Neibu}
			written(&d, [4]string{"省局", fmt.Sprintf("第%03d号", n), "", ""})
			r.docs, r.text[d.ID] = append(r.docs, d), [4]string{"省局", fmt.Sprintf("第%03d号", n), "", ""}
			rows = append(rows, document.Documents.Insert(d))
		}
		r.put(t, rows...)
		x := document.NewIndex(r.log, 64<<20)
		found := func(words string, reach document.Reach, ids ...term.DocumentID) {
			t.Helper()
			f := r.search(t, x, everything, document.Query{Words: words})
			if f.Reach != reach || !slices.Equal(idsOf(f), ids) {
				t.Errorf("%s: %v %q, want %v %q", words, idsOf(f), f.Reach, ids, reach)
			}
		}
		found("第449号", document.Building, "d-449") // 250 and more are in it
		r.change(t, 0, func(d *document.Document) { written(d, [4]string{"省局", "更正", "", ""}) })
		found("第249号", document.Building, "d-249") // 50 and more
		found("第000号", document.Whole)
		found("更正", document.Whole, "d-000")
		if more, err := x.Step(t.Context(), r.db); more || err != nil {
			t.Errorf("more %v, %v", more, err)
		}
		x.Forget()
		for steps := 0; ; steps++ {
			more, err := x.Step(t.Context(), r.db)
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				if steps != 2 {
					t.Errorf("built in %d steps more than one, want 2", steps)
				}
				break
			}
		}
		found("更正", document.Whole, "d-000")
	})
}

// An index without room for the whole register holds its newest part and says so, and goes on taking in what is new.
func TestAnIndexIsBounded(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		x := document.NewIndex(r.log, 1<<20)
		long := strings.Repeat("一二三四五六七八九十", 40)
		for n := range 30 {
			var rows []store.Change
			for k := range 20 {
				d := document.Document{ID: term.DocumentID(fmt.Sprintf("d-%02d-%02d", n, k)), Series: term.Received, Year: 2026, No: n*20 + k + 1, State: document.Registered, RegisteredAt: began.Add(time.Duration(n) * time.Hour), Level: term.Neibu}
				written(&d, [4]string{"省局", fmt.Sprintf("%d-%d%s", n, k, long), "", ""})
				rows = append(rows, document.Documents.Insert(d))
			}
			r.put(t, rows...)
			f := r.search(t, x, everything, document.Query{Words: fmt.Sprintf("%d-19一", n)})
			for f.Reach == document.Building {
				f = r.search(t, x, everything, document.Query{Words: fmt.Sprintf("%d-19一", n)})
			}
			if len(f.Covers) != 1 {
				t.Fatalf("the newest of round %d is not found: %+v", n, f)
			}
		}
		if f := r.search(t, x, everything, document.Query{Words: "0-0一"}); f.Reach != document.Newest {
			t.Errorf("reach %q", f.Reach)
		}
	})
}

// Nothing is left when sealed, and nothing is read; a cover that does not open hides no other.
func TestASealedIndexIsGone(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		r.add(t, 0, 1, [4]string{"", "甲件", "", ""})
		bad := r.add(t, 0, 2, [4]string{"", "乙件", "", ""})
		x := document.NewIndex(r.log, 64<<20)
		if f := r.search(t, x, everything, document.Query{Words: "件"}); len(f.Covers) != 2 {
			t.Fatalf("found %+v", f)
		}
		x.Forget()
		r.seal.sealed = true
		err := r.db.Read(t.Context(), func(tx *store.Tx) error {
			_, err := x.Search(tx, everything, document.Query{Words: "件"})
			return err
		})
		if !errors.Is(err, refuse.ErrUnavailable) {
			t.Errorf("sealed: %v", err)
		}
		r.seal.sealed, r.seal.spoiled[string(bad.ID)] = false, true
		x.Forget()
		f := r.search(t, x, everything, document.Query{Words: "件"})
		if len(f.Covers) != 1 || f.Reach != document.Newest {
			t.Errorf("with a damaged cover: %v %q", idsOf(f), f.Reach)
		}
	})
}

// Registering, building, searching and sealing at once: whoever has registered finds it on his next search.
func TestWhatWasCommittedIsFoundAtOnce(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		for n := range 10 {
			r.add(t, 0, n, [4]string{"", fmt.Sprintf("旧%d号", n), "", ""})
		}
		x := document.NewIndex(r.log, 64<<20)
		defer x.Forget()
		done := make(chan struct{})
		var others sync.WaitGroup
		for _, job := range []func() error{
			func() error { _, err := x.Step(context.Background(), r.db); return err },
			func() error { time.Sleep(3 * time.Millisecond); x.Forget(); return nil },
			func() error {
				return r.db.Read(context.Background(), func(tx *store.Tx) error {
					_, err := x.Search(tx, everything, document.Query{Words: "号"})
					return err
				})
			},
		} {
			others.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if err := job(); err != nil && !errors.Is(err, refuse.ErrUnavailable) {
						t.Error(err)
						return
					}
				}
			})
		}
		for n := range 30 {
			words := fmt.Sprintf("新%02d号", n)
			d := r.add(t, 0, 100, [4]string{"", words, "", ""})
			for {
				var f document.Hits
				err := r.db.Read(context.Background(), func(tx *store.Tx) (err error) {
					f, err = x.Search(tx, everything, document.Query{Words: words})
					return err
				})
				if errors.Is(err, refuse.ErrUnavailable) || f.Reach == document.Building {
					continue // dropped under it, or somebody else is building the one piece
				}
				if err != nil || !slices.Equal(idsOf(f), []term.DocumentID{d.ID}) {
					t.Errorf("%s: %v, %v", words, idsOf(f), err)
				}
				break
			}
		}
		close(done)
		others.Wait()
	})
}

// A carrier of the old books is found by its number there, by a part of it too, and by no other.
func TestACarrierIsFoundByItsOldNumber(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		x := document.NewIndex(r.log, 64<<20)
		for n, series := range []term.Series{term.Kept, term.Kept, term.Received} {
			d := document.Document{ID: term.DocumentID(fmt.Sprintf("d-%d", n)), Series: series, Year: 1998, No: n + 1, State: document.Completed, RegisteredAt: began.Add(time.Duration(n) * time.Hour), Level: term.Neibu}
			written(&d, [4]string{"省局", "某件", "", ""})
			c := custody.Copy{ID: term.CopyID(fmt.Sprintf("c-%d", n)), Document: d.ID, Seq: 1, Label: term.MakeLabelCode(series, 1998, n+1, 1), Level: term.Neibu, Medium: "tape", State: custody.Received, Since: began}
			if series == term.Kept {
				c.OldNo = fmt.Sprintf("旧库-%d号", n+1)
			}
			r.put(t, document.Documents.Insert(d), custody.Copies.Insert(c))
		}
		for words, want := range map[string][]term.DocumentID{"旧库-1号": {"d-0"}, "旧库": {"d-1", "d-0"}, "旧库-3": nil, "0001": {"d-0"}} {
			if got := idsOf(r.search(t, x, everything, document.Query{Words: words})); !slices.Equal(got, want) {
				t.Errorf("%s: %v, not %v", words, got, want)
			}
		}
	})
}

// A copy that was made of another is found by its own number, as soon as it was made: its document did not change with it.
func TestAMadeCopyIsFoundByItsNumber(t *testing.T) {
	registers(t, func(t *testing.T, r *register) {
		x := document.NewIndex(r.log, 64<<20)
		d := document.Document{ID: "d-1", Series: term.Received, Year: 2026, No: 1, State: document.Registered, RegisteredAt: began, Level: term.Neibu}
		written(&d, [4]string{"省局", "某件", "", ""})
		r.put(t, document.Documents.Insert(d))
		if got := idsOf(r.search(t, x, everything, document.Query{Words: "F1"})); len(got) > 0 {
			t.Errorf("found before it was made: %v", got)
		}
		for n, no := range []string{"F1", "F2"} {
			c := custody.Copy{ID: term.CopyID("c-" + no), Document: d.ID, Seq: n + 1, Label: term.MakeLabelCode(term.Received, 2026, 1, n+1), Level: term.Neibu, State: custody.Received, Since: began, DuplicateNo: no}
			r.put(t, custody.Copies.Insert(c), custody.Reproductions.Insert(custody.Reproduction{ID: "r-" + no, Kind: "duplicate", Document: d.ID, Copy: c.ID, Number: no, MadeAt: began}))
			for _, words := range []string{"F1", no, "某件 " + no} {
				if got := idsOf(r.search(t, x, everything, document.Query{Words: words})); !slices.Equal(got, []term.DocumentID{"d-1"}) {
					t.Errorf("%s: %v", words, got)
				}
			}
		}
	})
}
