package act

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/checklist"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// running is one act while it runs inside the writer's transaction. The steps are in the package essay.
type running struct {
	desk    *Desk
	def     *definition
	request Request
	fields  map[string]any
	tx      *store.Tx
	env     Env
	dry     bool // ask only: nothing is written
	called  bool // who acts would have been asked to
	// rehearsal: only to learn what the act will read; its errors are nobody's.
	rehearsal bool
	foreseen  *[]refuse.FieldError // what is told of an act that would be done; nil: nobody asks
	probe     *leaveProbe          // an act that only asks what leave it would need; nil otherwise
	depth     int                  // acts performed by the system inside another

	document  term.DocumentID     // the item the act is about, once the actor may know of it
	items     []term.DocumentID   // all of them
	waited    []checklist.Sheet   // that the act waits for and would use up
	unmet     []Target            // what stands against a refused act
	whom      []regulation.Person // for whom its facts are asked
	reference term.Reference
	receipt   Receipt
	answer    error // a recorded answer that is not done; committed, not rolled back
	done      []doneAct
}

type doneAct struct {
	act      string
	document term.DocumentID
}

// maxDepth bounds acts that follow from acts; packs cannot make an endless chain.
const maxDepth = 4

func (r *running) do(cmd any) error {
	var digest []byte
	if r.request.Key != "" && !r.dry {
		var known bool
		var err error
		if digest, known, err = r.replay(cmd); err != nil || known {
			return err
		}
	}
	if err := r.enter(); err != nil {
		return err
	}
	if err := r.def.run(r, cmd); err != nil {
		return err
	}
	if digest != nil && r.answer == nil {
		return r.remember(digest)
	}
	return nil
}

// enter works out the environment. An act claimed to lie in the future, or far enough in the past without a
// reason, is answered at the field.
func (r *running) enter() error {
	d, now := r.desk, r.desk.Clock.Now()
	at := r.request.At
	if at.IsZero() {
		at = now
	}
	at = at.In(calendar.Zone)
	lateBy := d.LateBy
	if lateBy == 0 {
		lateBy = 5 * time.Minute
	}
	if !r.request.By.System {
		switch {
		case at.After(now.Add(time.Minute)):
			return refuse.Field("occurred_at", "in_the_future")
		case at.Before(now.Add(-maxLateEntry)):
			return refuse.Field("occurred_at", "too_long_ago")
		case at.Before(now.Add(-lateBy)) && r.request.Late == "":
			return refuse.Field("late_reason", "required")
		}
	}
	e := Env{Actor: r.request.By, At: at, Now: now, Late: r.request.Late, Signatures: r.request.Signatures, Secrets: d.Secrets, Fields: r.fields, ids: d.IDs, lateBy: lateBy}
	if r.rehearsal {
		e.ids = nil // the act itself draws the next one
	}
	r.reference = term.MakeReference(e.ID())
	var err error
	if e.Law, err = d.Office.Law(r.tx, at); err != nil {
		return fmt.Errorf("find the law in force: %w", err)
	}
	if e.People, err = d.Office.Directory(r.tx, at); err != nil {
		return fmt.Errorf("find who holds which post: %w", err)
	}
	if e.Calendar, err = d.Office.Calendar(r.tx); err != nil {
		return fmt.Errorf("find the calendar: %w", err)
	}
	if e.Zone, err = d.Office.Zone(r.tx); err != nil {
		return fmt.Errorf("find the declared zone: %w", err)
	}
	r.env = e
	return nil
}

// perform runs the typed middle of one act.
func perform[C, S, F any](r *running, a Act[C, S, F], cmd C) error {
	if err := allWrong(r, a, cmd, nil); err != nil {
		return err
	}
	if a.Within {
		if out, err := keptOut(r, a, cmd); out || err != nil {
			return err
		}
	}
	state, err := a.Load(&Tx{Tx: r.tx, Env: r.env}, cmd)
	if errors.Is(err, refuse.ErrNotFound) {
		return r.absent(cmd)
	}
	if err != nil {
		return fmt.Errorf("load for %s: %w", r.def.name, err)
	}
	seen, idle, err := approach(r, a, state, cmd)
	switch {
	case err != nil:
		return err
	case !seen:
		return r.notFound()
	}
	facts := a.Facts(state, cmd, r.env)
	r.whom = regulation.PersonsOf(facts)
	common := r.common(facts)
	if err := r.sheets(&common); err != nil {
		return err
	}
	leaves, known, err := r.leavesInOrder(&common, facts)
	if err != nil {
		return err
	}
	refusal, err := r.ask(known)
	if err != nil {
		return err
	}
	if idle != nil && regulation.Barring(refusal) == nil {
		return idle
	}
	if a.Inherit != nil {
		refusal = r.inherited(refusal, a.Inherit(state, cmd))
	}
	regulation.Veil(refusal, a.Knows != nil, facts)
	wants := refusal
	if r.probe != nil {
		refusal = curable(refusal)
	}
	if refusal != nil {
		if a.Unmet != nil {
			r.unmet = a.Unmet(state, cmd, r.env)
		}
		return r.turnDown(refusal, known, common, facts, cmd)
	}
	if r.probe != nil {
		return foresee(r, a, state, cmd, wants)
	}
	r.env.Allowed = allowed(leaves)
	changes, err := a.Decide(state, cmd, r.env)
	if err == nil && a.Brings != nil {
		err = r.worse(a.Brings(state, cmd, r.env), a.Knows != nil)
	}
	var late *refuse.Refusal
	if errors.As(err, &late) {
		late.Act = r.def.name
		return r.refuse(late, common, facts, cmd)
	}
	if err == nil {
		err = r.lacking(cmd)
	}
	if err == nil && r.foreseen != nil && a.Warn != nil {
		*r.foreseen, err = a.Warn(state, cmd, r.env, r.wouldAsk)
	}
	if err != nil || r.dry {
		return err
	}
	return r.finish(changes, common, known, facts, leaves, cmd)
}

// finish writes what was decided: rows, spent leaves, duties, the entry, then what follows.
func (r *running) finish(changes Changes, common regulation.Common, known *regulation.Known, facts any, leaves []approval.Leave, cmd any) error {
	rows := changes.Rows
	for _, l := range leaves {
		rows = append(rows, approval.Leaves.Update(l, approval.Spend(l, r.env.At)))
	}
	dutyRows, err := r.duties(changes, known)
	if err != nil {
		return err
	}
	knowing, err := r.knowings(changes, known, facts)
	if err != nil {
		return err
	}
	executed, err := r.executions(changes, known)
	if err != nil {
		return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	written, err := store.Put(r.tx, slices.Concat(rows, dutyRows, knowing, executed, r.serve()))
	if err != nil {
		return err
	}
	if err := r.record(ledger.Done, nil, changes.Subject, facts, cmd, written); err != nil {
		return err
	}
	r.receipt = Receipt{Reference: r.reference, Act: r.def.name, Subject: changes.Subject, Values: changes.Values, At: r.env.At}
	r.done = append(r.done, doneAct{r.def.name, changes.Document})
	for _, f := range changes.Then {
		if err := r.follow(f.Act, f.Command); err != nil {
			return err
		}
	}
	if err := r.effects(changes.effects, effectContext{changes: changes}); err != nil {
		return err
	}
	for _, no := range changes.No {
		var list []bound
		for _, e := range no.Sheet.OnNo {
			list = append(list, bound{effect: e, clause: no.Line.Clause, post: no.Sheet.Post})
		}
		if err := r.effects(list, effectContext{changes: changes}); err != nil {
			return err
		}
	}
	if err := r.watch(changes, common); err != nil {
		return err
	}
	return r.react(regulation.OnDone, nil, known, effectContext{changes: changes})
}

// refuse records the refusal and what the clause opens. It returns nil so that this much commits.
func (r *running) refuse(refusal *refuse.Refusal, common regulation.Common, facts any, cmd any) error {
	if r.dry || r.depth > 0 {
		return refusal
	}
	clauses := refusal.Clauses()
	written, err := r.noteTry(regulation.OnRefused, &common, facts)
	if err != nil {
		return err
	}
	if err := r.record(ledger.Refused, clauses, subjectOf(r.fields), facts, cmd, written); err != nil {
		return err
	}
	refusal.Reference, refusal.Command = r.reference, cmd
	r.answer = refusal
	known, err := regulation.Know(common, facts)
	if err != nil {
		return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	return r.react(regulation.OnRefused, clauses, known, effectContext{facts: facts})
}

func (r *running) posts() []string {
	held := r.env.People.Posts(r.env.Actor.Person)
	acting, _ := r.env.People.Acting(r.env.Actor.Person)
	return append(append([]string{}, held...), acting...)
}

// related is a facts struct that says how the actor stands to the matter.
type related interface{ ActorRelations() []string }

func (r *running) common(facts any) regulation.Common {
	a := r.env.Actor
	c := regulation.Common{System: a.System, AdminRoles: a.Admin, Zone: string(r.env.Zone), NowYear: r.env.At.Year(), Limits: regulation.Unlimited()}
	if a.Person != "" {
		c.Relations = append(c.Relations, "staff")
		c.ExecutorPosts = r.env.People.Posts(a.Person)
		acting, acts := r.env.People.Acting(a.Person)
		c.ActorPosts = append(append([]string{}, c.ExecutorPosts...), acting...)
		c.DelegatedActs = acts
		c.BusinessPosts = c.ExecutorPosts
		c.ActorInOffice = r.env.People.InOffice(a.Person)
		r.entrust(&c, a.Person)
	} else if a.System {
		c.ActorInOffice = true // what follows in the office's own house
	} else {
		c.Relations = append(c.Relations, "staff") // an administrator's account is somebody too
		for _, role := range a.Admin {
			c.ActorPosts = append(c.ActorPosts, "base/"+role)
		}
	}
	if rel, ok := facts.(related); ok {
		c.Relations = append(c.Relations, rel.ActorRelations()...)
	}
	r.signed(&c, facts)
	return c
}

// subjectOf is the id the command names first; it is what was asked for, whether it exists or not.
func subjectOf(fields map[string]any) string {
	for _, name := range []string{"copy", "document", "circulation", "envelope", "stop", "instruction", "leave", "case", "finding", "account", "person", "id"} {
		if v, ok := fields[name]; ok {
			if s := fmt.Sprint(v); s != "" {
				return s
			}
		}
	}
	return ""
}
