package ledger

import "jiyao/internal/store"

// The ledger's tables leave no digests of themselves: the tree is their evidence.
func init() {
	store.Raw("ledger_entry", "it is the ledger itself, held by its tree and its checkpoints",
		"seq INTEGER", "act TEXT", "outcome TEXT", "actor TEXT", "subject TEXT", "reference TEXT",
		"recorded_at INTEGER", "leaf BLOB", "bytes BLOB")
	store.Raw("ledger_clause", "an index of the entries by clause; verification compares it with them",
		"clause TEXT", "seq INTEGER")
	store.Raw("ledger_block", "an index of the entries by word; verification computes it again",
		"place INTEGER", "words BLOB")
	store.Raw("ledger_node", "subtree roots for quick proofs; verification computes them again",
		"level INTEGER", "place INTEGER", "hash BLOB")
	store.Raw("ledger_head", "the tree's present head; verification computes it again",
		"id INTEGER", "size INTEGER", "hashes BLOB", "root BLOB", "schema_seq INTEGER", "recorded_at INTEGER", "mark BLOB")
	store.Raw("ledger_checkpoint", "signed heads; each carries its own signature",
		"size INTEGER", "note TEXT", "recorded_at INTEGER")
	store.Raw("ledger_check", "results of verification for the page; whoever doubts one runs it again",
		"id INTEGER", "recorded_at INTEGER", "whole INTEGER", "report TEXT")
}
