package circulationweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/circulation"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// single is one circulation with all its turns.
type single struct {
	Viewer       counter.Viewer
	Row          circulation.Row
	Brief        circulation.Brief
	Pieces       []circulation.Piece
	Cabinets     []circulation.Cabinet
	Instructions []circulation.Instruction
	Staff        []counter.Staff
	Reasons      map[term.StopID]string // why readers do not sign
	Due          web.Deadline
	duties       []obligation.Duty
	reveal       string        // where a masked title is opened
	Missing      []missing     // why it cannot be closed yet
	Refused      []term.Clause // the clauses that would refuse it now
	ReturnBy     string        // what the hand-over dialog proposes
	Key          string
	typed.Tried
}

// missing is one thing in the way of closing: a key of the catalogue and its slots.
type missing struct {
	Key  string
	Args []any
}

func (p *pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.showOne(w, r, nil, "", nil)
}

// showOne draws the page; after a failed try with the dialog open, what was typed in it and what was wrong.
func (p *pages) showOne(w http.ResponseWriter, r *http.Request, failed error, dialog string, form url.Values) error {
	id, err := counter.PathID[string](r)
	if err != nil {
		return err
	}
	return p.showThis(w, r, term.CirculationID(id), failed, dialog, form)
}

func (p *pages) showThis(w http.ResponseWriter, r *http.Request, id term.CirculationID, failed error, dialog string, form url.Values) (err error) {
	s := single{Tried: typed.Tried{Which: dialog, Form: typed.Form(form), Err: failed}}
	if s.Key, err = p.Key(); err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		s.Viewer = v
		return p.fillOne(tx, &s, id)
	})
	if err != nil {
		return err
	}
	if s.Brief.Masked {
		s.reveal = p.Reveals(r.Context(), s.Viewer, s.Row.Document)
	}
	if s.Row.State == circulation.Open && s.Viewer.Offered("circulation.close") {
		if s.Refused, err = p.wouldRefuse(r.Context(), s.Viewer, s.Row.ID); err != nil {
			return err
		}
	}
	return p.Form(w, r, p.Frame(w, r), failed, p.Explain, onePage(s))
}

func (p *pages) fillOne(tx *store.Tx, s *single, id term.CirculationID) error {
	var err error
	viewer := look(s.Viewer)
	if s.Row, err = circulation.One(tx, viewer, id); err != nil {
		return err
	}
	ids := []term.DocumentID{s.Row.Document}
	briefs, err := p.Sources.Briefs(tx, ids)
	if err != nil {
		return err
	}
	s.Brief = briefs[s.Row.Document]
	pieces, err := p.Sources.Pieces(tx, ids)
	if err != nil {
		return err
	}
	s.Pieces = pieces[s.Row.Document]
	if s.Cabinets, err = p.Sources.Cabinets(tx); err != nil {
		return err
	}
	if s.Instructions, err = p.Sources.Instructions(tx, viewer, s.Row.Document, 50); err != nil {
		return err
	}
	if s.Staff, err = p.Staff(tx); err != nil {
		return err
	}
	if s.duties, err = dutiesOf(tx, ids); err != nil {
		return err
	}
	s.Due = itemDue(s.duties, s.Row.Document)
	if !s.Brief.Masked {
		if s.Reasons, err = circulation.Reasons(tx, s.Row); err != nil {
			return err
		}
	}
	s.Missing = s.inTheWay()
	closing, err := p.Closing(tx, s.Viewer)
	if err == nil && !closing.IsZero() {
		s.ReturnBy = closing.Format("2006-01-02 15:04")
	}
	return nil
}

func (s *single) inTheWay() []missing {
	var out []missing
	for _, stop := range s.Row.Stops {
		switch {
		case stop.Unread():
			out = append(out, missing{"circulation.unread", []any{"name", s.name(stop.Reader)}})
		case stop.Unserved():
			out = append(out, missing{"circulation.unserved", []any{"name", s.name(stop.Reader)}})
		}
	}
	for _, p := range s.Pieces {
		switch {
		case p.Ended:
		case p.Holder != "":
			out = append(out, missing{"circulation.not_back", []any{"piece", pieceName(p), "name", s.name(p.Holder)}})
		case p.Place == "":
			out = append(out, missing{"circulation.no_place", []any{"piece", pieceName(p)}})
		}
	}
	if !s.Brief.Done && (s.Brief.NeedsAction || slices.ContainsFunc(s.Instructions, circulation.Instruction.Awaited)) {
		out = append(out, missing{"circulation.no_result", nil})
	}
	return out
}

func (s *single) name(id term.PersonID) string { return s.Viewer.People.Name(id) }

// wouldRefuse asks which clauses refuse the closing now; nothing is recorded.
func (p *pages) wouldRefuse(ctx context.Context, v counter.Viewer, id term.CirculationID) ([]term.Clause, error) {
	cmd, err := command(map[string]any{"circulation": string(id)})
	if err != nil {
		return nil, err
	}
	var refusal *refuse.Refusal
	var conflict *refuse.Conflict
	switch err := p.May(ctx, v, "circulation.close", cmd); {
	case errors.As(err, &refusal):
		return refusal.Clauses(), nil
	case errors.As(err, &conflict), err == nil, counter.Invalid(err):
		return nil, nil
	default:
		return nil, err
	}
}

func (s single) open() bool { return s.Row.State == circulation.Open }

// free are the copies that can be handed out now.
func (s single) free() []circulation.Piece {
	return slices.DeleteFunc(slices.Clone(s.Pieces), func(p circulation.Piece) bool { return !p.Free() || p.Ended })
}

func (s single) pieceOptions() []web.Option {
	var out []web.Option
	for _, p := range s.free() {
		out = append(out, web.Option{Value: pieceName(p), Label: p.Place})
	}
	return out
}

// scanned finds the copy whose label or number was scanned or typed: as it stands on the piece in hand.
func (s single) scanned(text string) (circulation.Piece, error) {
	text = web.Narrow(text)
	if text == "" {
		return circulation.Piece{}, refuse.Field("piece", "required")
	}
	for _, p := range s.Pieces {
		if text == string(p.CopyNo) || strings.EqualFold(text, string(p.Label)) {
			return p, nil
		}
	}
	return circulation.Piece{}, refuse.Field("piece", "not_this_document")
}

func (s single) pieceOf(id term.CopyID) (circulation.Piece, bool) {
	for _, p := range s.Pieces {
		if p.Copy == id && id != "" {
			return p, true
		}
	}
	return circulation.Piece{}, false
}

func (s single) cabinetOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, c := range s.Cabinets {
		out = append(out, web.Option{Value: string(c.ID), Label: c.Name})
	}
	return out
}

// addable are the persons who are not in it yet.
func (s single) addable() []web.Option {
	return counter.Persons(s.Staff, func(id term.PersonID) bool {
		return slices.ContainsFunc(s.Row.Stops, func(x circulation.Stop) bool { return x.Reader == id })
	})
}

// given is what the law asks by in the forms of this page.
func (s single) given() map[string]any {
	l := s.Brief.Level
	return map[string]any{"level": string(l), "level_rank": l.Rank(), "classified": l.Classified(), "internal": l == term.Neibu}
}

func (s single) handSign(ctx context.Context, stop circulation.Stop) web.Sign {
	id := "hand-" + string(stop.ID)
	return web.Sign{
		ID: id, Title: web.T(ctx, "circulation.hand_title", "name", s.name(stop.Reader)), Action: "/circulation/" + string(s.Row.ID) + "/hand",
		Hidden:  map[string]string{counter.FieldKey: s.Key + "-" + string(stop.ID), "stop": string(stop.ID)},
		First:   web.SignBox{Prefix: "giver", Role: web.T(ctx, "circulation.giver"), Name: s.name(s.Viewer.Actor.Person)},
		Second:  &web.SignBox{Prefix: "receiver", Role: web.T(ctx, "circulation.receiver"), Name: s.name(stop.Reader)},
		Confirm: web.T(ctx, "circulation.hand_confirm"), Error: s.ErrIn(id), Open: s.Fails(id), Act: "custody.hand_out", Given: s.given(),
	}
}

// measures are those that may be taken on the way to a reader.
func (s single) measures(ctx context.Context, id string) []web.Option {
	out := counter.Measures(ctx, s.Viewer.Law, "custody.hand_out")
	for i, o := range out {
		out[i].On = typed.Form(s.In(id)).Has("measures", o.Value)
	}
	return out
}

func (s single) backSign(ctx context.Context, p circulation.Piece) web.Sign {
	id := "back-" + string(p.Copy)
	return web.Sign{
		ID: id, Title: web.T(ctx, "circulation.back_title", "piece", pieceName(p), "name", s.name(p.Holder)), Action: "/circulation/" + string(s.Row.ID) + "/back",
		Hidden:  map[string]string{counter.FieldKey: s.Key + "-" + string(p.Copy), "copy": string(p.Copy)},
		First:   web.SignBox{Prefix: "giver", Role: web.T(ctx, "circulation.gives_back"), Name: s.name(p.Holder)},
		Second:  &web.SignBox{Prefix: "receiver", Role: web.T(ctx, "circulation.takes_back"), Name: s.name(s.Viewer.Actor.Person)},
		Confirm: web.T(ctx, "circulation.back_confirm"), Error: s.ErrIn(id), Open: s.Fails(id), Act: "custody.take_back", Given: s.given(),
	}
}

func (s single) readSign(ctx context.Context, stop circulation.Stop) web.Sign {
	id := "read-" + string(stop.ID)
	return web.Sign{
		ID: id, Title: web.T(ctx, "circulation.read_title", "name", s.name(stop.Reader)), Action: "/circulation/" + string(s.Row.ID) + "/read",
		Hidden:  map[string]string{counter.FieldKey: s.Key + "-r-" + string(stop.ID), "stop": string(stop.ID)},
		First:   web.SignBox{Prefix: "reader", Role: web.T(ctx, "circulation.reader"), Name: s.name(stop.Reader)},
		Second:  &web.SignBox{Prefix: "actor", Role: web.T(ctx, "circulation.beside"), Name: s.name(s.Viewer.Actor.Person)},
		Confirm: web.T(ctx, "circulation.read_confirm"), Error: s.ErrIn(id), Open: s.Fails(id), Act: "circulation.sign_read", Given: s.given(),
	}
}

// signsHere reports whether a reader could sign 已阅 now, at the officer's place.
func (s single) signsHere(stop circulation.Stop) bool {
	return s.open() && s.Viewer.Keeps() && stop.Reader != s.Viewer.Actor.Person && stop.Signs()
}

func pieceName(p circulation.Piece) string {
	if p.CopyNo != "" {
		return string(p.CopyNo)
	}
	if p.Label != "" {
		return string(p.Label)
	}
	return strconv.Itoa(p.Seq)
}

func itoa(n int) string { return strconv.Itoa(n) }

// inTurn reports whether the i-th reader may be served before those who stand ahead of him and wait.
func (s single) inTurn(i int) bool { return s.Row.AnyOrder || s.firstWaiting(i) }

// firstWaiting reports whether the i-th turn is the next; firstOut, whether it is the first to be taken back.
func (s single) firstWaiting(i int) bool { return s.first(i, circulation.Waiting) }
func (s single) firstOut(i int) bool     { return s.first(i, circulation.Out, circulation.Read) }

func (s single) first(i int, states ...circulation.State) bool {
	return slices.IndexFunc(s.Row.Stops, func(x circulation.Stop) bool { return slices.Contains(states, x.State) }) == i
}

// pieceError is what is wrong with the scanned piece, whichever name the act gives that argument.
func (s single) pieceError(ctx context.Context, dialog string) string {
	for _, field := range []string{"piece", "copy", "copy_no"} {
		if e := web.FieldError(ctx, s.ErrIn(dialog), field); e != "" {
			return e
		}
	}
	return ""
}

// readersEnd says how many the readers are, and whether they are served in order.
func readersEnd(ctx context.Context, s single) string {
	key := "circulation.readers"
	if s.Row.AnyOrder {
		key = "circulation.readers_any"
	}
	return web.T(ctx, key, "n", len(s.Row.Stops))
}
