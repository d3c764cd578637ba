package device

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// State of a device: in use, away to be repaired, or scrapped, which is the end.
type State string

// The states that are not in use.
const (
	InRepair State = "repair"
	Scrapped State = "scrapped"
)

// Device is one line of 设备台账.
type Device struct {
	ID           term.DeviceID `col:"id,key"`
	Name         string        `col:"name"`
	Kind         string        `col:"device_kind"`  // copier recorder computer fax phone line store
	Class        string        `col:"device_class"` // ordinary confidential_comm
	Place        term.PlaceID  `col:"place"`
	Custodian    term.PersonID `col:"custodian"` // exactly one
	Since        time.Time     `col:"since"`     // the custodian's
	RegisteredAt time.Time     `col:"registered_at"`
	RegisteredBy term.PersonID `col:"registered_by"`
	State        State         `col:"state,null"` // empty: in use
	StateAt      time.Time     `col:"state_at"`
	StateNote    string        `col:"state_note,null"` // who repairs it and what is broken; why and how it was scrapped
	store.Meta
}

// Devices is the table.
var Devices = store.Define[Device]("device")
