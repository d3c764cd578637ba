package people

import (
	"fmt"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Source gives the lines of one register, oldest first unless the window turns it: persons, units and documents by id, lists
// joined by 、. An item that the viewer may not know of is left out of a line.
type Source func(tx *store.Tx, sight regulation.Sight, person term.PersonID, w store.Window) ([]map[string]string, error)

// MaxRegister is the most lines of one register at a time.
const MaxRegister = 5000

// Registers are the sources that packs may name in a report.
var Registers = map[string]Source{"delegations": delegations, "designations": designations}

// delegations are the lines of 委托登记: what gives deeds.
func delegations(tx *store.Tx, sight regulation.Sight, person term.PersonID, w store.Window) ([]map[string]string, error) {
	tail, args := w.Tail("given_at", "id", []string{"no > 0"}, nil, MaxRegister)
	list, err := Delegations.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 委托登记: %w", err)
	}
	var out []map[string]string
	for _, g := range list {
		items, err := seen(tx, sight, person, g.Items)
		if err != nil {
			return nil, err
		}
		out = append(out, store.Stand(map[string]string{
			"delegation": g.Number(), "person": string(g.To), "deeds": strings.Join(g.Deeds, "、"), "from": g.FirstDay, "until": g.LastDay, "items": items,
			"by": string(g.By), "signed_by": string(g.Signed), "revoked_at": minute(g.Revoked),
		}, g.GivenAt, string(g.ID)))
	}
	return out, nil
}

// designations are the lines of 指定登记.
func designations(tx *store.Tx, sight regulation.Sight, person term.PersonID, w store.Window) ([]map[string]string, error) {
	tail, args := w.Tail("given_at", "id", nil, nil, MaxRegister)
	list, err := Designated.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 指定登记: %w", err)
	}
	var out []map[string]string
	for _, g := range list {
		items, err := seen(tx, sight, person, g.Items)
		if err != nil {
			return nil, err
		}
		out = append(out, store.Stand(map[string]string{
			"designation": g.Number(), "person": string(g.Person), "unit": string(g.Unit), "deeds": strings.Join(g.Acts, "、"), "stages": strings.Join(g.Stages, "、"),
			"from": g.FirstDay, "until": g.LastDay, "items": items, "by": string(g.By), "signed_by": string(g.Signed), "revoked_at": minute(g.Revoked),
		}, g.GivenAt, g.ID))
	}
	return out, nil
}

// seen spells the items of a line that the viewer may know of; 全部 is every item.
func seen(tx *store.Tx, sight regulation.Sight, person term.PersonID, items []string) (string, error) {
	if len(items) == 0 {
		return allItems, nil
	}
	if documents == nil {
		return "", nil
	}
	known, err := documents.Seen(tx, act.Viewer{Person: person, Sight: sight}, items)
	return strings.Join(known, "、"), err
}

// allItems is what a register shows where no item is listed.
const allItems = "all"

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}
