package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"runtime"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/calendar"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// VerifyOptions of Verify. Only Verifier is needed.
type VerifyOptions struct {
	Verifier note.Verifier    // of the checkpoint key; public
	Hash     func() hash.Hash // of the tree and the columns; the database's own when nil
	Origin   string           // first line that every checkpoint must have; "" for any
	Against  string           // a checkpoint held outside; finds going back to an older file
	Workers  int              // as many as there are processors, at most 4, when 0
	// Mark is of the checkpoint key where that is at hand, else nil: it tells whether a head that has no signature yet is
	// the office's. See Signer.
	Mark func(msg []byte) []byte
	// Wait is how long to wait for the signature of a head that nothing speaks for: the office may be at work.
	Wait  time.Duration
	Clock calendar.Clock // for the durations in the report; the system's when nil
	// Partial is for tests of a program that links only some packages: tables of others are then no finding.
	Partial bool
	// Progress hears how far a part is; it is called from one goroutine at a time.
	Progress func(part string, done, total uint64)

	part int // bytes of entries that are decoded before they are handed over; partBytes when 0
}

// Report is what Verify found.
type Report struct {
	Whole       bool      `json:"whole"` // no finding
	Size        uint64    `json:"size"`  // entries
	Root        []byte    `json:"root"`  // computed from the entries
	Checkpoints int       `json:"checkpoints"`
	Rows        int       `json:"rows"`    // live rows of recorded tables
	Values      int       `json:"values"`  // columns compared
	History     int       `json:"history"` // lines of history
	Against     uint64    `json:"against,omitempty"`
	Findings    []Finding `json:"findings"` // at most MaxFindings
	Total       int       `json:"total"`    // findings in all
	Notices     []Finding `json:"notices"`
	NoticeCount int       `json:"notice_count"`
	StartedAt   time.Time `json:"started_at"`
	// LogTime is for reading and hashing every entry and checking checkpoints; RowTime for decoding the entries and
	// comparing every row and its history. Nanoseconds in JSON.
	LogTime time.Duration `json:"log_time"`
	RowTime time.Duration `json:"row_time"`
}

// verification is one run of Verify.
type verification struct {
	db      *store.DB
	opts    VerifyOptions
	tree    *leaf.Hasher
	ranges  *compact.RangeFactory
	found   *collector
	notices *collector
	report  Report

	against *leaf.Checkpoint
	log     *logFold
	rows    *replay
	added   map[string]map[string]any // what a column that came later says in rows of before
}

// Verify reads the whole ledger and every recorded row, without any key but the public one (but see Mark), and names whatever
// is not as recorded. It never writes. It works while the office works: rows are compared on one snapshot with
// all entries of that snapshot. An error means that it could not be carried out, not that something was found.
//
//  1. Log: every entry is hashed again; leaves, subtree roots, head and checkpoints must agree, and the checkpoint
//     held outside with them.
//  2. Rows: every entry is decoded (one encoding only), compared with its index columns and replayed; then every
//     live row, column by column, and every line of history must be what the entries say.
//
// Memory: about 60 bytes for each live row and 20 for each of its columns, 40 for each line of history and
// column in it (a million rows of ten columns: some 270 MB), and some megabytes of entries for each worker, whatever their
// number and length.
func Verify(ctx context.Context, db *store.DB, opts VerifyOptions) (Report, error) {
	v, err := newVerification(db, opts)
	if err != nil {
		return Report{}, err
	}
	if err := v.whole(ctx); err != nil {
		return Report{}, err
	}
	return v.report, nil
}

// whole looks at everything.
func (v *verification) whole(ctx context.Context) error {
	clock := v.opts.Clock
	start := clock.Now()
	v.report.StartedAt = start
	if err := v.begin(ctx); err != nil {
		return fmt.Errorf("verify the ledger: %w", err)
	}
	if err := v.parallel(ctx, "log", v.log.size, v.readLog, v.log.fold); err != nil {
		return fmt.Errorf("verify the log: %w", err)
	}
	mid := clock.Now()
	v.report.LogTime = mid.Sub(start)
	if err := v.parallel(ctx, "entries", v.log.size, v.readRows, v.rows.apply); err != nil {
		return fmt.Errorf("verify the entries: %w", err)
	}
	if err := v.db.Read(ctx, func(tx *store.Tx) error { return v.compare(ctx, tx) }); err != nil {
		return fmt.Errorf("verify the rows: %w", err)
	}
	if err := v.conclude(ctx); err != nil {
		return err
	}
	v.report.RowTime = clock.Now().Sub(mid)
	return nil
}

// conclude waits for what may still come, names what is missing and sums up.
func (v *verification) conclude(ctx context.Context) error {
	if err := v.awaitSignature(ctx); err != nil {
		return fmt.Errorf("wait for the signature: %w", err)
	}
	if err := v.nameMissing(ctx); err != nil {
		return fmt.Errorf("name the missing rows: %w", err)
	}
	v.report.Findings, v.report.Total = v.found.sorted()
	v.report.Notices, v.report.NoticeCount = v.notices.sorted()
	v.report.Whole = v.report.Total == 0
	return nil
}

func newVerification(db *store.DB, opts VerifyOptions) (*verification, error) {
	if opts.Verifier == nil {
		return nil, errors.New("verify: a verifier key is needed")
	}
	if opts.Hash == nil {
		opts.Hash = db.NewHash
	}
	if opts.Workers <= 0 {
		opts.Workers = min(runtime.GOMAXPROCS(0), 4)
	}
	if opts.part <= 0 {
		opts.part = partBytes
	}
	if opts.Clock == nil {
		opts.Clock = calendar.System()
	}
	v := &verification{db: db, opts: opts, tree: leaf.NewHasher(opts.Hash), found: &collector{}, notices: &collector{}}
	v.ranges = v.tree.Factory()
	v.rows = newReplay(v)
	var err error
	if v.added, err = db.AddedColumns(); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	if opts.Against != "" {
		c, err := leaf.ParseCheckpoint([]byte(opts.Against), opts.Verifier)
		if err != nil {
			return nil, fmt.Errorf("read the checkpoint to verify against: %w", err)
		}
		v.against = &c
		v.report.Against = c.Size
	}
	return v, nil
}

// begin reads what the log will be compared with.
func (v *verification) begin(ctx context.Context) error {
	return v.db.Read(ctx, func(tx *store.Tx) error {
		v.log = newLogFold(v)
		return v.log.load(tx, 0)
	})
}

// compare takes in what was appended since begin, then holds head, rows and history against the replay, all on
// one snapshot.
func (v *verification) compare(ctx context.Context, tx *store.Tx) error {
	if err := v.takeIn(tx); err != nil {
		return err
	}
	if err := v.compareTables(ctx, tx); err != nil {
		return err
	}
	return v.compareHistory(ctx, tx)
}

// takeIn reads and replays what was appended since the log was loaded, and holds the head against it.
func (v *verification) takeIn(tx *store.Tx) error {
	before := v.log.size
	if err := v.log.load(tx, before); err != nil {
		return err
	}
	if err := v.log.signedSince(before); err != nil {
		return err
	}
	for from := before; from < v.log.size; {
		to := min(from/chunkSize*chunkSize+chunkSize, v.log.size)
		l, err := v.logChunk(tx, from, to)
		if err != nil {
			return err
		}
		if err := v.log.fold(l); err != nil {
			return err
		}
		if err := v.rowChunk(tx, from, to, v.rows.apply); err != nil {
			return err
		}
		from = to
	}
	if err := v.log.finish(); err != nil {
		return err
	}
	if err := v.strayBlocks(tx); err != nil {
		return err
	}
	return v.rows.finish(v.log.head.schemaSeq, v.log.head.recordedAt)
}

func (v *verification) progress(part string, done, total uint64) {
	if v.opts.Progress != nil {
		v.opts.Progress(part, done, total)
	}
}
