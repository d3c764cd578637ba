package disposal

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// State of a list.
type State string

// A list is open until its pieces are gone.
const (
	Open   State = "open"
	Closed State = "closed"
)

// List is 清退清单, 移交清单 or 销毁清册. Its texts and those of its lines are sealed under a key of its own, so that they
// outlive the keys of the documents.
type List struct {
	ID         term.DisposalListID `col:"id,key,group"`
	Kind       string              `col:"kind"` // return transfer archive destruction
	Year       int                 `col:"year"` // of its number
	No         int                 `col:"no"`   // within kind and year, from 1
	Of         string              `col:"of_year"`
	Due        string              `col:"due"`    // YYYY-MM-DD; of return: what is wanted back until then
	Medium     string              `col:"medium"` // of destruction: of all its lines, since each medium has its form
	Issuer     store.Sealed        `col:"issuer,sealed"`
	Party      store.Sealed        `col:"party,sealed"` // to whom it goes, outside: 清退单位, 接收单位, 承销单位
	Reason     store.Sealed        `col:"reason,sealed"`
	Unit       term.UnitID         `col:"unit"`   // 申请部门
	Person     term.PersonID       `col:"person"` // whose holdings are handed over
	OpenedAt   time.Time           `col:"opened_at"`
	OpenedBy   term.PersonID       `col:"opened_by"` // empty: the system
	Applicant  term.PersonID       `col:"applicant"` // who answers for the lines; never approves or supervises
	Lines      int                 `col:"lines"`     // not struck
	Last       int                 `col:"last_seq"`  // of all that ever were
	CountedAt  time.Time           `col:"counted_at"`
	CountedBy  term.PersonID       `col:"counted_by"`
	Extra      []string            `col:"extra"` // counted, and on no line
	ApprovedAt time.Time           `col:"approved_at"`
	ApprovedBy term.PersonID       `col:"approved_by"`
	ReceiptNo  string              `col:"receipt_no"` // of who received it outside, as printed
	ReceiptOn  string              `col:"receipt_on"` // YYYY-MM-DD
	Receiver   store.Sealed        `col:"receiver,sealed"`
	ReceiptAt  time.Time           `col:"receipt_at"` // when it was put on record
	ReceiptBy  term.PersonID       `col:"receipt_by"`
	HandedBy   term.PersonID       `col:"handed_by"`
	TakenBy    term.PersonID       `col:"taken_by"`
	WatchedBy  term.PersonID       `col:"watched_by"` // 监交人
	FileNo     string              `col:"file_no"`    // 卷号
	SignedAt   time.Time           `col:"signed_at"`  // by the archivist
	SignedBy   term.PersonID       `col:"signed_by"`
	ClosedAt   time.Time           `col:"closed_at"`
	ClosedBy   term.PersonID       `col:"closed_by"`
	State      State               `col:"state"`
	store.Meta
}

// LineState is what became of a line.
type LineState string

// A line is listed until its piece has gone the way of the list, or it is struck.
const (
	Listed LineState = "listed"
	Struck LineState = "struck"
	Gone   LineState = "gone"
	Lost   LineState = "lost" // closed with a reason and a case
)

// Line is one piece of a list.
type Line struct {
	ID            string              `col:"id,key"`
	List          term.DisposalListID `col:"list,group"`
	Seq           int                 `col:"seq"`
	Copy          term.CopyID         `col:"copy"`
	Document      term.DocumentID     `col:"document"`
	Class         int                 `col:"class"`
	Title         store.Sealed        `col:"title,sealed"`
	CodeName      store.Sealed        `col:"code_name,sealed"`
	DocNo         store.Sealed        `col:"doc_no,sealed"`
	Issuer        store.Sealed        `col:"issuer,sealed"`
	Level         term.Level          `col:"level"`
	Regime        term.Regime         `col:"regime"`
	Period        string              `col:"period"`
	CopyNo        string              `col:"copy_no"`
	Copies        int                 `col:"copies"` // always 1: a line is one piece
	Pages         int                 `col:"pages"`
	Attachments   int                 `col:"attachments"`
	Medium        string              `col:"medium"`
	SerialNo      string              `col:"serial_no"`
	Reason        store.Sealed        `col:"reason,sealed"`
	Opinion       store.Sealed        `col:"opinion,sealed"` // 鉴定意见
	Planned       string              `col:"planned"`        // method, as the line asks for it
	ReturnBy      string              `col:"return_by"`
	CompletedAt   time.Time           `col:"completed_at"` // 办结 of the item
	AddedAt       time.Time           `col:"added_at"`
	AddedBy       term.PersonID       `col:"added_by"`
	Counted       bool                `col:"counted"`
	MissingReason store.Sealed        `col:"missing_reason,sealed"`
	State         LineState           `col:"state"`
	DoneAt        time.Time           `col:"done_at"`
	DoneOn        string              `col:"done_on"` // the day, as said; empty: that of done_at
	DoneBy        term.PersonID       `col:"done_by"`

	// Of destruction.
	Method      string   `col:"method"`
	Spot        string   `col:"spot"`        // 地点
	Supervisors []string `col:"supervisors"` // 监销人
	Works       string   `col:"works"`       // own_equipment, approved
	WorksNo     string   `col:"works_no"`
	Escort      string   `col:"escort"` // 押运人

	Capacity string `col:"capacity,null"` // of a medium that is no paper, as it is printed on it
	store.Meta
}

// The tables.
var (
	Lists = store.Define[List]("disposal_list")
	Lines = store.Define[Line]("disposal_line")
)
