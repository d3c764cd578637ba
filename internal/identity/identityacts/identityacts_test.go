package identityacts

import (
	"encoding/json"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/regulations"
)

func TestEveryTryIsAnEntry(t *testing.T) {
	each(t, "", func(w *world) {
		officer := w.who["officer"]
		if e := w.tape.entries[3]; e.Act != ActSignIn || e.Actor != "officer" || e.Subject != string(officer.account.ID) ||
			e.Outcome != ledger.Done || e.Terminal != string(officer.terminal) || len(e.Rows) != 1 || e.Rows[0].Table != "sign_in" {
			w.t.Errorf("sign-in recorded as %+v", e)
		}
		if _, err := w.in(officer, "wrong"); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Fatal(err)
		}
		if e := w.last(); e.Actor != "" || e.Subject != string(officer.account.ID) || !strings.Contains(string(e.Args), identity.Wrong) {
			w.t.Errorf("failure recorded as %+v", e)
		}
		n := len(w.tape.entries)
		_, _, err := w.gate.SignIn(ctx, identity.SignIn{Login: "typed-a-secret", Password: "x", Terminal: officer.terminal})
		if !errors.Is(err, refuse.ErrUnauthenticated) || len(w.tape.entries) != n+1 {
			w.t.Fatalf("unknown name: %v, %d entries", err, len(w.tape.entries)-n)
		}
		if e := w.last(); e.Subject != "" || e.Actor != "" || len(e.Rows) != 0 || strings.Contains(string(e.Args)+string(e.Facts), "typed-a-secret") {
			w.t.Errorf("unknown name recorded as %+v", e)
		}
		// Nobody makes such an entry himself, in any spelling.
		for _, by := range []string{"sys", "officer"} {
			err = w.do(by, ActSignIn, SignIn{Account: officer.account.ID, Purpose: identity.ForSignIn, Result: identity.Done})
			w.invalid("a forged sign-in", err, "account", "not_here")
			err = w.do(by, ActSignIn, json.RawMessage(`{"account":"`+string(officer.account.ID)+`","result":"done"}`))
			w.invalid("the same as JSON", err, "account", "not_here")
		}
		err = w.do("sys", ActSignIn, json.RawMessage(`{"tried":true,"opened":{"ID":"x"}}`))
		w.invalid("members that JSON does not fill", err, "tried", "unknown_field")
	})
}

func TestMakingAnAccount(t *testing.T) {
	each(t, "", func(w *world) {
		r := w.prepared("sys", ActAccountCreate, `{"login":"Fresh","person":"fresh"}`)
		w.refused("without a signature", w.do("sys", ActAccountCreate, r.Command), "L-0")
		w.refused("by the officer", w.do("officer", ActAccountCreate, r.Command, "actor:officer"), "L-0", "L-26")
		w.done("by sys_admin", w.do("sys", ActAccountCreate, r.Command, "actor:sys"))
		tables := []string{}
		for _, row := range w.last().Rows {
			tables = append(tables, row.Table)
		}
		if !slices.Equal(tables, []string{"account", "credential"}) {
			w.t.Errorf("wrote %v", tables)
		}
		for _, secret := range []string{r.Plain.Password, r.Plain.PIN, r.Plain.Secret, r.Plain.Codes[0]} {
			if strings.Contains(string(w.last().Args)+string(w.last().Facts), secret) {
				w.t.Error("a secret stands in the entry")
			}
		}
		fresh := &person{account: r.Command.(AccountCreate).Issued.Account, plain: *r.Plain, terminal: w.who["sys"].terminal}
		if s, err := w.in(fresh, r.Plain.Password); err != nil || !s.MustChange || len(s.Actor.Admin) != 0 || s.Actor.Person != "fresh" {
			w.t.Errorf("the new account signs in: %+v %v", s.Actor, err)
		}

		again := func(raw string) error {
			return w.do("sys", ActAccountCreate, w.prepared("sys", ActAccountCreate, raw).Command, "actor:sys")
		}
		w.invalid("the same name", again(`{"login":"ＦＲＥＳＨ"}`), "login", "taken")
		w.invalid("the same person", again(`{"login":"other","person":"fresh"}`), "person", "taken")
		w.invalid("an unknown person", again(`{"login":"other","person":"ghost"}`), "person", "unknown")
		w.invalid("secrets not made", w.do("sys", ActAccountCreate, json.RawMessage(`{"login":"other"}`), "actor:sys"), "login", "not_prepared")
		w.invalid("a Cyrillic letter", w.do("sys", ActAccountCreate, json.RawMessage(`{"login":"оfficer"}`), "actor:sys"), "login", "not_ascii")
		smuggled := w.prepared("sys", ActAccountCreate, `{"login":"other"}`).Command.(AccountCreate)
		smuggled.Issued.Account.Roles = []string{identity.AuditAdmin}
		w.invalid("a role smuggled in", w.do("sys", ActAccountCreate, smuggled, "actor:sys"), "login", "not_prepared")
		if r := w.prepared("officer", ActAccountCreate, `{"login":"other"}`); r.Plain != nil {
			w.t.Error("secrets were made for one who may not make an account")
		}
	})
}

func TestTheThreeAdministratorsStayThree(t *testing.T) {
	rules, err := fs.ReadFile(regulations.FS, "base/rules.cedar")
	if err != nil {
		t.Fatal(err)
	}
	each(t, string(rules), func(w *world) {
		id := func(login string) term.AccountID { return w.who[login].account.ID }
		grant := func(by, to, role string, signers ...string) error {
			return w.do(by, ActGrantRole, GrantRole{Account: id(to), Role: role}, signers...)
		}
		all := []string{"proposer:sys", "confirmer:sec", "head:head"}
		w.refused("audit_admin for sys_admin", grant("sec", "sys", identity.AuditAdmin, "proposer:sec", "confirmer:sec", "head:head"), "L-26")
		w.refused("confirmed by the proposer", grant("sys", "spare", identity.AuditAdmin, "proposer:sys", "confirmer:sys", "head:head"), "L-26")
		w.refused("without unit_head", grant("sys", "spare", identity.AuditAdmin, all[:2]...), "L-26")
		w.refused("beside a business post", grant("sys", "officer", identity.AuditAdmin, all...), "L-26")
		w.refused("proposed by another than the actor", grant("sec", "spare", identity.AuditAdmin, all...), "L-26")
		w.refused("confirmed by nobody of the two", grant("sys", "spare", identity.AuditAdmin, "proposer:sys", "confirmer:officer", "head:head"), "L-26")
		w.refused("by the officer", grant("officer", "spare", identity.AuditAdmin, "proposer:officer", "confirmer:sec", "head:head"), "L-26")
		w.refused("for who confirms", grant("sys", "sec", identity.SysAdmin, all...), "L-26")
		w.done("for a fresh account", grant("sys", "spare", identity.AuditAdmin, all...))
		w.invalid("again", grant("sys", "spare", identity.AuditAdmin, all...), "role", "held")
		w.invalid("no such role", grant("sys", "spare", "root", all...), "role", "not_in_list")
		p, err := w.gate.Session(ctx, w.who["spare"].session.Token, w.who["spare"].terminal)
		if err != nil || !slices.Equal(p.Actor.Admin, []string{identity.AuditAdmin}) {
			w.t.Errorf("the open session has %v: %v", p.Actor.Admin, err)
		}
		w.done("taken away", w.do("sys", ActGrantRole, GrantRole{Account: id("spare"), Role: identity.AuditAdmin, Take: true}, all...))
		w.refused("switching the log off", w.do("sys", ActSwitchOff, SwitchOff{What: "audit_log"}), "L-26")
		if got := w.last().Outcome; got != ledger.Refused {
			w.t.Errorf("recorded as %v", got)
		}
	})
	each(t, "", func(w *world) {
		w.invalid("no switch even without the rule", w.do("sys", ActSwitchOff, SwitchOff{What: "audit_log"}), "what", "impossible")
	})
}

func TestFreshSecretsEndWhatTheOldOnesOpened(t *testing.T) {
	each(t, "", func(w *world) {
		officer := w.who["officer"]
		reset := func(by, what string, signers ...string) (Ready, error) {
			w.t.Helper()
			r := w.prepared(by, ActReset, `{"account":"`+string(officer.account.ID)+`","what":"`+what+`","reason":"lost"}`)
			return r, w.do(by, ActReset, r.Command, signers...)
		}
		_, err := reset("sys", ResetAll, "actor:sys")
		w.refused("by sys_admin", err, "L-0")
		_, err = reset("officer", ResetAll, "actor:officer")
		w.refused("by himself", err, "L-0", "L-26")
		_, err = reset("sec", "everything", "actor:sec")
		w.invalid("no such part", err, "what", "not_in_list")

		r, err := reset("sec", ResetCodes, "actor:sec")
		w.done("the printed list", err)
		if r.Plain.Password != "" || r.Plain.PIN != "" || r.Plain.Secret != "" || len(r.Plain.Codes) != 20 {
			w.t.Error("more was given out than put in force")
		}
		if _, err := w.gate.Session(ctx, officer.session.Token, officer.terminal); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Errorf("the old session: %v", err)
		}
		if _, err := w.in(officer, officer.plain.Password); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Errorf("the old list: %v", err)
		}
		officer.plain.Codes, officer.lines = r.Plain.Codes, 0
		if officer.session, err = w.in(officer, officer.plain.Password); err != nil {
			w.t.Fatalf("the new list, from its first line: %v", err)
		}

		r, err = reset("sec", ResetAll, "actor:sec")
		w.done("everything", err)
		old := officer.plain.Password
		officer.plain, officer.lines = *r.Plain, 0
		if _, err := w.in(officer, old); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Errorf("the old password: %v", err)
		}
		if s, err := w.in(officer, r.Plain.Password); err != nil || !s.MustChange {
			w.t.Errorf("the new one: %+v %v", s, err)
		}
		err = w.do("sec", ActReset, w.prepared("sec", ActReset, `{"account":"nobody","what":"all","reason":"x"}`).Command, "actor:sec")
		if !errors.Is(err, refuse.ErrNotFound) || w.last().Outcome != ledger.NotFound {
			w.t.Errorf("an account that is not there: %v", err)
		}
	})
}

func TestSettingAPassword(t *testing.T) {
	each(t, "", func(w *world) {
		officer := w.who["officer"]
		second := &person{account: officer.account, plain: officer.plain, terminal: w.who["head"].terminal, lines: 10}
		var err error
		if second.session, err = w.in(second, officer.plain.Password); err != nil {
			w.t.Fatal(err)
		}
		set := func(password string) error {
			w.t.Helper()
			raw, err := json.Marshal(map[string]string{"old_password": officer.plain.Password, "password": password})
			if err != nil {
				w.t.Fatal(err)
			}
			return w.do("officer", ActSetPassword, w.prepared("officer", ActSetPassword, string(raw)).Command)
		}
		w.invalid("nine characters", set("ninechars"), "password", "too_short")
		w.invalid("the last one", set(officer.plain.Password), "password", "repeats")
		w.invalid("the name", set("officerofficer"), "password", "equals_name")
		w.invalid("not prepared", w.do("officer", ActSetPassword, json.RawMessage(`{"old_password":"a","password":"long enough to pass"}`)), "password", "not_prepared")
		const next = "correct horse battery"
		cmd := w.prepared("officer", ActSetPassword, `{"old_password":"`+officer.plain.Password+`","password":"`+next+`"}`).Command.(SetPassword)
		theirs := cmd
		theirs.Account = w.who["head"].account.ID
		w.refused("another's account", w.do("officer", ActSetPassword, theirs), "L-0")
		w.invalid("prepared for another", w.do("head", ActSetPassword, cmd), "password", "not_prepared")
		w.done("his own", w.do("officer", ActSetPassword, cmd))
		if e := w.last(); strings.Contains(string(e.Args)+string(e.Facts), next) {
			w.t.Error("the password stands in the entry")
		}
		if p, err := w.gate.Session(ctx, officer.session.Token, officer.terminal); err != nil || p.MustChange {
			w.t.Errorf("this session goes on: %+v %v", p, err)
		}
		if _, err := w.gate.Session(ctx, second.session.Token, second.terminal); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Errorf("the other one: %v", err)
		}
		if _, err := w.in(officer, officer.plain.Password); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Errorf("the old password: %v", err)
		}
		if _, err := w.in(officer, next); err != nil {
			w.t.Errorf("the new password: %v", err)
		}
	})
}

func TestLockAndUnlock(t *testing.T) {
	each(t, "", func(w *world) {
		officer := w.who["officer"]
		lock := Lock{Account: officer.account.ID}
		w.refused("by a person", w.do("sec", ActLock, lock), "L-0")
		for range 2 { // twice is once
			_, err := w.desk.Do(ctx, act.Request{Act: ActLock, Command: lock, By: act.Actor{System: true, Terminal: officer.terminal}})
			w.done("by the system", err)
		}
		if _, err := w.in(officer, officer.plain.Password); !errors.Is(err, refuse.ErrUnauthenticated) {
			w.t.Errorf("on the locked terminal: %v", err)
		}
		elsewhere := &person{account: officer.account, plain: officer.plain, terminal: w.who["head"].terminal, lines: 10}
		if _, err := w.in(elsewhere, officer.plain.Password); err != nil {
			w.t.Errorf("on another: %v", err)
		}
		for range 4 { // and the throttle closes too
			_, err := w.in(officer, "guess")
			if !errors.Is(err, refuse.ErrUnauthenticated) {
				w.t.Fatal(err)
			}
		}
		if _, err := w.in(officer, "guess"); !errors.Is(err, refuse.ErrTooMany) {
			w.t.Errorf("the sixth: %v", err)
		}
		unlock := Unlock{Account: officer.account.ID, Terminal: officer.terminal, Reason: "he stood here with his badge"}
		w.refused("by himself", w.do("officer", ActUnlock, unlock, "actor:officer"), "L-0", "L-26")
		w.invalid("without a reason", w.do("sec", ActUnlock, Unlock{Account: officer.account.ID}, "actor:sec"), "reason", "required")
		w.done("by sec_admin", w.do("sec", ActUnlock, unlock, "actor:sec"))
		if len(w.last().Rows) != 1 || w.last().Rows[0].Table != "account_lock" {
			w.t.Errorf("wrote %+v", w.last().Rows)
		}
		if _, err := w.in(officer, officer.plain.Password); err != nil {
			w.t.Errorf("afterwards: %v", err)
		}
		err := w.db.Read(ctx, func(tx *store.Tx) error {
			open, err := identity.OpenLocks(tx, officer.account.ID, "")
			if len(open) != 0 {
				w.t.Errorf("%d locks stand", len(open))
			}
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	})
}

// A signature taken at the gate serves an act through the desk.
func TestASignatureFromGateToEntry(t *testing.T) {
	each(t, "", func(w *world) {
		sys := w.who["sys"]
		r := w.prepared("sys", ActAccountCreate, `{"login":"fresh","person":"fresh"}`)
		digest, err := identity.Digest(ActAccountCreate, r.Command)
		if err != nil {
			w.t.Fatal(err)
		}
		k, err := w.gate.Sign(ctx, identity.SignRequest{Role: "actor", How: identity.ByPIN, Secret: sys.plain.PIN, Terminal: sys.terminal, Digest: digest, By: sys.session.Actor})
		if err != nil {
			w.t.Fatal(err)
		}
		got, err := w.gate.Redeem(ctx, []string{k.ID}, digest, sys.terminal)
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.desk.Do(ctx, act.Request{Act: ActAccountCreate, Command: r.Command, By: sys.actor(), Signatures: []act.Signature{act.Signature(got[0])}})
		w.done("signed", err)
		want := ledger.Signature{Role: "actor", Person: string(sys.account.ID), Strength: "pin", Terminal: string(sys.terminal), At: monday.UnixMilli()}
		if e := w.last(); e.Actor != string(sys.account.ID) || !reflect.DeepEqual(e.Signatures, []ledger.Signature{want}) {
			w.t.Errorf("entry of %s with %+v, want %+v", e.Actor, e.Signatures, want)
		}
		if err := w.clock.Advance(time.Minute); err != nil {
			w.t.Fatal(err)
		}
	})
}

func TestReadingCommandsWithSecrets(t *testing.T) {
	by := identity.Actor{Account: "A", Admin: []string{identity.SysAdmin}}
	for _, name := range []string{ActAccountCreate, ActReset, ActSetPassword} {
		for what, raw := range map[string]string{"nothing": "", "no object": "[]", "cut off": `{"account":`, "unknown": `{"hash":"x"}`,
			"two": `{} {}`, "too long": `{"login":"` + strings.Repeat("x", maxWire) + `"}`} {
			var invalid *refuse.Invalid
			if _, err := Prepare(ctx, nil, "", by, name, json.RawMessage(raw)); !errors.As(err, &invalid) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	var twice *refuse.Invalid
	if _, err := Prepare(ctx, nil, "", identity.Actor{}, ActAccountCreate, json.RawMessage(`{"login":"a","login":"b"}`)); !errors.As(err, &twice) || twice.Fields[0].Code != "twice" {
		t.Errorf("an argument twice: %v", err)
	}
	r, err := Prepare(ctx, nil, "", by, "custody.lend", json.RawMessage(`{"copy":"1"}`))
	if raw, ok := r.Command.(json.RawMessage); err != nil || !ok || string(raw) != `{"copy":"1"}` || r.Plain != nil {
		t.Errorf("another act: %+v %v", r, err)
	}
}
