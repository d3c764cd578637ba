package appapi

import (
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/api"
	"jiyao/internal/web/counter"
)

// Document is a line of 收文登记簿 as lists show it. Title and CodeName are null where masked.
type Document struct {
	ID           term.DocumentID `json:"id"`
	Number       string          `json:"number"` // 机收〔2026〕0417
	Issuer       string          `json:"issuer"`
	DocNo        string          `json:"doc_no"`
	Title        *string         `json:"title"`
	CodeName     *string         `json:"code_name"`
	Masked       bool            `json:"masked"`
	Level        term.Level      `json:"level"`
	Urgency      term.Urgency    `json:"urgency"`
	Period       string          `json:"period"`
	Kind         string          `json:"document_kind"`
	Copies       int             `json:"copies"`
	Pages        int             `json:"pages"`
	Attachments  int             `json:"attachments"`
	State        document.State  `json:"state"`
	ReceivedAt   *time.Time      `json:"received_at"`
	RegisteredAt *time.Time      `json:"registered_at"`
}

// Detail is one document with what was decided about it.
type Detail struct {
	Document
	Notes        *string       `json:"notes"`
	Steps        []string      `json:"steps"`
	Scope        []Knower      `json:"scope"`
	Opinion      *Opinion      `json:"opinion"`
	Instructions []Instruction `json:"instructions"`
	NeedsAction  bool          `json:"needs_action"`
	Handler      *Person       `json:"handler"`
	HandleBy     *time.Time    `json:"handle_by"`
	Result       *string       `json:"result"`
	CompletedAt  *time.Time    `json:"completed_at"`
}

// Knower is one person or unit in the scope (知悉范围).
type Knower struct {
	Person *Person     `json:"person,omitempty"`
	Unit   term.UnitID `json:"unit,omitempty"`
	Since  *time.Time  `json:"since"`
}

// Opinion is the handling opinion in force.
type Opinion struct {
	Text    *string    `json:"text"`
	Readers []Person   `json:"readers"`
	Units   []string   `json:"units,omitempty"`
	ReadBy  *time.Time `json:"read_by"`
	By      *Person    `json:"by"`
	At      *time.Time `json:"at"`
}

// Instruction is a leader's 批示 and its feedback.
type Instruction struct {
	ID         term.InstructionID `json:"id"`
	Text       *string            `json:"text"`
	By         *Person            `json:"by"`
	At         *time.Time         `json:"at"`
	Handler    *Person            `json:"handler"`
	Due        *time.Time         `json:"due"`
	Feedback   *string            `json:"feedback"`
	FeedbackAt *time.Time         `json:"feedback_at"`
}

func reader(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

func cover(c document.Cover) Document {
	return Document{
		ID: c.ID, Number: document.Number(c.Document), Issuer: c.Issuer, DocNo: c.DocNo, Title: text(c.Title), CodeName: text(c.CodeName), Masked: c.Masked,
		Level: c.Level, Urgency: c.Urgency, Period: c.Period, Kind: c.DocumentKind, Copies: c.Copies, Pages: c.Pages, Attachments: c.Attachments,
		State: c.State, ReceivedAt: at(c.ReceivedAt), RegisteredAt: at(c.RegisteredAt),
	}
}

func documents(q api.Asked) (api.Page[Document], error) {
	var out api.Page[Document]
	state := document.State(q.Get("state"))
	if state != "" && !slices.Contains([]document.State{document.Registered, document.Completed, document.Voided}, state) {
		return out, refuse.Field("state", "not_in_list")
	}
	page := document.Page{Limit: min(q.Limit, document.MaxPage)}
	after, err := q.After(2)
	if err != nil {
		return out, err
	}
	if after != nil {
		if page.At, err = fromMoment(after[0]); err != nil {
			return out, err
		}
		page.ID = term.DocumentID(after[1])
	}
	err = q.Snapshot(func(tx *store.Tx, v counter.Viewer) error {
		list, err := document.List(tx, reader(v), state, page)
		if err != nil {
			return err
		}
		covers, err := document.Covers(tx, list, false)
		if err != nil {
			return err
		}
		for _, c := range covers {
			out.Items = append(out.Items, cover(c))
		}
		if n := len(list); n == page.Limit {
			out.Next = api.Next(moment(list[n-1].RegisteredAt), string(list[n-1].ID))
		}
		return nil
	})
	return out, err
}

func oneDocument(q api.Asked) (Detail, error) {
	var out Detail
	if err := view(q, document.ViewPage{Document: term.DocumentID(q.ID), Page: "document"}); err != nil {
		return out, err
	}
	err := q.Snapshot(func(tx *store.Tx, v counter.Viewer) error {
		d, err := document.Read(tx, reader(v), term.DocumentID(q.ID), false)
		if err == nil {
			out = detail(v, d)
		}
		return err
	})
	return out, err
}

func detail(v counter.Viewer, d document.Detail) Detail {
	out := Detail{
		Document: cover(d.Cover), Notes: text(d.Notes), Steps: d.Cover.Steps, NeedsAction: d.Cover.NeedsAction, Handler: person(v, d.Cover.Handler),
		HandleBy: at(d.Cover.HandleBy), Result: text(d.Result), CompletedAt: at(d.Cover.CompletedAt),
		Scope: []Knower{}, Instructions: []Instruction{},
	}
	for _, k := range d.Scope {
		out.Scope = append(out.Scope, Knower{Person: person(v, k.Person), Unit: k.Unit, Since: at(k.Since)})
	}
	if o := d.Opinion; o != nil {
		out.Opinion = &Opinion{Text: text(d.OpinionText), Readers: people(v, o.Readers), Units: o.Units, By: person(v, o.By), At: at(o.At), ReadBy: at(o.ReadBy)}
	}
	for _, i := range d.Instructions {
		if mayRead(v, d, i) {
			out.Instructions = append(out.Instructions, Instruction{ID: i.ID, Text: text(i.Words), By: person(v, i.By), At: at(i.At),
				Handler: person(v, i.Handler), Due: at(i.Due), Feedback: text(i.Answer), FeedbackAt: at(i.FeedbackAt)})
		}
	}
	return out
}

// mayRead keeps a leader's instruction from other readers until they have signed themselves, as the page does.
func mayRead(v counter.Viewer, d document.Detail, i document.Directed) bool {
	me := v.Actor.Person
	return v.Keeps() || i.By == me || i.Handler == me ||
		slices.ContainsFunc(d.Turns, func(t document.Turn) bool { return t.Reader == me && !t.ReadAt.IsZero() })
}
