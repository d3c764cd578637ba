package prove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"jiyao/internal/act"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// try is a step that does an act. Without an expectation the act must succeed.
type try struct {
	Do       string            `yaml:"do"`
	By       string            `yaml:"by"`
	With     yaml.Node         `yaml:"with"`
	Sign     map[string]string `yaml:"sign"` // role → person; takes the place of all signatures that go without saying
	Unsigned bool              `yaml:"unsigned"`
	As       string            `yaml:"as"`
	Key      string            `yaml:"key"`      // idempotency key
	Occurred string            `yaml:"occurred"` // when it happened; now when empty
	Late     string            `yaml:"late"`     // reason of a late entry

	Refused     *[]string         `yaml:"refused"`      // exactly these of the pack under proof
	RefusedOnly *[]string         `yaml:"refused_only"` // exactly these of all packs
	Remedy      string            `yaml:"remedy"`       // of the refusal: a post, nobody, force or correct
	Invalid     map[string]string `yaml:"invalid"`      // exactly these fields: a code each, and after it the clauses of the pack under proof, where they matter
	Absent      bool              `yaml:"absent"`
	Conflict    bool              `yaml:"conflict"`
	Replayed    bool              `yaml:"replayed"`
}

var remedies = []refuse.RemedyKind{refuse.Nobody, refuse.ByForce, refuse.Correct}

func (t *try) check(c *checker) error {
	command, ok := act.CommandType(t.Do)
	if !ok {
		return fmt.Errorf("act %q: an act of the catalogue is expected", t.Do)
	}
	if t.With.Kind != 0 {
		if _, err := convertStruct(&t.With, command, c.file, nil, epoch); err != nil {
			return err
		}
	}
	expectations := 0
	for _, set := range []bool{t.Refused != nil, t.RefusedOnly != nil, len(t.Invalid) > 0, t.Absent, t.Conflict, t.Replayed} {
		if set {
			expectations++
		}
	}
	refused := t.Refused != nil || t.RefusedOnly != nil
	_, post := c.book.post(t.Remedy)
	switch {
	case expectations > 1:
		return errors.New("one of refused, refused_only, invalid, absent, conflict, replayed is expected")
	case t.As != "" && expectations > 0 && !t.Replayed:
		return errors.New("as: an act that succeeds is expected")
	case t.Remedy != "" && !refused:
		return errors.New("remedy: refused is expected beside it")
	case t.Remedy != "" && !post && !slices.Contains(remedies, refuse.RemedyKind(t.Remedy)):
		return fmt.Errorf("remedy %q: a post, nobody, force or correct is expected", t.Remedy)
	case t.Unsigned && len(t.Sign) > 0:
		return errors.New("unsigned or sign is expected, not both")
	case t.Occurred == "" && t.Late != "":
		return errors.New("late: occurred is expected beside it")
	}
	for _, person := range t.Sign {
		if _, ok := c.book.person(person); !ok {
			return fmt.Errorf("sign %q: a person of the office file is expected", person)
		}
	}
	if t.Occurred != "" {
		if _, err := parseWhen(t.Occurred, epoch); err != nil {
			return err
		}
	}
	for _, code := range t.Invalid {
		_, clauses, _ := strings.Cut(code, " ")
		if err := c.clauses(strings.Fields(clauses)...); err != nil {
			return err
		}
	}
	for _, ids := range []*[]string{t.Refused, t.RefusedOnly} {
		if ids != nil {
			if err := c.clauses(*ids...); err != nil {
				return err
			}
		}
	}
	if t.Refused != nil {
		for _, id := range *t.Refused {
			if term.Clause(id).Pack() != c.book.Pack.ID {
				return fmt.Errorf("refused %q: ids of %s are expected; refused_only takes others", id, c.book.Pack.ID)
			}
		}
	}
	return all(c.actor(t.By), c.name(t.As))
}

func (t *try) run(ctx context.Context, w *world, at where) error {
	request, err := t.request(ctx, w, at)
	if err != nil {
		return err
	}
	before, err := w.standing(ctx)
	if err != nil {
		return err
	}
	receipt, answer := w.desk.Do(ctx, request)
	if err := t.judge(ctx, w, receipt, answer); err != nil {
		return err
	}
	if refusal := (*refuse.Refusal)(nil); errors.As(answer, &refusal) && !w.changed {
		if err := t.cured(ctx, w, request, refusal); err != nil {
			return err
		}
	}
	if answer == nil && !receipt.Replayed {
		if t.As != "" {
			w.names[t.As] = receipt
		}
		return nil
	}
	if t.As != "" {
		w.names[t.As] = receipt
	}
	after, err := w.standing(ctx)
	if err != nil {
		return err
	}
	if moved := before.differ(after); len(moved) > 0 {
		return differs("no change of a table", "a change of "+strings.Join(moved, ", "))
	}
	return nil
}

// request makes the act's request as somebody at a page would.
func (t *try) request(ctx context.Context, w *world, at where) (act.Request, error) {
	command, ok := act.CommandType(t.Do)
	if !ok {
		return act.Request{}, fmt.Errorf("act %q: not in the catalogue", t.Do)
	}
	fields := map[string]any{}
	if t.With.Kind != 0 {
		var err error
		if fields, err = convertStruct(&t.With, command, at.file, w.names, w.clock.Now()); err != nil {
			return act.Request{}, err
		}
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return act.Request{}, fmt.Errorf("spell the command: %w", err)
	}
	q := act.Request{Act: t.Do, Command: json.RawMessage(raw), By: w.actor(t.By), Late: t.Late, Key: t.Key}
	if t.Occurred != "" {
		if q.At, err = parseWhen(t.Occurred, w.clock.Now()); err != nil {
			return q, err
		}
	}
	if q.Signatures, err = t.signatures(ctx, w, fields); err != nil {
		return q, err
	}
	return q, nil
}

// judge holds the answer against what the step expects.
func (t *try) judge(ctx context.Context, w *world, receipt act.Receipt, answer error) error {
	var refusal *refuse.Refusal
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	got := "done"
	if receipt.Replayed {
		got = "replayed"
	}
	switch {
	case answer == nil:
	case errors.As(answer, &refusal):
		got = "refused " + spell(refusal.Clauses())
		if err := w.recorded(ctx, refusal); err != nil {
			return err
		}
	case errors.As(answer, &invalid):
		got = invalid.Error()
	case errors.As(answer, &conflict):
		got = "conflict"
	case errors.Is(answer, refuse.ErrNotFound):
		got = "absent"
	default:
		return fmt.Errorf("an answer that nobody should get: %w", answer)
	}
	switch {
	case t.Refused != nil || t.RefusedOnly != nil:
		return t.judgeRefusal(w, refusal, got)
	case len(t.Invalid) > 0:
		return t.judgeInvalid(w.book.Pack.ID, invalid, got)
	case t.Absent:
		return same("absent", got)
	case t.Conflict:
		return same("conflict", got)
	case t.Replayed:
		return same("replayed", got)
	}
	return same("done", got)
}

func same(want, got string) error {
	if want != got {
		return differs(want, got)
	}
	return nil
}

func (t *try) judgeRefusal(w *world, refusal *refuse.Refusal, got string) error {
	want, others := t.Refused, false
	if t.RefusedOnly != nil {
		want, others = t.RefusedOnly, true
	}
	if refusal == nil {
		return differs("refused "+fmt.Sprint(*want), got)
	}
	var cited []string
	for _, c := range refusal.Clauses() {
		if !w.book.resolves(c) {
			return fmt.Errorf("the refusal cites %s, which no pack at hand has", c)
		}
		if others || c.Pack() == w.book.Pack.ID {
			cited = append(cited, string(c))
		}
	}
	if !sameSet(cited, *want) {
		return differs("refused "+fmt.Sprint(*want), got)
	}
	if t.Remedy == "" {
		return nil
	}
	remedy := refusal.Remedy()
	word := string(remedy.Kind)
	if remedy.Kind == refuse.ByPost {
		word = remedy.Post
	}
	// A bare post may be named by any pack: the whole refusal offers one remedy, and base may be the first to speak.
	if word != t.Remedy && (remedy.Kind != refuse.ByPost || !strings.HasSuffix(word, "/"+t.Remedy)) {
		return differs("remedy "+t.Remedy, "remedy "+word)
	}
	return nil
}

func (t *try) judgeInvalid(pack string, invalid *refuse.Invalid, got string) error {
	wanted := "invalid " + fmt.Sprint(t.Invalid)
	if invalid == nil {
		return differs(wanted, got)
	}
	for _, f := range invalid.Fields {
		code, clauses, named := strings.Cut(t.Invalid[f.Field], " ")
		var cited []string
		for _, c := range f.Clauses {
			if c.Pack() == pack {
				cited = append(cited, string(c))
			}
		}
		switch {
		case code != f.Code:
			return differs(wanted, got)
		case named && !sameSet(cited, strings.Fields(clauses)):
			return differs(wanted, got+" by "+spell(f.Clauses))
		}
	}
	if len(t.Invalid) > len(invalid.Fields) {
		return differs(wanted, got)
	}
	return nil
}

func spell(ids []term.Clause) string { return fmt.Sprint(ids) }

// sameSet reports whether two lists hold the same texts, in any order.
func sameSet(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(slices.Compact(x), slices.Compact(y))
}

// recorded holds a refusal to its promise: it stands in the ledger with its clauses.
func (w *world) recorded(ctx context.Context, refusal *refuse.Refusal) error {
	return w.db.Read(ctx, func(tx *store.Tx) error {
		e, err := w.log.ByReference(tx, string(refusal.Reference))
		if err != nil {
			return fmt.Errorf("find the entry of the refusal: %w", err)
		}
		var cited []string
		for _, c := range refusal.Clauses() {
			cited = append(cited, string(c))
		}
		if e.Outcome != ledger.Refused || !sameSet(e.Clauses, cited) {
			return differs("an entry refused "+fmt.Sprint(cited), fmt.Sprint(e.Outcome, e.Clauses))
		}
		return nil
	})
}
