package disposal

import (
	"fmt"
	"slices"
	"strconv"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// End is how the life of a piece went on or ended by a list: it went its way, or was missing when the list was closed.
type End struct {
	Line
	On List
}

// maxEnds bounds the lines about one document.
const maxEnds = 999

// EndsOf gives what became of the pieces of a document by lists, the newest first. The document must have been held against
// the viewer's sight; no text is opened.
func EndsOf(tx *store.Tx, document term.DocumentID) ([]End, error) {
	lines, err := Lines.Select(tx, "WHERE document = $1 AND state IN ('gone', 'lost') ORDER BY done_at DESC, id LIMIT "+strconv.Itoa(maxEnds), string(document))
	if err != nil {
		return nil, fmt.Errorf("read what became of the pieces of a document: %w", err)
	}
	lists := map[term.DisposalListID]List{}
	out := make([]End, 0, len(lines))
	for _, l := range lines {
		on, ok := lists[l.List]
		if !ok {
			if on, err = Lists.Get(tx, l.List); err != nil {
				return nil, fmt.Errorf("read the list of a line: %w", err)
			}
			lists[l.List] = on
		}
		out = append(out, End{l, on})
	}
	return out, nil
}

// Hands are who gave, who took and who watched when the piece went.
func (e End) Hands() (gave, took term.PersonID, watched []string) {
	gave, took = e.DoneBy, e.On.TakenBy
	if e.On.HandedBy != "" {
		gave = e.On.HandedBy
	}
	if took == "" {
		took = e.On.SignedBy
	}
	if took == gave {
		took = ""
	}
	watched = slices.Clone(e.Supervisors)
	if e.On.WatchedBy != "" {
		watched = append(watched, string(e.On.WatchedBy))
	}
	return gave, took, watched
}
