package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Gather describes a table whose new rows are kept in memory and inserted together, many to a statement: before the
// batch is sealed, or before a statement that names the table. It is for evidence alone, whose keys nobody chooses, so
// that a row which cannot be inserted is a fault of the data and not an answer to the act: the batch then fails.
type Gather struct {
	Table   string
	Columns []string
	made    sync.Once
	texts   []string // by index into pieces
}

// pieces are how many rows go into one statement: few texts, prepared once.
var pieces = []int{64, 16, 4, 1}

// gathered are the rows of one table in this batch, in order. Those before sent are in the database.
type gathered struct {
	to   *Gather
	rows [][]any
	sent int
}

// gathering is what the writer's batch has gathered.
type gathering struct {
	tables []*gathered
	marks  []gatherMark // by table, as the running act found it
}

type gatherMark struct{ rows, sent int }

// Gather adds a row with these values of the columns and says how many rows of the table the batch has gathered before
// it, those of undone acts left out.
func (tx *Tx) Gather(g *Gather, args ...any) (before int, err error) {
	if !tx.write {
		return 0, fmt.Errorf("gather: %w", ErrReadOnly)
	}
	if tx.done {
		return 0, fmt.Errorf("gather: %w", ErrEnded)
	}
	plain, err := arguments(args)
	if err != nil {
		return 0, fmt.Errorf("gather for %s: %w", g.Table, err)
	}
	if len(plain) != len(g.Columns) {
		return 0, fmt.Errorf("gather for %s: %d values for %d columns", g.Table, len(plain), len(g.Columns))
	}
	t := tx.sess.gather.of(g)
	t.rows = append(t.rows, plain)
	if tx.db.opt.Trace != nil {
		tx.db.opt.Trace(g.text(len(pieces)-1), plain) // as the act would do it by itself
	}
	return len(t.rows) - 1, nil
}

// Gathered says how many rows of the table this batch has gathered.
func (tx *Tx) Gathered(g *Gather) int {
	if tx.sess.gather == nil {
		return 0
	}
	return len(tx.sess.gather.of(g).rows)
}

func (g *gathering) of(to *Gather) *gathered {
	for _, t := range g.tables {
		if t.to == to {
			return t
		}
	}
	t := &gathered{to: to}
	g.tables = append(g.tables, t)
	return t
}

// mark notes where an act begins; undo goes back to there: rows that others gathered and this act happened to send are
// gone with its savepoint, and are sent again.
func (g *gathering) mark() {
	g.marks = g.marks[:0]
	for _, t := range g.tables {
		g.marks = append(g.marks, gatherMark{len(t.rows), t.sent})
	}
}

func (g *gathering) undo() {
	for i, t := range g.tables {
		m := gatherMark{}
		if i < len(g.marks) {
			m = g.marks[i]
		}
		t.rows, t.sent = t.rows[:m.rows], m.sent
	}
}

func (g *gathering) clear() {
	for _, t := range g.tables {
		clear(t.rows)
		t.rows, t.sent = t.rows[:0], 0
	}
	g.marks = g.marks[:0]
}

// settleGathered sends the rows of the tables that a statement names.
func (tx *Tx) settleGathered(q string) error {
	if !tx.write || tx.sess.gather == nil {
		return nil
	}
	for _, t := range tx.sess.gather.tables {
		if t.sent < len(t.rows) && strings.Contains(q, t.to.Table) {
			if err := tx.sendGathered(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// SendGathered inserts what was gathered and not yet sent, of every table.
func (tx *Tx) SendGathered() error {
	for _, t := range tx.sess.gather.tables {
		if err := tx.sendGathered(t); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) sendGathered(t *gathered) error {
	rows := t.rows[t.sent:]
	t.sent = len(t.rows)
	var list []statement
	for i, n := range pieces {
		for ; len(rows) >= n; rows = rows[n:] {
			list = append(list, statement{text: t.to.text(i), args: slices.Concat(rows[:n]...)})
		}
	}
	if tx.sess.lite {
		for _, st := range list {
			s, err := tx.sess.prepare(tx.ctx, st.text) //nolint:sqlclosecheck // the session keeps it for the next time
			if err == nil {
				_, err = s.ExecContext(tx.ctx, st.args...)
			}
			if err != nil {
				tx.failed = fmt.Errorf("insert into %s: %w", t.to.Table, translate(err))
				return tx.failed
			}
		}
		return nil
	}
	tx.queue = append(tx.queue, list...)
	return tx.flush()
}

// text is the INSERT of pieces[i] rows.
func (g *Gather) text(i int) string {
	g.made.Do(func() {
		for _, n := range pieces {
			var b strings.Builder
			b.WriteString("INSERT INTO " + g.Table + " (" + strings.Join(g.Columns, ", ") + ") VALUES ")
			for k := range n * len(g.Columns) {
				switch {
				case k == 0:
					b.WriteString("(")
				case k%len(g.Columns) == 0:
					b.WriteString("), (")
				default:
					b.WriteString(", ")
				}
				b.WriteString("$" + strconv.Itoa(k+1))
			}
			g.texts = append(g.texts, b.String()+")")
		}
	})
	return g.texts[i]
}
