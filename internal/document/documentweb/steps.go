package documentweb

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/web/counter"
)

// step is a draft that waits for the viewer: to be reviewed, or to be signed off.
type step struct {
	document.Cover
	act string
}

// maxDrafts is how many drafts are looked at for the steps that wait.
const maxDrafts = 100

// Steps is the panel of the drafts that the viewer may review or sign off now, the oldest first; nil where none waits. It reads
// on its own: call it outside a transaction.
func Steps(r *http.Request, c *counter.Counter) (templ.Component, error) {
	var v counter.Viewer
	var list []step
	err := c.Business(r, func(tx *store.Tx, viewer counter.Viewer) error {
		v = viewer
		if !v.Offered("document.review") && !v.Offered("document.sign_off") {
			return nil
		}
		drafts, err := document.Drafts(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, maxDrafts)
		for _, d := range drafts {
			switch next := nextStep(d); next {
			case "review", "sign_off":
				if name := "document." + next; v.Offered(name) {
					list = append(list, step{d, name})
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	me := act.Signature{Role: "actor", Person: v.Actor.Person}
	list = slices.DeleteFunc(list, func(s step) bool {
		var cmd any = document.SignOff{Document: s.ID}
		if s.act == "document.review" {
			cmd = document.Review{Document: s.ID, Result: "pass"}
		}
		return c.May(r.Context(), v, s.act, cmd, me) != nil
	})
	if len(list) == 0 {
		return nil, nil
	}
	return stepsPanel(v, list), nil
}

// issueStepsOf are the steps of a document of the office's own, in order; what is no secret is not classified.
func issueStepsOf(c document.Cover) []string {
	steps := []string{"draft", "review", "classify", "sign_off", "number", "print_run"}
	if !c.Level.Classified() {
		steps = slices.Delete(steps, 2, 3)
	}
	return steps
}

// nextStep is the next one; despatch where all are done.
func nextStep(c document.Cover) string {
	for _, s := range issueStepsOf(c) {
		if !slices.Contains(c.Steps, s) {
			return s
		}
	}
	return "despatch"
}
