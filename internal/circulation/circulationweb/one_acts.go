package circulationweb

import (
	"net/http"
	"net/url"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// try is one act that a form of the page asks for.
type try struct {
	dialog string // stands open again where it is not done
	act    string
	fields map[string]any
	signs  []counter.Role
	done   string // the sentence where it is
}

// doing answers a form of the page: it hands in what the form asks for. What is wrong before that stands in the
// dialog too; without one it is answered as it is.
func (p *pages) doing(asked func(s single, form url.Values) (try, error)) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := web.Typed(r)
		if err != nil {
			return err
		}
		s, err := p.at(r)
		if err != nil {
			return err
		}
		t, err := asked(s, form)
		if err != nil && t.dialog == "" {
			return err
		}
		var receipt act.Receipt
		if err == nil {
			receipt, err = p.handIn(r, t, form)
		}
		if err != nil {
			return p.showOne(w, r, err, t.dialog, form)
		}
		return p.Done(w, r, "/circulation/"+string(s.Row.ID), counter.Counted(t.done, receipt), receipt)
	}
}

func (p *pages) handIn(r *http.Request, t try, form url.Values) (act.Receipt, error) {
	cmd, err := command(t.fields)
	if err != nil {
		return act.Receipt{}, err
	}
	return p.Do(r, counter.Try{Act: t.act, Command: cmd, Form: form, Signs: t.signs})
}

// hand gives a copy to a reader whose turn it is: giver and receiver both sign.
func (p *pages) hand(s single, form url.Values) (try, error) {
	stop, ok := stopOf(s.Row, form.Get("stop"))
	if !ok {
		return try{}, absent(form)
	}
	t := try{dialog: "hand-" + string(stop.ID), act: "custody.hand_out", done: "done.circulation.hand", signs: []counter.Role{
		s.me("giver"), {Name: "receiver", Person: stop.Reader, Prefix: "receiver"},
	}}
	returnBy, err := until(form, "return_by")
	if err != nil {
		return t, err
	}
	piece, err := s.scanned(form.Get("piece"))
	t.fields = map[string]any{"copy": string(piece.Copy), "to": string(stop.Reader), "copy_no": web.Narrow(form.Get("piece")), "return_by": returnBy}
	if chosen := typed.Form(form).List("measures"); len(chosen) > 0 {
		t.fields["measures"] = chosen
	}
	return t, err
}

// back takes a copy back into a cabinet after counting it.
func (p *pages) back(s single, form url.Values) (try, error) {
	piece, ok := s.pieceOf(term.CopyID(form.Get("copy")))
	if !ok {
		return try{}, absent(form)
	}
	fields, err := takenBack(form, piece)
	return try{dialog: "back-" + string(piece.Copy), act: "custody.take_back", fields: fields, done: "done.circulation.back", signs: []counter.Role{
		{Name: "giver", Person: piece.Holder, Prefix: "giver"}, s.me("receiver"),
	}}, err
}

// takenBack are the fields of a copy that comes back, as it was counted.
func takenBack(form url.Values, piece circulation.Piece) (map[string]any, error) {
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
	return fields, nil
}

// readHere is 阅签 at the officer's place: the reader signs with his own PIN or code, the officer beside him.
func (p *pages) readHere(s single, form url.Values) (try, error) {
	stop, ok := stopOf(s.Row, form.Get("stop"))
	if !ok {
		return try{}, absent(form)
	}
	return try{dialog: "read-" + string(stop.ID), act: "circulation.sign_read", fields: map[string]any{"stop": string(stop.ID), "read_at": p.Clock.Now()},
		done: "done.approve.read", signs: []counter.Role{{Name: "reader", Person: stop.Reader, Prefix: "reader"}, s.me("actor")}}, nil
}

// add puts a further reader at the end.
func (p *pages) add(s single, form url.Values) (try, error) {
	t := try{dialog: "add", act: "circulation.stop_add", fields: map[string]any{"circulation": string(s.Row.ID), "to": form.Get("to")}, done: "done.circulation.add"}
	if form.Get("to") == "" {
		return t, refuse.Field("to", "required")
	}
	return t, nil
}

// closeIt ends the circulation.
func (p *pages) closeIt(s single, _ url.Values) (try, error) {
	return try{dialog: "close", act: "circulation.close", fields: map[string]any{"circulation": string(s.Row.ID)}, done: "done.circulation.close"}, nil
}

// me is the signature of who is signed in.
func (s single) me(role string) counter.Role {
	return counter.Role{Name: role, Person: s.Viewer.Actor.Person, Prefix: role}
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

// absent answers an id of a form that names nothing here; one that cannot be an id at all is answered at the field.
func absent(form url.Values) error {
	if bad := web.Faults(form); bad != nil {
		return bad
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
