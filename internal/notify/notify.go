// Package notify keeps the notices that boards show: who was told of what, when, and whether he has seen it.
//
// A notice names a post or a person, a kind (a stable word that locale turns into a sentence), a clause and
// the duty, case or finding it is about. It never holds a title, an issuer or a document number: the board
// looks the item up for the viewer and masks what he may not know. Mail and command hooks come later and read
// the same rows.
package notify

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Notice is one line on a board. Exactly one of Post and Person is set.
type Notice struct {
	ID       term.NoticeID   `col:"id,key"`
	Post     string          `col:"post"` // pack/post
	Person   term.PersonID   `col:"person"`
	Kind     string          `col:"kind"` // warn late step repeat told case finding chased answered …
	Clause   term.Clause     `col:"clause"`
	Duty     string          `col:"duty"`    // obligation id, when it is about one
	Subject  string          `col:"subject"` // id of the case, finding or other matter
	Document term.DocumentID `col:"document"`
	At       time.Time       `col:"at"`
	SeenAt   time.Time       `col:"seen_at"`
	SeenBy   term.PersonID   `col:"seen_by"`
	store.Meta
}

// Notices is the table.
var Notices = store.Define[Notice]("notice")
