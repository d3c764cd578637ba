package document

import (
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Readdress lets a document that was signed off go to one recipient more (加发): who may sign it off allows it, and says why. It goes
// to nobody else.
type Readdress struct {
	Document term.DocumentID `json:"document" req:"true"`
	CopyTo   string          `json:"copy_to" req:"true" secret:"true" max:"60"` // one, by its name
	Reason   string          `json:"reason" req:"true" secret:"true" max:"200"`
}

type readdressing struct {
	issuing
	to []string // whom it is for so far
}

var _ = act.Define("document.readdress", act.Act[Readdress, readdressing, itemFacts]{
	Live: true,
	Load: func(tx *act.Tx, cmd Readdress) (readdressing, error) {
		i, err := loadIssuing(tx, cmd.Document)
		if err != nil {
			return readdressing{}, err
		}
		s := readdressing{issuing: i}
		if s.to, _, err = Addressees(tx.Tx, cmd.Document); err != nil || i.out.ID == "" {
			return s, err
		}
		err = Outgoings.Reveal(tx.Tx, &s.out, "copy_to")
		return s, err
	},
	Knows:  func(s readdressing, _ Readdress, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s readdressing, _ Readdress) []act.Event { return s.events()[:4] },
	Facts:  func(s readdressing, _ Readdress, env act.Env) itemFacts { return s.facts(env) },
	Decide: decideReaddress,
})

func decideReaddress(s readdressing, cmd Readdress, env act.Env) (act.Changes, error) {
	name := strings.TrimSpace(cmd.CopyTo)
	switch {
	case !s.doc.Drafted():
		return act.Changes{}, refuse.Field("document", "not_own")
	case s.doc.State == Voided:
		return act.Changes{}, &refuse.Conflict{Table: "document", Key: string(s.doc.ID)}
	case s.out.SignedOffAt.IsZero():
		return act.Changes{}, refuse.ForNow("document", "not_signed_off")
	case name == "":
		return act.Changes{}, refuse.Field("copy_to", "required")
	case len(addressees(name)) != 1:
		return act.Changes{}, refuse.Field("copy_to", "one_each")
	case slices.Contains(s.to, name):
		return act.Changes{}, refuse.Field("copy_to", "twice")
	case strings.TrimSpace(cmd.Reason) == "":
		return act.Changes{}, refuse.Field("reason", "required")
	}
	was, err := text(s.out.CopyTo)
	if err != nil {
		return act.Changes{}, err
	}
	is := name
	if was != "" {
		is = was + "、" + name
	}
	out := s.out
	out.CopyTo = store.Plain(is)
	n := Note{
		ID: env.ID(), Kind: "correct", Document: s.doc.ID, Field: "copy_to", Old: store.Plain(was), New: store.Plain(is), Reason: store.Plain(strings.TrimSpace(cmd.Reason)),
		By: env.Actor.Person, At: env.At,
	}
	return act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Outgoings.Update(s.out, out), Notes.Insert(n)}}, nil
}

// addressees are the parts of a text that names recipients.
func addressees(all string) []string {
	var list []string
	for name := range strings.FieldsFuncSeq(all, func(r rune) bool { return strings.ContainsRune("、，,;；。\n", r) }) {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}
