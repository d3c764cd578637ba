package app

import (
	"fmt"
	"slices"

	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/incident"
	"jiyao/internal/inspection"
	"jiyao/internal/people"
	"jiyao/internal/term"
)

// The words of the story that are not in its file: how things come and what they are.
const (
	byCourier = "courier"
	onPaper   = "paper"
)

// events lists every act of the story with its moment.
func (s *story) events() []event {
	var out []event
	add := func(m *moment, run func() error) {
		if m != nil {
			out = append(out, event{at: s.at(*m), order: len(out), run: run})
		}
	}
	add(&s.file.Entrust.At, s.entrust)
	for k := range s.file.Documents {
		i := &item{told: s.file.Documents[k], stops: map[term.PersonID]term.StopID{}}
		s.items[i.Key] = i
		add(i.Accept, func() error { return s.accept(i) })
		if d := i.Discrepancy; d != nil {
			add(&d.At, func() error { return s.discrepancy(i, *d) })
		}
		add(i.Register, func() error { return s.register(i) })
		if c := i.Correct; c != nil {
			add(&c.At, func() error {
				_, _, err := s.try(i, s.who(i, "officer"), "document.correct", document.Correct{Document: i.document, Field: c.Field, Value: c.Value, Reason: c.Reason})
				return err
			})
		}
		if v := i.Void; v != nil {
			add(&v.At, func() error {
				_, _, err := s.try(i, s.who(i, "officer"), "document.void", document.Void{Document: i.document, Reason: v.Reason}, self)
				return err
			})
		}
		if o := i.Opine; o != nil {
			add(&o.At, func() error { return s.opine(i, *o) })
		}
		add(i.Circulate, func() error { return s.circulate(i) })
		for n := range i.Rounds {
			s.round(i, n, add)
		}
		s.ends(i, add)
	}
	s.others(add)
	return out
}

// who plays a single part in a document's story.
func (s *story) who(i *item, role string) term.PersonID {
	return s.cast.play(part{role, 1}, i.Envelope.Level)
}

func (s *story) accept(i *item) error {
	e, intact := i.Envelope, true
	cmd := document.Accept{Channel: byCourier, Courier: s.file.Courier, CourierSignature: onPaper, Envelopes: []document.EnvelopeLine{
		{No: e.No, Issuer: e.Issuer, Level: e.Level, Urgency: e.Urgency, Listed: e.Listed, Counted: &e.Counted, SealIntact: &intact}}}
	r, ok, err := s.try(i, s.who(i, "officer"), "document.accept", cmd, self)
	if ok {
		i.envelope = term.EnvelopeID(r.Values["envelope."+e.No])
	}
	return err
}

func (s *story) discrepancy(i *item, d discrepancy) error {
	e := i.Envelope
	_, _, err := s.try(i, s.who(i, "officer"), "document.discrepancy", document.Discrepancy{Envelope: i.envelope, Listed: &e.Listed, Counted: &e.Counted, What: d.What, SentTo: d.SentTo})
	return err
}

// register enters the line, labels the copies, puts them into the cabinet and makes the slip.
func (s *story) register(i *item) error {
	e, l, officer := i.Envelope, i.Line, s.who(i, "officer")
	received := s.at(*i.Accept)
	mark := l.Mark // as a state office would receive it; a company receives its own
	if s.cast.regime == term.RegimeCompany && mark != "" {
		mark = s.cast.regime.Mark(e.Level, l.Period)
	}
	cmd := document.Register{
		Envelope: i.envelope, ReceivedAt: &received, Issuer: e.Issuer, IssuerSuperior: l.Superior, IssuerLimit: l.Limit, DocNo: l.DocNo,
		Title: l.Title, CodeName: l.CodeName, DocumentKind: l.Kind, Level: e.Level, Period: l.Period, IssuedOn: l.IssuedOn, MarkText: mark,
		Urgency: e.Urgency, Copies: &e.Counted, CopyNos: l.CopyNos, Pages: &l.Pages, Attachments: &l.Attachments, Medium: onPaper, ContentKinds: []string{"text"},
		Channel: byCourier, Signer: officer, NeedsAction: l.Action, ReturnRequired: "no",
	}
	r, ok, err := s.try(i, officer, "document.register", cmd)
	if err != nil || !ok {
		return err
	}
	i.document = term.DocumentID(r.Values["document"])
	cabinet := s.cast.cabinet(e.Level)
	for n := 1; n <= e.Counted; n++ {
		id := term.CopyID(r.Values[fmt.Sprintf("copy.%d", n)])
		i.copies = append(i.copies, id)
		i.numbers = append(i.numbers, r.Values[fmt.Sprintf("label.%d", n)])
		if _, _, err := s.try(i, officer, "custody.label", custody.LabelCopy{Copy: id}); err != nil {
			return err
		}
		if _, _, err := s.try(i, officer, "custody.place", custody.Put{Copy: id, Place: cabinet}); err != nil {
			return err
		}
	}
	if i.Void != nil {
		return nil
	}
	_, _, err = s.try(i, officer, "document.slip", document.MakeSlip{Document: i.document})
	return err
}

// opine gives the handling opinion and fixes the scope: readers and handler.
func (s *story) opine(i *item, o opinion) error {
	director := s.who(i, "director")
	cmd := document.Opine{Document: i.document, Text: o.Text, NeedsAction: i.Line.Action}
	for _, p := range o.Readers {
		if reader := s.cast.play(p, i.Envelope.Level); reader != "" {
			i.readers = appendNew(i.readers, reader)
		}
	}
	cmd.Readers = i.readers
	if o.Handler.role != "" {
		i.handler = s.cast.play(o.Handler, i.Envelope.Level)
		cmd.Handler, cmd.HandleBy = i.handler, s.days[min(o.At.day+o.Days, storyDays)].String()
	}
	if _, _, err := s.try(i, director, "document.opine", cmd, self); err != nil || len(i.readers) == 0 {
		return err
	}
	scope := document.Scope{Document: i.document, Persons: append([]term.PersonID{}, i.readers...), Level: i.Envelope.Level, IssuerLimit: i.Line.Limit, Reason: s.file.Reason}
	if i.handler != "" {
		scope.Persons = appendNew(scope.Persons, i.handler)
	}
	if in := i.Instruct; in != nil {
		if p := s.cast.play(in.Handler, i.Envelope.Level); p != "" {
			scope.Persons = appendNew(scope.Persons, p)
		}
	}
	_, _, err := s.try(i, director, "document.scope", scope, self)
	return err
}

func appendNew(list []term.PersonID, p term.PersonID) []term.PersonID {
	if slices.Contains(list, p) {
		return list
	}
	return append(list, p)
}

func (s *story) circulate(i *item) error {
	r, ok, err := s.try(i, s.who(i, "officer"), "circulation.open", circulation.OpenOne{Document: i.document, Readers: i.readers})
	if ok {
		i.circulation = term.CirculationID(r.Values["circulation"])
		for _, p := range i.readers {
			i.stops[p] = term.StopID(r.Values["stop."+string(p)])
		}
	}
	return err
}

// round is one reader: the copy goes out to him, he signs that he has read, it comes back.
func (s *story) round(i *item, n int, add func(*moment, func() error)) {
	r := i.Rounds[n]
	copyOf := func() (int, bool) { return n % max(len(i.copies), 1), len(i.copies) > 0 }
	// In a small office one person plays two parts; he reads once.
	reader := func() term.PersonID {
		who := s.cast.play(r.Reader, i.Envelope.Level)
		for _, earlier := range i.Rounds[:n] {
			if s.cast.play(earlier.Reader, i.Envelope.Level) == who {
				return ""
			}
		}
		return who
	}
	officer := s.who(i, "officer")
	add(&r.Out, func() error {
		c, ok := copyOf()
		if !ok || i.lost || reader() == "" {
			return nil
		}
		by := s.days[r.Out.day].At(17, 30)
		if r.ReturnBy != nil {
			by = s.at(*r.ReturnBy)
		}
		cmd := custody.HandOut{Copy: i.copies[c], To: reader(), CopyNo: i.numbers[c], ReturnBy: &by}
		var err error
		if cmd.Measures, err = s.measures(i, c, officer); err != nil {
			return err
		}
		_, _, err = s.try(i, officer, "custody.hand_out", cmd, self, signer{"giver", officer}, signer{"receiver", reader()})
		return err
	})
	add(r.Read, func() error {
		if i.lost || i.stops[reader()] == "" {
			return nil
		}
		now := s.clock.Now()
		_, _, err := s.try(i, reader(), "circulation.sign_read", circulation.SignRead{Stop: i.stops[reader()], ReadAt: &now}, self)
		return err
	})
	add(r.Back, func() error {
		c, ok := copyOf()
		if !ok || i.lost || reader() == "" {
			return nil
		}
		one, pages, attached := 1, i.Line.Pages, i.Line.Attachments
		cmd := custody.TakeBack{Copy: i.copies[c], CopiesBack: &one, PagesBack: &pages, AttachmentsBack: &attached, Checked: true, Cabinet: s.cast.cabinet(i.Envelope.Level), CopyNo: i.numbers[c]}
		_, _, err := s.try(i, officer, "custody.take_back", cmd, self, signer{"giver", reader()}, signer{"receiver", officer})
		return err
	})
}

// ends are an instruction and its feedback, the close of the circulation, the completion.
func (s *story) ends(i *item, add func(*moment, func() error)) {
	level := i.Envelope.Level
	if in := i.Instruct; in != nil {
		add(&in.At, func() error {
			due := s.at(in.Due)
			r, ok, err := s.try(i, s.cast.play(in.By, level), "document.instruct", document.Instruct{Document: i.document, Handler: s.cast.play(in.Handler, level), Due: &due, Text: in.Text}, self)
			if ok {
				i.instructions = append(i.instructions, term.InstructionID(r.Values["instruction"]))
			}
			return err
		})
	}
	if f := i.Feedback; f != nil {
		add(&f.At, func() error {
			if len(i.instructions) == 0 {
				return nil
			}
			_, _, err := s.try(i, s.cast.play(i.Instruct.Handler, level), "circulation.feedback", document.Feedback{Instruction: i.instructions[0], To: s.cast.play(i.Instruct.By, level), Text: f.Text})
			return err
		})
	}
	add(i.Close, func() error {
		_, _, err := s.try(i, s.who(i, "officer"), "circulation.close", circulation.Close{Circulation: i.circulation})
		return err
	})
	if c := i.Complete; c != nil {
		add(&c.At, func() error {
			_, _, err := s.try(i, s.who(i, "officer"), "document.complete", document.Complete{Document: i.document, Result: c.Result, Disposition: c.Disposition})
			return err
		})
	}
}

// measures signs the sheets that handing a secret copy out waits for, and gives the measures taken; none where no
// regulation asks.
func (s *story) measures(i *item, c int, officer term.PersonID) ([]string, error) {
	gates := s.cast.law.Gates("custody.hand_out")
	if len(gates) == 0 || !i.Envelope.Level.Classified() {
		return nil, nil
	}
	taken := []string{s.file.Measure}
	for _, sheet := range gates {
		cmd := custody.SignSheet{Sheet: sheet.Name, Copy: i.copies[c], Measures: taken, Lines: map[string]string{}}
		for _, line := range sheet.Picked(map[string]any{"measures": taken}) {
			cmd.Lines[line.Name] = "yes"
		}
		if _, _, err := s.try(i, officer, sheet.Signs, cmd, self); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// entrust gives the officers the deeds and acts that the regulations let entrust by name, where somebody holds the post.
func (s *story) entrust() error {
	e := &s.file.Entrust
	givers := s.cast.directory.Holders(e.Post)
	if len(givers) == 0 {
		return nil
	}
	var officers []term.PersonID
	for n := 1; ; n++ {
		p := s.cast.play(part{"officer", n}, term.Open)
		if p == "" {
			break
		}
		officers = append(officers, p)
	}
	from, to := s.days[e.At.day].String(), s.days[e.At.day].Add(e.Days).String()
	if deeds := s.cast.law.List("people.delegate.deeds"); len(deeds) > 0 {
		cmd := people.Delegate{Post: e.Post, Persons: officers, Deeds: deeds, AllItems: "yes", From: from, To: to}
		if _, _, err := s.try(nil, givers[0], "people.delegate", cmd, self); err != nil {
			return err
		}
	}
	if acts := s.cast.law.List("custody.designate.acts"); len(acts) > 0 {
		cmd := people.Designate{Persons: officers, Acts: acts, AllItems: "yes", From: from, To: to}
		if _, _, err := s.try(nil, givers[0], "custody.designate", cmd, self); err != nil {
			return err
		}
	}
	return nil
}

// others are the sheets of each evening but today's, a finding, a case, and one who passes his copy on, which is refused
// everywhere.
func (s *story) others(add func(*moment, func() error)) {
	f, c, l := &s.file.Finding, &s.file.Case, &s.file.Lateral
	one := func(role string) term.PersonID { return s.cast.play(part{role, 1}, term.Open) }
	for day := range storyDays {
		add(&moment{day: day, hour: 17, minute: 25}, s.evening)
	}
	add(&f.At, func() error {
		_, _, err := s.try(nil, one("inspector"), "inspection.find", inspection.Find{What: f.What, Place: f.Place, Owner: one("officer")}, self)
		return err
	})
	add(&c.At, func() error {
		cmd := incident.Open{Kind: c.Kind, What: c.What, PlaceType: c.PlaceType, DiscoveredAt: s.clock.Now(), Source: "self_found"}
		_, _, err := s.try(nil, one("officer"), "incident.open", cmd)
		return err
	})
	add(&l.At, func() error {
		i := s.items[l.Document]
		if i == nil || i.lost || len(i.copies) == 0 || len(i.Rounds) == 0 {
			return nil
		}
		n := len(i.Rounds) - 1
		holder, to := s.cast.play(i.Rounds[n].Reader, i.Envelope.Level), s.cast.play(l.To, i.Envelope.Level)
		return s.refused(holder, "custody.pass_on", custody.PassOn{Copy: i.copies[n%len(i.copies)], To: to}, signer{"giver", holder}, signer{"receiver", to})
	})
}

// refused does an act of which the refusal belongs to the story.
func (s *story) refused(by term.PersonID, name string, command any, signers ...signer) error {
	before := len(s.Missed)
	_, done, err := s.try(nil, by, name, command, signers...)
	if err == nil && !done {
		s.Missed = s.Missed[:before]
	}
	return err
}
