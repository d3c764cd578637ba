package procedure_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// shut reports whether the table of functions keeps somebody from an act, whatever else the law says of it.
func shut(err error) bool {
	var refusal *refuse.Refusal
	return errors.As(err, &refusal) && slices.ContainsFunc(refusal.Violations, func(v refuse.Violation) bool {
		return strings.HasPrefix(v.Rule, "base/function/") && !strings.Contains(v.Rule, "#")
	})
}

// A company's head entrusts what belongs to the company's secrets. In an office that also keeps the state's, neither he nor
// whom he has delegated or designated may do anything more with those.
func TestWhatACompanyEntrustsOpensNothingOfTheState(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	for _, pack := range []string{"bureau", "district"} {
		t.Run(pack, func(t *testing.T) {
			peopletest.Each(t, "company", func(w *peopletest.World) {
				state, company := bothRegimes(w, pack)
				for name, more := range map[string]map[string]any{
					"custody.place": {"place": "safe-1"}, "custody.move": {"place": "safe-1"}, "custody.consult": {"to": "keeper2", "place": "reading-room"},
					"custody.hand_out": {"to": "keeper2"}, "custody.take_back": {"cabinet": "safe-1"}, "custody.lend": {"to": "keeper2"},
					"document.despatch": {"channel": "in_person"}, "document.print_run": {"copies": 1, "pages": 1}, "disposal.destroy": {"method": "shred"},
					"custody.stage": {"stage": "开发"},
				} {
					for _, by := range []term.PersonID{"designer", "gm"} {
						if name == "custody.stage" && by == "gm" {
							continue // of no designated unit
						}
						_, err := w.Try(by, name, state.asked(w, more))
						_, other := w.Try(by, name, company.asked(w, more))
						if !shut(err) || shut(other) {
							w.T.Errorf("%s by %s: of the state's %v, of the company's %v", name, by, err, other)
						}
					}
				}
			})
		})
	}
}

// What stands in a box goes with it, and is not named one by one: of another regime, or on no list, it stays.
func TestABoxIsMovedOnlyByWhoMayMoveAllOfIt(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	peopletest.Each(t, "company", func(w *peopletest.World) {
		state, company := bothRegimes(w, "bureau")
		w.Do("gm", "people.delegate", people.Delegate{Post: "company/gm", Persons: []term.PersonID{"branch"}, Deeds: []string{"保存"}, Items: []term.DocumentID{company.document}, From: "2026-03-02", To: "2026-12-31"})
		for _, id := range []term.PlaceID{"box-1", "box-2"} {
			w.Must(act.Request{Act: "custody.create_place", Command: custody.CreatePlace{ID: id, Name: string(id), Kind: "box", Inside: "safe-1"}, By: act.System()})
		}
		w.Do("keeper", "custody.place", custody.Put{Copy: company.copy, Place: "box-1"})
		move := custody.Move{Box: "box-1", Place: "cabinet-1"}
		if _, err := w.Try("designer", "custody.move", move); shut(err) {
			w.T.Errorf("a box of the company's by who is delegated for all: %v", err)
		}
		if _, err := w.Try("branch", "custody.move", custody.Move{Copy: company.copy, Place: "safe-1"}); shut(err) {
			w.T.Errorf("the one copy by who is delegated for it: %v", err)
		}
		w.Do("keeper", "custody.place", custody.Put{Copy: company.copy, Place: "box-1"})
		if _, err := w.Try("branch", "custody.move", move); !shut(err) {
			w.T.Errorf("a box of it by who is delegated for one item: %v", err)
		}
		w.Do("keeper", "custody.place", custody.Put{Copy: state.copy, Place: "box-1"})
		if _, err := w.Try("designer", "custody.move", move); !shut(err) {
			w.T.Errorf("a box with one of the state's: %v", err)
		}
		two := procedure.Compile{Sources: []procedure.CompiledOf{{Copy: state.copy}, {Copy: company.copy}}, Title: "汇编"}
		two.Purpose = "存档"
		_, err := w.Try("keeper", "custody.compile", two)
		var refusal *refuse.Refusal
		if !errors.As(err, &refusal) && peopletest.Answer(err) != "sources.1.copy=of_another_regime" {
			w.T.Errorf("bound together: %v", err)
		}
	})
}

type both struct {
	document term.DocumentID
	copy     term.CopyID
}

// bothRegimes gives an item of the state and one of the company in an office that has adopted a pack for either, where
// designer is delegated for every deed and his unit designated for every stage.
func bothRegimes(w *peopletest.World, pack string) (state, company both) {
	w.T.Helper()
	w.Desk.Secrets = secrets{}
	for _, p := range w.Setup.Places {
		w.Must(act.Request{Act: "custody.create_place", Command: procedure.PlaceOf(p), By: act.System()})
	}
	w.Do("gm", "people.adopt", people.Adopt{Pack: pack, Version: "1", Basis: "b", Digest: "d", InForceFrom: "2026-03-02", Units: []string{"bureau_own"}})
	deeds := []string{"制作", "收发", "传递", "使用", "复制", "摘抄", "保存", "销毁"}
	w.Do("gm", "people.delegate", people.Delegate{Post: "company/gm", Persons: []term.PersonID{"keeper", "designer"}, Deeds: deeds, AllItems: "yes", From: "2026-03-02", To: "2026-12-31"})
	w.Do("gm", "custody.designate", people.Designate{Persons: []term.PersonID{"keeper", "designer", "gm"}, Acts: []string{"收发", "传递", "外出携带"}, AllItems: "yes", From: "2026-03-02", To: "2026-12-31"})
	w.Do("gm", "custody.designate", people.Designate{Unit: "design", Stages: []string{"开发"}, AllItems: "yes", From: "2026-03-02"})
	item := func(no, mark, period string) both {
		whole, at := true, peopletest.Monday
		in := w.Do("keeper", "document.accept", document.Accept{Channel: "courier", Courier: "机要交通员", CourierSignature: "paper", Envelopes: []document.EnvelopeLine{
			{No: no, Issuer: "某处", Level: term.Mimi, Urgency: term.Ordinary, Listed: 1, Counted: n(1), SealIntact: &whole}}})
		r := w.Do("keeper", "document.register", document.Register{
			Envelope: term.EnvelopeID(in.Values["envelope."+no]), ReceivedAt: &at, Issuer: "某处", DocNo: no, Title: no, DocumentKind: "其他", Level: term.Mimi,
			Period: period, IssuedOn: "2026-03-01", MarkText: mark, Urgency: term.Ordinary, Copies: n(1), CopyNos: []string{"000001"}, Pages: n(1), Attachments: n(0),
			Medium: "object", Described: "样衣", Channel: "courier", Signer: "keeper",
		})
		i := both{term.DocumentID(r.Subject), term.CopyID(r.Values["copy.1"])}
		w.Do("office_director", "document.scope", document.Scope{Document: i.document, Persons: []term.PersonID{"gm", "keeper", "keeper2", "designer", "branch"}, Level: term.Mimi, IssuerLimit: "无", Reason: "工作需要"})
		return i
	}
	return item("S-1", "秘密★10年", "10年"), item("C-1", "公司秘密", "2026-12-31")
}

// asked are the arguments of an act on the item: those that the act takes.
func (i both) asked(w *peopletest.World, more map[string]any) json.RawMessage {
	w.T.Helper()
	fields := maps.Clone(more)
	fields["copy"] = i.copy
	if more["channel"] != nil || more["copies"] != nil {
		delete(fields, "copy")
		fields["document"] = i.document
	}
	if more["channel"] != nil {
		fields["copies"] = []term.CopyID{i.copy}
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		w.T.Fatal(err)
	}
	return raw
}
