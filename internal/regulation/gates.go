package regulation

import (
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/refuse"
)

// compileGate forbids an act while a line of the sheet that it waits for is unsigned, or answered no. A sheet is signed for
// one thing and serves one act; which lines are open the write path works out.
func (l *Law) compileGate(p *Pack, c *Checklist) error {
	var errs []error
	for _, act := range c.Gate {
		words, ok := l.vocabulary[act]
		if !ok {
			continue
		}
		if c.Chosen != "" && !words.Fields[c.Chosen] {
			errs = append(errs, fmt.Errorf("%s/checklists.yaml: %s: chosen_by: an argument of %s is expected, not %s", p.Name, c.Name, act, c.Chosen))
			continue
		}
		for _, line := range c.Lines {
			when, err := expand(orText(l.under(p, line.Clause, act, c.When), "true"), words.Facts, l.params)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s/checklists.yaml: %s: %w", p.Name, c.Name, err))
				break
			}
			text := fmt.Sprintf("forbid (principal, action == Action::%q, resource) when { %s } when { context.sheets_open.contains(%q) };", act, when, c.Open(line))
			errs = append(errs, l.forbid(act, text, &rule{
				name: p.Name + "/gate/" + c.Name + "/" + line.Name, clause: line.Clause, remedy: refuse.Remedy{Kind: refuse.Correct, Step: c.Signs},
			}))
		}
		if len(c.Lines) > 0 && !slices.Contains(l.gates[act], c) {
			l.gates[act] = append(l.gates[act], c)
		}
	}
	return errors.Join(errs...)
}

// Gates lists the sheets that an act waits for.
func (l *Law) Gates(act string) []*Checklist { return l.gates[act] }

// Open is an open line as it stands in the fact sheets_open.
func (c *Checklist) Open(line ChecklistLine) string { return c.Name + "/" + line.Name }

// Picked are the lines that the arguments of an act choose; all of them where nothing chooses.
func (c *Checklist) Picked(fields map[string]any) []ChecklistLine {
	if c.Chosen == "" {
		return c.Lines
	}
	words, ok := fields[c.Chosen].([]string)
	if one, single := fields[c.Chosen].(string); single {
		words, ok = []string{one}, true
	}
	if !ok {
		return nil
	}
	var out []ChecklistLine
	for _, line := range c.Lines {
		if slices.Contains(words, orText(line.For, line.Name)) {
			out = append(out, line)
		}
	}
	return out
}
