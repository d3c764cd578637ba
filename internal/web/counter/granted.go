package counter

import (
	"encoding/json"
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/typed"
)

// Granted is the form of one of some acts as a leave was asked with: the act spends the leave only where it is done so.
// refuse.ErrNotFound where the leave is not the viewer's to use.
func Granted(tx *store.Tx, v Viewer, id term.LeaveID, acts ...string) (approval.Leave, typed.Form, error) {
	l, err := approval.Leaves.Get(tx, id)
	if err != nil {
		return l, nil, err
	}
	if l.Applicant != v.Actor.Person || l.State != approval.Granted || !slices.Contains(acts, l.Act) {
		return l, nil, refuse.ErrNotFound
	}
	if err := approval.Leaves.Reveal(tx, &l, "asked_with"); err != nil {
		return l, nil, fmt.Errorf("open what a leave was asked with: %w", err)
	}
	text, err := Opened(l.With)
	if err != nil {
		return l, nil, err
	}
	var with map[string]any
	if err := json.Unmarshal([]byte(text), &with); err != nil {
		return l, nil, fmt.Errorf("read what a leave was asked with: %w", err)
	}
	return l, formOf(with), nil
}

// GrantedFor is the form of an act on one thing as the viewer's oldest unused leave for it allows it; nil when he has none. arg is
// the argument that names the thing.
func GrantedFor(tx *store.Tx, v Viewer, name, arg, id string) (typed.Form, error) {
	leaves, err := approval.Unused(tx, v.Actor.Person, name)
	if err != nil {
		return nil, fmt.Errorf("look for a leave: %w", err)
	}
	for _, l := range leaves {
		_, f, err := Granted(tx, v, l.ID, l.Act)
		if err != nil {
			return nil, err
		}
		if f.Get(arg) == id {
			return f, nil
		}
	}
	return nil, nil
}

// formOf spells arguments as the fields of a form; of what is made of parts, the copy it names.
func formOf(with map[string]any) typed.Form {
	f := typed.Form{}
	for name, value := range with {
		switch x := value.(type) {
		case string:
			f[name] = []string{x}
		case float64:
			f[name] = []string{fmt.Sprint(int(x))}
		case []any:
			for _, one := range x {
				switch y := one.(type) {
				case string:
					f[name] = append(f[name], y)
				case map[string]any:
					if id, ok := y["copy"].(string); ok {
						f[name] = append(f[name], id)
					}
				}
			}
		}
	}
	return f
}

// Asks is the request for leave to do what the try says: the act itself with its arguments, and what it is for.
func (t Try) Asks(reason string) (Try, error) {
	spelled, err := json.Marshal(map[string]any{"act": t.Act, "with": t.Command, "reason": reason})
	if err != nil {
		return t, fmt.Errorf("spell what is asked for: %w", err)
	}
	t.Act, t.Command = "approval.request", json.RawMessage(spelled)
	return t, nil
}

// AskedAt is the page of a request that was just made, where its state is seen.
func AskedAt(receipt act.Receipt) string { return "/approvals/" + receipt.Subject }
