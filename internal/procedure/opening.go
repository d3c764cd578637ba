package procedure

import (
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// opening is what bringing in a line looks at.
type opening struct {
	document.OpeningState
	numbers []term.CopyNo // of the copies of the same document that are in the books
	place   bool          // it is there
	at      custody.Place // that place
	before  bool          // its number of the old books is another carrier's
	used    bool          // its serial number is another carrier's
}

// custody.import brings in one line of the office's books from before the program: its item and its copies, where they lie.
// What the law asks of a copy that is put away is asked when it is put away here; a line says what is.
var _ = act.Define(ActImport, act.Act[document.Opening, opening, openingFacts]{
	Check:  document.CheckOpening,
	Load:   loadOpening,
	Within: true,
	Facts: func(s opening, o document.Opening, env act.Env) openingFacts {
		return openingFacts{document.FactsOfOpening(s.OpeningState, o, env), openingSigners(env)}
	},
	Warn: warnOfOpening,
	Decide: func(s opening, o document.Opening, env act.Env) (act.Changes, error) {
		d, changes, err := document.DecideOpening(s.OpeningState, o, env)
		if err != nil {
			return changes, err
		}
		if err := s.fits(o, env); err != nil {
			return act.Changes{}, err
		}
		var serials []string // one a piece: a number stands for one
		if o.SerialNo != "" && d.Copies == 1 {
			serials = []string{custody.SerialOf(o.SerialNo)}
		}
		copies, err := custody.Born(custody.Birth{
			Document: d.ID, Series: d.Series, Year: d.Year, No: d.No, Class: d.Class, Level: d.Level,
			Material: custody.Material{Medium: d.Medium, Form: o.Form, Serials: serials, Described: o.Described, Custodian: o.Custodian}, Pages: d.Pages, Attachments: d.Attachments, Numbers: o.CopyNos, Count: d.Copies, At: env.At,
		}, env)
		if err != nil {
			return act.Changes{}, err
		}
		lines, reached := stood(o, env).Stand(copies, env)
		born(&changes, copies)
		changes.Rows, changes.Targets = append(changes.Rows, lines...), append(changes.Targets, reached...)
		if o.Lost == "yes" { // it is the office's still: it comes in, and is looked for from now on
			for _, c := range copies {
				changes.Then = append(changes.Then, act.Follow{Act: "custody.report_missing", Command: custody.ReportMissing{Copy: c.ID}})
			}
		}
		return changes, nil
	},
})

// stood is how the copies of a line stand. What the officer has himself is where the office keeps it.
func stood(o document.Opening, env act.Env) custody.Opening {
	b := custody.Opening{Place: o.Place, Holder: o.Holder, Since: o.LentOn}
	if o.Holder == env.Actor.Person {
		b.Holder, b.Since = "", ""
	}
	if o.Book == document.BookCarriers {
		b.OldNo = o.Number
	}
	if o.ReturnBy != "" && b.Holder != "" {
		b.Due, _ = calendar.ParseDate(o.ReturnBy) // looked at by the check of the line
	}
	return b
}

// warnOfOpening tells what stands badly in the old book and is brought in as it stands: what lies where the law would have nothing
// lie, what is late, and who is named and has left.
func warnOfOpening(s opening, o document.Opening, env act.Env, ask act.Asking) (out []refuse.FieldError, err error) {
	add := func(field, code string) { out = append(out, refuse.FieldError{Field: field, Code: code}) }
	how := stood(o, env)
	if o.Book == document.BookIncoming && o.Issuer == "" { // of a secret the check asks for it
		add("issuer", "not_said")
	}
	if o.Lost == "yes" {
		add("state", "lost")
	}
	if s.place && o.Lost == "" {
		against, err := custody.Resting{
			Item: document.FactsOfOpening(s.OpeningState, o, env).Item, Medium: o.Medium, Custodian: o.Custodian, Holder: how.Holder, Issuer: o.Issuer, Year: s.Year,
		}.Against(s.at, env, ask)
		if err != nil {
			return nil, err
		}
		if len(against) > 0 {
			out = append(out, refuse.FieldError{Field: "place", Code: "ill_placed", Args: map[string]string{"place": s.at.Name}, Clauses: against})
		}
	}
	if how.Due != (calendar.Date{}) && !env.At.Before(how.Due.Add(1).Start()) {
		add("return_by", "overdue")
	}
	if how.Since != "" && how.Since < o.ReceivedOn {
		add("lent_on", "before_received")
	}
	if how.Holder != "" && env.Person(how.Holder).Left {
		add("holder", "has_left")
	}
	if o.Custodian != "" && env.Person(o.Custodian).Left {
		add("custodian", "has_left")
	}
	return out, nil
}

// openingFacts are those of a line that is registered, and whose signatures count.
type openingFacts struct {
	document.RegisterFacts
	signs map[string]term.PersonID
}

// SignsFor says whose signature a role is: the officer's who brings the books in, and that of one who holds the post of the
// same name as the other role.
func (f openingFacts) SignsFor() map[string]term.PersonID { return f.signs }

func openingSigners(env act.Env) map[string]term.PersonID {
	out := map[string]term.PersonID{"officer": env.Actor.Person, OpeningDirector: ""}
	for _, s := range env.Signatures {
		if s.Role == OpeningDirector && slices.Contains(env.People.Holders("base/"+OpeningDirector), s.Person) {
			out[OpeningDirector] = s.Person
		}
	}
	return out
}

// OpeningDirector is the second role of the table of functions; its signer holds the post of that name.
const OpeningDirector = "office_director"

func loadOpening(tx *act.Tx, o document.Opening) (s opening, err error) {
	if s.OpeningState, err = document.LoadOpening(tx, o); err != nil || s.Before != nil {
		return s, err
	}
	for _, id := range s.Same {
		list, err := custody.Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(id))
		if err != nil {
			return s, fmt.Errorf("read the copies of the same document: %w", err)
		}
		for _, c := range list {
			s.numbers = append(s.numbers, c.CopyNo)
		}
	}
	if o.Place != "" {
		if s.at, s.place, err = custody.Located(tx.Tx, o.Place); err != nil {
			return s, fmt.Errorf("look for the place: %w", err)
		}
	}
	if o.Book == document.BookCarriers && o.Number != "" {
		if s.before, err = custody.KnownBefore(tx.Tx, o.Number, s.Year); err != nil {
			return s, fmt.Errorf("look for a number of the old books: %w", err)
		}
	}
	if o.SerialNo != "" && custody.OneOfItsNumber(o.Medium) {
		if s.used, err = custody.SerialInUse(tx.Tx, []string{o.SerialNo}); err != nil {
			return s, fmt.Errorf("look for a serial number: %w", err)
		}
	}
	return s, nil
}

// fits holds a line against what is in the books: a document twice is other copies of it, each with its number.
func (s opening) fits(o document.Opening, env act.Env) error {
	var bad refuse.Invalid
	add := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	if len(s.Same) > 0 && len(o.CopyNos) == 0 && o.SerialNo == "" {
		add("doc_no", "registered_before")
	}
	for _, no := range o.CopyNos {
		if n, err := term.ParseCopyNo(no); err == nil && slices.Contains(s.numbers, n) {
			add("copy_nos", "copy_no_taken")
			break
		}
	}
	if o.SerialNo != "" && o.Copies != nil && *o.Copies > 1 {
		add("serial_no", "not_as_many")
	}
	if s.used {
		add("serial_no", serialInUse)
	}
	if o.Place != "" && !s.place {
		add("place", "unknown_place")
	}
	if s.before {
		add("number", "number_taken")
	}
	if o.Holder != "" && env.People.Name(o.Holder) == "" {
		add("holder", "unknown_person")
	}
	if o.Custodian != "" && env.People.Name(o.Custodian) == "" {
		add("custodian", "unknown_person")
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}
