package prove

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"jiyao/internal/regulation"
)

// template is the closed database of a scene, made once and copied for each proof.
type template struct {
	once  sync.Once
	err   error
	dsn   string
	at    time.Time // where its clock stands
	names names
}

// take adds a book to the run: its law, and an empty place for each template.
func (r *run) take(b *Book) error {
	t := &bench{Book: b, templates: map[string]*template{}}
	if len(b.proofs) > 0 {
		law, err := b.law(nil, nil, r.vocabulary)
		if err != nil {
			return err
		}
		t.law = law
	}
	for name := range b.scenes {
		t.templates[name] = &template{}
	}
	for _, p := range b.proofs {
		if p.Use == "" {
			t.templates[foundedAt(p.At)] = &template{}
		}
	}
	for _, s := range b.scenes {
		if s.Use == "" {
			t.templates[foundedAt(s.At)] = &template{}
		}
	}
	for _, m := range b.Pack.Mutants(r.vocabulary) {
		t.mutants = append(t.mutants, &mutant{Mutant: m, bench: t})
	}
	slices.SortStableFunc(t.mutants, func(x, y *mutant) int { return strings.Compare(x.Name, y.Name) })
	r.books = append(r.books, t)
	return nil
}

// foundedAt names the template of an office as it was set up, at the time of its first scene.
func foundedAt(at string) string { return "founded " + at }

// law makes the law of the model office with the parameters that a proof sets, changed by a mutant where one is given.
// Packs are copied first, because making a law notes things in them.
func (b *Book) law(m *regulation.Mutant, set map[string]string, vocabulary regulation.Vocabulary) (*regulation.Law, error) {
	own := map[string]string{}
	for _, p := range b.office.Found.Parameters {
		own[p.Name] = p.Value
	}
	maps.Copy(own, set)
	changed := func(p *regulation.Pack) (*regulation.Pack, error) {
		q, err := p.Clone()
		if err != nil {
			return nil, err
		}
		setOwn(q, own)
		if m != nil && p == b.Pack {
			m.Apply(q)
		}
		return q, nil
	}
	base, err := changed(b.base)
	if err != nil {
		return nil, err
	}
	var adopted []regulation.Adoption
	for _, a := range b.office.Found.Adopt {
		p, err := changed(b.packs[a.Pack])
		if err != nil {
			return nil, err
		}
		adopted = append(adopted, regulation.Adoption{Pack: p, Parts: a.Parts})
	}
	law, err := regulation.New(base, adopted, vocabulary)
	if err != nil {
		return nil, fmt.Errorf("make the law of the model office of %s: %w", b.Pack.Name, err)
	}
	return law, nil
}

// setOwn gives a pack the model office's own values of its parameters, which the office file was checked for.
func setOwn(p *regulation.Pack, own map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		parameter, ok := p.Parameters[name]
		if !ok {
			continue
		}
		v := regulation.Value{Text: own[name]}
		if n, err := strconv.ParseInt(own[name], 10, 64); err == nil && (parameter.Default.Num != nil || parameter.Default.Text == "none") {
			v = regulation.Value{Num: &n}
		} else if parameter.Default.List != nil {
			v = regulation.Value{List: strings.Split(own[name], "/")}
		}
		parameter.Default = v
		p.Parameters[name] = parameter
	}
}

// template makes the template of a scene, and of those it is built on, the first time it is asked for.
func (r *run) template(ctx context.Context, b *bench, use, at string) (*template, error) {
	name := use
	if use == "" {
		name = foundedAt(at)
	}
	t := b.templates[name]
	t.once.Do(func() { t.err = r.build(ctx, b, t, use, at) })
	return t, t.err
}

func (r *run) build(ctx context.Context, b *bench, t *template, use, at string) error {
	if use == "" {
		return r.buildOffice(ctx, b, t, at)
	}
	s := b.scenes[use]
	from, err := r.template(ctx, b, s.Use, s.At)
	if err != nil {
		return err
	}
	w, dsn, err := r.copyOf(ctx, b, from, b.law, "scene "+s.name)
	if err != nil {
		return err
	}
	err = w.begin(ctx, s.At, s.Use != "")
	if err == nil {
		err = w.run(ctx, s.steps)
	}
	t.dsn, t.at, t.names = dsn, w.clock.Now(), w.names
	if err := errors.Join(err, w.close()); err != nil {
		return fmt.Errorf("scene %s: %w", s.name, err)
	}
	return nil
}

// buildOffice sets the model office up at the moment at which its first scene begins. Posts have no beginning in an
// office file, so a late entry about an earlier day finds them too.
func (r *run) buildOffice(ctx context.Context, b *bench, t *template, at string) error {
	start, err := parseWhen(at, epoch)
	if err != nil {
		return err
	}
	if t.dsn, err = r.o.Engine.Create(ctx); err != nil {
		return err
	}
	w, err := opening{book: b.Book, law: b.law, dsn: t.dsn, fresh: true, at: start, seed: "office", keys: r.keys, screens: r.o.Screens}.open(ctx)
	if err != nil {
		return err
	}
	t.at, t.names = start, w.names
	return errors.Join(w.found(ctx), w.close())
}

// copyOf opens a copy of a template.
func (r *run) copyOf(ctx context.Context, b *bench, from *template, law *regulation.Law, seed string) (*world, string, error) {
	dsn, err := r.o.Engine.Copy(ctx, from.dsn)
	if err != nil {
		return nil, "", err
	}
	w, err := opening{book: b.Book, law: law, dsn: dsn, at: from.at, seed: seed, keys: r.keys, names: from.names, screens: r.o.Screens}.open(ctx)
	return w, dsn, err
}

// begin moves the clock to where a scene or proof built on another begins.
func (w *world) begin(ctx context.Context, at string, built bool) error {
	if at == "" || !built {
		return nil
	}
	return (&clockStep{At: at}).run(ctx, w, where{})
}

// prove runs one proof under the law of the office, or of what it sets. The error is a *failed where a step did not hold.
func (r *run) prove(ctx context.Context, b *bench, p *proof) (err error) {
	if ran, err := p.alone(b.Book, b.law); ran {
		return err
	}
	if len(p.Set) > 0 {
		law, err := b.Book.law(nil, p.Set, r.vocabulary)
		if err != nil {
			return p.fail("set: %w", err)
		}
		return r.replay(ctx, b, p, law)
	}
	t, err := r.template(ctx, b, p.Use, p.At)
	if err != nil {
		return err
	}
	w, dsn, err := r.copyOf(ctx, b, t, b.law, "proof "+p.id)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close(), r.o.Engine.Drop(context.WithoutCancel(ctx), dsn)) }()
	if err := w.begin(ctx, p.At, p.Use != ""); err != nil {
		return err
	}
	return w.run(ctx, p.steps)
}

// replay runs one proof under another law, of a mutant or of what the proof sets, its scenes included: the plan of a
// duty is worked out when the duty opens, so one that a scene opened must have opened under that law too.
func (r *run) replay(ctx context.Context, b *bench, p *proof, law *regulation.Law) (err error) {
	if ran, err := p.alone(b.Book, law); ran {
		return err
	}
	var chain []*scene
	root := p.At
	for use := p.Use; use != ""; use = b.scenes[use].Use {
		chain = append(chain, b.scenes[use])
		root = b.scenes[use].At
	}
	t, err := r.template(ctx, b, "", root)
	if err != nil {
		return err
	}
	w, dsn, err := r.copyOf(ctx, b, t, law, "mutant "+p.id)
	if err != nil {
		return err
	}
	w.changed = true
	defer func() { err = errors.Join(err, w.close(), r.o.Engine.Drop(context.WithoutCancel(ctx), dsn)) }()
	for i := len(chain) - 1; i >= 0; i-- {
		if err := w.begin(ctx, chain[i].At, chain[i].Use != ""); err != nil {
			return err
		}
		if err := w.run(ctx, chain[i].steps); err != nil {
			return err
		}
	}
	if err := w.begin(ctx, p.At, p.Use != ""); err != nil {
		return err
	}
	return w.run(ctx, p.steps)
}
