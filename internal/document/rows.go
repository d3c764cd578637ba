package document

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Envelope is one line of 机要件签收簿: what a courier brought under one cover.
type Envelope struct {
	ID          term.EnvelopeID `col:"id,key"`
	No          string          `col:"no"`             // 封号 as printed on the cover
	Issuer      store.Sealed    `col:"issuer,sealed"`  // 来文单位
	Channel     string          `col:"channel"`        // courier, confidential_post …
	Courier     store.Sealed    `col:"courier,sealed"` // who brought it
	Level       term.Level      `col:"level"`          // as on the cover; may be empty
	Urgency     term.Urgency    `col:"urgency"`
	Listed      int             `col:"listed"`  // copies by the cover list
	Counted     int             `col:"counted"` // copies counted; -1: not yet
	CountedAt   time.Time       `col:"counted_at"`
	CountedBy   term.PersonID   `col:"counted_by"`
	SealIntact  bool            `col:"seal_intact"`
	ReceivedAt  time.Time       `col:"received_at"`
	SignedAt    time.Time       `col:"signed_at"` // zero: not yet signed for
	SignedBy    term.PersonID   `col:"signed_by"`
	CourierSign string          `col:"courier_signature"` // how the courier signed: paper, badge …
	Discrepancy string          `col:"discrepancy"`       // reference of the note to the sender; empty: none
	Document    term.DocumentID `col:"document"`          // once registered
	Line        int             `col:"line_no"`           // of the list it came with, from 1; 0: received by an earlier version
	store.Meta
}

// NotCounted is Envelope.Counted before the copies were counted.
const NotCounted = -1

// State of a document's line.
type State string

// A document is registered until it is completed; a voided line keeps its number.
const (
	Registered State = "registered"
	Completed  State = "completed"
	Voided     State = "voided"
)

// Document is one line of 收文登记簿.
type Document struct {
	ID             term.DocumentID `col:"id,key,group"`
	Series         term.Series     `col:"series"` // which of the office's own series its number is of
	Origin         string          `col:"origin"` // received own derived
	Year           int             `col:"year"`   // of the receipt or of the draft, Asia/Shanghai
	No             int             `col:"no"`     // 收文号, 发文顺序号 … within series and year, from 1, no gaps
	Envelope       term.EnvelopeID `col:"envelope"`
	Issuer         store.Sealed    `col:"issuer,sealed"`
	DocNo          store.Sealed    `col:"doc_no,sealed"`
	DocNoToken     []byte          `col:"doc_no_token"` // keyed token of the number, to find the same one again
	Title          store.Sealed    `col:"title,sealed"`
	CodeName       store.Sealed    `col:"code_name,sealed"`
	Notes          store.Sealed    `col:"notes,sealed"`
	DocumentKind   string          `col:"document_kind"` // 文种
	Level          term.Level      `col:"level"`
	Regime         term.Regime     `col:"regime"`
	Class          int             `col:"class"` // regulation.Class: what visibility looks at
	Period         string          `col:"period"`
	PeriodEnd      time.Time       `col:"period_end"` // 00:00 of the day after the last; zero: a condition, or none
	MarkText       string          `col:"mark_text"`
	Urgency        term.Urgency    `col:"urgency"`
	IssuerSuperior bool            `col:"issuer_superior"`
	IssuerLimit    string          `col:"issuer_limit"` // 无 本单位 本系统
	Important      bool            `col:"important"`
	Copies         int             `col:"copies"`
	Pages          int             `col:"pages"`
	Attachments    int             `col:"attachments"`
	Medium         string          `col:"medium"`
	ContentKinds   []string        `col:"content_kinds"`
	Channel        string          `col:"channel"`
	IssuedOn       string          `col:"issued_on"` // date as on the document, YYYY-MM-DD; may be empty
	NotifiedOn     string          `col:"notified_on"`
	ReturnRequired string          `col:"return_required"` // yes, no, or empty
	ReturnBy       string          `col:"return_by"`
	ReceivedAt     time.Time       `col:"received_at"`
	RegisteredAt   time.Time       `col:"registered_at"`
	RegisteredBy   term.PersonID   `col:"registered_by"`
	SignedBy       term.PersonID   `col:"signed_by"`
	Steps          []string        `col:"steps"` // steps_done, in order
	ScopeFixed     bool            `col:"scope_fixed"`
	Limited        bool            `col:"compiled_limited"` // a compilation that is not sent without leave
	NeedsAction    bool            `col:"needs_action"`
	Instructed     bool            `col:"instructed"`
	Handler        term.PersonID   `col:"handler"`
	HandleBy       time.Time       `col:"handle_by"`
	Result         store.Sealed    `col:"result,sealed"`
	Disposition    string          `col:"disposition"` // archive return destroy, once completed
	CompletedAt    time.Time       `col:"completed_at"`
	State          State           `col:"state"`
	SettledAt      time.Time       `col:"settled_at"`      // no copy of it lives any more
	ShreddedAt     time.Time       `col:"shredded_at"`     // its key was destroyed: what is sealed says nothing any more
	ReplyNo        store.Sealed    `col:"reply_no,sealed"` // 复文号: of what the office answered with
	store.Meta
}

// Key is the wrapped key of one document's sealed values, or of a disposal list's; shredding it makes them unreadable for ever.
type Key struct {
	ID      term.DocumentID `col:"id,key"`
	Wrapped []byte          `col:"wrapped,erased"` // empty: shredded
	store.Meta
}

// Knower is one person or unit in the scope (知悉范围) of a document.
type Knower struct {
	ID       string          `col:"id,key"` // document/person or document/unit
	Document term.DocumentID `col:"document"`
	Person   term.PersonID   `col:"person"`
	Unit     term.UnitID     `col:"unit"`
	Since    time.Time       `col:"since"`
	Until    time.Time       `col:"until"` // zero: in force
	How      string          `col:"how"`   // scope, widen
	store.Meta
}

// Widening is one line of the report of widenings, and of 知悉范围登记.
type Widening struct {
	ID       string          `col:"id,key"`
	Document term.DocumentID `col:"document,group"`
	Act      string          `col:"act"` // document.scope widen narrow
	Level    term.Level      `col:"level"`
	Limit    string          `col:"issuer_limit"`
	Before   []string        `col:"before"` // ids of persons and units
	After    []string        `col:"after"`
	Reason   store.Sealed    `col:"reason,sealed"`
	By       term.PersonID   `col:"fixed_by"`
	At       time.Time       `col:"fixed_at"`
	store.Meta
}

// Slip is the 收文处理签 of a document: one each, its fields locked to the register line.
type Slip struct {
	ID       term.SlipID     `col:"id,key"`
	Document term.DocumentID `col:"document"`
	MadeAt   time.Time       `col:"made_at"`
	MadeBy   term.PersonID   `col:"made_by"`
	store.Meta
}

// Opinion is a handling opinion (拟办、阅办意见). The newest one is in force.
type Opinion struct {
	ID          string          `col:"id,key"`
	Document    term.DocumentID `col:"document,group"`
	Text        store.Sealed    `col:"text,sealed"`
	Readers     []string        `col:"readers"` // person ids in the order of circulation
	Units       []string        `col:"units"`
	NeedsAction bool            `col:"needs_action"`
	Handler     term.PersonID   `col:"handler"`
	HandleBy    time.Time       `col:"handle_by"`
	ReadBy      time.Time       `col:"read_by"`
	By          term.PersonID   `col:"opined_by"`
	At          time.Time       `col:"opined_at"`
	InForce     bool            `col:"in_force"`
	store.Meta
}

// Instruction is a leader's 批示 and what became of it.
type Instruction struct {
	ID         term.InstructionID `col:"id,key"`
	Document   term.DocumentID    `col:"document,group"`
	Text       store.Sealed       `col:"text,sealed"`
	Handler    term.PersonID      `col:"handler"`
	Due        time.Time          `col:"due"`
	By         term.PersonID      `col:"instructed_by"`
	At         time.Time          `col:"instructed_at"`
	Feedback   store.Sealed       `col:"feedback,sealed"`
	FeedbackAt time.Time          `col:"feedback_at"`
	FeedbackBy term.PersonID      `col:"feedback_by"`
	store.Meta
}

// Note is a discrepancy note to the sender, a correction or a voiding: what was, what is, and why.
type Note struct {
	ID       string          `col:"id,key"`
	Kind     string          `col:"kind"` // discrepancy correct void
	Envelope term.EnvelopeID `col:"envelope"`
	Document term.DocumentID `col:"document,group"`
	Field    string          `col:"field"`
	Old      store.Sealed    `col:"old,sealed"`
	New      store.Sealed    `col:"new,sealed"`
	Listed   int             `col:"listed"`
	Counted  int             `col:"counted"`
	Reason   store.Sealed    `col:"reason,sealed"`
	SentTo   store.Sealed    `col:"sent_to,sealed"`
	By       term.PersonID   `col:"noted_by"`
	At       time.Time       `col:"noted_at"`
	store.Meta
}

// Chase is one line of 催办登记.
type Chase struct {
	ID          string             `col:"id,key"`
	Document    term.DocumentID    `col:"document"`
	Instruction term.InstructionID `col:"instruction"`
	Stop        term.StopID        `col:"stop"`
	To          term.PersonID      `col:"chased"`
	How         string             `col:"how"`
	By          term.PersonID      `col:"chased_by"` // empty: the system
	At          time.Time          `col:"chased_at"`
	store.Meta
}

// The tables.
var (
	Envelopes    = store.Define[Envelope]("envelope")
	Documents    = store.Define[Document]("document")
	Keys         = store.Define[Key]("document_key")
	Knowers      = store.Define[Knower]("knower")
	Widenings    = store.Define[Widening]("scope_line")
	Slips        = store.Define[Slip]("slip")
	Opinions     = store.Define[Opinion]("opinion")
	Instructions = store.Define[Instruction]("instruction")
	Chases       = store.Define[Chase]("chase")
	Notes        = store.Define[Note]("document_note")
)
