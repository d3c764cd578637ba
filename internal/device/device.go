// Package device keeps the machines that secrets are made or kept on: what each is, where it stands and whose it is.
//
// What must always hold:
//   - A device has exactly one custodian at any time. Another takes over; there is never none.
//
// Copying and recording name a device, and its custodian is related to what is done on it. In this version it is a register
// and nothing more: networks, checks and repairs come later.
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

// Relations are how somebody stands to what is done on the device.
func (d Device) Relations(p term.PersonID) []string {
	if p != "" && d.Custodian == p {
		return []string{"custodian"}
	}
	return nil
}

// known answers a person whom the house does not know.
func known(env act.Env, p term.PersonID) bool { return p != "" && env.People.Name(p) != "" }
