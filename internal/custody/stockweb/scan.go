package stockweb

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// shot is the answer to one scan.
type shot struct {
	result string // found elsewhere extra unknown double; wrong: the scan was not taken
	first  string // of a double: what was answered before
	was    string // what was answered before, and is no more
	counts bool   // one more of what is expected has its answer: the figures go up without being looked up anew
	code   string // as scanned, where it is no piece of ours
	piece  *custody.Carrier
	where  string // the piece is registered there
	wrong  string // what was wrong with it
}

// good reports whether the piece is where it belongs.
func (s shot) good() bool { return s.result == "found" || s.result == "double" && s.first == "found" }

// scan answers one scan: to the script with the card of the piece, to a browser without it with the page.
func (p pages) scan(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	id, err := counter.PathID[term.CountID](r)
	if err != nil {
		return err
	}
	if err := p.see(r, func(*store.Tx, counter.Viewer) error { return nil }); err != nil {
		return err
	}
	s := shot{code: cut(f.Text("code"))}
	receipt, err := p.Do(r, counter.Try{
		Act: "custody.count_scan", Form: raw,
		Command: custody.CountScan{Count: id, Label: f.Get("code"), Place: term.PlaceID(f.Get("place"))},
	})
	if err != nil {
		return p.scanFailed(w, r, s, err)
	}
	s.result, s.first, s.was, s.counts = receipt.Values["result"], receipt.Values["first"], receipt.Values["was"], receipt.Values["awaited"] != ""
	if copy := receipt.Values["copy"]; copy != "" {
		err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
			c, err := custody.Find(tx, viewer(v), term.CopyID(copy))
			s.piece = &c
			s.where = lies(r.Context(), v, c)
			return err
		})
		if err != nil {
			return err
		}
	}
	return p.answer(w, r, http.StatusOK, s)
}

// scanFailed says on a card what was wrong with a scan; what is no matter of the scan is answered as everywhere.
func (p pages) scanFailed(w http.ResponseWriter, r *http.Request, s shot, err error) error {
	bad := refuse.AtFields(err)
	var conflict *refuse.Conflict
	switch ctx := r.Context(); {
	case errors.As(err, &conflict):
		s.wrong = web.T(ctx, "count.closed_meanwhile")
	case bad != nil && !errors.Is(err, refuse.ErrTooMany):
		for _, f := range bad.Fields {
			s.wrong = web.FieldError(ctx, err, f.Field)
		}
	default:
		return err
	}
	s.result = "wrong"
	return p.answer(w, r, http.StatusUnprocessableEntity, s)
}

func (p pages) answer(w http.ResponseWriter, r *http.Request, status int, s shot) error {
	if web.IsFragment(r) {
		return web.Render(w, r, status, shotCard(s))
	}
	return p.takingPage(w, r, status, nil, taking{shot: shotCard(s)})
}

// cut bounds what is shown of a text that a scanner or a hand sent.
func cut(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// lies is where a piece is registered, or with whom.
func lies(ctx context.Context, v counter.Viewer, c custody.Carrier) string {
	switch {
	case c.PlaceName != "":
		return c.PlaceName
	case c.Holder != "":
		return web.T(ctx, "count.with", "name", v.People.Name(c.Holder))
	}
	return counter.Words(ctx, "copy_state.", string(c.State))
}

// words are the answer in one line, large enough to be read from two metres.
func (s shot) words(ctx context.Context) string {
	switch s.result {
	case "wrong":
		return s.wrong
	case "double":
		return web.T(ctx, "count.double", "first", web.T(ctx, "count_result."+s.first))
	}
	return web.T(ctx, "count.answer."+s.result)
}

// then is what to do with the piece.
func (s shot) then(ctx context.Context) string {
	switch {
	case s.result == "elsewhere":
		return web.T(ctx, "count.elsewhere_then", "place", s.where)
	case s.result == "extra":
		return web.T(ctx, "count.extra_then", "state", s.where)
	case s.piece != nil:
		return s.where
	case s.result == "unknown":
		return web.T(ctx, "count.unknown_then")
	}
	return web.T(ctx, "count.again")
}

var _ templ.Component = shotCard(shot{})
