package identity

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// sql does what whoever writes to the database can do.
func (w *world) sql(statement string, args ...any) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		n, err := tx.Exec(statement, args...)
		if err == nil && n != 1 {
			w.t.Fatalf("%s: %d rows", statement, n)
		}
		return err
	})
}

func (w *world) hash(token string) string {
	w.t.Helper()
	h, err := tokenHash(token)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func TestASessionThatSomebodyWroteIntoTheDatabaseIsNone(t *testing.T) {
	ctx := context.Background()
	each(t, func(w *world) {
		mine := w.in(w.desk)
		key := w.hash(mine.Token)
		look := func() error {
			_, err := w.gate.Session(ctx, mine.Token, w.desk)
			if _, peek := w.gate.Peek(ctx, mine.Token, w.desk); (peek == nil) != (err == nil) {
				w.t.Errorf("a look says %v and a board's look %v", err, peek)
			}
			return err
		}
		w.is("as it was opened", look(), nil)

		// A row of his own making, with a token of his own, in every way he may try to mark it.
		forged, err := newToken(nil)
		if err != nil {
			w.t.Fatal(err)
		}
		const insert = `INSERT INTO session (token, id, account, terminal, bearer, created_at, seen_at, expires_at, mark, rev)
			SELECT $1, 'FORGED', $2, terminal, bearer, created_at, seen_at, expires_at, `
		for _, mark := range []string{"NULL", "mark", "(SELECT pin FROM credential WHERE account = $2)"} {
			w.said.Reset()
			w.sql(insert+mark+", 1 FROM session WHERE token = $3", w.hash(forged), string(w.a.ID), key)
			_, err := w.gate.Session(ctx, forged, w.desk)
			w.is("forged with "+mark, err, refuse.ErrUnauthenticated)
			if !strings.Contains(w.said.String(), "did not write") || strings.Contains(w.said.String(), forged) {
				w.t.Errorf("the log says %q", w.said.String())
			}
			w.sql("DELETE FROM session WHERE token = $1", w.hash(forged))
		}

		// Every column of an honest row, changed and put back.
		later := w.clock.Now().Add(time.Hour).UnixMilli()
		for column, value := range map[string]any{"id": "OTHER", "account": string(w.b.ID), "created_at": later, "seen_at": later,
			"expires_at": later * 2, "mark": []byte("x"), "bearer": 1, "terminal": string(w.terminal())} {
			var before any
			w.write(func(tx *store.Tx) error {
				return tx.QueryRow("SELECT "+column+" FROM session WHERE token = $1", key).Scan(&before)
			})
			w.sql("UPDATE session SET "+column+" = $1 WHERE token = $2", value, key)
			at := w.desk
			switch column {
			case "bearer":
				at = ""
			case "terminal":
				at = w.terminalOf(key)
			}
			_, err := w.gate.Session(ctx, mine.Token, at)
			w.is(column+" changed", err, refuse.ErrUnauthenticated)
			w.sql("UPDATE session SET "+column+" = $1 WHERE token = $2", before, key)
			w.is(column+" put back", look(), nil)
		}

		w.advance(time.Minute)
		w.is("after a look that is written down", look(), nil)
		if err := w.gate.SignOut(ctx, mine.Token); err != nil {
			w.t.Fatal(err)
		}
		w.sql("UPDATE session SET revoked_at = NULL WHERE token = $1", key)
		w.is("signed out, and brought back by SQL", look(), refuse.ErrUnauthenticated)

		again := w.in(w.desk)
		if _, err := w.gate.Revoke(ctx, w.a.ID); err != nil {
			w.t.Fatal(err)
		}
		w.sql("UPDATE session SET revoked_at = NULL WHERE token = $1", w.hash(again.Token))
		_, err = w.gate.Session(ctx, again.Token, w.desk)
		w.is("revoked, and brought back by SQL", err, refuse.ErrUnauthenticated)
	})
}

// terminalOf is the terminal that a row of session says now.
func (w *world) terminalOf(key string) (at term.TerminalID) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		return tx.QueryRow("SELECT terminal FROM session WHERE token = $1", key).Scan(&at)
	})
	return at
}

func TestASignatureThatSomebodyWroteIntoTheDatabaseIsNone(t *testing.T) {
	ctx := context.Background()
	each(t, func(w *world) {
		by := w.in(w.desk).Actor
		digest, other := bytes.Repeat([]byte{1}, digestLen), bytes.Repeat([]byte{2}, digestLen)
		sign := func() Ticket {
			ticket, err := w.gate.Sign(ctx, SignRequest{Role: "actor", How: ByPIN, Secret: w.plain[0].PIN, Terminal: w.desk, Digest: digest, By: by})
			if err != nil {
				w.t.Fatal(err)
			}
			return ticket
		}
		honest := sign()
		forged, err := newToken(nil)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, mark := range []string{"NULL", "mark"} {
			w.said.Reset()
			w.sql(`INSERT INTO ticket (id, digest, role, account, person, strength, terminal, at, expires_at, mark, rev)
				SELECT $1, digest, role, account, person, strength, terminal, at, expires_at, `+mark+`, 1 FROM ticket WHERE id = $2`, w.hash(forged), w.hash(honest.ID))
			_, err = w.gate.Redeem(ctx, []string{forged}, digest, w.desk)
			w.is("forged with "+mark, err, refuse.ErrUnauthenticated)
			if !strings.Contains(w.said.String(), "did not write") {
				w.t.Errorf("the log says %q", w.said.String())
			}
			w.sql("DELETE FROM ticket WHERE id = $1", w.hash(forged))
		}
		for column, value := range map[string]any{"digest": other, "role": "giver", "account": string(w.b.ID), "person": "leader", "strength": "passkey",
			"at": 1, "expires_at": w.clock.Now().Add(time.Hour).UnixMilli()} {
			ticket := sign()
			w.sql("UPDATE ticket SET "+column+" = $1 WHERE id = $2", value, w.hash(ticket.ID))
			want := digest
			if column == "digest" {
				want = other
			}
			_, err := w.gate.Redeem(ctx, []string{ticket.ID}, want, w.desk)
			w.is(column+" changed", err, refuse.ErrUnauthenticated)
		}
		if _, err := w.gate.Redeem(ctx, []string{honest.ID}, digest, w.desk); err != nil {
			w.t.Fatalf("the honest one: %v", err)
		}
		w.sql("UPDATE ticket SET used_at = NULL WHERE id = $1", w.hash(honest.ID))
		_, err = w.gate.Redeem(ctx, []string{honest.ID}, digest, w.desk)
		w.is("used, and brought back by SQL", err, refuse.ErrUnauthenticated)
	})
}
