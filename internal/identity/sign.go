package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// The strengths of signatures that this server verifies.
const (
	StrengthCode = "code"
	StrengthPIN  = "pin"
)

// ticketLife is how long a signature waits for its act; maxTickets is how many one act takes.
const (
	ticketLife = 2 * time.Minute
	maxTickets = 8
)

// SignRequest is one person's signature under one act. Whoever is named by none of Login, Person and Account
// signs for himself: the account of By.
type SignRequest struct {
	Role     string // actor giver receiver …
	Login    string
	Person   term.PersonID
	Account  term.AccountID
	How      string // ByPIN, ByCode or ByPassword
	Secret   string // PIN, code, or password
	Code     string // with ByPassword
	Terminal term.TerminalID
	Digest   []byte // of the act, from Digest
	By       Actor  // whose session asks; another's may sign on his screen
}

// Signature is a verified signature. Its fields are those of act.Signature, so that one converts to the other.
type Signature struct {
	Role     string
	Person   term.PersonID // for an account without a person the account's id; see Account.Signer
	Strength string
	Terminal term.TerminalID
	At       time.Time
}

// Ticket is a signature that waits for its act. ID is in clear here and nowhere else.
type Ticket struct {
	ID        string
	Signature Signature
	Expires   time.Time
}

var rolePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

func (r SignRequest) check() error {
	if err := checkTerminal(r.Terminal); err != nil {
		return err
	}
	switch {
	case !rolePattern.MatchString(r.Role):
		return refuse.Field("role", "bad_format")
	case len(r.Digest) != digestLen:
		return refuse.Field("digest", "bad_format")
	case r.How != ByPIN && r.How != ByCode && r.How != ByPassword:
		return refuse.Field("how", "not_in_list")
	case r.By.Account == "" || r.By.Terminal != r.Terminal:
		return refuse.ErrUnauthenticated // nobody signs where nobody has signed in
	}
	return nil
}

func (r SignRequest) finder() finder {
	switch {
	case r.Login != "":
		return byLogin(r.Login)
	case r.Person != "":
		return byPerson(r.Person)
	case r.Account != "":
		return byID(r.Account)
	}
	return byID(r.By.Account)
}

// Sign verifies a signature and gives a ticket for the one act. Answers as SignIn; a failed try is recorded.
func (g *Gate) Sign(ctx context.Context, r SignRequest) (Ticket, error) {
	if err := r.check(); err != nil {
		return Ticket{}, err
	}
	t := try{purpose: ForSignature, how: r.How, secret: r.Secret, code: r.Code, terminal: r.Terminal, by: r.By, find: r.finder()}
	out, err := g.judge(ctx, t)
	if err != nil {
		return Ticket{}, err
	}
	if out.result != Done {
		tried := Tried{Account: out.account.ID, Terminal: r.Terminal, Purpose: ForSignature, Result: out.result, Failures: out.failures, By: r.By}
		if err := g.opt.Record.Tried(ctx, tried); err != nil {
			return Ticket{}, fmt.Errorf("record a failed signature: %w", err)
		}
		return Ticket{}, refuse.ErrUnauthenticated
	}
	return g.ticket(ctx, r, out.account)
}

func (g *Gate) ticket(ctx context.Context, r SignRequest, a Account) (Ticket, error) {
	id, err := newToken(g.opt.Random)
	if err != nil {
		return Ticket{}, err
	}
	hash, err := tokenHash(id)
	if err != nil {
		return Ticket{}, err
	}
	s := Signature{Role: r.Role, Person: a.Signer(), Strength: StrengthCode, Terminal: r.Terminal, At: g.now()}
	if r.How == ByPIN {
		s.Strength = StrengthPIN
	}
	row := TicketRow{ID: hash, Digest: r.Digest, Role: s.Role, Account: a.ID, Person: s.Person, Strength: s.Strength,
		Terminal: s.Terminal, At: s.At, ExpiresAt: s.At.Add(ticketLife)}
	if row.Mark, err = g.ticketMark(row); err != nil {
		return Ticket{}, err
	}
	err = g.opt.DB.Write(ctx, "identity.ticket", func(tx *store.Tx) error { return tickets.PutNow(tx, tickets.Insert(row)) })
	if err != nil {
		return Ticket{}, fmt.Errorf("keep a signature: %w", err)
	}
	return Ticket{ID: id, Signature: s, Expires: row.ExpiresAt}, nil
}

// Redeem turns tickets into the signatures of one act, in their order, and uses them up: all or none. A ticket
// that is unknown, used, expired, for another act or from another terminal is refuse.ErrUnauthenticated. Whether
// two signatures may be one person's is the law's question.
func (g *Gate) Redeem(ctx context.Context, ids []string, digest []byte, terminal term.TerminalID) ([]Signature, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > maxTickets {
		return nil, refuse.Field("signed", "too_many")
	}
	hashes := make([]string, len(ids))
	for i, id := range ids {
		var err error
		if hashes[i], err = tokenHash(id); err != nil {
			return nil, err
		}
	}
	var out []Signature
	err := g.opt.DB.Write(ctx, "identity.redeem", func(tx *store.Tx) error {
		out = nil
		for _, hash := range hashes {
			s, err := g.redeem(tx, hash, digest, terminal)
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		return nil
	})
	if errors.Is(err, refuse.ErrNotFound) {
		return nil, refuse.ErrUnauthenticated
	}
	if err != nil {
		return nil, fmt.Errorf("redeem signatures: %w", err)
	}
	return out, nil
}

func (g *Gate) redeem(tx *store.Tx, hash string, digest []byte, terminal term.TerminalID) (Signature, error) {
	now := g.now()
	row, err := tickets.Get(tx, hash)
	if err != nil {
		return Signature{}, err
	}
	account, err := Accounts.Get(tx, row.Account)
	if err != nil {
		return Signature{}, err
	}
	if !row.UsedAt.IsZero() || !now.Before(row.ExpiresAt) || row.Terminal != terminal || !account.Active ||
		subtle.ConstantTimeCompare(row.Digest, digest) != 1 || !g.ourTicket(row) {
		return Signature{}, refuse.ErrUnauthenticated
	}
	next := row
	next.UsedAt, next.Mark = now, nil
	if err := tickets.PutNow(tx, tickets.Update(row, next)); err != nil {
		return Signature{}, fmt.Errorf("use a signature up: %w", err)
	}
	return Signature{Role: row.Role, Person: row.Person, Strength: row.Strength, Terminal: row.Terminal, At: row.At}, nil
}

// PreparePassword checks the old password of who is signed in and hashes the new one, for identity.set_password.
// A wrong old password is *refuse.Invalid on field old_password and recorded as a failed try. How good the new
// one is, the act decides: the law is asked first.
func (g *Gate) PreparePassword(ctx context.Context, by Actor, old, password string) (NewPassword, error) {
	if by.Account == "" {
		return NewPassword{}, refuse.ErrUnauthenticated
	}
	if err := checkTyped(password); err != nil {
		return NewPassword{}, err
	}
	if old == "" {
		return NewPassword{}, refuse.Field("old_password", "required")
	}
	t := try{purpose: ForPassword, how: byOld, secret: old, terminal: by.Terminal, by: by, find: byID(by.Account)}
	out, err := g.judge(ctx, t)
	if err != nil {
		return NewPassword{}, err
	}
	if out.result != Done {
		tried := Tried{Account: out.account.ID, Terminal: by.Terminal, Purpose: ForPassword, Result: out.result, Failures: out.failures, By: by}
		if err := g.opt.Record.Tried(ctx, tried); err != nil {
			return NewPassword{}, fmt.Errorf("record a wrong password: %w", err)
		}
		return NewPassword{}, refuse.Field("old_password", "wrong")
	}
	done, err := g.slots.take(ctx)
	if err != nil {
		return NewPassword{}, err
	}
	defer done()
	hash, err := hashPassword(g.opt.Random, g.opt.Cost, password)
	if err != nil {
		return NewPassword{}, err
	}
	return NewPassword{Account: out.account.ID, Hash: hash, Length: len([]rune(password)), Repeats: password == old, EqualsName: equalsName(password, out.account.Login)}, nil
}
