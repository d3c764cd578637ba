package procedure

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Carrier is what the acts say that bring carriers into being: what each is, and what tells one that is no paper from others
// of its kind.
type Carrier struct {
	Medium       string        `json:"medium" in:"medium"`
	ContentKinds []string      `json:"content_kinds" in:"content"`
	Form         string        `json:"form" in:"carrier_form"`
	SerialNo     string        `json:"serial_no" max:"4000"` // of several one a piece, with a comma between
	Custodian    term.PersonID `json:"custodian"`            // who answers for a magnetic or solid-state one
	Described    string        `json:"described" max:"60"`
}

// serialInUse answers a number that a living carrier bears.
const serialInUse = "serial_in_use"

// medium is what is said; otherwise the usual one.
func (c Carrier) medium(usual string) string {
	if c.Medium == "" {
		return usual
	}
	return c.Medium
}

// inUse reports whether a carrier that lives bears one of the numbers. That it is in use is all that is told: the number stands
// on the thing in the actor's hand, and which other piece bears it, or what that holds, is not said.
func (c Carrier) inUse(tx *act.Tx, usual string) (bool, error) {
	if c.SerialNo == "" || !custody.OneOfItsNumber(c.medium(usual)) {
		return false, nil
	}
	used, err := custody.SerialInUse(tx.Tx, custody.SplitSerials(c.SerialNo))
	if err != nil {
		return false, fmt.Errorf("look for a serial number: %w", err)
	}
	return used, nil
}

// of is what n carriers are made of; used is of inUse.
func (c Carrier) of(usual string, n int, used bool, env act.Env) (custody.Material, error) {
	serials, err := custody.Serials(c.SerialNo, n)
	if err == nil && used {
		err = refuse.Field("serial_no", serialInUse)
	}
	if err == nil && c.Custodian != "" && env.People.Name(c.Custodian) == "" {
		err = refuse.Field("custodian", "unknown_person")
	}
	if err == nil && !term.FormFits(c.medium(usual), c.Form) {
		err = refuse.Field("form", "not_of_medium")
	}
	return custody.Material{
		Medium: c.medium(usual), Form: c.Form, Serials: serials, Described: c.Described, Custodian: c.Custodian, ContentKinds: c.ContentKinds,
	}, err
}
