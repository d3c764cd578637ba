package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/custody"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/document"
	"jiyao/internal/document/documentweb"
	"jiyao/internal/meeting/meetingweb"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// pieces knows the copies for the pages of other nouns.
type pieces struct{}

// Piece implements meetingweb.Pieces.
func (pieces) Piece(tx *store.Tx, v act.Viewer, id term.CopyID) (meetingweb.Piece, error) {
	c, err := custody.Find(tx, v, id)
	return pieceOf(c), err
}

// Labelled implements meetingweb.Pieces.
func (pieces) Labelled(tx *store.Tx, v act.Viewer, label term.LabelCode) (meetingweb.Piece, error) {
	c, ok, err := custody.ByLabel(tx, v, label)
	if err == nil && !ok {
		err = fmt.Errorf("find a copy by its label: %w", refuse.ErrNotFound)
	}
	return pieceOf(c), err
}

func pieceOf(c custody.Carrier) meetingweb.Piece {
	return meetingweb.Piece{
		Copy: c.ID, Document: c.Document, Label: c.Label, CopyNo: c.CopyNo, Number: c.Number(), Level: c.Level, Regime: c.Regime, Period: c.Period,
	}
}

// outside says, for who keeps the register, with whom outside a copy is, and where it is taken back.
func outside(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.CopyID) ([]web.Pair, string, error) {
	if !meetingweb.Sees(v) {
		return nil, "", nil
	}
	return meetingweb.OutPairs(ctx, tx, id)
}

// mostWith is how many pieces are looked at: what somebody has with him comes before what he answers for elsewhere.
const mostWith = 300

// withHim lists the items of which the viewer has a copy with him, each once, by number.
func withHim(tx *store.Tx, v counter.Viewer) ([]web.Option, error) {
	list, err := custody.HeldOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, 0, mostWith)
	if err != nil {
		return nil, err
	}
	var out []web.Option
	for _, w := range list {
		id := string(w.Document)
		if w.ID == "" || w.How == "kept" || slices.ContainsFunc(out, func(o web.Option) bool { return o.Value == id }) {
			continue
		}
		out = append(out, web.Option{Value: id, Label: w.Number() + "　" + string(w.Level)})
	}
	return out, nil
}

// standingPlaces lists where a device can stand, by name.
func standingPlaces(tx *store.Tx) ([]web.Option, error) {
	list, err := custody.AllPlaces(tx)
	if err != nil {
		return nil, err
	}
	var out []web.Option
	for _, p := range list {
		if !p.Box() {
			out = append(out, web.Option{Value: string(p.ID), Label: p.Name})
		}
	}
	return out, nil
}

// numbers are those of the documents of which the viewer may know, by id.
func numbers(tx *store.Tx, v counter.Viewer, ids []string) (map[string]string, error) {
	asked := make([]term.DocumentID, len(ids))
	for i, id := range ids {
		asked[i] = term.DocumentID(id)
	}
	covers, err := document.CoversOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, asked)
	out := map[string]string{}
	for id, c := range covers {
		out[string(id)] = document.Number(c.Document)
	}
	return out, err
}

// find is the document that a label or a number names to the viewer; empty when he knows of none.
func (s *site) find(tx *store.Tx, v counter.Viewer, code string) (term.DocumentID, error) {
	return documentweb.Named(tx, s.index, v, code)
}

// listNamed is a list of pieces as a request for it names it.
func listNamed(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DisposalListID) (circulationweb.List, error) {
	l, err := disposalweb.Name(ctx, tx, v, id)
	return listOf(l), err
}

// undecided are the lists that wait for the decision of whoever asks.
func undecided(c *counter.Counter) func(*http.Request) ([]circulationweb.List, error) {
	return func(r *http.Request) (out []circulationweb.List, err error) {
		lists, err := disposalweb.Waiting(r, c)
		for _, l := range lists {
			out = append(out, listOf(l))
		}
		return out, err
	}
}

func listOf(l disposalweb.Named) circulationweb.List {
	return circulationweb.List{
		ID: l.ID, Number: l.Number(), About: l.About, Lines: l.Seen, Rev: l.Rev, Href: l.Href, Waits: l.IsOpen() && l.ApprovedAt.IsZero(), By: l.Applicant,
	}
}
