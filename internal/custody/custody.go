// Package custody keeps every piece: who holds it, where it lies, since when and by whose signature.
//
// The life of a copy in this version:
//
//	received ─label, place─► in_place ──hand_out, lend──► held ──take_back, return──► in_place …
//	                             └───────send───────► transit ─acknowledge─► away
//	                     in_place ◄──────take_back───────┴────────take_back────┘
//	                     in_place ──report_found──► received ──place──► in_place
//	            in_place, held ──carry_out──► carried ──bring_back──► in_place, held
//	  received, in_place, held ──supply──► supplied ──supply_back──► received
//
// What must always hold:
//   - A copy has one place or one holder, never both and never neither, once it has been put away.
//   - It changes hands only from a place to a person and from a person to a place: never from reader to reader.
//   - A signature counts only as that of the person whose role it is: giver and receiver sign themselves.
//   - Each change of hands is a line with two names and two times, and at most one line of a copy is open.
//   - What is given outside (supply) stands with nobody here: who had it ends his line by giving it, and who gave it stands in the new one.
//
// Clauses on hand-over, return, locked cabinets and lateral passing lean on it. It knows documents only as
// act.Item.
package custody

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Links is what custody asks of other nouns; app plugs it in once, before the first act.
type Links interface {
	act.Items
	// Asks are the reads that Item, Queue and HeldBack begin with.
	Asks(document term.DocumentID, id term.CopyID) []store.Ask
	// HeldBack reports whether a finding holds a copy back until it is settled.
	HeldBack(tx *store.Tx, id term.CopyID) (bool, error)
	// Queue gives how a reader stands in the open circulation of a document.
	Queue(tx *store.Tx, document term.DocumentID, reader term.PersonID) (Queue, error)
	// Piece gives the steps of an envelope that is not registered yet.
	Piece(tx *store.Tx, id term.EnvelopeID) (steps []string, document term.DocumentID, err error)
	// Filed gives the issuer and the year of receipt of a document, for places that are for one of them.
	Filed(tx *store.Tx, document term.DocumentID) (issuer string, year int, err error)
	// Contents gives in which ways a document holds what it holds: text, data, symbol, graphic, sound, image.
	Contents(tx *store.Tx, document term.DocumentID) ([]string, error)
	// Addressees gives whom a document is for: the recipients (主送、抄送) of one that the office wrote itself, which is own, and the
	// issuer of what came in, to whom it may go back; nobody of what was made here.
	Addressees(tx *store.Tx, document term.DocumentID) (to []string, own bool, err error)
	// LossOpen reports whether a case of the loss of a copy stands open that was opened at some time or after.
	LossOpen(tx *store.Tx, id term.CopyID, since time.Time) (bool, error)
	// DevicePlace gives where a device stands that a carrier is built into, empty where that is not registered, and whether it is
	// in use: what is scrapped or away to be repaired takes nothing in.
	DevicePlace(tx *store.Tx, id term.DeviceID) (stands term.PlaceID, inUse bool, err error)
	// Units gives the unit of a reader for whom he receives as head or liaison; empty otherwise.
	Receives(people act.Directory, reader term.PersonID) []term.UnitID
}

var links Links

// Plug tells the package who answers for documents and circulations.
func Plug(l Links) { links = l }

const heldNow = "WHERE document = $1 AND state IN ('held', 'carried') ORDER BY seq"

// HoldersOf gives who has a copy of a document with him now.
func HoldersOf(tx *store.Tx, id term.DocumentID) ([]term.PersonID, error) {
	rows, err := Copies.Select(tx, heldNow, string(id))
	if err != nil {
		return nil, fmt.Errorf("read the copies: %w", err)
	}
	var out []term.PersonID
	for _, c := range rows {
		out = append(out, c.Holder)
	}
	return out, nil
}

// NumbersOf gives the 份号 of a document's copies, in order; copies without one are left out.
func NumbersOf(tx *store.Tx, id term.DocumentID) ([]string, error) {
	rows, err := Copies.Select(tx, "WHERE document = $1 ORDER BY seq", string(id))
	if err != nil {
		return nil, fmt.Errorf("read the copies: %w", err)
	}
	var out []string
	for _, c := range rows {
		if c.CopyNo != "" {
			out = append(out, string(c.CopyNo))
		}
	}
	return out, nil
}

// Untouched reports whether all copies of a document lie in the office as they were registered: none is with somebody, sent,
// lost or ended, and none was copied.
func Untouched(tx *store.Tx, id term.DocumentID) (bool, error) {
	n, err := Copies.Count(tx, "WHERE document = $1 AND (state NOT IN ('received', 'in_place') OR coalesce(source, '') <> '')", string(id))
	return n == 0, err
}

// OutOf counts the live copies of a document that are not in a cabinet of the office: with somebody, on the way, never
// put away, or lying somewhere else.
func OutOf(tx *store.Tx, id term.DocumentID) (int, error) {
	return Copies.Count(tx, "WHERE document = $1 AND state <> 'ended' AND (state <> 'in_place' OR NOT EXISTS (SELECT 1 FROM place WHERE place.id = copy.place AND place.place_kind IN ('"+
		strings.Join(cabinets, "', '")+"')))", string(id))
}

// Free counts the copies of a document that can be handed out, one of them left aside.
func Free(tx *store.Tx, id term.DocumentID, but term.CopyID) (int, error) {
	return Copies.Count(tx, "WHERE document = $1 AND id <> $2 AND state IN ('received', 'in_place')", string(id), string(but))
}

// Labelled reports whether every copy of a document bears its label; one without copies has none to bear.
func Labelled(tx *store.Tx, id term.DocumentID) (bool, error) {
	bare, err := Copies.Count(tx, "WHERE document = $1 AND labelled_at IS NULL", string(id))
	return bare == 0, err
}

// held is a copy with its item: what most acts of this noun start from.
type held struct {
	copy  Copy
	item  act.Item
	line  HandOver // the open line, when held
	trip  Trip     // the open one, when carried
	queue Queue
	piece []string // steps of an envelope asked for instead of a copy

	office   Place // where who is handed the copy gets it
	lossOpen bool  // a case of its loss stands open
	heldBack bool  // a finding about it is to be settled first
	address  address
}

// Queue is how a reader stands in the open circulation of a document.
type Queue struct {
	Circulation term.CirculationID
	Stop        term.StopID
	AddedAt     time.Time
	Waiting     []term.PersonID // the other readers who wait, in order
	Before      term.PersonID   // who waits and stands before him, where the order counts
}

func load(tx *act.Tx, id term.CopyID) (held, error) {
	if links == nil {
		return held{}, errors.New("nobody has plugged in the documents")
	}
	c, err := Copies.Get(tx.Tx, id)
	if err != nil {
		return held{}, err
	}
	asks := append(links.Asks(c.Document, c.ID), Copies.Ask(heldNow, string(c.Document)))
	if c.HandOver != "" {
		asks = append(asks, HandOvers.AskKey(c.HandOver))
	}
	if err := tx.Ahead(asks...); err != nil {
		return held{}, err
	}
	i, err := links.Item(tx.Tx, tx.Env.People, c.Document)
	if err != nil {
		return held{}, err
	}
	h := held{copy: c, item: i}
	if h.heldBack, err = links.HeldBack(tx.Tx, c.ID); err != nil {
		return h, err
	}
	if c.HandOver != "" {
		if h.line, err = HandOvers.Get(tx.Tx, c.HandOver); err != nil {
			return h, fmt.Errorf("read the open line: %w", err)
		}
	}
	if c.State == Carried || c.State == Missing { // lost on the way, it is still his to bring back
		if h.trip, _, err = Trips.One(tx.Tx, "WHERE copy = $1 AND back_at IS NULL ORDER BY out_at DESC LIMIT 1", string(c.ID)); err != nil {
			return h, fmt.Errorf("read the open trip: %w", err)
		}
	}
	return h, nil
}

// copyFacts are the facts of acts on one copy.
type copyFacts struct {
	regulation.Item
	PlaceKind      string              `fact:"place_kind"`
	PlaceCabinet   bool                `fact:"place_cabinet"` // a cabinet, safe or store; no room, shelf or desk
	PlaceLocked    bool                `fact:"place_locked"`  // a lock is recorded
	PlaceProtected bool                `fact:"place_protected"`
	PlaceWithin    []string            `fact:"place_within"` // kinds of the place, of what it stands in and of its room
	PlaceInOffice  bool                `fact:"place_in_office"`
	PlaceDedicated []string            `fact:"place_dedicated"`
	Medium         string              `fact:"medium"`
	Custodians     int                 `fact:"custodians"` // who answer for the carrier and are still in a post
	AfterClosing   bool                `fact:"after_closing"`
	InNight        bool                `fact:"in_night"`
	DueBeforeNight bool                `fact:"due_before_night"`
	ClassMatches   bool                `fact:"class_matches"`
	Destination    string              `fact:"destination"`
	Channel        string              `fact:"channel"`
	Purpose        string              `fact:"purpose"`
	DueSet         bool                `fact:"due_set"`
	OnStop         bool                `fact:"on_stop"` // the receiver's turn in an open circulation
	Registered     bool                `fact:"registered"`
	CheckedAll     bool                `fact:"checked"`
	CarrierCount   int                 `fact:"carrier_count"`
	Witnesses      int                 `fact:"witnesses"` // who attest that the giver does not sign
	ReceiverKind   string              `fact:"receiver_kind"`
	ReceiverNamed  bool                `fact:"receiver_named"` // of what is sent: a person, not a unit alone
	Addressed      bool                `fact:"addressed"`      // of what is sent: it goes to whom it is for, or back to its issuer
	RecordingKind  string              `fact:"recording_kind"`
	HeldBack       bool                `fact:"held_back"`    // a finding about it stands that holds it back
	BackDiffers    bool                `fact:"back_differs"` // what came back is not what went out, or not whole
	Persons        []regulation.Person `fact:",each"`
	others         []copyFacts         // of what else the act moves
	relations      []string
	signs          map[string]term.PersonID // whose signature a role is
	paper          []string                 // roles signed on paper by somebody from outside
}

// Others are the facts of what else the act moves: the law is asked for each.
func (f copyFacts) Others() []any { return variants(f.others) }

// ActorRelations says how the actor stands to the item.
func (f copyFacts) ActorRelations() []string { return f.relations }

// SignsFor says whose signature a role is.
func (f copyFacts) SignsFor() map[string]term.PersonID { return f.signs }

// SignedOnPaper are the roles that somebody without an account has signed on paper.
func (f copyFacts) SignedOnPaper() []string { return f.paper }

// facts: person is who would come to know or hold; empty means the actor.
func (h held) facts(env act.Env, person term.PersonID) copyFacts {
	if person == "" {
		person = env.Actor.Person
	}
	f := copyFacts{Item: h.item.Item, Persons: []regulation.Person{h.item.Person(env, person)}, relations: h.relations(env)}
	f.Medium, f.HeldBack = h.copy.Medium, h.heldBack
	if answers(env, h.copy.Custodian) {
		f.Custodians = 1
	}
	f.StepsDone = h.steps()
	f.CopyNoSet, f.RecordingKind = h.copy.CopyNo != "", h.copy.RecordingKind
	for _, s := range f.StepsDone {
		f.Registered = f.Registered || s == "register"
	}
	return f
}

// relations are how the actor stands to the item, and to this copy of it: whoever holds another one is not its holder.
func (h held) relations(env act.Env) []string {
	return slices.DeleteFunc(h.item.Relations(env.Actor.Person), func(r string) bool {
		return r == "holder" && (h.copy.State != Held || h.copy.Holder != env.Actor.Person)
	})
}

// answers reports whether somebody can answer for a carrier: he is of the house, and in some post of it.
func answers(env act.Env, id term.PersonID) bool {
	return id != "" && act.Business(env.People, id) && len(env.People.Posts(id)) > 0
}

// events are what an act on the copy leans on: the item's, and what the copy itself has been through last.
func (h held) events() []act.Event {
	return append(h.item.Events(), act.Event{What: "labelled", At: h.copy.LabelledAt}, act.Event{What: "moved", At: h.copy.Since})
}

// for somebody: he cannot have had it before he was in the scope.
func (h held) eventsFor(p term.PersonID) []act.Event { return append(h.events(), h.item.Joined(p)) }

// moved is the registration and the copy's last move.
func (h held) moved() []act.Event {
	return []act.Event{{What: "registered", At: h.item.RegisteredAt}, {What: "moved", At: h.copy.Since}}
}

// steps are the document's, and those of this copy.
func (h held) steps() []string {
	if h.piece != nil {
		return h.piece
	}
	out := append([]string{}, h.item.StepsDone...)
	if !h.copy.LabelledAt.IsZero() {
		out = append(out, "label")
	}
	return out
}

func (h held) matters(env act.Env) []act.Matter { return []act.Matter{h.item.Matter(env.Actor.Person)} }

// target is the copy as duties hang on it.
func target(c Copy) act.Target { return act.Target{Kind: "copy", ID: string(c.ID)} }

// ReaderKey names one reader of one document, as the document's duties do.
func readerKey(d term.DocumentID, p term.PersonID) string { return string(d) + "/" + string(p) }
func unitKey(d term.DocumentID, u term.UnitID) string     { return string(d) + "/unit/" + string(u) }
