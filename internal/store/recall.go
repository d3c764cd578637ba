package store

import (
	"fmt"
	"regexp"
	"strings"
)

// recall is what the writer remembers of recorded rows: asking again costs a round trip on PostgreSQL, and a third of an
// act on SQLite. An answer is kept only while this writer alone changes recorded tables (Tx.Sole), and only for a query that is one table's and
// asks for rows with a given value in a column: no other row can change its answer. Whatever an act wrote or asked is
// forgotten when the act is undone.
type recall struct {
	sole    bool // from Tx.Sole to the end of the batch
	answers map[string]*answer
	leans   map[lean]map[*answer]struct{} // answers by what they lean on
	fresh   []*answer                     // added by the running act
}

// lean is a value in a column on which an answer depends.
type lean struct {
	s      *schema
	column int
	value  string
}

// answer is the rows of one query. It never changes once made.
type answer struct {
	key  string
	on   lean
	rows []*loadedRow
}

// loadedRow is a row as the database has it.
type loadedRow struct {
	rev int64
	l   *loaded
}

// maxAnswers bounds the memory; beyond it all is forgotten.
const maxAnswers = 20_000

func (r *recall) clear() {
	r.answers, r.leans, r.fresh = map[string]*answer{}, map[lean]map[*answer]struct{}{}, nil
}

func (r *recall) add(a *answer) {
	if len(r.answers) >= maxAnswers {
		r.clear()
	}
	r.drop(r.answers[a.key])
	r.answers[a.key] = a
	if r.leans[a.on] == nil {
		r.leans[a.on] = map[*answer]struct{}{}
	}
	r.leans[a.on][a] = struct{}{}
	r.fresh = append(r.fresh, a)
}

func (r *recall) drop(a *answer) {
	if a == nil || r.answers[a.key] != a {
		return
	}
	delete(r.answers, a.key)
	delete(r.leans[a.on], a)
	if len(r.leans[a.on]) == 0 {
		delete(r.leans, a.on)
	}
}

// undo forgets what the running act learned: part of it may be its own work.
func (r *recall) undo() {
	for _, a := range r.fresh {
		r.drop(a)
	}
	r.fresh = r.fresh[:0]
}

// touch forgets every answer that a row with these cells is or would be in.
func (r *recall) touch(s *schema, cells []any) {
	for i, c := range cells {
		if v, ok := c.(string); ok {
			for a := range r.leans[lean{s, i, v}] {
				r.drop(a)
			}
		}
	}
}

// wrote takes over what a put made of a row. values are the new ones of columns, as stored.
func (r *recall) wrote(w *work, columns []int, values []any, salt []byte) {
	if w.before != nil {
		r.touch(w.s, w.before)
	}
	r.touch(w.s, w.cells)
	now := make([]any, len(w.s.columns))
	if w.base != nil {
		copy(now, w.base.values)
	}
	now[w.s.key] = w.key
	for i, c := range columns {
		now[c] = values[i]
	}
	r.add(&answer{
		key: answerKey(w.s, w.s.keyTail, []any{w.key}), on: lean{w.s, w.s.key, w.key},
		rows: []*loadedRow{{w.rev + 1, &loaded{salt: salt, values: now}}},
	})
}

// Sole is called by Batch.Begin once its lock keeps every other node from changing recorded tables until the batch
// ends. kept says that nobody has changed them since this writer's last batch either.
func (tx *Tx) Sole(kept bool) {
	r := tx.sess.recall
	if r == nil {
		return
	}
	if !kept {
		r.clear()
	}
	r.sole = true
}

// remembers is the memory that serves this table, or nil.
func (tx *Tx) remembers(s *schema) *recall {
	if r := tx.sess.recall; r != nil && r.sole && s.recorded {
		return r
	}
	return nil
}

// simple is a tail of which an answer can be kept: equal columns first, joined by AND, then anything plain.
var simple = regexp.MustCompile(`^WHERE [a-z_0-9]+ = \$1( AND [a-z_0-9]+ = \$[0-9]+)*( AND .*| ORDER BY .*| LIMIT .*)?$`)

var (
	equal = regexp.MustCompile(`^(?:WHERE| AND) ([a-z_0-9]+) = \$([0-9]+)`)
	knots = regexp.MustCompile(`(?i)[();]|\b(OR|SELECT|UNION|JOIN|NOT|CASE)\b`)
)

// plan says on which column and argument the answer to a tail leans; column is -1 for none.
type plan struct{ column, arg int }

func (s *schema) plan(tail string) plan {
	if p, ok := s.plans.Load(tail); ok {
		return p.(plan) // nothing else is stored
	}
	p := plan{column: -1}
	if simple.MatchString(tail) && !knots.MatchString(tail) {
		for rest := tail; ; {
			m := equal.FindStringSubmatch(rest)
			if m == nil {
				break
			}
			// The last of them, which tells rows apart best: a row must equal all, so any one will do.
			if i := s.column(m[1]); i >= 0 && s.columns[i].kind == Text && !s.columns[i].null {
				p.column = i
				_, _ = fmt.Sscan(m[2], &p.arg) // digits
			}
			rest = rest[len(m[0]):]
		}
	}
	s.plans.Store(tail, p)
	return p
}

// question is one query of a table.
type question struct {
	s    *schema
	text string
	args []any
	key  string // empty where the answer cannot be kept
	on   lean
}

// question makes one from a tail and its stored arguments.
func (s *schema) question(tail string, args []any) question {
	q := question{s: s, text: s.selectText + tail, args: args}
	p := s.plan(tail)
	if p.column < 0 || p.arg < 1 || p.arg > len(args) {
		return q
	}
	if v, ok := args[p.arg-1].(string); ok {
		q.key, q.on = answerKey(s, tail, args), lean{s, p.column, v}
	}
	return q
}

func answerKey(s *schema, tail string, args []any) string {
	var b strings.Builder
	b.Grow(len(s.name) + len(tail) + 16*len(args) + 1)
	b.WriteString(s.name)
	b.WriteByte(' ')
	b.WriteString(tail)
	for _, a := range args {
		switch v := a.(type) {
		case string:
			b.WriteByte(0)
			b.WriteString(v)
		default:
			_, _ = fmt.Fprintf(&b, "\x00%T%v", v, v) // a Builder does not fail
		}
	}
	return b.String()
}

// forget drops what a statement of somebody's own may have changed: all of it, unless its table is not recorded.
func (tx *Tx) forget(q string) {
	r := tx.sess.recall
	if r == nil || len(r.answers) == 0 || strings.HasPrefix(q, "SELECT ") {
		return
	}
	words := strings.Fields(q)
	if len(words) > 2 {
		name := ""
		switch words[0] + " " + words[1] {
		case "INSERT INTO", "DELETE FROM":
			name = words[2]
		default:
			if words[0] == "UPDATE" {
				name = words[1]
			}
		}
		if unrecorded(name) {
			return
		}
	}
	r.clear()
}

// unrecorded reports a table that is known to be none of the recorded ones.
func unrecorded(name string) bool {
	registry.Lock()
	defer registry.Unlock()
	if s := registry.tables[name]; s != nil {
		return !s.recorded
	}
	_, raw := registry.raw[name]
	return raw
}
