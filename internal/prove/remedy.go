package prove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// cured holds a refusal to what it offers: of the holders of a post that it names, one at least would not be refused the
// step under the very clause. The step is tried, with what the refused command says of whom and what; a leave is left aside,
// since who gives it is worked out when it is asked for.
func (t *try) cured(ctx context.Context, w *world, q act.Request, refusal *refuse.Refusal) error {
	for _, v := range refusal.Violations {
		step := v.Remedy.Step
		if step == "" {
			step = refusal.Act
		}
		if v.Remedy.Kind != refuse.ByPost || step == act.LeaveStep || v.Remedy.Step == refusal.Act { // the last: once more, and otherwise
			continue
		}
		var people act.Directory
		err := w.db.Read(ctx, func(tx *store.Tx) (err error) { people, err = w.office.Directory(tx, w.clock.Now()); return err })
		if err != nil {
			return fmt.Errorf("read the people: %w", err)
		}
		command, err := t.stepCommand(ctx, w, step, q, refusal.Act)
		if err != nil {
			return err
		}
		holders := people.Holders(v.Remedy.Post)
		dead := len(holders) > 0
		for _, h := range holders {
			own := act.Signature{Role: "actor", Person: h, Strength: "passkey", Terminal: proofTerminal, At: w.clock.Now()}
			answer := w.desk.MayWhenAsked(ctx, act.Request{Act: step, Command: command, By: w.actor(string(h)), Signatures: []act.Signature{own}})
			if errors.Is(answer, refuse.ErrUnavailable) { // it is not known whether he may
				return fmt.Errorf("ask %s for %s: %w", h, step, answer)
			}
			var again *refuse.Refusal
			dead = dead && errors.As(answer, &again) && slices.ContainsFunc(again.Violations, func(x refuse.Violation) bool {
				return x.Rule == v.Rule || x.Clause == v.Clause && x.Remedy.Kind != refuse.Correct && !stood(refusal, x)
			})
		}
		if dead {
			return fmt.Errorf("the refusal under %s sends to %s for %s, and refuses it him under the same clause", v.Clause, v.Remedy.Post, step)
		}
	}
	return nil
}

// stood reports whether another reason of a refusal is the same rule: it has a remedy of its own.
func stood(refusal *refuse.Refusal, x refuse.Violation) bool {
	return slices.ContainsFunc(refusal.Violations, func(v refuse.Violation) bool { return v.Rule == x.Rule })
}

// stepCommand carries over what the step and the refused act both speak of: the item, and the persons it is about.
func (t *try) stepCommand(ctx context.Context, w *world, step string, q act.Request, refused string) (json.RawMessage, error) {
	raw, _ := q.Command.(json.RawMessage)
	if step == refused {
		return raw, nil
	}
	var given map[string]any
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, fmt.Errorf("read the refused command: %w", err)
	}
	given["reason"] = "需要"
	if to, ok := given["to"]; ok {
		given["persons"] = []any{to}
	}
	if list, ok := given["readers"]; ok {
		given["persons"] = list
	}
	if given["document"] == nil {
		err := w.db.Read(ctx, func(tx *store.Tx) (err error) {
			given["document"], err = itemOf(tx, given)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	command, ok := act.CommandType(step)
	if !ok {
		return nil, fmt.Errorf("a remedy %q: an act of the catalogue is expected", step)
	}
	out := map[string]any{}
	for _, f := range reflect.VisibleFields(command) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if v, ok := given[name]; ok && v != "" {
			out[name] = v
		}
	}
	return json.Marshal(out)
}

// itemOf finds the document of the copy, circulation or turn that a refused command names; none where it names none. A
// refusal has read what its command names, so whatever keeps it from being read here is an error.
func itemOf(tx *store.Tx, given map[string]any) (term.DocumentID, error) {
	for _, name := range []string{"copy", "circulation", "stop"} {
		id, ok := given[name].(string)
		if !ok || id == "" {
			continue
		}
		var document term.DocumentID
		var err error
		switch name {
		case "copy":
			var c custody.Copy
			c, err = custody.Copies.Get(tx, id)
			document = c.Document
		case "circulation":
			var c circulation.Circulation
			c, err = circulation.Circulations.Get(tx, id)
			document = c.Document
		case "stop":
			var s circulation.Stop
			s, err = circulation.Stops.Get(tx, id)
			document = s.Document
		}
		if err != nil {
			return "", fmt.Errorf("find the item of a refused command: %w", err)
		}
		return document, nil
	}
	return "", nil
}
