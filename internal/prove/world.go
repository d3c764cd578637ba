package prove

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// world is one model office on a database of its own, at one moment.
type world struct {
	book    *Book
	db      *store.DB
	log     *ledger.Log
	desk    *act.Desk
	office  *office
	clock   *calendar.Set
	names   names
	screens Screens
	words   *document.Index // of its covers, as the pages search them
	changed bool            // its law is not the packs' own
}

// office answers as people does, except that its law is that of the packs at hand, changed or not, and in force
// from the beginning.
type office struct {
	*people.Office
	law *regulation.Law
}

func (o *office) Law(*store.Tx, time.Time) (*regulation.Law, error) { return o.law, nil }

// opening is what a world is opened with.
type opening struct {
	book    *Book
	law     *regulation.Law
	dsn     string
	fresh   bool // has no tables yet
	at      time.Time
	seed    string // of the ids
	keys    keyFolder
	names   names
	screens Screens
}

// signer signs the checkpoints of all worlds of this process; nothing is ever proven against it.
var signer = sync.OnceValues(func() (*keyring.Signer, error) { return keyring.NewSigner("proof", keyring.Intl) })

// open opens a database as a world; a fresh one gets its tables first.
func (o opening) open(ctx context.Context) (*world, error) {
	sign, err := signer()
	if err != nil {
		return nil, err
	}
	ring, err := o.keys.secrets()
	if err != nil {
		return nil, err
	}
	w := &world{book: o.book, clock: calendar.NewSet(o.at), names: names{}, screens: o.screens}
	for k, v := range o.names {
		w.names[k] = v
	}
	w.office = &office{Office: &people.Office{}, law: o.law}
	quiet := slog.New(slog.DiscardHandler)
	w.db, err = store.Open(ctx, store.Options{DSN: o.dsn, Readers: 1, Clock: w.clock, Log: quiet, Sealer: ring})
	if err != nil {
		return nil, err
	}
	w.log, err = ledger.Open(w.db, ledger.Options{Hash: w.db.NewHash, Signer: sign, Origin: "proof", Now: w.clock.Now})
	if err != nil {
		return nil, errors.Join(err, w.db.Close())
	}
	if o.fresh {
		if _, err := w.db.Migrate(ctx); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	w.desk = &act.Desk{DB: w.db, Ledger: w.log, Office: w.office, Clock: w.clock, Secrets: ring, IDs: newCounter(o.seed)}
	w.words = document.NewIndex(w.log, wordsRoom)
	if w.screens == nil {
		w.screens = pages{w.words}
	}
	return w, nil
}

func (w *world) close() error {
	if w.words != nil {
		w.words.Forget()
	}
	return errors.Join(w.log.Close(), w.db.Close())
}

// found sets the model office up, as the system, in its own act and one for each place.
func (w *world) found(ctx context.Context) error {
	setup := w.book.office
	if err := w.system(ctx, "people.found", setup.Found); err != nil {
		return err
	}
	if err := w.accounts(ctx, setup.Found.Persons); err != nil {
		return err
	}
	for _, p := range setup.Places {
		if err := w.system(ctx, "custody.create_place", procedure.PlaceOf(p)); err != nil {
			return err
		}
	}
	return nil
}

// accounts gives everybody of the model office an account, as setting up does, but for the secrets: nobody signs in here.
func (w *world) accounts(ctx context.Context, persons []people.FoundPerson) error {
	var rows []store.Change
	for _, p := range persons {
		a := identity.Account{ID: w.actor(string(p.ID)).Account, Login: string(p.ID), Person: p.ID, Active: true, CreatedAt: w.clock.Now()}
		if p.Admin != "" {
			a.Roles = []string{p.Admin}
		}
		none := identity.Credential{Account: a.ID, TokenKind: "none", PasswordAt: a.CreatedAt}
		rows = append(rows, identity.Accounts.Insert(a), identity.Credentials.Insert(none))
	}
	err := w.db.Write(ctx, "the accounts of the model office", func(tx *store.Tx) error {
		_, err := store.Put(tx, rows)
		return err
	})
	if err != nil {
		return fmt.Errorf("make the accounts of the model office: %w", err)
	}
	return nil
}

func (w *world) system(ctx context.Context, name string, command any) error {
	raw, err := json.Marshal(command)
	if err != nil {
		return fmt.Errorf("spell %s: %w", name, err)
	}
	if _, err := w.desk.Do(ctx, act.Request{Act: name, Command: json.RawMessage(raw), By: act.System()}); err != nil {
		return fmt.Errorf("set up the model office: %s: %w", name, err)
	}
	return nil
}

// run performs steps in order and stops at the first that does not hold.
func (w *world) run(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.body.run(ctx, w, s.where); err != nil {
			return &failed{s, err}
		}
	}
	return nil
}

// proofTerminal is where everybody in a proof sits.
const proofTerminal term.TerminalID = "proof"

// actor is somebody as identity would have established him.
func (w *world) actor(by string) act.Actor {
	if by == systemActor {
		return act.System()
	}
	p, _ := w.book.person(by) // checked when the file was read
	a := act.Actor{Account: term.AccountID("account-" + string(p.ID)), Person: p.ID, Session: "proof", Terminal: proofTerminal}
	if p.Admin != "" {
		a.Admin = []string{p.Admin}
	}
	return a
}

// signatures are those the step gives, else what goes without saying: the actor's own; where the table of
// functions wants giver and receiver, theirs: from the actor to the person named, or from the holder to the actor.
func (t *try) signatures(ctx context.Context, w *world, fields map[string]any) ([]act.Signature, error) {
	if t.Unsigned || t.By == systemActor {
		return nil, nil
	}
	roles := map[string]term.PersonID{}
	for role, person := range t.Sign {
		p, _ := w.book.person(person)
		roles[role] = p.ID
	}
	if len(t.Sign) == 0 {
		self := w.actor(t.By).Person
		line, _ := w.office.law.Function(t.Do)
		if slices.Contains(line.Signers, "giver") && slices.Contains(line.Signers, "receiver") {
			other, giving, err := w.counterpart(ctx, fields)
			if err != nil {
				return nil, err
			}
			roles["giver"], roles["receiver"] = other, self
			if giving {
				roles["giver"], roles["receiver"] = self, other
			}
		} else {
			roles["actor"] = self
		}
	}
	var out []act.Signature
	for role, person := range roles {
		if person != "" {
			out = append(out, act.Signature{Role: role, Person: person, Strength: "passkey", Terminal: proofTerminal, At: w.clock.Now()})
		}
	}
	slices.SortFunc(out, func(a, b act.Signature) int { return strings.Compare(a.Role, b.Role) })
	return out, nil
}

// counterpart is who signs beside the actor: the receiver where the command names one, else the copy's holder.
func (w *world) counterpart(ctx context.Context, fields map[string]any) (other term.PersonID, giving bool, err error) {
	if to, ok := fields["to"].(string); ok {
		return term.PersonID(to), true, nil
	}
	id, _ := fields["copy"].(string)
	err = w.db.Read(ctx, func(tx *store.Tx) error {
		c, err := custody.Copies.Get(tx, id)
		if errors.Is(err, refuse.ErrNotFound) {
			return nil // the act will say so
		}
		other = c.Holder
		return err
	})
	return other, false, err
}

// standing is how every recorded table stands, without those that a refusal itself writes.
type standing map[string][2]int64

// byRefusal are the tables that a refusal may change: its line, and what a clause attaches to it.
var byRefusal = []string{"refused_try", "notice", "obligation", "incident", "incident_party", "incident_note", "finding"}

// standing counts rows and adds up revisions.
func (w *world) standing(ctx context.Context) (standing, error) {
	var q strings.Builder
	for _, t := range store.Tables() {
		if !t.Recorded || slices.Contains(byRefusal, t.Name) {
			continue
		}
		if q.Len() > 0 {
			q.WriteString(" UNION ALL ")
		}
		fmt.Fprintf(&q, "SELECT '%s', COUNT(*), CAST(COALESCE(SUM(rev), 0) AS BIGINT) FROM %s", t.Name, t.Name)
	}
	out := standing{}
	err := w.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(q.String())
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
		for rows.Next() {
			var name string
			var n [2]int64
			if err := rows.Scan(&name, &n[0], &n[1]); err != nil {
				return err
			}
			out[name] = n
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("see how the tables stand: %w", err)
	}
	return out, nil
}

// differ names the tables that moved.
func (s standing) differ(after standing) []string {
	var out []string
	for name, n := range after {
		if s[name] != n {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// counter is a source of ids that is the same in every run: hashes of a seed and a running number.
type counter struct {
	seed string
	n    uint64
	rest bytes.Buffer
}

func newCounter(seed string) io.Reader { return &counter{seed: seed} }

// Read never fails. It is not for several goroutines: only the writer draws ids.
func (c *counter) Read(p []byte) (int, error) {
	for c.rest.Len() < len(p) {
		c.n++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(c.seed+"\x00"), c.n))
		c.rest.Write(sum[:])
	}
	return c.rest.Read(p)
}
