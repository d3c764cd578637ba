package prove

import (
	"context"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// step is one line of a scene or proof: an act tried, the clock moved, or something expected.
type step struct {
	where
	kind string // its first key: do, at, duty …
	text string // the kind and what it is about, for failures
	body body
}

// body is what a step does. It answers a mismatch where something else was expected.
type body interface {
	check(c *checker) error // names and words, when the file is read
	run(ctx context.Context, w *world, at where) error
}

// bodies makes an empty body for each kind of step.
var bodies = map[string]func() body{
	"do": func() body { return new(try) }, "at": func() body { return new(clockStep) }, "advance": func() body { return new(clockStep) },
	"duty": func() body { return new(dutyStep) }, "told": func() body { return new(toldStep) }, "case": func() body { return new(caseStep) },
	"finding": func() body { return new(findingStep) }, "report": func() body { return new(reportStep) }, "list": func() body { return new(listStep) },
	"search": func() body { return new(searchStep) }, "open": func() body { return new(openStep) }, "entries": func() body { return new(entriesStep) },
	"lines": func() body { return new(linesStep) },
}

const stepKinds = "do, at, advance, duty, told, case, finding, report, list, search, open, entries, lines"

// readStep reads one step; its kind is its first key.
func readStep(n *yaml.Node, file string) (step, error) {
	at := where{file, n.Line}
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return step{}, at.fail("a step is expected: a mapping that begins with %s", stepKinds)
	}
	s := step{where: at, kind: n.Content[0].Value}
	make, ok := bodies[s.kind]
	if !ok {
		return step{}, at.fail("step %q: one of %s is expected", s.kind, stepKinds)
	}
	s.body = make()
	if err := strictly(n, file, s.body); err != nil {
		return step{}, err
	}
	s.text = s.kind
	if v := n.Content[1]; v.Kind == yaml.ScalarNode {
		s.text += " " + v.Value
	}
	if by := value(n, "by"); by != nil {
		s.text += " by " + by.Value
	}
	return s, nil
}

// expects reports whether the step could fail other than by an act that does not succeed.
func (s step) expects() bool {
	if t, ok := s.body.(*try); ok {
		return t.Refused != nil || t.RefusedOnly != nil || len(t.Invalid) > 0 || t.Absent || t.Conflict || t.Replayed
	}
	return !s.moves()
}

// moves reports whether the step moves the clock.
func (s step) moves() bool {
	_, ok := s.body.(*clockStep)
	return ok
}

// mismatch is what a step expected beside what there was.
type mismatch struct{ want, got string }

func (m *mismatch) Error() string { return m.want + " is expected, not " + m.got }

func differs(want, got any) error { return &mismatch{fmt.Sprint(want), fmt.Sprint(got)} }

// failed is a step that did not hold, with its place.
type failed struct {
	step step
	err  error
}

func (f *failed) Error() string { return fmt.Sprintf("%s: %s: %s", f.step.where, f.step.text, f.err) }
func (f *failed) Unwrap() error { return f.err }

// clockStep moves the clock to a time, or on by a length, and performs every event of duties that has come.
type clockStep struct {
	At      string `yaml:"at"`
	Advance string `yaml:"advance"`
}

func (s *clockStep) check(*checker) error {
	if (s.At == "") == (s.Advance == "") {
		return fmt.Errorf("at or advance is expected")
	}
	if s.At != "" {
		if strings.HasPrefix(s.At, "-") {
			return fmt.Errorf("at %q: a time that lies ahead is expected", s.At)
		}
		_, err := parseWhen(s.At, epoch)
		return err
	}
	_, err := parseLength(s.Advance)
	return err
}

func (s *clockStep) run(ctx context.Context, w *world, _ where) error {
	to, err := parseWhen(s.At, w.clock.Now())
	if s.Advance != "" {
		length, lengthErr := parseLength(s.Advance)
		to, err = w.clock.Now().Add(length), lengthErr
	}
	if err != nil {
		return err
	}
	if err := w.clock.To(to); err != nil {
		return err
	}
	_, err = w.desk.Tick(ctx)
	return err
}
