package documentweb_test

import (
	"errors"
	"testing"
	"time"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The page of a document says what went out of the house, and takes its receipt.
func TestWhatWasSentStandsOnThePageOfTheDocument(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, secretTitle, 2, "leader_a")
		want(w, w.Get("officer", d(i.ID)), 200, nil, "<h2>外送</h2>")
		w.Do("officer", "custody.send", map[string]any{"copy": i.Copies[0], "to": "leader_a", "channel": "courier", "destination": "outside", "recipient": "某协作单位", "envelope_no": "F-8", "seal": "完好"})
		form := `action="/c/` + string(i.Copies[0]) + `/acknowledge"`
		want(w, w.Get("officer", d(i.ID)), 200, []string{"<h2>外送</h2>", "在途", "某协作单位", "F-8", "完好", form})
		want(w, w.Get("leader_a", d(i.ID)), 200, nil, "某协作单位", "F-8", form)
		if err := w.Clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		a := w.Post("officer", "/c/"+string(i.Copies[0])+"/acknowledge", "received_at", w.Clock.Now().Format("2006-01-02 15:04"), "receipt_no", "H-8")
		if a.Code != 303 {
			t.Fatalf("acknowledge: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("officer", d(i.ID)), 200, []string{"已有回单", "H-8", "某协作单位"}, form)
	})
}

// 催办 is recorded at the time at which the button is pressed, not at that of the page.
func TestAChaseIsOfWhenItIsMade(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, secretTitle, 1, "leader_a")
		r := w.Do("leader_a", "document.instruct", map[string]any{"document": i.ID, "handler": "officer", "due": w.Clock.Now().Add(48 * time.Hour), "text": "请办"})
		written := w.Clock.Now()
		chase := func(at time.Time) error {
			_, err := w.Try("officer", "circulation.chase", map[string]any{"instruction": r.Values["instruction"], "to": "officer", "how": "phone", "at": at})
			return err
		}
		if err := chase(written.Add(-3 * time.Minute)); fieldCode(err, "at") != "before_instructed" {
			t.Errorf("before the instruction: %v", err)
		}
		if err := w.Clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		for code, at := range map[string]time.Time{"in_the_future": w.Clock.Now().Add(2 * time.Minute), "enter_late": written} {
			if err := chase(at); code != fieldCode(err, "at") {
				t.Errorf("at %s: %v, want %s", at, err, code)
			}
		}
		if a := w.Post("officer", d(i.ID)+"/chase", "instruction", r.Values["instruction"], "to", "officer", "how", "phone"); a.Code != 303 {
			t.Fatalf("chase: %d %s", a.Code, cut(a.Body))
		}
		if err := chase(w.Clock.Now().Add(-4 * time.Minute)); err != nil {
			t.Fatalf("four minutes ago: %v", err)
		}
		var got []time.Time
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			list, err := document.Chases.Select(tx, "ORDER BY chased_at DESC")
			for _, c := range list {
				got = append(got, c.At)
			}
			return err
		})
		if want := w.Clock.Now(); err != nil || len(got) != 2 || !got[0].Equal(want.Truncate(time.Minute)) || !got[1].Equal(want.Add(-4*time.Minute)) {
			t.Errorf("chased at %v, want %s and four minutes before: %v", got, want, err)
		}
	})
}

func fieldCode(err error, field string) string {
	var invalid *refuse.Invalid
	if !errors.As(err, &invalid) {
		return ""
	}
	for _, f := range invalid.Fields {
		if f.Field == field {
			return f.Code
		}
	}
	return ""
}
