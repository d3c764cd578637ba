// Package device keeps the machines that secrets are made or kept on: what each is, where it stands and whose it is.
//
// What must always hold:
//   - A device has exactly one custodian at any time. Another takes over; there is never none.
//   - Nothing is made on a device that is in repair or scrapped; a scrapped one stays so.
//
// Copying and recording name a device, and its custodian is related to what is done on it. Carriers may be built into it: the
// law looks at how many before it goes away. Networks and checks come later.
package device

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Find reads a device; the zero Device where none is named, refuse.ErrNotFound where there is none.
func Find(tx *store.Tx, id term.DeviceID) (Device, error) {
	if id == "" {
		return Device{}, nil
	}
	d, err := Devices.Get(tx, id)
	if err != nil {
		return d, fmt.Errorf("find a device: %w", err)
	}
	return d, nil
}

// Carriers knows what is built into devices and where they can stand; procedure plugs it in once, before the first act.
type Carriers interface {
	// Inside counts the registered carriers in a device.
	Inside(tx *store.Tx, id term.DeviceID) (int, error)
	// Place reports whether there is such a place.
	Place(tx *store.Tx, id term.PlaceID) (bool, error)
}

var carriers Carriers

// Plug tells the package who knows what is built into a device.
func Plug(c Carriers) { carriers = c }

// InUse reports whether something can be made on it; the zero Device is none and forbids nothing.
func (d Device) InUse() bool { return d.State == "" }

// Relations are how somebody stands to what is done on the device.
func (d Device) Relations(p term.PersonID) []string {
	if p != "" && d.Custodian == p {
		return []string{"custodian"}
	}
	return nil
}

// known answers a person whom the house does not know.
func known(env act.Env, p term.PersonID) bool { return p != "" && env.People.Name(p) != "" }
