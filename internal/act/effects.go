package act

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// bound is an effect with the carrier it comes from.
type bound struct {
	effect regulation.Effect
	clause term.Clause
	post   func(string) string
	target Target
}

// effectContext is what an effect may name.
type effectContext struct {
	changes Changes
	facts   any
}

// react performs what packs attach to the outcome of a try.
func (r *running) react(outcome regulation.Outcome, cited []term.Clause, known *regulation.Known, ctx effectContext) error {
	found, err := r.env.Law.Reactions(r.def.name, outcome, cited, known)
	if err != nil {
		return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	for _, reaction := range found {
		var list []bound
		for _, e := range reaction.Then {
			list = append(list, bound{effect: e, clause: reaction.Clause, post: reaction.Post})
		}
		if err := r.effects(list, ctx); err != nil {
			return err
		}
	}
	return nil
}

// effects performs effects: notices as rows, everything else as acts of the system.
func (r *running) effects(list []bound, ctx effectContext) error {
	for _, b := range list {
		if err := r.effect(b, ctx); err != nil {
			return fmt.Errorf("effect of %s: %w", b.clause, err)
		}
	}
	return nil
}

func (r *running) effect(b bound, ctx effectContext) error {
	e := b.effect
	subject := ctx.changes.Subject
	if b.target.ID != "" {
		subject = b.target.ID
	}
	if subject == "" {
		subject = subjectOf(r.fields)
	}
	document := string(ctx.changes.Document)
	if document == "" {
		document = string(r.document)
	}
	switch {
	case e.Case != "":
		return r.followJSON("incident.open", map[string]any{
			"kind": e.Case, "sub_kind": e.SubKind, "persons": r.persons(e.Persons, b, ctx), "document": document, "subject": subject,
			"clause": string(b.clause), "discovered_at": r.env.At, "notify": posts(b, e.Notify), "source": "system",
		})
	case e.Finding != nil:
		find := map[string]any{
			"what": orElse(e.Kind, "breach"), "persons": r.persons(e.Finding.Names, b, ctx), "document": document,
			"subject": subject, "clause": string(b.clause), "found_at": r.env.At, "notify": posts(b, []string{e.Finding.Notify}),
			"holds": e.Finding.Holds,
		}
		if err := r.owned(find, e.Finding, b, ctx); err != nil {
			return err
		}
		return r.followJSON("inspection.find", find)
	case e.Act != "":
		return r.followJSON(e.Act, r.arguments(e.With, b, subject, document))
	case e.Flag != "":
		if len(r.unmet) == 0 {
			return r.tell(b, "flag."+e.Flag, "", subject, document)
		}
		for _, t := range r.unmet {
			if err := r.tell(b, "flag."+e.Flag, "", t.ID, document); err != nil {
				return err
			}
		}
		return nil
	}
	for _, post := range e.Notify {
		if err := r.tell(b, orElse(e.Kind, "told"), b.post(post), subject, document); err != nil {
			return err
		}
	}
	return nil
}

// owned says whose a finding is, and by when it is to be mended.
func (r *running) owned(find map[string]any, f *regulation.FindingEffect, b bound, ctx effectContext) error {
	if word, ok := strings.CutPrefix(f.Owner, "person:"); !ok {
		find["owner_post"] = b.post(f.Owner)
	} else if who := r.persons(word, b, ctx); len(who) > 0 {
		find["owner"] = who[0]
	}
	if f.FixBy == "" {
		return nil
	}
	due, err := calendar.ParseDue(f.FixBy)
	if err != nil {
		return fmt.Errorf("fix_by: %w", err)
	}
	by, err := due.At(calendar.Trigger{Occurred: r.env.At, Book: r.env.Calendar, ClosingTime: r.env.hour("closing_time")})
	if err != nil {
		return fmt.Errorf("fix_by: %w", err)
	}
	find["fix_by"] = by.Day().String()
	return nil
}

// tell writes one notice with an entry of its own, since the entry of the act stands already.
func (r *running) tell(b bound, kind, post, subject, document string) error {
	return r.follow("notice.post", postNotice{Kind: kind, Post: post, Clause: b.clause, Subject: subject, Document: term.DocumentID(document)})
}

func posts(b bound, names []string) []string {
	var out []string
	for _, n := range names {
		if n != "" {
			out = append(out, b.post(n))
		}
	}
	return out
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// persons names who an effect is about.
func (r *running) persons(word string, b bound, ctx effectContext) []string {
	var out []string
	if strings.Contains(word, ",") {
		for w := range strings.SplitSeq(word, ",") {
			for _, p := range r.persons(strings.TrimSpace(w), b, ctx) {
				if p != "" && !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
		return out
	}
	switch word {
	case "", "none":
	case "actor":
		out = append(out, string(r.env.Actor.Person))
	case "target":
		out = append(out, string(b.target.Person))
	default: // an argument of the act, or a value it gave
		if v, ok := ctx.changes.Values[word]; ok {
			out = append(out, v)
		} else if v, ok := r.fields[word]; ok {
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

// arguments fills $subject, $document and $person into the arguments that a pack gives an act.
func (r *running) arguments(with map[string]string, b bound, subject, document string) map[string]any {
	out := map[string]any{}
	for k, v := range with {
		switch v {
		case "$subject":
			out[k] = subject
		case "$document":
			out[k] = document
		case "$person":
			out[k] = string(b.target.Person)
		case "$year": // the one that a yearly duty looks back on
			out[k] = yearBefore(r.env.At)
		default:
			out[k] = v
		}
	}
	return out
}

// follow performs a further act as the system, in the same savepoint: both happen or neither.
func (r *running) follow(name string, command any) error {
	def, ok := lookup(name)
	if !ok {
		return fmt.Errorf("act %s: not in the catalogue", name)
	}
	if reflect.TypeOf(command) != def.command { // another noun's spelling of the same command
		b, err := json.Marshal(command)
		if err != nil {
			return fmt.Errorf("spell the arguments of %s: %w", name, err)
		}
		if command, err = decodeJSON(def.command, b); err != nil {
			return fmt.Errorf("arguments of %s: %w", name, err)
		}
	}
	if r.depth >= maxDepth {
		return fmt.Errorf("act %s: acts follow from acts more than %d deep", name, maxDepth)
	}
	fields, bad := fieldsOf(command, true)
	if bad != nil {
		return bad
	}
	env := r.env
	env.Actor, env.Signatures, env.Fields = Actor{System: true, Terminal: r.env.Actor.Terminal}, nil, fields
	child := &running{
		desk: r.desk, def: def, tx: r.tx, env: env, fields: fields, depth: r.depth + 1,
		request: Request{Act: name, Command: command, By: env.Actor, At: env.At},
	}
	if err := def.run(child, command); err != nil {
		var refusal *refuse.Refusal
		if errors.As(err, &refusal) { // nobody asked for this act: that the law forbids it is a defect of the pack
			return fmt.Errorf("%s, which follows, is refused: %v", name, refusal.Clauses())
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	r.done = append(r.done, child.done...)
	return nil
}

func (r *running) followJSON(name string, args map[string]any) error {
	return r.follow(name, args)
}

// noteTry keeps one line of the register of refused tries, and counts the tries of the person who would have
// come to know. The line stands in the entry of the refusal itself. A try for somebody who may know the item counts for
// nobody: it was refused for what the clerk left out.
func (r *running) noteTry(outcome regulation.Outcome, common *regulation.Common, facts any) ([]store.Written, error) {
	person, known := r.env.Actor.Person, regulation.PersonsOf(facts)
	if len(known) == 1 && known[0].ID != "" {
		person = known[0].ID
	}
	inScope := len(known) > 0 && !slices.ContainsFunc(known, func(p regulation.Person) bool { return !p.InScope })
	asked := outcome == regulation.OnHidden || !inScope && r.env.Law.Counts(r.def.name, outcome)
	written, err := store.Put(r.tx, []store.Change{Tries.Insert(Try{
		ID: r.env.ID(), At: r.env.At, Person: person, Actor: r.env.Actor.Person, Act: r.def.name, Outcome: string(outcome),
		Asked: asked, Subject: subjectOf(r.fields), Reference: string(r.reference),
	})})
	if err != nil {
		return nil, fmt.Errorf("%w: note a refused try: %w", refuse.ErrUnavailable, err)
	}
	window, ok := r.env.Law.Param("refused_window")
	if !ok {
		return written, nil
	}
	days, err := window.Int()
	if err != nil {
		return nil, fmt.Errorf("%w: refused_window: %w", refuse.ErrUnavailable, err)
	}
	since := r.env.At.Add(-time.Duration(days) * 24 * time.Hour)
	common.RefusedRequests, err = Tries.Count(r.tx, "WHERE person = $1 AND asked = 1 AND at >= $2", string(person), since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("%w: count refused tries: %w", refuse.ErrUnavailable, err)
	}
	return written, nil
}

// Try is one line of the register of refused and hidden tries (拒绝登记).
type Try struct {
	ID        string        `col:"id,key"`
	At        time.Time     `col:"at"`
	Person    term.PersonID `col:"person"` // who would have come to know, else who asked
	Actor     term.PersonID `col:"actor"`
	Act       string        `col:"act"`
	Outcome   string        `col:"outcome"` // refused hidden
	Asked     bool          `col:"asked"`   // a try to see, read or borrow
	Subject   string        `col:"subject"`
	Reference string        `col:"reference"`
	store.Meta
}

// Tries is the table.
var Tries = store.Define[Try]("refused_try")
