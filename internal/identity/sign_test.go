package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

var ctx = context.Background()

func digestOf(t *testing.T, act, copy string) []byte {
	t.Helper()
	d, err := Digest(act, map[string]string{"copy": copy})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestATicketIsGoodForOneAct(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		this, other := digestOf(w.t, "custody.lend", "1"), digestOf(w.t, "custody.lend", "2")
		sign := func(role string) Ticket {
			w.t.Helper()
			k, err := w.gate.Sign(ctx, SignRequest{Role: role, How: ByPIN, Secret: w.plain[0].PIN, Terminal: w.desk, Digest: this, By: s.Actor})
			if err != nil {
				w.t.Fatal(err)
			}
			return k
		}
		redeem := func(digest []byte, at string, ids ...string) error {
			_, err := w.gate.Redeem(ctx, ids, digest, w.desk[:len(w.desk)-len(at)])
			return err
		}
		k := sign("giver")
		w.is("another act", redeem(other, "", k.ID), refuse.ErrUnauthenticated)
		w.is("another terminal", redeem(this, "x", k.ID), refuse.ErrUnauthenticated)
		w.is("no digest", redeem(nil, "", k.ID), refuse.ErrUnauthenticated)
		w.is("the same one twice in one act", redeem(this, "", k.ID, k.ID), refuse.ErrUnauthenticated)
		w.is("forged", redeem(this, "", strings.Repeat("A", 43)), refuse.ErrUnauthenticated)
		w.is("garbage", redeem(this, "", "\x00"), refuse.ErrUnauthenticated)
		got, err := w.gate.Redeem(ctx, []string{k.ID}, this, w.desk)
		if err != nil || len(got) != 1 || got[0] != k.Signature {
			w.t.Fatalf("redeemed %+v: %v, want %+v", got, err, k.Signature)
		}
		if got[0].Role != "giver" || got[0].Person != "officer" || got[0].Strength != StrengthPIN || got[0].Terminal != w.desk || !got[0].At.Equal(monday) {
			w.t.Errorf("signature %+v", got[0])
		}
		w.is("used", redeem(this, "", k.ID), refuse.ErrUnauthenticated)

		late := sign("giver")
		w.advance(2 * time.Minute)
		w.is("after two minutes", redeem(this, "", late.ID), refuse.ErrUnauthenticated)

		// A pair of which one fails leaves the other good.
		first, stale := sign("giver"), late
		w.is("a pair with a stale one", redeem(this, "", first.ID, stale.ID), refuse.ErrUnauthenticated)
		w.is("the good one alone", redeem(this, "", first.ID), nil)

		many := slices.Repeat([]string{first.ID}, maxTickets+1)
		var invalid *refuse.Invalid
		if err := redeem(this, "", many...); !errors.As(err, &invalid) {
			w.t.Errorf("nine tickets: %v", err)
		}
	})
}

// Two signatures of one person stay recognisable as such: the law forbids them, not the gate.
func TestTwoTicketsOfOnePerson(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		digest := digestOf(w.t, "identity.grant_role", "1")
		ids := []string{}
		for _, r := range []SignRequest{
			{Role: "proposer", How: ByPIN, Secret: w.plain[0].PIN},
			{Role: "confirmer", Person: "officer", How: ByCode, Secret: w.printed()},
			{Role: "witness", Login: "SYS", How: ByPassword, Secret: w.plain[1].Password, Code: w.plain[1].Codes[0]},
		} {
			r.Terminal, r.Digest, r.By = w.desk, digest, s.Actor
			k, err := w.gate.Sign(ctx, r)
			if err != nil {
				w.t.Fatalf("%s: %v", r.Role, err)
			}
			ids = append(ids, k.ID)
		}
		got, err := w.gate.Redeem(ctx, ids, digest, w.desk)
		if err != nil {
			w.t.Fatal(err)
		}
		if got[0].Person != got[1].Person || got[0].Person != "officer" {
			w.t.Errorf("one person signed as %q and %q", got[0].Person, got[1].Person)
		}
		if got[2].Person != w.b.Signer() || got[2].Person == "" || got[2].Person == got[0].Person {
			w.t.Errorf("an account without a person signed as %q", got[2].Person)
		}
		if got[0].Strength != StrengthPIN || got[1].Strength != StrengthCode || got[2].Strength != StrengthCode {
			w.t.Errorf("strengths %v", got)
		}
	})
}

func TestASignatureThatIsNotProven(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		digest := digestOf(w.t, "custody.lend", "1")
		used := w.printed()
		good := SignRequest{Role: "giver", How: ByCode, Secret: used, Terminal: w.desk, Digest: digest, By: s.Actor}
		if _, err := w.gate.Sign(ctx, good); err != nil {
			w.t.Fatal(err)
		}
		n := len(w.book.tries)
		recorded := 0
		for _, c := range []struct {
			name   string
			change func(r *SignRequest)
		}{
			{"a used code", func(*SignRequest) {}},
			{"wrong PIN", func(r *SignRequest) { r.How, r.Secret = ByPIN, "000000" }},
			{"no PIN at all", func(r *SignRequest) { r.How, r.Secret = ByPIN, "" }},
			{"another's PIN", func(r *SignRequest) { r.How, r.Secret, r.Login = ByPIN, w.plain[0].PIN, "sys" }},
			{"unknown name", func(r *SignRequest) { r.How, r.Secret, r.Login = ByPIN, w.plain[0].PIN, "nobody" }},
			{"unknown person", func(r *SignRequest) { r.How, r.Secret, r.Person = ByPIN, w.plain[0].PIN, "nobody\x00" }},
			{"password without code", func(r *SignRequest) { r.How, r.Secret = ByPassword, w.plain[0].Password }},
		} {
			r := good
			c.change(&r)
			if _, err := w.gate.Sign(ctx, r); err == nil || err.Error() != refuse.ErrUnauthenticated.Error() {
				w.t.Errorf("%s: %v", c.name, err)
				continue
			}
			recorded++
			if got := w.book.last(); got.Purpose != ForSignature || got.Result != Wrong || got.By.Session != s.Actor.Session {
				w.t.Errorf("%s: recorded %+v", c.name, got)
			}
		}
		if len(w.book.tries) != n+recorded {
			w.t.Errorf("%d of %d failures recorded", len(w.book.tries)-n, recorded)
		}
		for name, change := range map[string]func(r *SignRequest){
			"no session":               func(r *SignRequest) { r.By = Actor{} },
			"a session from elsewhere": func(r *SignRequest) { r.Terminal = w.terminal() },
			"no role":                  func(r *SignRequest) { r.Role = "" },
			"a role with a NUL":        func(r *SignRequest) { r.Role = "giver\x00" },
			"no digest":                func(r *SignRequest) { r.Digest = nil },
			"the old password alone":   func(r *SignRequest) { r.How = byOld },
		} {
			r := good
			r.Secret = w.plain[0].Codes[19]
			change(&r)
			if _, err := w.gate.Sign(ctx, r); err == nil {
				w.t.Errorf("%s: signed", name)
			}
		}
	})
}

func TestGuessingAPINIsSlowed(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		digest := digestOf(w.t, "custody.lend", "1")
		pin := func(by Actor, secret string) error {
			_, err := w.gate.Sign(ctx, SignRequest{Role: "receiver", Login: "sys", How: ByPIN, Secret: secret, Terminal: by.Terminal, Digest: digest, By: by})
			return err
		}
		for i := range 5 {
			w.is("guess", pin(s.Actor, fmt.Sprintf("00000%d", i)), refuse.ErrUnauthenticated)
		}
		held := pin(s.Actor, w.plain[1].PIN)
		w.is("the right one here", held, refuse.ErrTooMany)
		if t := new(refuse.Throttled); !errors.As(held, &t) || !t.Until.After(w.clock.Now()) {
			w.t.Errorf("until when nothing is looked at is not said: %v", held)
		}
		// The same session holder goes from terminal to terminal: his own count follows him.
		var err error
		for range 4 {
			next := w.in(w.terminal())
			err = pin(next.Actor, "999999")
		}
		w.is("the ninth guess", err, refuse.ErrUnauthenticated)
		next := w.in(w.terminal())
		w.is("the right one elsewhere, by the same guesser", pin(next.Actor, w.plain[1].PIN), refuse.ErrTooMany)
		// Its owner is not hindered.
		own, _, err := w.gate.SignIn(ctx, SignIn{Login: "sys", Password: w.plain[1].Password, Code: w.plain[1].Codes[1], Terminal: w.terminal()})
		if err != nil {
			w.t.Fatal(err)
		}
		w.is("the owner", pin(own.Actor, w.plain[1].PIN), nil)
	})
}

func TestPreparingAPassword(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		old := w.plain[0].Password
		prepare := func(old, next string) (NewPassword, error) { return w.gate.PreparePassword(ctx, s.Actor, old, next) }
		for name, c := range map[string]struct{ old, next, field string }{
			"wrong old":   {"no", "a good long one", "old_password"},
			"no old":      {"", "a good long one", "old_password"},
			"no new":      {old, "", "password"},
			"NUL":         {old, "a good long\x00one", "password"},
			"not UTF-8":   {old, "a good long\xffone", "password"},
			"257 bytes":   {old, strings.Repeat("x", 257), "password"},
			"three lines": {old, "a good\nlong\none", "password"},
		} {
			_, err := prepare(c.old, c.next)
			var invalid *refuse.Invalid
			if !errors.As(err, &invalid) || invalid.Fields[0].Field != c.field {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		if got := w.book.last(); got.Purpose != ForPassword || got.Result != Wrong {
			w.t.Errorf("recorded %+v", got)
		}
		for next, code := range map[string]string{
			"九个字的口令还不够长":            "", // ten characters
			"一二三四五六七八九":             "too_short",
			"officer.1officer.1":    "equals_name",
			"OFFICER.1Officer.1":    "equals_name",
			"officer.1 with a tail": "",
			old:                     "repeats",
		} {
			p, err := prepare(old, next)
			if err != nil || p.Account != w.a.ID || p.Length != len([]rune(next)) {
				w.t.Fatalf("%q: %+v %v", next, p, err)
			}
			var invalid *refuse.Invalid
			if err := p.Check(); (code == "") != (err == nil) || code != "" && (!errors.As(err, &invalid) || invalid.Fields[0].Code != code) {
				w.t.Errorf("%q: %v, want %q", next, err, code)
			}
			h, err := parseHash(p.Hash)
			if err != nil || !h.matches(next) || h.matches(next+" ") {
				w.t.Errorf("%q: hash %q does not hold it: %v", next, p.Hash, err)
			}
		}
		if err := (NewPassword{}).Check(); err == nil {
			w.t.Error("nothing passes as a password")
		}
	})
}

func TestIssuedSecrets(t *testing.T) {
	issued, plain := made()
	i, p := issued[0], plain[0]
	if i.Account.Login != "officer.1" || !i.Account.Active || !i.Account.MustChange || !term.ValidID(string(i.Account.ID)) {
		t.Errorf("account %+v", i.Account)
	}
	seen := map[string]bool{}
	for _, c := range p.Codes {
		if len(c) != 9 || seen[c] {
			t.Errorf("code %q", c)
		}
		seen[c] = true
	}
	if len(p.Codes) != 20 || len(p.PIN) != 6 || len(p.Password) < 16 || p.Password == plain[1].Password || p.Secret == plain[1].Secret {
		t.Errorf("%d codes, PIN of %d, password of %d", len(p.Codes), len(p.PIN), len(p.Password))
	}
	key, err := otp.NewKeyFromURL(p.URI)
	if err != nil || key.Secret() != p.Secret || key.Issuer() != "某区 办公室&" || key.AccountName() != "officer.1" || key.Period() != step {
		t.Errorf("%s: %v", p.URI, err)
	}
	row := fmt.Sprintf("%+v %#v", i.Credential, i.Credential)
	for _, secret := range []string{p.Password, p.Secret, p.PIN, p.Codes[3], strings.ReplaceAll(p.Codes[3], "-", "")} {
		if strings.Contains(row, secret) || strings.Contains(fmt.Sprintf("%v %+v %#v %s", p, p, p, p), secret) {
			t.Errorf("a secret shows")
		}
	}
	if _, err := json.Marshal(p); err == nil {
		t.Error("the secrets marshal")
	}
	for name, s := range map[string]Spec{
		"no name": {}, "a name with NUL": {Login: "a\x00b"}, "500 characters": {Login: strings.Repeat("名", 500)},
		"a space inside": {Login: "a b"}, "an unknown role": {Login: "a", Roles: []string{"root"}},
		"a short password": {Login: "a", Password: "short"}, "its own name": {Login: "abcdefghij", Password: "abcdefghij"},
	} {
		var invalid *refuse.Invalid
		if _, _, err := (Issuer{Pins: &pins{}, Cost: cheap}).Issue(s, monday); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostileHashes(t *testing.T) {
	issued, plain := made()
	good := issued[0].Credential.Password
	if h, err := parseHash(good); err != nil || !h.matches(plain[0].Password) || h.matches("x") {
		t.Fatalf("the good one: %v", err)
	}
	swap := func(old, next string) string {
		s := strings.Replace(good, old, next, 1)
		if s == good {
			t.Fatalf("%q is not in %q", old, good)
		}
		return s
	}
	for _, bad := range []string{
		"", "$", strings.Repeat("$", 5), strings.Repeat("$", 1<<20), "plain text", good + "$", good + "=", " " + good,
		swap("m=1024", "m=4294967295"), swap("m=1024", "m=262145"), swap("m=1024", "m=1023"), swap("m=1024", "m=-1"),
		swap("m=1024", "m=01024"), swap("m=1024", "m=+1024"), swap("m=1024", "m=18446744073709551616"),
		swap("t=1", "t=0"), swap("t=1", "t=11"), swap("t=1", "t=4294967297"), swap("t=1", ""),
		swap("p=1", "p=0"), swap("p=1", "p=9"), swap("p=1", "p=257"), swap("p=1", "p=1,x=2"),
		swap("argon2id", "argon2i"), swap("v=19", "v=16"), swap("v=19", "v=019"),
		good[:len(good)-1], good[:len(good)-4], good + "AAAA", strings.ToUpper(good), swap("m=1024", "m=1024\x00"),
	} {
		if _, err := parseHash(bad); !errors.Is(err, errHash) {
			t.Errorf("%.80q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", ".", strings.Repeat(".", 20), strings.Repeat("A", 3000), issued[0].Credential.Codes + ".", "x" + issued[0].Credential.Codes} {
		if _, err := parseList(bad); err == nil {
			t.Errorf("%.40q is a list", bad)
		}
	}
}

// A stored secret that was tampered with lets nobody in, and costs nothing beyond the usual.
func TestTamperedCredentials(t *testing.T) {
	each(t, func(w *world) {
		w.write(func(tx *store.Tx) error {
			c, err := Credentials.Get(tx, w.a.ID)
			if err != nil {
				return err
			}
			next := c
			next.Password = strings.Replace(c.Password, "m=1024", "m=4000000", 1)
			next.Codes, next.TokenKind = "x", "none"
			_, err = store.Put(tx, []store.Change{Credentials.Update(c, next)})
			return err
		})
		for _, code := range []string{w.code(), w.printed(), ""} {
			_, _, err := w.signIn("officer.1", w.plain[0].Password, code, w.terminal())
			w.is("sign in", err, refuse.ErrUnauthenticated)
		}
	})
}

func TestQueries(t *testing.T) {
	each(t, func(w *world) {
		w.in(w.desk)
		w.write(func(tx *store.Tx) error {
			list, err := List(tx, "", 10)
			if err != nil || len(list) != 2 || list[0].Account.Login != "officer.1" || !list[0].Last.At.Equal(monday) {
				w.t.Errorf("list %+v: %v", list, err)
			}
			roles, err := RolesOf(tx, "officer")
			if err != nil || len(roles) != 0 {
				w.t.Errorf("roles %v: %v", roles, err)
			}
			a, ok, err := BySigner(tx, w.b.Signer())
			if err != nil || !ok || a.ID != w.b.ID || !slices.Equal(a.Roles, []string{SysAdmin}) {
				w.t.Errorf("by signer %+v %v: %v", a, ok, err)
			}
			// The id of an account that has a person signs for nobody.
			_, ok, err = BySigner(tx, term.PersonID(w.a.ID))
			if err != nil || ok {
				w.t.Errorf("an account's id stands for its person: %v", err)
			}
			if _, ok, err := ByLogin(tx, "a\x00"); ok || err != nil {
				w.t.Errorf("a name with NUL: %v %v", ok, err)
			}
			return nil
		})
	})
}
