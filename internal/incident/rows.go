package incident

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Case is one incident (事件). It is opened by anyone or by a clause, annotated, and never deleted.
type Case struct {
	ID           term.CaseID     `col:"id,key"`
	Kind         string          `col:"kind"`
	SubKind      string          `col:"sub_kind"`
	Clauses      []string        `col:"clauses"`
	Document     term.DocumentID `col:"document"`
	Subject      string          `col:"subject"` // id of what it is about: a copy, an item, a duty
	Items        []string        `col:"items"`   // ids of further documents and copies
	Persons      []string        `col:"persons"` // who is concerned; none of them ever sees the case
	PlaceType    string          `col:"place_type"`
	What         store.Sealed    `col:"what,sealed"`
	KnownBy      store.Sealed    `col:"known_by,sealed"` // who came to know, outsiders included
	Source       string          `col:"source"`          // how it came to light; system for what a clause opened
	DiscoveredAt time.Time       `col:"discovered_at"`
	OpenedAt     time.Time       `col:"opened_at"`
	OpenedBy     term.PersonID   `col:"opened_by"` // empty: the system
	State        State           `col:"state"`
	store.Meta
}

// State of a case. It is opened and, by a later issue, closed; nothing takes it away.
type State string

// Opened is the only state so far.
const Opened State = "open"

// Party is somebody whom a case concerns or who is told of it; it decides who sees the case.
type Party struct {
	ID   string      `col:"id,key"` // case/role/who
	Case term.CaseID `col:"case_id"`
	Role string      `col:"role"` // subject, told
	Who  string      `col:"who"`  // a person; of role told a person or a post (pack/post)
	store.Meta
}

// The roles of a party.
const (
	Subject = "subject"
	Told    = "told"
)

// Annotation is a line added to a case.
type Annotation struct {
	ID   string        `col:"id,key"`
	Case term.CaseID   `col:"case_id"`
	Text store.Sealed  `col:"text,sealed"`
	By   term.PersonID `col:"annotated_by"`
	At   time.Time     `col:"annotated_at"`
	store.Meta
}

// The tables.
var (
	Cases       = store.Define[Case]("incident")
	Parties     = store.Define[Party]("incident_party")
	Annotations = store.Define[Annotation]("incident_note")
)
