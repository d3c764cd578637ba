package app

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/locale"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
)

// A refusal that nobody lifts says what the asker does himself.
func TestARefusalSaysTheWayOut(t *testing.T) {
	ctx := web.WithTongue(t.Context(), locale.Zh, time.Time{}, nil)
	ref := &refuse.Refusal{Act: "document.classify", Violations: []refuse.Violation{
		{Clause: "T-1", Failing: []refuse.Failing{{Fact: "authority_covers"}, {Fact: "level", Value: "机密"}}}, {Clause: "T-2", Failing: []refuse.Failing{{Fact: "authority_covers"}, {Fact: "period_over", Is: true}}},
		{Clause: "T-3", Failing: []refuse.Failing{{Fact: "derived_matches"}}},
	}}
	got := strings.Join(ways(ctx, ref), "|")
	if strings.Count(got, "|") != 2 || !strings.Contains(got, "上级") || !strings.Contains(got, "另有规定的依据") || !strings.Contains(got, "原件") {
		t.Errorf("got %q", got)
	}
}

// Where all that fails is that the leave was for something else, it is to be asked anew; where anything else fails too, that helps
// nobody.
func TestWhenALeaveIsToBeAskedAnew(t *testing.T) {
	other, never, post := refuse.Remedy{Kind: refuse.Nobody, Step: act.LeaveStep}, refuse.Remedy{Kind: refuse.Nobody}, refuse.Remedy{Kind: refuse.ByPost, Post: "county/officer"}
	for name, c := range map[string]struct {
		remedies []refuse.Remedy
		want     bool
	}{
		"another leave":              {[]refuse.Remedy{other}, true},
		"and a post that allows":     {[]refuse.Remedy{post, other}, true},
		"a post that allows":         {[]refuse.Remedy{post}, false},
		"nobody allows":              {[]refuse.Remedy{never}, false},
		"and what nobody allows":     {[]refuse.Remedy{other, never}, false},
		"and what is not said of it": {[]refuse.Remedy{other, {}}, false},
	} {
		ref := &refuse.Refusal{Act: "custody.duplicate"}
		for _, r := range c.remedies {
			ref.Violations = append(ref.Violations, refuse.Violation{Clause: "T-1", Remedy: r})
		}
		if got := anew(ref); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

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

// The sheet that an act waits for is signed by whom the law of that sheet says, not by the post that may sign any.
func TestARefusalSaysWhoSignsTheSheet(t *testing.T) {
	a, _, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "company")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx := web.WithTongue(t.Context(), locale.Zh, time.Time{}, nil)
	err = a.DB.Read(t.Context(), func(tx *store.Tx) error {
		law, err := a.Office.Law(tx, a.Clock.Now())
		if err != nil {
			return err
		}
		people, err := a.Office.Directory(tx, a.Clock.Now())
		if err != nil {
			return err
		}
		for name, c := range map[string]struct{ sheet, want string }{
			"custody.stage": {"stage_measures/图样入柜", "由为这一件、这一环节指定的部门办理"}, "custody.lend": {"transfer_measures/密封袋", "由经办人本人办理"},
		} {
			got := first(ctx, law, people, &refuse.Refusal{Act: name, Violations: []refuse.Violation{
				{Clause: "T-1", Rule: "company/gate/" + c.sheet, Remedy: refuse.Remedy{Kind: refuse.Correct, Step: "custody.sheet_sign"}},
			}})
			if len(got) != 1 || !strings.Contains(got[0], c.want) || strings.Contains(got[0], people.Name("keeper")) {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
