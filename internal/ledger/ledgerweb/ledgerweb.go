// Package ledgerweb shows the evidence: whether it holds, its entries, the proof of one entry, and the checkpoints
// that leave the machine on paper.
//
// What must always hold:
//   - Only those who audit see sequence numbers, sizes and other people's entries. Everybody else finds his own
//     entries by their random references, and everything that is not his answers like a random reference.
//   - A result of verification is shown with its time; without one the page says so. Nothing here verifies by itself.
//   - No title, issuer or name of a document can stand here: entries hold none.
package ledgerweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Log      *ledger.Log
	Verifier note.Verifier                                // of the ledger's own checkpoints
	Check    func(context.Context) (ledger.Report, error) // verifies everything now and keeps the result; nil: not offered
	// Damage names what does not verify, as ledger.resume wants it, and says whether acts are stopped by it; nil: not known.
	Damage func() (name string, stopped bool)
	Office func(context.Context) (name, room string) // for the printed page
}

type pages struct{ Deps }

// Routes adds the pages of the ledger.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET /ledger", p.list)
	s.Handle("POST /ledger/verify", p.verify)
	s.Handle("POST /ledger/resume", p.resume)
	s.Handle("GET /ledger/checkpoints", p.checkpoints)
	s.Handle("GET /ledger/checkpoints/{size}/print", p.checkpoint)
	s.Handle("GET /ledger/{entry}", p.entry)
	s.Handle("GET /ledger/{entry}/proof", p.proof)
}

// inspectorPost is who inspects for the office, as base names him; vacant, it falls where base says.
const inspectorPost = "base/inspector"

// audits reports whether the viewer sees the whole ledger with its numbers.
func audits(v counter.Viewer) bool {
	return v.Admin(identity.AuditAdmin) || v.Actor.Person != "" && slices.Contains(v.Posts, inspectorPost)
}

// auditor is See for pages of which nobody else learns that they exist.
func (p *pages) auditor(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		if !audits(v) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// self is the name under which the viewer's own entries stand.
func self(v counter.Viewer) string {
	if v.Actor.Person != "" {
		return string(v.Actor.Person)
	}
	return string(v.Actor.Account)
}

// find reads the entry that a path names: by number for auditors, by reference for everybody. Others' entries are
// absent for who does not audit.
func (p *pages) find(tx *store.Tx, v counter.Viewer, name string) (ledger.Entry, error) {
	if len(name) > 30 {
		return ledger.Entry{}, refuse.ErrNotFound
	}
	var e ledger.Entry
	var err error
	if seq, bad := strconv.ParseUint(name, 10, 63); bad == nil && audits(v) {
		e, err = p.Log.EntryBySeq(tx, seq)
	} else {
		e, err = p.Log.ByReference(tx, strings.ToUpper(name))
	}
	if err != nil {
		return e, err
	}
	if !audits(v) && (e.Actor == "" || e.Actor != self(v)) {
		return ledger.Entry{}, refuse.ErrNotFound
	}
	return e, nil
}

// names spells actors: persons of the house, else accounts by their login.
type names map[string]string

func (p *pages) names(tx *store.Tx, v counter.Viewer, entries []ledger.Entry) (names, error) {
	out := names{}
	for _, e := range entries {
		ids := []string{e.Actor, e.Subject}
		for _, s := range e.Signatures {
			ids = append(ids, s.Person)
		}
		for _, id := range ids {
			if _, done := out[id]; done || id == "" {
				continue
			}
			name := v.People.Name(term.PersonID(id))
			if name == "" {
				a, err := identity.Accounts.Get(tx, term.AccountID(id))
				if err != nil && !errors.Is(err, refuse.ErrNotFound) {
					return nil, err
				}
				if name = v.People.Name(a.Person); name == "" {
					name = a.Login
				}
			}
			if name == "" && id == e.Subject && id != e.Actor {
				continue // neither a person nor an account
			}
			if name == "" {
				name = id
			}
			out[id] = name
		}
	}
	return out, nil
}
