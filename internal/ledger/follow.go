package ledger

import (
	"context"
	"errors"
	"fmt"

	"jiyao/internal/store"
)

// Following is a verification that goes on: the first look is at everything, each later one at what was appended since, so
// that its cost grows with what was done and not with the register. It is for one goroutine at a time. Memory as of Verify,
// for as long as it is kept.
type Following struct {
	v *verification
}

// Follow verifies everything, as Verify does, and is ready to go on from there.
func Follow(ctx context.Context, db *store.DB, opts VerifyOptions) (*Following, Report, error) {
	v, err := newVerification(db, opts)
	if err != nil {
		return nil, Report{}, err
	}
	if err := v.whole(ctx); err != nil {
		return nil, Report{}, err
	}
	return &Following{v}, v.report, nil
}

// Next verifies what was appended since the look before: the entries, the tree over them, checkpoints and head; every column
// of the rows they wrote; and what these rows were before. Rows that no new entry speaks of are not read again, which is
// what Verify is for. The report counts what was looked at now; Size and Root are of the whole ledger.
func (f *Following) Next(ctx context.Context) (Report, error) {
	v := f.v
	start := v.opts.Clock.Now()
	v.report = Report{StartedAt: start, Against: v.report.Against}
	v.found, v.notices = &collector{}, &collector{}
	v.log.goOn()
	v.rows.touched = map[touch]uint32{}
	if err := v.db.Read(ctx, func(tx *store.Tx) error { return v.compareNew(ctx, tx) }); err != nil {
		return Report{}, fmt.Errorf("verify what is new: %w", err)
	}
	if err := v.conclude(ctx); err != nil {
		return Report{}, err
	}
	v.report.RowTime = v.opts.Clock.Now().Sub(start)
	return v.report, nil
}

// touch is a row that an entry wrote since the last look.
type touch struct {
	table uint32
	key   string
}

// goOn forgets what was said of the entries that are verified.
func (l *logFold) goOn() {
	clear(l.notes)
	l.wrong, l.checked, l.open = nil, 0, false
}

// compareNew holds the rows that new entries wrote, and the history they left, against the replay, on one snapshot.
func (v *verification) compareNew(ctx context.Context, tx *store.Tx) error {
	if err := v.takeIn(tx); err != nil {
		return err
	}
	tables := map[string]store.TableInfo{}
	for _, info := range store.Tables() {
		if info.Recorded {
			tables[info.Name] = info
		}
	}
	written := map[string][]string{}
	for at := range v.rows.touched {
		name := v.rows.tables[at.table].name
		written[name] = append(written[name], at.key)
	}
	for name, keys := range written {
		info, ok := tables[name]
		if !ok {
			v.found.add(Finding{Kind: TableMissing, Table: name})
			continue
		}
		scan := func(fn rowFunc) error { return store.ScanRowsOf(tx, name, keys, fn) }
		if err := v.compareTable(ctx, info, scan); err != nil {
			return err
		}
	}
	return v.compareNewHistory(ctx, tx)
}

func (v *verification) compareNewHistory(ctx context.Context, tx *store.Tx) error {
	workers := v.historians()
	err := error(nil)
	for at, from := range v.rows.touched {
		if err = errors.Join(err, ctx.Err()); err != nil {
			break
		}
		err = store.ScanHistoryFrom(tx, v.rows.tables[at.table].name, at.key, int64(from), func(line store.HistoryRow) error {
			v.report.History++
			v.compareLine(line, workers)
			return nil
		})
	}
	workers.finish()
	if err != nil {
		return fmt.Errorf("compare history: %w", err)
	}
	return nil
}
