package incidentweb_test

import (
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/incident/incidentweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// A case says which copy it is about to who may know of the item; who reported it and may not know of the item reads none.
func TestACaseNamesItsCopyToWhoMayKnowOfIt(t *testing.T) {
	labelled := func(w *countertest.World, c *counter.Counter) {
		incidentweb.Routes(w.Server, incidentweb.Deps{Counter: c, Staff: w.Staff, Labels: func(tx *store.Tx, v counter.Viewer, ids []string) (map[string]term.LabelCode, error) {
			return custody.LabelsOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, ids)
		}})
	}
	countertest.Each(t, "bureau", labelled, func(w *countertest.World) {
		item := w.Registered("31", term.Jimi, "代号甲", 2)
		w.Do("clerk_a", "incident.open", map[string]any{"kind": "oral_disclosure", "subject": string(item.Copies[1]), "what": "夜里还在", "place_type": "office"})
		page := "/incidents/" + string(cases(w)[0].ID)
		const label = "JY26-0001-02-"
		for _, path := range []string{page, "/incidents"} {
			ok(w, w.Get("officer", path), label)
			ok(w, w.Get("clerk_a", path), "!"+label, "!JY26")
		}
		ok(w, w.Get("officer", page), `href="/c/`+string(item.Copies[1])+`"`)
		ok(w, w.Get("clerk_a", page), "夜里还在", "!/c/"+string(item.Copies[1]))
	})
}
