package disposal

import (
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What keeps a list from being closed.
const (
	LeftUnlisted  = "unlisted"  // a piece that belongs to it stands on no list
	LeftUncounted = "uncounted" // a line was not found at the count, or not counted yet
	LeftOut       = "out"       // its piece lies in no place of the office
	LeftStanding  = "standing"  // its piece is not destroyed
	LeftHeld      = "held"      // a finding holds its piece back
)

// Left is a piece that keeps a list from being closed, as far as the reader may know of it.
type Left struct {
	Copy term.CopyID
	Standing
	Name string // of its item; empty where its title stays closed, or the reader sees no more than its label
	Shut bool   // it leads nowhere for the reader
	Why  string
}

// Because says from the answer to a try to close a list what to look for; empty: the answer was about something else.
func Because(err error) (whys []string) {
	var bad *refuse.Invalid
	var refusal *refuse.Refusal
	switch {
	case errors.As(err, &bad):
		codes := map[string]string{"uncounted": LeftUncounted, "pieces_out": LeftOut, "not_destroyed": LeftStanding}
		for _, f := range bad.Fields {
			if why := codes[f.Code]; why != "" && f.Field == "list" {
				whys = append(whys, why)
			}
		}
	case errors.As(err, &refusal):
		for _, v := range refusal.Violations {
			for _, f := range v.Failing {
				switch f.Fact {
				case "open_lines":
					whys = append(whys, LeftUnlisted, LeftUncounted, LeftStanding)
				case "held_back":
					whys = append(whys, LeftHeld)
				case "counts_equal":
					whys = append(whys, LeftUncounted)
				}
			}
		}
	}
	return whys
}

// LeftOf names the first pieces that keep a list from being closed, of those that the reader may know of: the lines in their
// order, then what stands on no list, in the order of the register. more says that there are others.
func LeftOf(tx *store.Tx, r Reader, people act.Directory, s Shown, whys []string, limit int) (out []Left, more bool, err error) {
	for _, l := range s.Lines {
		if why := l.left(s.Kind, whys); why != "" {
			out = append(out, Left{Copy: l.Copy, Standing: l.Standing, Name: l.Name(), Shut: l.Shut, Why: why})
		}
	}
	if slices.Contains(whys, LeftUnlisted) && len(out) <= limit {
		ids, err := links.Unsettled(tx, s.wanted(s.IssuerText), s.ID, MaxLines)
		if err != nil {
			return nil, false, fmt.Errorf("find what a list leaves open: %w", err)
		}
		for _, id := range ids {
			if len(out) > limit {
				break
			}
			one, ok, err := unlisted(tx, r.Viewer, people, id)
			if err != nil {
				return nil, false, err
			}
			if ok {
				out = append(out, one)
			}
		}
	}
	return out[:min(len(out), limit)], len(out) > limit, nil
}

// left is why a line keeps its list open, of the reasons that are asked about; empty: it does not.
func (l ShownLine) left(kind string, whys []string) string {
	if l.State != Listed {
		return ""
	}
	switch {
	case slices.Contains(whys, LeftHeld) && l.Held:
		return LeftHeld
	case slices.Contains(whys, LeftUncounted) && !l.There():
		return LeftUncounted
	case slices.Contains(whys, LeftOut) && l.Out:
		return LeftOut
	case slices.Contains(whys, LeftStanding) && kind == Destruction:
		return LeftStanding
	}
	return ""
}

// unlisted is a piece that stands on no list; not ok where the viewer may not know of it.
func unlisted(tx *store.Tx, v act.Viewer, people act.Directory, id term.CopyID) (one Left, ok bool, err error) {
	now, err := links.Standings(tx, []term.CopyID{id})
	if err != nil {
		return one, false, fmt.Errorf("find where a piece is: %w", err)
	}
	if _, ok, err = links.Labelled(tx, v, now[id].Label); err != nil || !ok {
		return one, false, err
	}
	p, err := links.Piece(tx, people, id)
	if err != nil {
		return one, false, fmt.Errorf("read a piece: %w", err)
	}
	one = Left{Copy: id, Standing: now[id], Why: LeftUnlisted}
	switch {
	case p.DocNo != "" && p.DocNo != string(term.NoDocNumber):
		one.Name = p.DocNo
	case p.Item.Level == term.Juemi:
	case p.Title != "":
		one.Name = p.Title
	default:
		one.Name = p.CodeName
	}
	return one, true, nil
}
