package appapi

import (
	"errors"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/api"
	"jiyao/internal/web/counter"
)

// Circulation is one 传阅 with its readers in order. Title is null where masked.
type Circulation struct {
	ID       term.CirculationID `json:"id"`
	Document term.DocumentID    `json:"document"`
	Number   string             `json:"number"`
	Title    *string            `json:"title"`
	State    circulation.State  `json:"state"`
	AnyOrder bool               `json:"any_order"` // the readers need not be served as they stand
	OpenedAt *time.Time         `json:"opened_at"`
	OpenedBy *Person            `json:"opened_by"`
	ClosedAt *time.Time         `json:"closed_at"`
	ClosedBy *Person            `json:"closed_by"`
	Stops    []Stop             `json:"stops"`
}

// Stop is one reader's turn: waiting, out, read, back, declined.
type Stop struct {
	ID     term.StopID       `json:"id"`
	Seq    int               `json:"seq"`
	Reader *Person           `json:"reader"`
	Unit   term.UnitID       `json:"unit,omitempty"`
	State  circulation.State `json:"state"`
	Copy   term.CopyID       `json:"copy,omitempty"`
	OutAt  *time.Time        `json:"out_at"`
	ReadAt *time.Time        `json:"read_at"`
	BackAt *time.Time        `json:"back_at"`

	Declined   circulation.Why `json:"declined,omitempty"` // why he does not sign: refuses, gone
	DeclinedAt *time.Time      `json:"declined_at,omitempty"`
	Witnesses  []*Person       `json:"witnesses,omitempty"`
}

func looker(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

func circulations(q api.Asked) (api.Page[Circulation], error) {
	var out api.Page[Circulation]
	state := circulation.State(q.Get("state"))
	switch state {
	case "":
		state = circulation.Open
	case circulation.Open, circulation.Closed:
	default:
		return out, refuse.Field("state", "not_in_list")
	}
	after, err := q.After(2)
	if err != nil {
		return out, err
	}
	var from circulation.After
	if after != nil {
		if from.At, err = fromMoment(after[0]); err != nil {
			return out, err
		}
		from.ID = term.CirculationID(after[1])
	}
	limit := min(q.Limit, circulation.MaxBoard)
	err = q.Snapshot(func(tx *store.Tx, v counter.Viewer) error {
		rows, err := circulation.Board(tx, looker(v), state, from, limit)
		if err != nil {
			return err
		}
		if out.Items, err = circulated(tx, v, rows); err != nil {
			return err
		}
		if n := len(rows); n == limit {
			out.Next = api.Next(moment(rows[n-1].OpenedAt), string(rows[n-1].ID))
		}
		return nil
	})
	return out, err
}

func oneCirculation(q api.Asked) (Circulation, error) {
	var out Circulation
	err := q.Snapshot(func(tx *store.Tx, v counter.Viewer) error {
		row, err := circulation.One(tx, looker(v), term.CirculationID(q.ID))
		if err != nil {
			return err
		}
		list, err := circulated(tx, v, []circulation.Row{row})
		if err == nil {
			out = list[0]
		}
		return err
	})
	if errors.Is(err, refuse.ErrNotFound) {
		// No document has such an id: hidden and absent leave the entry that an unknown document leaves.
		if e := view(q, document.ViewPage{Document: term.DocumentID(q.ID), Page: "circulation"}); e != nil {
			err = e
		}
	}
	return out, err
}

func circulated(tx *store.Tx, v counter.Viewer, rows []circulation.Row) ([]Circulation, error) {
	ids := make([]term.DocumentID, len(rows))
	for i, r := range rows {
		ids[i] = r.Document
	}
	covers, err := document.CoversOf(tx, reader(v), ids)
	if err != nil {
		return nil, err
	}
	out := make([]Circulation, len(rows))
	for i, r := range rows {
		c := covers[r.Document]
		out[i] = Circulation{ID: r.ID, Document: r.Document, Number: document.Number(c.Document), Title: text(c.Name()), State: r.State, AnyOrder: r.AnyOrder,
			OpenedAt: at(r.OpenedAt), OpenedBy: person(v, r.OpenedBy), ClosedAt: at(r.ClosedAt), ClosedBy: person(v, r.ClosedBy),
			Stops: make([]Stop, len(r.Stops))}
		for k, s := range r.Stops {
			out[i].Stops[k] = Stop{ID: s.ID, Seq: s.Seq, Reader: person(v, s.Reader), Unit: s.Unit, State: s.State, Copy: s.Copy,
				OutAt: at(s.OutAt), ReadAt: at(s.ReadAt), BackAt: at(s.BackAt), Declined: s.Why, DeclinedAt: at(s.DeclinedAt)}
			for _, w := range s.Witnesses {
				out[i].Stops[k].Witnesses = append(out[i].Stops[k].Witnesses, person(v, term.PersonID(w)))
			}
		}
	}
	return out, nil
}
