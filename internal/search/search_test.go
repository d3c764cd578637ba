package search_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"jiyao/internal/refuse"
	"jiyao/internal/search"
)

const fields = 3

func open(t interface {
	Fatal(...any)
	Cleanup(func())
}, limit int64) *search.Index {
	x, err := search.New(fields, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return x
}

// words is drawn from few characters, so that parts of one text stand in others; among them all that FTS5 reads as
// syntax, and a character beyond the first plane.
func words(least int) *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune(`关于印发通知〔〕26"*^:(){}-+%_ANDnear𠮷é'`)), least, 6, -1)
}

func entry(t *rapid.T, ids int) search.Entry {
	e := search.Entry{
		ID: fmt.Sprintf("id-%02d", rapid.IntRange(0, ids).Draw(t, "id")), Rev: rapid.Int64Range(1, 4).Draw(t, "rev"),
		At: rapid.Int64Range(1, 5).Draw(t, "at"), Shelf: rapid.IntRange(0, 3).Draw(t, "shelf"), Gone: rapid.IntRange(0, 5).Draw(t, "gone") == 0,
	}
	for range fields {
		e.Fields = append(e.Fields, words(0).Draw(t, "field"))
	}
	return e
}

// plain is what an index must answer: a scan of all entries.
func plain(have map[string]search.Entry, wants []search.Want, may func(search.Entry) bool) []string {
	var list []search.Entry
	for _, e := range have {
		fits := !e.Gone && may(e)
		for _, w := range wants {
			in := func(i int) bool { return strings.Contains(e.Fields[i], w.Text) }
			fits = fits && (w.Field == search.Any && slices.ContainsFunc([]int{0, 1, 2}, in) || w.Field != search.Any && in(w.Field))
		}
		if fits {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b search.Entry) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID)) })
	out := []string{}
	for _, e := range list {
		out = append(out, e.ID)
	}
	return out
}

func ids(hits []search.Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, h.ID)
	}
	return out
}

func TestAnIndexAnswersLikeAPlainScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, err := search.New(fields, 64<<20)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		have := map[string]search.Entry{}
		for range rapid.IntRange(1, 6).Draw(t, "puts") {
			var piece []search.Entry
			for range rapid.IntRange(0, 8).Draw(t, "entries") {
				e := entry(t, 20)
				if slices.ContainsFunc(piece, func(p search.Entry) bool { return p.ID == e.ID }) {
					continue
				}
				piece = append(piece, e)
				if was, ok := have[e.ID]; !ok || was.Rev < e.Rev {
					have[e.ID] = e
				}
			}
			if err := x.Put(piece); err != nil {
				t.Fatal(err)
			}
		}
		for range 5 {
			var wants []search.Want
			for range rapid.IntRange(0, 3).Draw(t, "wants") {
				wants = append(wants, search.Want{Field: rapid.IntRange(search.Any, fields-1).Draw(t, "in"), Text: words(0).Draw(t, "text")})
			}
			ask(t, x, have, wants)
		}
	})
}

// ask asks both ways, Find page by page.
func ask(t *rapid.T, x *search.Index, have map[string]search.Entry, wants []search.Want) {
	ctx := context.Background()
	shelves := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 5).Draw(t, "shelves")
	limit, after, got := rapid.IntRange(1, 4).Draw(t, "limit"), int64(0), []string{}
	for {
		page, err := x.Find(ctx, shelves, wants, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ids(page)...)
		if len(page) < limit {
			break
		}
		after = page[len(page)-1].Place
	}
	if want := plain(have, wants, func(e search.Entry) bool { return slices.Contains(shelves, e.Shelf) }); !slices.Equal(got, want) {
		t.Fatalf("find %+v on %v: %v, want %v of %+v", wants, shelves, got, want, have)
	}
	some := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"id-01", "id-02", "id-03", "id-05", "id-08", "id-13", "nothing"}), rapid.ID[string]).Draw(t, "among")
	hits, err := x.Among(ctx, some, wants)
	if err != nil {
		t.Fatal(err)
	}
	if want := plain(have, wants, func(e search.Entry) bool { return slices.Contains(some, e.ID) }); !slices.Equal(ids(hits), want) {
		t.Fatalf("among %v for %+v: %v, want %v of %+v", some, wants, ids(hits), want, have)
	}
	for _, h := range hits {
		if h.Rev != have[h.ID].Rev {
			t.Fatalf("%s has revision %d, want %d", h.ID, h.Rev, have[h.ID].Rev)
		}
	}
}

// A clock that went back puts everything of a day between the same two entries.
func TestPlacesBetweenTwoNeighbours(t *testing.T) {
	x := open(t, 64<<20)
	put := func(id string, at int64) {
		t.Helper()
		if err := x.Put([]search.Entry{{ID: id, Rev: 1, At: at, Fields: []string{"文", "", ""}}}); err != nil {
			t.Fatal(err)
		}
	}
	put("oldest", 0)
	put("future", 1000)
	want := []string{"future"}
	for i := range 300 {
		put(fmt.Sprintf("day-%03d", i), int64(i+1))
		want = slices.Insert(want, 1, fmt.Sprintf("day-%03d", i))
	}
	hits, err := x.Find(t.Context(), []int{0}, []search.Want{{Field: search.Any, Text: "文"}}, 0, 1000)
	if err != nil || !slices.Equal(ids(hits), append(want, "oldest")) {
		t.Fatalf("%v, %v", ids(hits), err)
	}
}

func TestAFullIndexTakesNothingMore(t *testing.T) {
	x := open(t, 1<<20)
	var err error
	n := 0
	for ; err == nil; n++ {
		if n > 10_000 {
			t.Fatal("no bound")
		}
		err = x.Put([]search.Entry{{ID: fmt.Sprint(n), Rev: 1, At: int64(n), Fields: []string{strings.Repeat(fmt.Sprint(n), 40), "", ""}}})
		if used, _ := x.Used(); used > 1 {
			t.Fatalf("used %v", used)
		}
	}
	if !errors.Is(err, search.ErrFull) {
		t.Fatalf("got %v", err)
	}
	if used, err := x.Used(); used < 0.9 || err != nil {
		t.Errorf("used %v, %v", used, err)
	}
	hits, err := x.Find(t.Context(), []int{0}, nil, 0, 20_000)
	if err != nil || len(hits) != n-1 {
		t.Errorf("%d entries, want the %d that were taken: %v", len(hits), n-1, err)
	}
}

func TestWhatIsNoQueryOfTheIndex(t *testing.T) {
	x := open(t, 1<<20)
	for _, w := range []search.Want{{Field: fields, Text: "a"}, {Field: -2, Text: "a"}} {
		if _, err := x.Find(t.Context(), nil, []search.Want{w}, 0, 1); !errors.Is(err, search.ErrWant) {
			t.Errorf("%+v: %v", w, err)
		}
	}
	many := make([]search.Want, search.MaxWants+1)
	for i := range many {
		many[i] = search.Want{Field: search.Any, Text: fmt.Sprint(i)}
	}
	if _, err := x.Among(t.Context(), nil, many); !errors.Is(err, search.ErrWant) {
		t.Errorf("too many: %v", err)
	}
	if _, err := x.Find(t.Context(), []int{0}, many[1:], 0, 1); err != nil {
		t.Errorf("as many as may be: %v", err)
	}
	for _, e := range []search.Entry{{Shelf: search.MaxShelf + 1, Fields: make([]string, fields)}, {Fields: []string{"one"}}} {
		if err := x.Put([]search.Entry{e}); !errors.Is(err, search.ErrWant) {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// Readers, a writer and the one who seals, all at once.
func TestADroppedIndexIsUnavailable(t *testing.T) {
	x := open(t, 64<<20)
	var work sync.WaitGroup
	begun := make(chan struct{}, 64)
	for n := range 4 {
		work.Go(func() {
			for i := 0; ; i++ {
				var err error
				if n == 0 {
					err = x.Put([]search.Entry{{ID: fmt.Sprint(i), Rev: 1, At: int64(i), Fields: []string{"关于印发", "", ""}}})
				} else if _, err = x.Find(context.Background(), []int{0}, []search.Want{{Field: 0, Text: "印"}}, 0, 10); err == nil {
					_, err = x.Among(context.Background(), []string{"1"}, nil)
				}
				if i == 10 {
					begun <- struct{}{}
				}
				if err != nil {
					if !errors.Is(err, search.ErrClosed) || !errors.Is(err, refuse.ErrUnavailable) {
						t.Errorf("got %v", err)
					}
					return
				}
			}
		})
	}
	for range 4 {
		<-begun
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	work.Wait()
}

// FuzzQuery asks for hostile text: it finds what holds it and nothing else, and is never a syntax error.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"关于", `" OR "`, `f0 : "a"`, "a* AND NOT b", "NEAR(a b, 2)", "{f1 f2}: x", "^关", "-", "*", `""`, "shelf0", "a\x00b", "\xff\xfe", "𠮷", "'; DROP TABLE entry; --"} {
		f.Add(s, "关于印发〔2026〕5号")
	}
	x := open(f, 64<<20)
	rev := int64(0)
	f.Fuzz(func(t *testing.T, want, text string) {
		if len(want) > 300 || len(text) > 3000 {
			return
		}
		text = strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "")
		rev++
		if err := x.Put([]search.Entry{{ID: "one", Rev: rev, At: 1, Fields: []string{"", text, ""}}}); err != nil {
			t.Fatal(err)
		}
		for _, in := range []int{search.Any, 0, 1} {
			holds := strings.Contains(text, strings.ToValidUTF8(want, "\ufffd")) && in != 0 || want == ""
			wants := []search.Want{{Field: in, Text: want}}
			found, err := x.Find(t.Context(), []int{0}, wants, 0, 2)
			if err != nil || (len(found) == 1) != holds {
				t.Fatalf("find %q in %q, field %d: %v, want %v: %v", want, text, in, found, holds, err)
			}
			among, err := x.Among(t.Context(), []string{"one"}, wants)
			if err != nil || (len(among) == 1) != holds {
				t.Fatalf("among %q in %q, field %d: %v, want %v: %v", want, text, in, among, holds, err)
			}
		}
	})
}
