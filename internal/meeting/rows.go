package meeting

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Supply is one line of 对外提供登记: one piece that was given to somebody outside.
type Supply struct {
	ID          string          `col:"id,key"`
	Document    term.DocumentID `col:"document,group"`
	Copy        term.CopyID     `col:"copy"`
	CopyNo      string          `col:"copy_no"`
	Level       term.Level      `col:"level"` // then
	Recipient   store.Sealed    `col:"recipient,sealed"`
	Person      store.Sealed    `col:"recipient_person,sealed"`
	Purpose     store.Sealed    `col:"purpose,sealed"`
	Basis       store.Sealed    `col:"basis,sealed"`
	AgreementNo store.Sealed    `col:"agreement_no,sealed"`
	Signature   store.Sealed    `col:"recipient_signature,sealed"`
	ReturnBy    string          `col:"return_by"`   // YYYY-MM-DD
	ApprovedBy  []string        `col:"approved_by"` // persons; none: no leave was needed
	ApprovedAt  time.Time       `col:"approved_at"`
	HandedAt    time.Time       `col:"handed_at"`
	HandedBy    term.PersonID   `col:"handed_by"`
	TakenBackAt time.Time       `col:"taken_back_at"`
	TakenBackBy term.PersonID   `col:"taken_back_by"`
	Result      store.Sealed    `col:"result,sealed"` // what was wrong with it when it came back

	// Moved says that the copy itself was moved outside with the line. Before, it stood on where it had lain.
	Moved bool `col:"moved"`
	store.Meta
}

// Supplies is the table.
var Supplies = store.Define[Supply]("supply")
