package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"jiyao/internal/refuse"
)

// saltSize is the length of a row's salt in bytes.
const saltSize = 16

// MaxPut bounds the changes of one put.
const MaxPut = 5000

// Put writes changes and says what it did to each recorded row, in the order in which each row first
// appears. Changes to one row become one write. An update that changes nothing writes nothing. A row whose
// revision is not the one it was decided on, or a new row that is there already, is *refuse.Conflict; a value
// that cannot be stored is *refuse.Invalid with the column as its field. After an error the act is undone even
// if its function returns nil, since part of the changes may stand. On PostgreSQL the rows travel with the next
// statement or at the end of the act, and a conflict may come from there.
func Put(tx *Tx, changes []Change) ([]Written, error) {
	written, err := put(tx, changes)
	if err != nil && tx.write {
		tx.failed = err
	}
	return written, err
}

func put(tx *Tx, changes []Change) ([]Written, error) {
	if !tx.write {
		return nil, fmt.Errorf("put: %w", ErrReadOnly)
	}
	if len(changes) > MaxPut {
		return nil, fmt.Errorf("put: %d changes where %d is the limit", len(changes), MaxPut)
	}
	list, err := joined(changes)
	if err != nil {
		return nil, err
	}
	p := putter{tx: tx}
	for _, w := range list {
		if err := p.row(w); err != nil {
			return nil, fmt.Errorf("put %s: %w", w.s.name, err)
		}
	}
	if err := p.flush(); err != nil {
		return nil, err
	}
	return p.written, nil
}

// joined makes one work of all changes to the same row.
func joined(changes []Change) ([]*work, error) {
	type id struct {
		s   *schema
		key string
	}
	var list []*work
	rows := make(map[id]*work, len(changes))
	for _, c := range changes {
		if c.s == nil {
			return nil, errors.New("put: an empty change")
		}
		at := id{c.s, c.Key()}
		w, ok := rows[at]
		var err error
		if ok {
			err = w.join(c)
		} else if w, err = start(c); err == nil {
			rows[at] = w
			list = append(list, w)
		}
		if err != nil {
			return nil, fmt.Errorf("put %s: %w", c.s.name, err)
		}
	}
	return list, nil
}

// putter collects the statements of a put.
type putter struct {
	tx      *Tx
	queue   []statement
	written []Written
}

// statement is one command that must change exactly one row of a table, or any number where table is empty.
type statement struct {
	text       string
	args       []any
	table, key string
}

func (p *putter) flush() error {
	err := p.tx.enqueue(p.queue...)
	p.queue = p.queue[:0]
	return err
}

// row adds the statements of one row.
func (p *putter) row(w *work) error {
	columns := w.changed()
	if !w.insert && len(columns) == 0 {
		return nil
	}
	values, err := p.seal(w, columns)
	if err != nil {
		return err
	}
	rev := w.rev + 1
	var salt []byte
	if w.insert {
		if w.s.recorded {
			salt = make([]byte, saltSize)
			if _, err := rand.Read(salt); err != nil {
				return fmt.Errorf("draw a salt: %w", err)
			}
		}
		p.insert(w, columns, values, salt)
	} else {
		salt = w.base.salt
		if err := p.update(w, columns, values); err != nil {
			return err
		}
	}
	if !w.s.recorded {
		return nil
	}
	if r := p.tx.remembers(w.s); r != nil {
		r.wrote(w, columns, values, salt)
	}
	digests := make([]ColumnDigest, len(columns))
	for i, c := range columns {
		name := w.s.columns[c].name
		digests[i] = ColumnDigest{name, p.tx.db.digest.sum(salt, w.s.name, w.key, name, rev, values[i])}
	}
	p.written = append(p.written, Written{Table: w.s.name, Key: w.key, Rev: rev, Columns: digests})
	return nil
}

// seal gives the values to be stored. The sealer may read or write the database and then needs to see the rows
// before this one.
func (p *putter) seal(w *work, columns []int) ([]any, error) {
	values := make([]any, len(columns))
	for i, c := range columns {
		v, ok := w.cells[c].(Sealed)
		if !ok {
			values[i] = w.cells[c]
			continue
		}
		if v.Empty() {
			continue
		}
		name := w.s.columns[c].name
		switch {
		case !v.open:
			return nil, fmt.Errorf("column %s holds another row's ciphertext: %w", name, ErrSealed)
		case p.tx.db.sealer == nil:
			return nil, fmt.Errorf("column %s: %w", name, errNoSealer)
		}
		if err := p.flush(); err != nil {
			return nil, err
		}
		// The sealer's own statements, if it has any, come after what was queued: Tx sees to that.
		b, err := p.tx.db.sealer.SealColumn(p.tx, w.group, w.s.name, name, w.key, []byte(v.text))
		if err != nil {
			return nil, fmt.Errorf("seal column %s: %w", name, err)
		}
		if len(b) == 0 {
			return nil, fmt.Errorf("seal column %s: the sealer gave nothing", name)
		}
		values[i] = b
	}
	return values, nil
}

func (p *putter) insert(w *work, columns []int, values []any, salt []byte) {
	args := make([]any, 0, len(columns)+3)
	args = append(args, w.key)
	args = append(args, values...)
	args = append(args, int64(1))
	if w.s.recorded {
		args = append(args, salt)
	}
	p.queue = append(p.queue, statement{w.s.insertText, args, w.s.name, w.key})
}

// update adds the update and, for a recorded table, the line of history with what the columns said before.
func (p *putter) update(w *work, columns []int, values []any) error {
	n := len(columns)
	args := append(append(make([]any, 0, n+3), values...), w.rev+1, w.key, w.rev)
	p.queue = append(p.queue, statement{w.s.updateStatement(columns), args, w.s.name, w.key})
	if !w.s.recorded {
		return nil
	}
	before := make(map[string]any, n)
	for _, c := range columns {
		before[w.s.columns[c].name] = w.base.values[c]
		if w.s.columns[c].erased {
			before[w.s.columns[c].name] = nil
		}
	}
	return keepHistory(p.tx, w.s.name, w.key, w.rev, before)
}

// updateStatement is the text that sets these columns. A table knows few sets of them, and remembers.
func (s *schema) updateStatement(columns []int) string {
	id := make([]byte, len(columns)) // a table has at most 200 columns
	for i, c := range columns {
		id[i] = byte(c)
	}
	if text, ok := s.updates.Load(string(id)); ok {
		return text.(string)
	}
	var b strings.Builder
	b.WriteString("UPDATE " + s.name + " SET ")
	for i, c := range columns {
		b.WriteString(s.columns[c].name + " = $" + strconv.Itoa(i+1) + ", ")
	}
	n := len(columns)
	b.WriteString("rev = $" + strconv.Itoa(n+1) + " WHERE " + s.columns[s.key].name + " = $" + strconv.Itoa(n+2) + " AND rev = $" + strconv.Itoa(n+3))
	s.updates.Store(string(id), b.String())
	return b.String()
}

// insertStatement is the text that adds a row: the key, the other columns in order, rev and salt.
func (s *schema) insertStatement() string {
	names := []string{s.columns[s.key].name}
	for i, c := range s.columns {
		if i != s.key {
			names = append(names, c.name)
		}
	}
	names = append(names, "rev")
	if s.recorded {
		names = append(names, "salt")
	}
	marks := make([]string, len(names))
	for i := range names {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	return "INSERT INTO " + s.name + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
}

// settle judges the outcome of a statement that had to change one row.
func (st statement) settle(n int64, err error) error {
	if st.table == "" {
		return translate(err)
	}
	var conflict *refuse.Conflict
	if err = translate(err); errors.As(err, &conflict) || err == nil && n != 1 {
		return fmt.Errorf("put %s: %w", st.table, &refuse.Conflict{Table: st.table, Key: st.key})
	}
	if err != nil {
		return fmt.Errorf("put %s: %w", st.table, err)
	}
	return nil
}
