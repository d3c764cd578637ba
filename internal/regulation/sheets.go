package regulation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Daily says on which days, and when in the day, a duty opens by itself; empty: it does not.
type Daily string

// The days on which a duty opens: every one or those of work, at the start of the shift or at closing time.
const (
	DailyStart   Daily = "day, shift start"
	DailyClosing Daily = "day, closing time"
	WorkStart    Daily = "working day, shift start"
	WorkClosing  Daily = "working day, closing time"
)

func dailyOf(op Opening) (Daily, error) {
	d := Daily(op.Each + ", " + orText(op.At, "shift start"))
	if !slices.Contains([]Daily{DailyStart, DailyClosing, WorkStart, WorkClosing}, d) {
		return "", fmt.Errorf("opens each %q at %q: day or working day, at shift start or closing time, is expected", op.Each, op.At)
	}
	return d, nil
}

// A day off on which somebody works opens a duty with his first act.
const (
	dayOff   = "day off"
	firstAct = "first act"
)

// eachPeriod opens a duty with each period of its due rule.
const eachPeriod = "period"

// Working reports whether only working days count.
func (d Daily) Working() bool { return d == WorkStart || d == WorkClosing }

// AtClosing reports whether the hour is the closing time, and not the start of the shift.
func (d Daily) AtClosing() bool { return d == DailyClosing || d == WorkClosing }

// compileSheet refuses a signature while a line of the sheet has no answer.
func (l *Law) compileSheet(p *Pack, c *Checklist) error {
	if _, ok := l.vocabulary[c.Signs]; !ok {
		return nil
	}
	var errs []error
	for _, line := range c.Lines {
		text := fmt.Sprintf("forbid (principal, action == Action::%q, resource) when { context.sheet == %q && context.lines_open.contains(%q) };", c.Signs, c.Name, line.Name)
		errs = append(errs, l.forbid(c.Signs, text, &rule{
			name: p.Name + "/checklist/" + c.Name + "/" + line.Name, clause: line.Clause, remedy: refuse.Remedy{Kind: refuse.Correct}, fields: []string{"lines." + line.Name},
		}))
	}
	return errors.Join(errs...)
}

// compileSheetDuty gives the duty to sign a sheet, one for each person whose sheet it is; nil for one that opens by
// nothing.
func (l *Law) compileSheetDuty(p *Pack, c *Checklist) (*Duty, error) {
	if c.Opens == nil {
		return nil, nil //nolint:nilnil // no duty is an answer
	}
	where := fmt.Sprintf("%s/checklists.yaml: %s", p.Name, c.Name)
	if c.Opens.Each == "" {
		return nil, fmt.Errorf("%s: opens: each: day or working day, is expected", where)
	}
	if _, ok := l.vocabulary[c.Signs]; !ok {
		return nil, nil //nolint:nilnil // nothing in this version signs it
	}
	d, err := l.compileDuty(p, &Obligation{
		Name: c.Name, Opens: []Opening{*c.Opens}, ForEach: orText(c.ForEach, "person"), Owner: "person:self", Due: c.Due, Warn: c.Warn, Chain: c.Chain,
		ClosedBy: []Closing{{Act: c.Signs, When: fmt.Sprintf("sheet == %q", c.Name)}}, Clause: c.opensFor(),
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	if _, twice := l.Duty(d.Name); twice {
		return nil, fmt.Errorf("%s: an obligation has this name already", where)
	}
	d.Who = c.Askees()
	return d, nil
}

// opensFor is the clause that asks for the sheet: its own, else that of its first line.
func (c *Checklist) opensFor() term.Clause {
	if c.Clause != "" || len(c.Lines) == 0 {
		return c.Clause
	}
	return c.Lines[0].Clause
}

// Askees are the posts (pack/post) whose holders fill in the sheet; none means everybody.
func (c *Checklist) Askees() []string { return c.pack.postsOf(c.Who) }

// postsOf names the posts of a list with a comma between, with their pack.
func (p *Pack) postsOf(list string) []string {
	var out []string
	for _, name := range persons(list) {
		out = append(out, p.post(name))
	}
	return out
}

// persons takes apart a list of words with a comma between.
func persons(list string) []string {
	var out []string
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// Asks reports whether the holder of some posts is to fill in the sheet.
func (c *Checklist) Asks(posts []string) bool {
	askees := c.Askees()
	return len(askees) == 0 || slices.ContainsFunc(askees, func(post string) bool { return slices.Contains(posts, post) })
}
