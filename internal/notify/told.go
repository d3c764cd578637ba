package notify

import (
	"jiyao/internal/term"
)

// MaxSeen is the most notices that one look at a board takes up, and that one act marks as seen.
const MaxSeen = 500

// Told is a notice as its reader may see it, with what it is about as far as he may know.
type Told struct {
	Notice
	Number   string // of the document
	DutyName string // pack/name of the duty it is about
	DutyOn   string // kind of thing that the duty hangs on
	Act      string // the act asked for, of a request for leave
	Register string // of the tries that it is about, where he may read it
	Opens    bool   // the case or finding it is about has a page that he may open
}

// Line is one line of a board: notices of the same duty and kind, told again and again.
type Line struct {
	Told                  // the newest
	Count int             // how many there are
	IDs   []term.NoticeID // all of them
}

// Fold joins what was told repeatedly, in the order of the list; the list comes newest first. Notices about no duty
// are one line where they say the same of the same thing.
func Fold(list []Told) []Line {
	type key struct{ kind, duty, clause, subject, document string }
	var out []Line
	at := map[key]int{}
	for _, t := range list {
		k := key{kind: t.Kind, duty: t.Duty}
		if k.duty == "" {
			k.clause, k.subject, k.document = string(t.Clause), t.Subject, string(t.Document)
		}
		i, known := at[k]
		if !known {
			i = len(out)
			at[k] = i
			out = append(out, Line{Told: t})
		}
		out[i].Count++
		out[i].IDs = append(out[i].IDs, t.ID)
	}
	return out
}
