package appapi

import (
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/api"
	"jiyao/internal/web/counter"
)

// Copy is one carrier (载体). Place, Holder, Since and ReturnBy are for who keeps the register, and for the holder
// himself; null for other readers.
type Copy struct {
	ID          term.CopyID     `json:"id"`
	Document    term.DocumentID `json:"document"`
	Seq         int             `json:"seq"`
	CopyNo      term.CopyNo     `json:"copy_no"`
	Label       term.LabelCode  `json:"label"`
	Medium      string          `json:"medium"`
	Pages       int             `json:"pages"`
	Attachments int             `json:"attachments"`
	State       string          `json:"state"` // received in_place held transit away missing ended
	Place       *string         `json:"place"`
	Holder      *Person         `json:"holder"`
	Since       *time.Time      `json:"since"`
	ReturnBy    *time.Time      `json:"return_by"`
}

// CopyDetail is one carrier with the lines of its hand-overs (交接登记), oldest first.
type CopyDetail struct {
	Copy
	Lines []HandOver `json:"hand_overs"`
}

// HandOver is one line: out to a person, and back.
type HandOver struct {
	ID       term.HandOverID `json:"id"`
	Kind     string          `json:"kind"`
	Giver    *Person         `json:"giver"`
	Receiver *Person         `json:"receiver"`
	OutAt    *time.Time      `json:"out_at"`
	OutOn    string          `json:"out_on,omitempty"` // in place of out_at, of what was out before the program: a day, or unsaid
	ReturnBy *time.Time      `json:"return_by"`
	BackAt   *time.Time      `json:"back_at"`
	TakenBy  *Person         `json:"taken_by"`
	Checked  bool            `json:"checked"`
	Whole    bool            `json:"whole"`
}

// entitled reports whether a viewer sees where a copy is: he keeps the register, or has it himself.
func entitled(v counter.Viewer, holder term.PersonID) bool {
	return v.Keeps() || holder != "" && holder == v.Actor.Person
}

func copiesOf(q api.Asked) (api.Page[Copy], error) {
	var out api.Page[Copy]
	after, err := q.After(1)
	if err != nil {
		return out, err
	}
	from := 0
	if after != nil {
		if from, err = strconv.Atoi(after[0]); err != nil {
			return out, refuse.Field("after", "bad_format")
		}
	}
	if err := view(q, document.ViewPage{Document: term.DocumentID(q.ID), Page: "document"}); err != nil {
		return out, err
	}
	err = q.Snapshot(func(tx *store.Tx, v counter.Viewer) error {
		if _, err := document.Find(tx, reader(v), term.DocumentID(q.ID)); err != nil {
			return err
		}
		list, err := document.Carriers(tx, []term.DocumentID{term.DocumentID(q.ID)})
		if err != nil {
			return err
		}
		for _, c := range list[term.DocumentID(q.ID)] {
			if c.Seq <= from {
				continue
			}
			if len(out.Items) == q.Limit {
				out.Next = api.Next(strconv.Itoa(out.Items[q.Limit-1].Seq))
				break
			}
			x := Copy{ID: c.ID, Document: c.Document, Seq: c.Seq, CopyNo: c.CopyNo, Label: c.Label, Medium: c.Medium, Pages: c.Pages,
				Attachments: c.Attachments, State: c.State}
			if entitled(v, c.Holder) {
				x.Place, x.Holder, x.Since, x.ReturnBy = text(c.Place), person(v, c.Holder), at(c.Since), at(c.ReturnBy)
			}
			out.Items = append(out.Items, x)
		}
		return nil
	})
	return out, err
}

func oneCopy(q api.Asked) (CopyDetail, error) {
	var out CopyDetail
	if err := view(q, document.ViewPage{Copy: q.ID, Page: "copy"}); err != nil {
		return out, err
	}
	err := q.Snapshot(func(tx *store.Tx, v counter.Viewer) error {
		looker := act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
		c, err := custody.Find(tx, looker, term.CopyID(q.ID))
		if err != nil {
			return err
		}
		out = CopyDetail{Lines: []HandOver{}, Copy: Copy{ID: c.ID, Document: c.Copy.Document, Seq: c.Seq, CopyNo: c.CopyNo, Label: c.Label,
			Medium: c.Medium, Pages: c.Pages, Attachments: c.Attachments, State: string(c.State)}}
		if entitled(v, c.Holder) {
			out.Place, out.Holder, out.Since = text(c.PlaceName), person(v, c.Holder), at(c.Since)
			if c.Line != nil {
				out.ReturnBy = at(c.Line.ReturnBy)
			}
		}
		if !v.Keeps() {
			return nil
		}
		tracks, err := custody.Tracks(tx, looker, c.Copy.Document)
		if err != nil {
			return err
		}
		for _, t := range tracks {
			if t.ID == c.ID {
				out.Lines = handOvers(v, t.Lines)
			}
		}
		return nil
	})
	return out, err
}

func handOvers(v counter.Viewer, lines []custody.HandOver) []HandOver {
	out := make([]HandOver, len(lines))
	for i, l := range lines {
		if l.OldDay != "" {
			l.OutAt = time.Time{}
		}
		out[i] = HandOver{OutOn: l.OldDay, ID: l.ID, Kind: l.Kind, Giver: person(v, l.Giver), Receiver: person(v, l.Receiver), OutAt: at(l.OutAt),
			ReturnBy: at(l.ReturnBy), BackAt: at(l.BackAt), TakenBy: person(v, l.TakenBy), Checked: l.Checked, Whole: l.Whole}
	}
	return out
}
