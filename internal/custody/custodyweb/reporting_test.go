package custodyweb_test

import (
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// On the page of a copy it is said who answers for it, that it is missing and that it is found.
func TestCustodianMissingAndFound(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 1, "leader_a")
		page := c(i.Copies[0])
		state := func() (out custody.Copy) {
			if err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) { out, err = custody.Copies.Get(tx, i.Copies[0]); return err }); err != nil {
				t.Fatal(err)
			}
			return out
		}
		want(w, w.Get("officer", page), 200, []string{`id="set-custodian"`, `id="report-found"`, `id="report-missing"`}, title)
		own := []string{"first_how", "pin", "first_secret", countertest.Right}
		want(w, w.Post("officer", page+"/set-custodian", append(own, "to", "")...), 422, []string{"必填"})
		if a := w.Post("officer", page+"/set-custodian", append(own, "to", "leader_a")...); a.Code != 303 || state().Custodian != "leader_a" {
			t.Fatalf("custodian: %d %s", a.Code, state().Custodian)
		}
		if a := w.Post("officer", page+"/report-missing", "note", "柜中不见"); a.Code != 303 || state().State != custody.Missing {
			t.Fatalf("missing: %d %s", a.Code, state().State)
		}
		want(w, w.Get("officer", page), 200, []string{`id="report-found"`}, `id="report-missing"`)
		want(w, w.Post("officer", page+"/report-found", "found_by", "某同志"), 422, []string{"必填", "某同志"})
		if a := w.Post("officer", page+"/report-found", "place_kind", "desk", "found_by", "某同志", "state", "not_opened"); a.Code != 303 || state().State == custody.Missing {
			t.Fatalf("found: %d %s", a.Code, state().State)
		}
		w.Hidden("clerk_a", page, "/c/ZZZZZZZZZZZZ")
	})
}
