package e2e

import (
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// do does one act of a person through the desk, signed by himself as actor and by others as role, login, role, login …
// It is for what stands before a scene; what a scene is about is done in the browser.
func (o *office) do(login, name string, cmd any, others ...string) act.Receipt {
	o.t.Helper()
	sign := func(role, by string) act.Signature {
		return act.Signature{Role: role, Person: o.account(by).Person, Strength: identity.StrengthPIN, Terminal: "scene", At: o.Time.Now()}
	}
	a := o.account(login)
	q := act.Request{Act: name, Command: cmd, By: act.Actor{Account: o.accountID(a.Login), Person: a.Person, Terminal: "scene"}}
	q.Signatures = append(q.Signatures, sign("actor", login))
	for i := 0; i+1 < len(others); i += 2 {
		q.Signatures = append(q.Signatures, sign(others[i], others[i+1]))
	}
	r, err := o.Desk.Do(o.t.Context(), q)
	if err != nil {
		o.t.Fatalf("%s by %s: %v", name, login, err)
	}
	return r
}

func (o *office) accountID(login string) term.AccountID {
	o.t.Helper()
	var id term.AccountID
	o.read(func(tx *store.Tx) error {
		list, err := identity.Accounts.Select(tx, "WHERE login = $1", login)
		if len(list) == 1 {
			id = list[0].ID
		}
		return err
	})
	return id
}

func (o *office) read(fn func(tx *store.Tx) error) {
	o.t.Helper()
	if err := o.DB.Read(o.t.Context(), fn); err != nil {
		o.t.Fatal(err)
	}
}

// entries are the newest entries of the ledger with this outcome.
func (o *office) entries(outcome ledger.Outcome) (list []ledger.Entry) {
	o.t.Helper()
	o.read(func(tx *store.Tx) (err error) {
		list, err = o.Ledger.Find(tx, ledger.Filter{Outcome: outcome, Limit: 50})
		return err
	})
	return list
}

// item is a document of a scene.
type item struct {
	id     term.DocumentID
	copies []term.CopyID
	round  term.CirculationID
}

func (i item) path() string { return "/d/" + string(i.id) }

// coded is the code name under which the n-th document of a scene is kept.
func coded(n int) string { return fmt.Sprintf("丙字%d号", n) }

// registered takes in the n-th document of a scene, 机密, two copies of 12 pages with 2 attachments, in cabinet 1.
func (o *office) registered(n int) item {
	o.t.Helper()
	two, pages, attached, intact, now := 2, 12, 2, true, o.Time.Now()
	no := fmt.Sprintf("JT-%04d", n)
	e := o.do("officer", "document.accept", document.Accept{Channel: "courier", Courier: "机要交通员", CourierSignature: "paper", Envelopes: []document.EnvelopeLine{
		{No: no, Issuer: "某省主管厅", Level: term.Jimi, Urgency: "一般", Listed: 2, Counted: &two, SealIntact: &intact}}})
	r := o.do("officer", "document.register", document.Register{
		Envelope: term.EnvelopeID(e.Values["envelope."+no]), ReceivedAt: &now, Issuer: "某省主管厅", IssuerLimit: "本系统",
		DocNo: fmt.Sprintf("某厅〔2026〕%d号", n), CodeName: coded(n), Level: term.Jimi, Period: "10年", MarkText: "机密★10年", IssuedOn: "2026-11-20", Urgency: "一般",
		Copies: &two, CopyNos: []string{"000001", "000002"}, Pages: &pages, Attachments: &attached, Medium: "paper", ContentKinds: []string{"text"}, Channel: "courier", Signer: o.account("officer").Person,
	})
	i := item{id: term.DocumentID(r.Values["document"])}
	for _, name := range []string{"copy.1", "copy.2"} {
		id := term.CopyID(r.Values[name])
		o.do("officer", "custody.label", custody.LabelCopy{Copy: id})
		o.do("officer", "custody.place", custody.Put{Copy: id, Place: "cabinet-1"})
		i.copies = append(i.copies, id)
	}
	o.do("officer", "document.slip", document.MakeSlip{Document: i.id})
	return i
}

// circulating takes in a document that the leader and head_a are to read, and opens its circulation without an order.
func (o *office) circulating(n int) item {
	o.t.Helper()
	i := o.registered(n)
	readers := []term.PersonID{o.account("leader").Person, o.account("head_a").Person}
	o.do("office_director", "document.opine", document.Opine{Document: i.id, Text: "请阅。", Readers: readers})
	o.do("office_director", "document.scope", document.Scope{Document: i.id, Persons: readers, Level: term.Jimi, IssuerLimit: "本系统", Reason: "工作需要"})
	r := o.do("officer", "circulation.open", circulation.OpenOne{Document: i.id, Readers: readers, AnyOrder: true})
	i.round = term.CirculationID(r.Values["circulation"])
	return i
}

// out hands the n-th copy to a reader, to be back by the evening.
func (o *office) out(i item, n int, to string) {
	o.t.Helper()
	evening := o.Time.Now().Truncate(24 * time.Hour).Add(9*time.Hour + 30*time.Minute) // 17:30 in Asia/Shanghai
	o.do("officer", "custody.hand_out", custody.HandOut{Copy: i.copies[n-1], To: o.account(to).Person, CopyNo: fmt.Sprintf("%06d", n), ReturnBy: &evening},
		"giver", "officer", "receiver", to)
}
