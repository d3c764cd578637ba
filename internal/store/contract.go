package store

import "context"

// Written says what one put did to one recorded row; the ledger stores it and verification compares it with
// the live row. Digests are over the bytes as stored (ciphertext for sealed columns).
type Written struct {
	Table   string
	Key     string
	Rev     int64 // revision after the put; the first is 1
	Columns []ColumnDigest
}

// ColumnDigest is the salted digest of one column that a put set: the first 16 bytes of
// hash(salt ‖ table ‖ key ‖ column ‖ revision ‖ storage class ‖ value), every part length-prefixed.
// The salt is drawn once for a row and kept in it, so an entry alone gives nothing away.
type ColumnDigest struct {
	Column string
	Digest [16]byte
}

// Batch is told about every group of acts that the one writer commits together. The ledger implements it.
// All methods run on the writer; none may call back into DB.Write.
type Batch interface {
	// Begin runs first in the batch's transaction. On PostgreSQL it takes the lock that makes nodes alternate.
	Begin(tx *Tx) error
	// Seal runs last before COMMIT, after every act's savepoint is released or rolled back.
	Seal(tx *Tx) error
	// Committed runs after COMMIT succeeded: only now may memory follow.
	Committed()
	// Abandoned runs when the batch did not commit; whatever Begin and Seal prepared is dropped.
	Abandoned()
}

// Sealer turns the plain text of a sealed column into the bytes to be stored. group names the key: a document
// id, or "" for values of the office. Implemented over keyring; nil in tests that have no sealed columns.
type Sealer interface {
	SealColumn(tx *Tx, group, table, column, key string, plain []byte) ([]byte, error)
	OpenColumn(tx *Tx, group, table, column, key string, stored []byte) ([]byte, error)
}

// Doer is what act needs of a database.
type Doer interface {
	// Write runs fn in a savepoint of the current batch and returns after the batch has committed. The
	// caller's context only bounds waiting for a place in a batch, never the batch itself.
	Write(ctx context.Context, name string, fn func(tx *Tx) error) error
	// WriteWarm is Write with what reads ahead of fn.
	WriteWarm(ctx context.Context, name string, warm func(tx *Tx) bool, fn func(tx *Tx) error) error
	// Read runs fn on a snapshot from the reader pool.
	Read(ctx context.Context, fn func(tx *Tx) error) error
}
