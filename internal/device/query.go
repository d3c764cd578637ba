package device

import (
	"errors"
	"fmt"
	"strconv"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Asked is what of the register is listed.
type Asked struct {
	Custodian term.PersonID // empty: of everybody
	State     State         // only those in this one, with Any unset; empty: in use
	Any       bool          // in whatever state
	After     term.DeviceID
	Most      int
}

// List lists devices by name; next is where the list goes on, empty at its end.
func List(tx *store.Tx, q Asked) (list []Device, next term.DeviceID, err error) {
	var args []any
	arg := func(a any) string { args = append(args, a); return "$" + strconv.Itoa(len(args)) }
	where := "WHERE 1 = 1"
	if q.Custodian != "" {
		where += " AND custodian = " + arg(string(q.Custodian))
	}
	switch {
	case q.Any:
	case q.State == "":
		where += " AND (state IS NULL OR state = '')"
	default:
		where += " AND state = " + arg(string(q.State))
	}
	if q.After != "" {
		last, err := Devices.Get(tx, q.After)
		if err != nil && !errors.Is(err, refuse.ErrNotFound) {
			return nil, "", err
		}
		if err == nil {
			where += " AND (name, id) > (" + arg(last.Name) + ", " + arg(string(last.ID)) + ")"
		}
	}
	if list, err = Devices.Select(tx, where+" ORDER BY name, id LIMIT "+strconv.Itoa(q.Most+1), args...); err != nil {
		return nil, "", fmt.Errorf("list the devices: %w", err)
	}
	if len(list) > q.Most {
		list = list[:q.Most]
		next = list[q.Most-1].ID
	}
	return list, next, nil
}

// Built counts the registered carriers in a device.
func Built(tx *store.Tx, id term.DeviceID) (int, error) {
	if carriers == nil {
		return 0, fmt.Errorf("look into a device: %w", refuse.ErrUnavailable)
	}
	return carriers.Inside(tx, id)
}
