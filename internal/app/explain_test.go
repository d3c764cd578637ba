package app

import (
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// Where no leave helps, the card says what has to be done first, and who does it.
func TestARefusalSaysWhatHasToBeDoneFirst(t *testing.T) {
	a, _, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "county")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	at := func(r refuse.Remedy) *refuse.Refusal {
		return &refuse.Refusal{Act: "document.opine", Violations: []refuse.Violation{{Clause: "T-1", Remedy: r}, {Clause: "T-2", Remedy: r}}}
	}
	err = a.DB.Read(t.Context(), func(tx *store.Tx) error {
		law, err := a.Office.Law(tx, a.Clock.Now())
		if err != nil {
			return err
		}
		people, err := a.Office.Directory(tx, a.Clock.Now())
		if err != nil {
			return err
		}
		got := first(t.Context(), law, people, at(refuse.Remedy{Kind: refuse.Nobody, Step: "document.slip"}))
		if len(got) != 1 || !strings.Contains(got[0], people.Name("officer")) || strings.Contains(got[0], "document.slip") {
			t.Errorf("got %q, want one line with the act in words and who does it", got)
		}
		for _, r := range []refuse.Remedy{
			{Kind: refuse.Nobody}, {Kind: refuse.Nobody, Step: "document.opine"}, {Kind: refuse.ByPost, Post: "county/officer", Step: "document.slip"},
		} {
			if got := first(t.Context(), law, people, at(r)); got != nil {
				t.Errorf("%+v: got %q, want nothing", r, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
