package document

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Correct puts a clerk's mistake right (划线更正): the old value stays visible beside the new one.
type Correct struct {
	Document term.DocumentID `json:"document" req:"true"`
	Field    string          `json:"field" req:"true" in:"correctable"`
	Value    string          `json:"value" secret:"true" max:"400"`
	Reason   string          `json:"reason" req:"true" secret:"true"`
	Again    bool            `json:"again"` // another line bears the same number, and that is right
}

type correctState struct {
	loaded
	old   string
	cover Envelope // what was recorded at the receipt
	same  bool     // another line bears the number already
	read  bool     // nobody reads it any more: its circulation is closed, or its opinion names no reader
}

// correctFacts are what the law may look at of a correction: the line as corrected, beside the urgency it had.
type correctFacts struct {
	itemFacts
	TitleGiven bool   `fact:"title_given"` // the correction sets a title, or leaves it as the item's only name
	UrgencyWas string `fact:"urgency_was"`
}

func (s correctState) facts(cmd Correct, env act.Env) correctFacts {
	f := correctFacts{itemFacts: s.loaded.facts(env), UrgencyWas: string(s.doc.Urgency)}
	if s.doc.RegisteredBy != "" && s.doc.RegisteredBy == env.Actor.Person {
		f.relations = append(f.relations, "own") // he made the line
	}
	switch cmd.Field {
	case "title":
		f.TitleGiven = strings.TrimSpace(cmd.Value) != ""
	case "code_name":
		f.TitleGiven = strings.TrimSpace(cmd.Value) == "" && !s.doc.Title.Empty()
	case "urgency":
		if u, err := term.ParseUrgency(cmd.Value); err == nil {
			f.Urgency = string(u)
		}
	}
	return f
}

var _ = act.Define("document.correct", act.Act[Correct, correctState, correctFacts]{
	Live: true,
	Check: func(cmd Correct) error { // as long as it may be when it is registered, no longer
		if n := act.Bound(reflect.TypeFor[Register](), cmd.Field); n > 0 && utf8.RuneCountInString(cmd.Value) > n {
			return &refuse.Invalid{Fields: []refuse.FieldError{{Field: "value", Code: "too_long", Args: map[string]string{"max": strconv.Itoa(n)}}}}
		}
		return nil
	},
	Load:   loadCorrect,
	Knows:  func(s correctState, _ Correct, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s correctState, _ Correct) []act.Event { return s.registered() },
	Facts:  func(s correctState, cmd Correct, env act.Env) correctFacts { return s.facts(cmd, env) },
	Decide: decideCorrect,
})

func loadCorrect(tx *act.Tx, cmd Correct) (correctState, error) {
	l, err := load(tx, cmd.Document)
	if err != nil {
		return correctState{}, err
	}
	s := correctState{loaded: l}
	old, err := Line(tx.Tx, l.doc)
	if err != nil {
		return s, err
	}
	s.old = old[cmd.Field]
	if l.doc.Envelope != "" {
		if s.cover, err = Envelopes.Get(tx.Tx, l.doc.Envelope); err != nil {
			return s, fmt.Errorf("read the envelope of a line: %w", err)
		}
	}
	if cmd.Field == "doc_no" && !cmd.Again {
		if _, err := term.NormalizeDocNumber(cmd.Value); err == nil { // what is no number is answered as such
			if s.same, err = usedBefore(tx, cmd.Value, l.doc.ID); err != nil {
				return s, err
			}
		}
	}
	if s.read, err = rounds.Over(tx.Tx, l.doc.ID); err != nil || s.read {
		return s, err
	}
	o, ok, err := opinionInForce(tx.Tx, l.doc.ID)
	s.read = ok && len(o.Readers)+len(o.Units) == 0
	return s, err
}

func decideCorrect(s correctState, cmd Correct, env act.Env) (act.Changes, error) {
	if cmd.Reason == "" {
		return act.Changes{}, refuse.Field("reason", "required")
	}
	next, value, err := corrected(s.doc, cmd, env)
	if err != nil {
		return act.Changes{}, err
	}
	if value == s.old {
		return act.Changes{}, refuse.Field("value", "unchanged")
	}
	if s.same {
		return act.Changes{}, refuse.Field("value", "registered_before")
	}
	n := Note{
		ID: env.ID(), Kind: "correct", Document: s.doc.ID, Field: cmd.Field, Old: store.Plain(s.old), New: store.Plain(value),
		Reason: store.Plain(cmd.Reason), By: env.Actor.Person, At: env.At,
	}
	c := act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Documents.Update(s.doc, next), Notes.Insert(n)}}
	if next.Urgency != s.doc.Urgency {
		if s.cover.presses(next.Urgency) {
			return c, refuse.Field("value", "below_the_cover")
		}
		if !s.read { // its clock is another one now, and runs from the receipt like the one before
			c.Targets = append(c.Targets, fromReceipt(next))
		}
	}
	return c, nil
}

// corrected sets one field of the line, and says how the line spells it. Level, period and scope are not a clerk's to
// correct: they have acts of their own.
func corrected(d Document, cmd Correct, env act.Env) (Document, string, error) {
	value := strings.TrimSpace(cmd.Value)
	switch cmd.Field {
	case "title":
		d.Title = store.Plain(value)
	case "code_name":
		d.CodeName = store.Plain(value)
	case "issuer":
		if value == "" { // whatever was wrong with it, it came from somewhere
			return d, "", refuse.Field("value", "required")
		}
		d.Issuer = store.Plain(value)
	case "notes":
		d.Notes = store.Plain(value)
	case "doc_no":
		n, err := term.NormalizeDocNumber(value)
		if err != nil {
			return d, "", refuse.Field("value", "bad_format")
		}
		value = string(n)
		d.DocNo = store.Plain(value)
		if d.DocNoToken, err = docNoToken(env, value); err != nil {
			return d, "", err
		}
	case "urgency":
		u, err := term.ParseUrgency(value)
		if err != nil || value == "" {
			return d, "", refuse.Field("value", "not_in_list")
		}
		d.Urgency = u
	case "pages", "attachments":
		n, err := strconv.Atoi(width.Narrow.String(value))
		if err != nil || n < 0 || n > 9999 {
			return d, "", refuse.Field("value", "out_of_range")
		}
		value = strconv.Itoa(n)
		if cmd.Field == "attachments" {
			d.Attachments = n
			break
		}
		if pageless(d.Medium, &n) {
			return d, "", refuse.Field("value", "no_pages")
		}
		d.Pages = n
	default:
		return d, "", refuse.Field("field", "not_in_list")
	}
	if d.Title.Empty() && d.CodeName.Empty() {
		return d, "", refuse.Field("value", "required")
	}
	return d, value, nil
}
