package circulationweb

import (
	"encoding/json"
	"net/http"
	"net/url"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// hand gives a copy to a reader whose turn it is: giver and receiver both sign.
func (p *pages) hand(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	s, err := p.at(r)
	if err != nil {
		return err
	}
	stop, ok := stopOf(s.Row, form.Get("stop"))
	if !ok {
		return absent(form)
	}
	dialog := "hand-" + string(stop.ID)
	returnBy, err := instant(form, "return_by")
	if err != nil {
		return p.showOne(w, r, err, dialog, form)
	}
	piece, err := s.scanned(form.Get("piece"))
	if err != nil {
		return p.showOne(w, r, err, dialog, form)
	}
	cmd, err := command(map[string]any{"copy": string(piece.Copy), "to": string(stop.Reader), "copy_no": web.Narrow(form.Get("piece")), "return_by": returnBy})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "custody.hand_out", Command: cmd, Form: form, Signs: []counter.Role{
		{Name: "giver", Person: s.Viewer.Actor.Person, Prefix: "giver"}, {Name: "receiver", Person: stop.Reader, Prefix: "receiver"},
	}})
	return p.answer(w, r, s, receipt, err, dialog, form, "done.circulation.hand")
}

// back takes a copy back into a cabinet after counting it.
func (p *pages) back(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	s, err := p.at(r)
	if err != nil {
		return err
	}
	piece, ok := s.pieceOf(term.CopyID(form.Get("copy")))
	if !ok {
		return absent(form)
	}
	dialog := "back-" + string(piece.Copy)
	cmd, err := takenBack(form, piece)
	if err != nil {
		return p.showOne(w, r, err, dialog, form)
	}
	receipt, err := p.Do(r, counter.Try{Act: "custody.take_back", Command: cmd, Form: form, Signs: []counter.Role{
		{Name: "giver", Person: piece.Holder, Prefix: "giver"}, {Name: "receiver", Person: s.Viewer.Actor.Person, Prefix: "receiver"},
	}})
	return p.answer(w, r, s, receipt, err, dialog, form, "done.circulation.back")
}

// takenBack is the command of a copy that comes back, as it was counted.
func takenBack(form url.Values, piece circulation.Piece) (json.RawMessage, error) {
	fields := map[string]any{"copy": string(piece.Copy), "cabinet": form.Get("cabinet"), "copy_no": string(piece.CopyNo), "why_unsigned": form.Get("why_unsigned")}
	for _, name := range []string{"copies_back", "pages_back", "attachments_back"} {
		n, err := number(form, name)
		if err != nil {
			return nil, err
		}
		fields[name] = n
	}
	if form.Get("checked") == "yes" {
		fields["checked"] = true
	}
	return command(fields)
}

// readHere is 阅签 at the officer's place: the reader signs with his own PIN or code, the officer beside him.
func (p *pages) readHere(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	s, err := p.at(r)
	if err != nil {
		return err
	}
	stop, ok := stopOf(s.Row, form.Get("stop"))
	if !ok {
		return absent(form)
	}
	cmd, err := command(map[string]any{"stop": string(stop.ID), "read_at": p.Clock.Now()})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "circulation.sign_read", Command: cmd, Form: form, Signs: []counter.Role{
		{Name: "reader", Person: stop.Reader, Prefix: "reader"}, {Name: "actor", Person: s.Viewer.Actor.Person, Prefix: "actor"},
	}})
	return p.answer(w, r, s, receipt, err, "read-"+string(stop.ID), form, "done.approve.read")
}

// add puts a further reader at the end.
func (p *pages) add(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	s, err := p.at(r)
	if err != nil {
		return err
	}
	if form.Get("to") == "" {
		return p.showOne(w, r, refuse.Field("to", "required"), "add", form)
	}
	cmd, err := command(map[string]any{"circulation": string(s.Row.ID), "to": form.Get("to")})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "circulation.stop_add", Command: cmd, Form: form})
	return p.answer(w, r, s, receipt, err, "add", form, "done.circulation.add")
}

// closeIt ends the circulation.
func (p *pages) closeIt(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	s, err := p.at(r)
	if err != nil {
		return err
	}
	cmd, err := command(map[string]any{"circulation": string(s.Row.ID)})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "circulation.close", Command: cmd, Form: form})
	return p.answer(w, r, s, receipt, err, "close", form, "done.circulation.close")
}

// at reads the circulation of the path as the viewer may know it.
func (p *pages) at(r *http.Request) (single, error) {
	id, err := counter.PathID[string](r)
	if err != nil {
		return single{}, err
	}
	var s single
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		s.Viewer = v
		var err error
		if s.Row, err = circulation.One(tx, look(v), term.CirculationID(id)); err != nil {
			return err
		}
		pieces, err := p.Sources.Pieces(tx, []term.DocumentID{s.Row.Document})
		s.Pieces = pieces[s.Row.Document]
		return err
	})
	return s, err
}

func (p *pages) answer(w http.ResponseWriter, r *http.Request, s single, receipt act.Receipt, err error, dialog string, form url.Values, done string) error {
	if err != nil {
		return p.showOne(w, r, err, dialog, form)
	}
	return p.Done(w, r, "/circulation/"+string(s.Row.ID), done, receipt)
}

// absent answers an id of a form that names nothing here; one that cannot be an id at all is answered at the field.
func absent(form url.Values) error {
	if err := web.Faults(form); err != nil {
		return err
	}
	return refuse.ErrNotFound
}

func stopOf(row circulation.Row, id string) (circulation.Stop, bool) {
	for _, s := range row.Stops {
		if string(s.ID) == id {
			return s, true
		}
	}
	return circulation.Stop{}, false
}
