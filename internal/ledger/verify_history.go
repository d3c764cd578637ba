package ledger

import (
	"context"
	"fmt"
	"hash"
	"slices"
	"strconv"

	"jiyao/internal/store"
)

// pastValue is one value of history on its way to a worker.
type pastValue struct {
	table  *rowTable
	past   *pastCell
	line   store.HistoryRow
	column string
}

// compareHistory holds every line of history against the digests that later entries replaced: each replaced value
// is there once and is what it was. One goroutine reads, the workers compute digests.
func (v *verification) compareHistory(ctx context.Context, tx *store.Tx) error {
	workers := v.historians()
	err := store.ScanHistory(tx, func(line store.HistoryRow) error {
		v.report.History++
		v.compareLine(line, workers)
		return ctx.Err()
	})
	workers.finish()
	if err != nil {
		return fmt.Errorf("compare history: %w", err)
	}
	return nil
}

func (v *verification) historians() *crew[pastValue] {
	return crewOf(v, func(h hash.Hash, p pastValue) {
		if !v.holds(h, p) {
			v.found.add(Finding{Kind: HistoryChanged, Table: p.line.Table, Key: p.line.Key, Rev: p.line.Rev, Column: p.column})
		}
	})
}

func (v *verification) compareLine(line store.HistoryRow, workers *crew[pastValue]) {
	finding := Finding{Table: line.Table, Key: line.Key, Rev: line.Rev}
	number, ok := v.rows.schema.byName[line.Table]
	if !ok {
		finding.Kind = HistoryAdded
		v.found.add(finding)
		return
	}
	t := v.rows.tables[number]
	if t.left {
		return
	}
	row, ok := t.index[v.rows.hash(line.Key)]
	if line.Damaged {
		finding.Kind = HistoryChanged
		v.found.add(finding)
		if ok {
			t.meetAll(row, line.Rev)
		}
		return
	}
	for column := range line.Columns {
		place, there := v.rows.schema.columns[number][column]
		var past *pastCell
		if ok && there {
			past = t.pastOf(row, line.Rev, place)
		}
		if past == nil || past.met {
			finding.Kind, finding.Column = HistoryAdded, column
			v.found.add(finding)
			continue
		}
		past.met = true
		if t.seen[row] { // a removed row took its salt with it; its removal is a finding already
			workers.take(pastValue{t, past, line, column})
		}
	}
}

// holds compares a value of history with what was recorded. Up to November 2026 a line on SQLite could say NULL where
// the column was empty, so an empty value that reads as NULL is taken for one.
func (v *verification) holds(h hash.Hash, p pastValue) bool {
	value := p.line.Columns[p.column]
	if p.past.rev == 0 {
		return v.asAdded(p.line.Table, p.column, value)
	}
	if store.Erases(p.line.Table, p.column) { // a key that was shredded: what it said is nowhere
		return value == nil
	}
	salt, rev := p.table.salts[p.past.row][:], int64(p.past.rev)
	digest := func(value any) [digestSize]byte {
		return store.Digest(h, salt, p.line.Table, p.line.Key, p.column, rev, value)
	}
	return digest(value) == p.past.digest || value == nil && digest([]byte{}) == p.past.digest
}

func (t *rowTable) find(row uint32, rev int64, column uint16) (int, bool) {
	if rev < 0 || rev > int64(^uint32(0)) {
		return 0, false
	}
	return slices.BinarySearchFunc(t.past, pastCell{row: row, until: uint32(rev), column: column}, comparePast)
}

func (t *rowTable) pastOf(row uint32, rev int64, column uint16) *pastCell {
	if i, ok := t.find(row, rev, column); ok {
		return &t.past[i]
	}
	return nil
}

// meetAll takes a damaged line as the one finding for all its columns.
func (t *rowTable) meetAll(row uint32, rev int64) {
	i, _ := t.find(row, rev, 0)
	for ; i < len(t.past) && t.past[i].row == row && int64(t.past[i].until) == rev; i++ {
		t.past[i].met = true
	}
}

// nameMissing reports rows and values of history that entries speak of and nobody met. Their keys are not in
// memory, so the entries are read once more, which happens only when something is missing.
func (v *verification) nameMissing(ctx context.Context) error {
	type place struct {
		table uint32
		row   uint32
	}
	missing := map[place][]Finding{}
	counted := 0
	lose := func(at place, f Finding) {
		if counted++; counted <= MaxFindings {
			missing[at] = append(missing[at], f)
		}
	}
	recorded := map[string]bool{}
	for _, info := range store.Tables() {
		recorded[info.Name] = info.Recorded
	}
	for number, t := range v.rows.tables {
		if !recorded[t.name] || t.left {
			continue // the table itself is the finding
		}
		for row, seen := range t.seen {
			if !seen {
				lose(place{uint32(number), uint32(row)}, Finding{Kind: RowRemoved, Table: t.name, Want: strconv.FormatUint(uint64(t.revs[row]), 10)})
			}
		}
		for i := range t.past {
			if p := &t.past[i]; !p.met {
				lose(place{uint32(number), p.row}, Finding{Kind: HistoryRemoved, Table: t.name, Rev: int64(p.until),
					Column: v.rows.schema.tables[number].Columns[p.column]})
			}
		}
	}
	if counted == 0 {
		return nil
	}
	err := v.parallel(ctx, "names", v.log.size, v.readRows, func(c *chunk) error {
		for _, e := range c.rows.entries {
			for i := range e.Rows {
				r := &e.Rows[i]
				if int(r.Table) >= len(v.rows.tables) {
					continue
				}
				row, ok := v.rows.tables[r.Table].index[v.rows.hash(r.Key)]
				at := place{r.Table, row}
				if !ok || missing[at] == nil {
					continue
				}
				for _, f := range missing[at] {
					f.Key = r.Key
					v.found.add(f)
				}
				delete(missing, at)
			}
		}
		return nil
	})
	v.found.more(counted - MaxFindings)
	return err
}
