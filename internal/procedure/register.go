// Package procedure holds the few acts that change more than one noun, each under a name of its own.
package procedure

import (
	"errors"
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/device"
	"jiyao/internal/disposal"
	"jiyao/internal/document"
	"jiyao/internal/incident"
	"jiyao/internal/inspection"
	"jiyao/internal/meeting"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// registering is what registering looks at.
type registering struct {
	document.RegisterState
	serialUsed bool
}

// registered are the carriers of a line that is registered.
func registered(cmd document.Register) Carrier {
	return Carrier{Medium: cmd.Medium, Form: cmd.Form, SerialNo: cmd.SerialNo, Described: cmd.Described, Custodian: cmd.Custodian}
}

// document.register enters the line of the register and gives birth to its copies, all or nothing.
var _ = act.Define("document.register", act.Act[document.Register, registering, document.RegisterFacts]{
	Check: document.CheckRegister,
	Load: func(tx *act.Tx, cmd document.Register) (s registering, err error) {
		if s.RegisterState, err = document.LoadRegister(tx, cmd); err == nil {
			s.serialUsed, err = registered(cmd).inUse(tx, paper)
		}
		return s, err
	},
	Within: true,
	Leans:  func(s registering, _ document.Register) []act.Event { return s.Envelope.Events() },
	Facts: func(s registering, cmd document.Register, env act.Env) document.RegisterFacts {
		return document.FactsOfRegister(s.RegisterState, cmd, env)
	},
	Decide: func(s registering, cmd document.Register, env act.Env) (act.Changes, error) {
		d, changes, err := document.DecideRegister(s.RegisterState, cmd, env)
		if err != nil {
			return changes, err
		}
		made, err := registered(cmd).of("", d.Copies, s.serialUsed, env)
		if err != nil {
			return changes, err
		}
		copies, err := custody.Born(custody.Birth{
			Document: d.ID, Series: d.Series, Year: d.Year, No: d.No, Class: d.Class, Level: d.Level, Material: made, Pages: d.Pages,
			Attachments: d.Attachments, Numbers: cmd.CopyNos, Own: cmd.CopyNoUnprinted == "yes", Count: d.Copies, At: env.At,
		}, env)
		if err != nil {
			return changes, err
		}
		born(&changes, copies)
		return changes, nil
	},
})

// Wire plugs the nouns into each other. heads lists for whom a person receives: the units whose head or
// liaison he is.
func Wire(receives func(directory act.Directory, reader term.PersonID) []term.UnitID) {
	document.Plug(copiesOf{}, roundsOf{})
	custody.Plug(custodyLinks{receives: receives})
	circulation.Plug(circulationLinks{receives: receives})
	incident.Plug(carriers{})
	people.Plug(document.Items{})
	people.PlugDocuments(listedItems{})
	disposal.Plug(pieces{})
	people.PlugBelongings(belongings{})
	device.Plug(carriers{})
	meeting.Plug(givable{})
}

type custodyLinks struct {
	document.Items
	receives func(people act.Directory, reader term.PersonID) []term.UnitID
}

// Asks implements custody.Links.
func (custodyLinks) Asks(d term.DocumentID, c term.CopyID) []store.Ask {
	return append(document.Asks(d), circulation.AskStop(d), inspection.AskHolding(c))
}

// HeldBack implements custody.Links.
func (custodyLinks) HeldBack(tx *store.Tx, c term.CopyID) (bool, error) {
	return inspection.HeldBack(tx, c)
}

// Queue implements custody.Links.
func (custodyLinks) Queue(tx *store.Tx, d term.DocumentID, reader term.PersonID) (custody.Queue, error) {
	t, err := circulation.QueueOf(tx, d, reader)
	return custody.Queue(t), err
}

func (custodyLinks) Piece(tx *store.Tx, id term.EnvelopeID) ([]string, term.DocumentID, error) {
	return document.Piece(tx, id)
}

// Filed implements custody.Links.
func (custodyLinks) Filed(tx *store.Tx, id term.DocumentID) (string, int, error) {
	d, err := document.Documents.Get(tx, id)
	if err != nil {
		return "", 0, err
	}
	if err := document.Documents.Reveal(tx, &d, "issuer"); err != nil {
		return "", 0, fmt.Errorf("open the issuer of an item: %w", err)
	}
	issuer, err := d.Issuer.Text()
	return issuer, d.Year, err
}

// DevicePlace implements custody.Links.
func (custodyLinks) DevicePlace(tx *store.Tx, id term.DeviceID) (term.PlaceID, bool, error) {
	d, err := device.Find(tx, id)
	return d.Place, d.InUse(), err
}

// Addressees implements custody.Links.
func (custodyLinks) Addressees(tx *store.Tx, id term.DocumentID) ([]string, bool, error) {
	return document.Addressees(tx, id)
}

// Contents implements custody.Links.
func (custodyLinks) Contents(tx *store.Tx, id term.DocumentID) ([]string, error) {
	d, err := document.Documents.Get(tx, id)
	return d.ContentKinds, err
}

// LossOpen implements custody.Links.
func (custodyLinks) LossOpen(tx *store.Tx, id term.CopyID, since time.Time) (bool, error) {
	return incident.LossOpen(tx, string(id), since)
}

func (l custodyLinks) Receives(people act.Directory, reader term.PersonID) []term.UnitID {
	return l.receives(people, reader)
}

type carriers struct{}

// Carrier implements incident.Carriers.
func (carriers) Carrier(tx *store.Tx, id string) (term.Level, term.Regime, bool, error) {
	c, ok, err := custody.Copies.One(tx, "WHERE id = $1", id)
	if err != nil || !ok {
		return "", "", false, err
	}
	d, err := document.Documents.Get(tx, c.Document)
	return d.Level, d.HeldAs(), err == nil, err
}

// Inside implements device.Carriers.
func (carriers) Inside(tx *store.Tx, id term.DeviceID) (int, error) { return custody.InsideOf(tx, id) }

// Place implements device.Carriers.
func (carriers) Place(tx *store.Tx, id term.PlaceID) (bool, error) {
	_, err := custody.Places.Get(tx, id)
	if errors.Is(err, refuse.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

type circulationLinks struct {
	document.Items
	receives func(people act.Directory, reader term.PersonID) []term.UnitID
}

func (l circulationLinks) Receives(people act.Directory, reader term.PersonID) []term.UnitID {
	return l.receives(people, reader)
}

// Awaits implements circulation.Links.
func (circulationLinks) Awaits(tx *store.Tx, id term.DocumentID) (bool, error) {
	return document.Awaits(tx, id)
}

func (circulationLinks) Labelled(tx *store.Tx, id term.DocumentID) (bool, error) {
	return custody.Labelled(tx, id)
}

func (circulationLinks) Free(tx *store.Tx, id term.DocumentID) (int, error) {
	return custody.Free(tx, id, "")
}

func (circulationLinks) OutOf(tx *store.Tx, id term.DocumentID) (int, error) {
	return custody.OutOf(tx, id)
}

type roundsOf struct{}

func (roundsOf) Over(tx *store.Tx, id term.DocumentID) (bool, error) { return circulation.Over(tx, id) }

type copiesOf struct{}

func (copiesOf) HoldersOf(tx *store.Tx, id term.DocumentID) ([]term.PersonID, error) {
	return custody.HoldersOf(tx, id)
}
func (copiesOf) NumbersOf(tx *store.Tx, id term.DocumentID) ([]string, error) {
	return custody.NumbersOf(tx, id)
}
func (copiesOf) Untouched(tx *store.Tx, id term.DocumentID) (bool, error) {
	return custody.Untouched(tx, id)
}
