package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// MaxFindings bounds the findings a report carries; Total counts them all.
const MaxFindings = 1000

// Kind says what was found. Kinds are stable words; locale makes sentences of them.
type Kind string

// Findings about the log.
const (
	EntryAltered      Kind = "entry_altered"      // its bytes are not those of its leaf, and the tree does not hold
	EntryDropped      Kind = "entry_dropped"      // a number, or From to Seq, is missing
	EntryAdded        Kind = "entry_added"        // a number that no head and no checkpoint speaks for
	EntryMisplaced    Kind = "entry_misplaced"    // it stands under another number than its own
	EntryMalformed    Kind = "entry_malformed"    // not an entry, or not its only encoding
	LeafAltered       Kind = "leaf_altered"       // only the stored leaf hash is wrong; the tree holds
	IndexAltered      Kind = "index_altered"      // a look-up column or ledger_clause differs from the entry
	NodeAltered       Kind = "node_altered"       // a stored subtree root, over From to Seq, differs
	HeadAltered       Kind = "head_altered"       // the head row differs from the tree
	CheckpointAltered Kind = "checkpoint_altered" // the signature or the text of a checkpoint does not hold
	CheckpointRoot    Kind = "checkpoint_root"    // a signed root is not that of the entries: From to Seq were changed
	CheckpointMissing Kind = "checkpoint_missing" // the newest head has no checkpoint, and no mark speaks for it
	LedgerShortened   Kind = "ledger_shortened"   // a checkpoint speaks for more entries than there are
	LedgerRewritten   Kind = "ledger_rewritten"   // the checkpoint held outside signs another root
	SchemaAltered     Kind = "schema_altered"     // a schema entry changes the meaning of an older number, or is unreadable
)

// Findings about the rows.
const (
	RowAdded        Kind = "row_added"        // no entry speaks of it
	RowRemoved      Kind = "row_removed"      // entries speak of it and it is gone
	RowRolledBack   Kind = "row_rolled_back"  // its revision is older than the last entry's
	RowRevision     Kind = "row_revision"     // its revision is newer, or none
	ValueChanged    Kind = "value_changed"    // a column is not what was recorded
	ValueType       Kind = "value_type"       // likewise, and of another storage class
	ValueUnrecorded Kind = "value_unrecorded" // a column that no entry ever recorded has another value than it was added with
	HistoryChanged  Kind = "history_changed"
	HistoryAdded    Kind = "history_added"
	HistoryRemoved  Kind = "history_removed"
	ChainRevision   Kind = "chain_revision"     // the entries themselves skip or repeat a revision of the row
	TableMissing    Kind = "table_missing"      // recorded in the ledger, unknown to the program
	TableUnrecorded Kind = "table_not_recorded" // recorded in the ledger, no longer by the program
	TableDifference Kind = "table_difference"   // the database's tables are not those of the program
)

// ClockBack is a notice and not a finding: an entry was recorded earlier than the one before it.
const ClockBack Kind = "clock_back"

// Unsigned is a notice and not a finding: the program died, or has not come to it yet, before it signed the entries From to
// Seq, and the office's own mark speaks for them. It takes the checkpoint key to tell.
const Unsigned Kind = "head_unsigned"

// Finding names one thing that is not as recorded. Fields that do not apply are empty.
type Finding struct {
	Kind   Kind   `json:"kind"`
	Table  string `json:"table,omitempty"`
	Key    string `json:"key,omitempty"`
	Column string `json:"column,omitempty"`
	Rev    int64  `json:"rev,omitempty"`  // of the row, or of the line of history
	From   uint64 `json:"from,omitempty"` // first entry of a span that ends with Seq
	Seq    uint64 `json:"seq,omitempty"`  // entry, or size of a checkpoint
	Want   string `json:"want,omitempty"` // never a value of a row
	Got    string `json:"got,omitempty"`
}

func (f Finding) String() string {
	s := string(f.Kind)
	for _, p := range []struct{ name, value string }{{"table", f.Table}, {"key", f.Key}, {"column", f.Column}, {"want", f.Want}, {"got", f.Got}} {
		if p.value != "" {
			s += fmt.Sprintf(" %s=%q", p.name, p.value)
		}
	}
	for _, p := range []struct {
		name  string
		value uint64
	}{{"rev", uint64(f.Rev)}, {"from", f.From}, {"seq", f.Seq}} {
		if p.value != 0 {
			s += fmt.Sprintf(" %s=%d", p.name, p.value)
		}
	}
	return s
}

// collector gathers findings from several goroutines.
type collector struct {
	mu    sync.Mutex
	list  []Finding
	seen  map[Finding]bool // of list: two readings of one thing are one finding
	total int
}

func (c *collector) add(f Finding) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[f] {
		return
	}
	c.total++
	if len(c.list) < MaxFindings {
		if c.seen == nil {
			c.seen = map[Finding]bool{}
		}
		c.seen[f] = true
		c.list = append(c.list, f)
	}
}

// sorted lists log findings by number, then row findings by table, key and column.
func (c *collector) sorted() ([]Finding, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.SortStableFunc(c.list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Key, b.Key),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Kind, b.Kind))
	})
	return c.list, c.total
}

// more counts findings that are not listed one by one.
func (c *collector) more(n int) {
	if n > 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.total += n
	}
}
