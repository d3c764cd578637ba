package custody

import (
	"cmp"
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// State of a copy. What may follow what: see the package essay.
type State string

// A copy lies in a place, is held by a person, is carried about by one, is on its way to or with somebody outside, or its life has ended.
const (
	Received State = "received" // registered, not yet labelled or placed; or found lying, to be put away anew
	InPlace  State = "in_place"
	Held     State = "held"
	Carried  State = "carried" // with its carrier, away from the premises
	Transit  State = "transit"
	Away     State = "away"     // with a recipient outside, whose receipt is on record
	Supplied State = "supplied" // given to somebody outside (对外提供), who is to bring it back or keeps it
	Missing  State = "missing"
	Ended    State = "ended"
)

// Copy is one piece: the carrier that is counted from birth to archive, return or destruction.
type Copy struct {
	ID          term.CopyID     `col:"id,key"`
	Document    term.DocumentID `col:"document"`
	Seq         int             `col:"seq"`     // 1, 2, … within the document
	CopyNo      term.CopyNo     `col:"copy_no"` // 份号 as printed or, unprinted, our own; may be empty below 机密
	Label       term.LabelCode  `col:"label"`
	LabelledAt  time.Time       `col:"labelled_at"`
	LabelledBy  term.PersonID   `col:"labelled_by"`
	Level       term.Level      `col:"level"`
	Class       int             `col:"class"` // as the document's, for lists
	Medium      string          `col:"medium"`
	SerialNo    string          `col:"serial_no"`
	Pages       int             `col:"pages"`
	Attachments int             `col:"attachments"`
	Custodian   term.PersonID   `col:"custodian"`
	State       State           `col:"state"`
	Place       term.PlaceID    `col:"place"`          // when in_place; when received, the registered place in which it was found
	Holder      term.PersonID   `col:"holder"`         // when held or carried
	HandOver    term.HandOverID `col:"hand_over"`      // the open line, when held; of a loan that is carried about too
	Since       time.Time       `col:"since"`          // in this state, with this holder
	Ending      string          `col:"ending,null"`    // of one that has ended: archived returned transferred destroyed voided …
	Form        string          `col:"form,null"`      // of a magnetic or solid-state carrier: audio_tape …
	Described   string          `col:"described,null"` // of another medium
	Device      term.DeviceID   `col:"device,null"`    // the device it is built into, while it is
	FoundIn     string          `col:"found_in,null"`  // of one that was found and is to be put away anew: in what kind of place

	ContentKinds []string `col:"content_kinds,null"` // where it holds what it holds in other ways than its document

	OldNo string `col:"old_no,null"` // 原编号: its number in the books from before the program

	// Of a piece that was made of another.
	Source        term.CopyID `col:"source,null"`
	DuplicateNo   string      `col:"duplicate_no,null"`   // 复印件编号
	Stamp         string      `col:"stamp,null"`          // of the copying unit; none is an answer
	RecordingKind string      `col:"recording_kind,null"` // audio video photo
	store.Meta
}

// Place is 存放处: a room, cabinet, safe, shelf or desk.
type Place struct {
	ID           term.PlaceID  `col:"id,key"`
	Name         string        `col:"name"`
	Kind         string        `col:"place_kind"` // room shelf desk cabinet secure_cabinet safe leader_office …
	CabinetClass string        `col:"cabinet_class"`
	Lock         string        `col:"lock_kind"` // none is an answer, empty is not
	Room         string        `col:"room"`
	Keeper       term.PersonID `col:"keeper"`
	InOffice     bool          `col:"in_office"` // registered as 办公场所
	ClassLevel   string        `col:"class_level"`
	ClassIssuer  string        `col:"class_issuer"`
	ClassYear    int           `col:"class_year"`

	// Inside is the place it stands in: a cabinet in a room, a box in a cabinet. A box has nothing of its own: the law looks
	// at what it stands in.
	Inside term.PlaceID `col:"inside,null"`
	Alarm  string       `col:"alarm,null"` // like Lock: none is an answer, empty is not
	Watch  string       `col:"watch,null"` // who or what watches over it
	// LastCheckedOn is the day on which the protection was last looked at, YYYY-MM-DD.
	LastCheckedOn string `col:"last_checked_on,null"`

	// What is dedicated (专人、专室、专柜). The officer counts only while he holds the post.
	Officer          term.PersonID `col:"dedicated_officer,null"`
	RoomDedicated    string        `col:"dedicated_room,null"` // yes, no
	CabinetDedicated string        `col:"dedicated_cabinet,null"`
	DedicatedAt      time.Time     `col:"dedicated_at"`
	store.Meta

	// Within are the kinds of the place, of all it stands in and of the rooms of its number; known of a place as the law sees it.
	Within []string `col:"-"`
}

// Placement is one line of 存放登记: a copy, or a box with all that is in it, was put away.
type Placement struct {
	ID       string          `col:"id,key"`
	Copy     term.CopyID     `col:"copy"` // empty: a box
	Document term.DocumentID `col:"document"`
	Box      term.PlaceID    `col:"box"`
	Place    term.PlaceID    `col:"place"`
	Class    string          `col:"place_class"` // of the place as it was: 机密, 某省局, 2026
	Fits     bool            `col:"fits"`        // what was put away is of that class
	Reason   store.Sealed    `col:"reason,sealed"`
	At       time.Time       `col:"placed_at"`
	By       term.PersonID   `col:"placed_by"`
	store.Meta
}

// HandOver is one line of 交接登记: a copy goes out to a person and comes back.
type HandOver struct {
	ID              term.HandOverID    `col:"id,key"`
	Copy            term.CopyID        `col:"copy"`
	Document        term.DocumentID    `col:"document,group"`
	Class           int                `col:"class"`
	Kind            string             `col:"kind"` // hand_out lend consult send transfer pass_on disclose
	Circulation     term.CirculationID `col:"circulation"`
	Stop            term.StopID        `col:"stop"`
	Giver           term.PersonID      `col:"giver"`
	Receiver        term.PersonID      `col:"receiver"`
	OutAt           time.Time          `col:"out_at"`
	ReturnBy        time.Time          `col:"return_by"`
	Purpose         string             `col:"purpose"`
	BackAt          time.Time          `col:"back_at"` // zero: still out
	TakenBy         term.PersonID      `col:"taken_by"`
	Place           term.PlaceID       `col:"place"` // where it was put on coming back
	CopiesBack      int                `col:"copies_back"`
	PagesBack       int                `col:"pages_back"`
	AttachmentsBack int                `col:"attachments_back"`
	Checked         bool               `col:"checked"`
	CheckedBy       term.PersonID      `col:"checked_by"`
	Whole           bool               `col:"whole"` // what came back is what went out

	// Who has in fact signed; empty: nobody. Nobody signs in another's role, so each is the person named or nobody.
	GiverSigned    term.PersonID `col:"giver_signed,null"`
	ReceiverSigned term.PersonID `col:"receiver_signed,null"`
	ReturnSigned   term.PersonID `col:"return_signed,null"` // who gave it back
	TakenSigned    term.PersonID `col:"taken_signed,null"`  // who took it back

	// Of a loan or consultation.
	Department  term.UnitID `col:"department,null"`
	Destination string      `col:"destination,null"` // premises outside abroad private
	Approvers   []string    `col:"approvers,null"`   // who gave leave; where none was owed, who is named from an approval on paper
	ApprovedAt  time.Time   `col:"approved_at"`      // of the last leave; zero: it was done on none
	RecalledAt  time.Time   `col:"recalled_at"`      // when it was last asked back before its time

	// What the check of a return found: whole, missing, damaged.
	PagesResult       string `col:"pages_result,null"`
	AttachmentsResult string `col:"attachments_result,null"`
	MarksResult       string `col:"marks_result,null"`

	// KeptIn is where who has it keeps it, until it is back: a cabinet of his, a desk, a leader's office; empty: with him.
	KeptIn term.PlaceID `col:"kept_in,null"`

	// Of a giver who does not sign: why, and who attest it.
	ReturnUnsigned store.Sealed `col:"return_unsigned,sealed"`
	Witnesses      []string     `col:"witnesses,null"`

	Measures []string `col:"measures,null"` // of safety, on the way

	// OldDay is when it went out where that was before the program: YYYY-MM-DD, or term.Unsaid where the old book does not say. OutAt is
	// then when it was brought in. Empty: OutAt says it.
	OldDay string `col:"old_day,null"`

	// Of what was sent out of the house.
	ReceiptAt        time.Time `col:"receipt_at"`             // date of the receipt (回单); zero: none on record
	ReceiptNo        string    `col:"receipt_no,null"`        // as printed
	CourierSignature string    `col:"courier_signature,null"` // on paper, of who brought it back
	store.Meta
}

// Out is when it went out: YYYY-MM-DD HH:MM, of the old books YYYY-MM-DD or term.Unsaid.
func (h HandOver) Out() string { return cmp.Or(h.OldDay, minute(h.OutAt)) }

// Outside reports whether it is by a giving outside (对外提供).
func (h HandOver) Outside() bool { return h.Kind == kindSupply }

// Sending is what went out of the house with one line of 交接登记: how, to whom, and that its receipt came.
type Sending struct {
	ID             term.HandOverID `col:"id,key"` // of the line
	Copy           term.CopyID     `col:"copy"`
	Document       term.DocumentID `col:"document,group"`
	Channel        string          `col:"channel"`
	Recipient      store.Sealed    `col:"recipient,sealed"`
	EnvelopeNo     string          `col:"envelope_no"`
	Seal           string          `col:"seal"`
	NetworkNo      string          `col:"network_no"`
	Carriers       []string        `col:"carriers"` // who escorted it, as typed
	SentAt         time.Time       `col:"sent_at"`
	SentBy         term.PersonID   `col:"sent_by"`
	AcknowledgedAt time.Time       `col:"acknowledged_at"` // when the receipt was put on record; what it says stands in the line
	AcknowledgedBy term.PersonID   `col:"acknowledged_by"`
	store.Meta
}

// Trip is one line of 外出携带登记: a copy leaves the premises with its carriers and comes back.
type Trip struct {
	ID            string          `col:"id,key"`
	Copy          term.CopyID     `col:"copy"`
	Document      term.DocumentID `col:"document,group"`
	Class         int             `col:"class"`
	Carriers      []string        `col:"carriers"` // persons; the first answers for it
	Purpose       string          `col:"purpose"`
	Destination   string          `col:"destination"`
	Route         store.Sealed    `col:"route,sealed"`
	Measures      []string        `col:"measures"`
	Approvers     []string        `col:"approvers"`
	ApprovedAt    time.Time       `col:"approved_at"`
	OutAt         time.Time       `col:"out_at"`
	OutBy         term.PersonID   `col:"out_by"`
	CarrierSigned term.PersonID   `col:"carrier_signed"` // empty: he has not
	ReturnBy      time.Time       `col:"return_by"`
	BackAt        time.Time       `col:"back_at"` // zero: still out
	TakenBy       term.PersonID   `col:"taken_by"`
	Place         term.PlaceID    `col:"place"` // where it was put; empty: its borrower keeps it
	ReturnSigned  term.PersonID   `col:"return_signed"`
	TakenSigned   term.PersonID   `col:"taken_signed"`
	Unsigned      store.Sealed    `col:"return_unsigned,sealed"` // why the carrier does not sign
	Witnesses     []string        `col:"witnesses"`
	Checked       bool            `col:"checked"`

	// What was counted on coming back; -1: nobody counted.
	PagesBack       int  `col:"pages_back"`
	AttachmentsBack int  `col:"attachments_back"`
	Short           bool `col:"short"` // that is not what went out
	store.Meta
}

// Reproduction is one line of 复制登记, 摘抄登记, 录制登记 or 汇编登记: one piece that was made of others, and by whose leave.
type Reproduction struct {
	ID            string          `col:"id,key"`
	Kind          string          `col:"kind"`           // duplicate excerpt record compile
	Document      term.DocumentID `col:"document,group"` // of the piece
	Level         term.Level      `col:"level"`
	SourceCopy    term.CopyID     `col:"source_copy"` // the first
	Sources       []string        `col:"sources"`     // copies; of a compilation several
	Copy          term.CopyID     `col:"copy"`
	Number        string          `col:"number"` // 复印件编号, 摘抄编号 …
	Device        term.DeviceID   `col:"device"`
	Medium        string          `col:"medium"`
	RecordingKind string          `col:"recording_kind"`
	Stamp         string          `col:"stamp"`
	Purpose       store.Sealed    `col:"purpose,sealed"`
	Passages      store.Sealed    `col:"passages,sealed"`
	Recipients    store.Sealed    `col:"recipients,sealed"`
	ApprovedBy    []string        `col:"approved_by"` // persons; none: no leave was needed
	ApprovedAt    time.Time       `col:"approved_at"`
	ConsentNo     store.Sealed    `col:"consent_no,sealed"` // of the issuer
	ConsentDate   string          `col:"consent_date"`
	MadeBy        term.PersonID   `col:"made_by"`
	MadeAt        time.Time       `col:"made_at"`
	store.Meta
}

// The tables.
var (
	Copies     = store.Define[Copy]("copy")
	Places     = store.Define[Place]("place")
	HandOvers  = store.Define[HandOver]("hand_over")
	Sendings   = store.Define[Sending]("sending")
	Trips      = store.Define[Trip]("trip")
	Placements = store.Define[Placement]("placement")

	Reproductions = store.Define[Reproduction]("reproduction")
)
