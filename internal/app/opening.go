package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// ShellOpening brings in old books from the command line (期初建账).
type ShellOpening struct {
	Book, Name            string // of procedure.OpeningBooks; the file
	Data                  []byte
	Login, Password, Code string
	Signatures            []ShellSignature // of officer and office director; not looked at by a dry run
	DryRun                bool
	Progress              func(done, of int)
}

// OpeningReport says what came of the lines of a file, or would come of them.
type OpeningReport struct {
	Digest  string            `json:"digest"` // SHA-256 of the file
	Lines   int               `json:"lines"`
	Good    int               `json:"good"`
	Already int               `json:"already"`
	Wrong   int               `json:"wrong"`
	Left    int               `json:"left"`   // by their own word not the office's any more
	Warned  int               `json:"warned"` // of the good ones, in a dry run
	Faults  []sheet.LineError `json:"faults,omitempty"`
	Gone    []sheet.LineError `json:"left_out,omitempty"`
	Warns   []sheet.LineError `json:"warnings,omitempty"` // what stops no line, in a dry run
}

// Opening signs in, checks each line of the file, and, unless it is a dry run, brings the good ones in: the same acts as the
// page. It may be repeated: what was brought in is left alone.
func (a *App) Opening(ctx context.Context, q ShellOpening) (out OpeningReport, err error) {
	sum := sha256.Sum256(q.Data)
	out.Digest = hex.EncodeToString(sum[:])
	table, faults := procedure.ReadBook(q.Name, q.Data)
	if len(faults) > 0 {
		out.Faults = faults
		return out, nil
	}
	terminal, err := a.folder.terminal()
	if err != nil {
		return out, err
	}
	session, _, err := a.Gate.SignIn(ctx, identity.SignIn{Login: q.Login, Password: q.Password, Code: q.Code, Terminal: terminal})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, a.Gate.SignOut(context.WithoutCancel(ctx), session.Token)) }()
	if session.MustChange {
		return out, ErrMustChange
	}
	by := act.Actor(session.Actor)
	var known procedure.Known
	if err = a.DB.Read(ctx, func(tx *store.Tx) (err error) { known, err = a.known(tx, counter.Viewer{}); return err }); err != nil {
		return out, err
	}
	chosen := procedure.GuessMapping(table)
	called := func(field string) string { return chosen.ColumnOf(table, field) }
	lines := procedure.ReadOpening(table, q.Book, out.Digest, chosen, known)
	progress := func(done int) { q.Progress(done, len(lines)) }
	var run procedure.OpeningRun
	if q.DryRun {
		signed, err := a.wouldSign(ctx, by)
		if err != nil {
			return out, err
		}
		run, err = procedure.CheckLines(ctx, a.Desk, by, signed, lines, progress)
		return out.of(run, called), err
	}
	command, err := json.Marshal(map[string]any{"book": q.Book, "list": out.Digest, "lines": len(lines)})
	if err != nil {
		return out, fmt.Errorf("spell what is signed: %w", err)
	}
	signed, err := a.shellSignatures(ctx, session.Actor, ShellAct{Act: procedure.ActImport, Command: command, Signatures: q.Signatures})
	if err == nil {
		err = a.secondSigner(ctx, by, signed)
	}
	if err != nil {
		return out, err
	}
	run, err = procedure.BringIn(ctx, a.Desk, by, signed, lines, progress)
	return out.of(run, called), err
}

// secondSigner refuses, before any line is looked at, a run that the office director has not signed.
func (a *App) secondSigner(ctx context.Context, by act.Actor, signed []act.Signature) error {
	return a.DB.Read(ctx, func(tx *store.Tx) error {
		people, err := a.directory(tx)
		if err != nil {
			return err
		}
		var second term.PersonID
		for _, s := range signed {
			if s.Role == procedure.OpeningDirector {
				second = s.Person
			}
		}
		if code := procedure.OpeningSigner(people, by.Person, second); code != "" {
			return refuse.Field(procedure.OpeningDirector, code)
		}
		return nil
	})
}

// wouldSign are the signatures that a run would bear, for a dry run.
func (a *App) wouldSign(ctx context.Context, by act.Actor) (signed []act.Signature, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		people, err := a.directory(tx)
		if err != nil {
			return err
		}
		signed = procedure.WouldSign(people, by.Person)
		return nil
	})
	return signed, err
}

// of turns the answers into faults with line, column and code; called gives what the file calls a field.
func (o OpeningReport) of(run procedure.OpeningRun, called func(field string) string) OpeningReport {
	o.Lines, o.Good, o.Already, o.Left, o.Wrong, o.Warned = run.Lines, run.Good, run.Already, run.Left, run.Wrong, run.Warned
	at := func(line int, e refuse.FieldError) sheet.LineError {
		l := sheet.LineError{Line: line, Column: called(e.Field), Code: e.Code, Args: maps.Clone(e.Args)}
		if len(e.Clauses) > 0 {
			if l.Args == nil {
				l.Args = map[string]string{}
			}
			l.Args["clauses"] = cited(e.Clauses)
		}
		return l
	}
	for _, w := range run.Warns {
		for _, e := range refuse.AtFields(w.Err).Fields {
			o.Warns = append(o.Warns, at(w.Line, e))
		}
	}
	for _, g := range run.Gone {
		o.Gone = append(o.Gone, g.Entry.Faults...)
	}
	for _, f := range run.Faults {
		o.Faults = append(o.Faults, f.Entry.Faults...)
		var refusal *refuse.Refusal
		switch bad := refuse.AtFields(f.Err); {
		case f.Err == nil:
		case bad != nil:
			for _, e := range bad.Fields {
				o.Faults = append(o.Faults, at(f.Line, e))
			}
		case errors.As(f.Err, &refusal):
			o.Faults = append(o.Faults, sheet.LineError{Line: f.Line, Code: "refused", Args: map[string]string{"clauses": Cited(refusal)}})
		default:
			o.Faults = append(o.Faults, sheet.LineError{Line: f.Line, Code: "conflict"})
		}
	}
	return o
}
