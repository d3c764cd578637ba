package custody

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// address is what is looked up of a copy about to leave the house: whom its document is for, and who has had the envelope.
type address struct {
	own  bool      // the office wrote the document
	to   []string  // of such a one, its recipients (主送、抄送) as they were let go out; of what came in, its issuer
	last *envelope // the envelope of this number that went out last this year; nil: none
}

// envelope is whom a numbered envelope went to.
type envelope struct {
	to   term.PersonID
	name string
}

// loadAddress looks up what a sending is held against.
func loadAddress(tx *act.Tx, document term.DocumentID, envelopeNo string) (o address, err error) {
	if o.to, o.own, err = links.Addressees(tx.Tx, document); err != nil {
		return o, fmt.Errorf("find whom a document is for: %w", err)
	}
	if envelopeNo = strings.TrimSpace(envelopeNo); envelopeNo == "" {
		return o, nil
	}
	year := calendar.Date{Year: tx.Env.At.In(calendar.Zone).Year(), Month: time.January, Day: 1}.Start() // numbers begin anew each year
	s, ok, err := Sendings.One(tx.Tx, "WHERE envelope_no = $1 AND sent_at >= $2 ORDER BY sent_at DESC, id DESC LIMIT 1", envelopeNo, year.UnixMilli())
	if err != nil || !ok {
		return o, err
	}
	if err := Sendings.Reveal(tx.Tx, &s); err != nil {
		return o, fmt.Errorf("open whom an envelope went to: %w", err)
	}
	name, err := s.Recipient.Text()
	if err != nil || s.Recipient.Shredded() { // gone with the document: nothing to hold it against
		return o, err
	}
	line, err := HandOvers.Get(tx.Tx, s.ID)
	o.last = &envelope{to: line.Receiver, name: strings.TrimSpace(name)}
	return o, err
}

// AddresseesOf gives whom a document of the office's own is for. Who calls it has found the document for the viewer.
func AddresseesOf(tx *store.Tx, document term.DocumentID) ([]string, error) {
	to, _, err := links.Addressees(tx, document)
	return to, err
}

// wrong answers a sending to somebody for whom the document is not, and one in an envelope that has gone to somebody else.
func (o address) wrong(cmd Send, env act.Env) error {
	name := strings.TrimSpace(cmd.Recipient)
	if o.own && len(env.Allowed) == 0 && !o.mayBeFor(name, env.People.Name(cmd.To)) {
		return refuse.Field("recipient", "not_addressed")
	}
	if l := o.last; l != nil && (l.to != cmd.To || l.name != name) {
		return refuse.Field("envelope_no", "other_recipient")
	}
	return nil
}

// isFor reports whether a document is for a recipient, or goes back to its issuer by him: one that is named, or one of a kind that
// is named together (各乡镇). A name that only begins alike may be anybody's.
func (o address) isFor(recipient string) bool {
	recipient = strings.TrimSpace(recipient)
	return recipient != "" && slices.ContainsFunc(o.to, func(to string) bool {
		kind, each := strings.CutPrefix(to, "各")
		return recipient == to || each && kind != "" && strings.HasSuffix(recipient, kind)
	})
}

// mayBeFor reports whether one of some names could be meant: somebody in the house of a recipient (某局办公室), or one of those who are
// named together and whom no program can tell apart (有关单位). Of a secret the law wants isFor, or leave.
func (o address) mayBeFor(names ...string) bool {
	return slices.ContainsFunc(o.to, func(to string) bool {
		return slices.ContainsFunc([]string{"各", "有关", "所属", "全体"}, func(many string) bool { return strings.Contains(to, many) }) ||
			slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, to) })
	})
}

// names are the parts of a text that names several.
func names(text string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("、，,;；", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
