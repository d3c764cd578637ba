package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// verify measures what `jiyao verify` does on an office after many hand-overs.
func verify(ctx context.Context, b *bench) error {
	acts := 100_000
	if b.full {
		acts = 1_000_000
	}
	for _, suite := range []*keyring.Suite{keyring.GM, keyring.Intl} {
		m, err := b.found(ctx, suite, "", plan{documents: 3000, copies: 3, everInScope: 3})
		if err != nil {
			return err
		}
		if err := b.verified(ctx, m, acts); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) verified(ctx context.Context, m *model, acts int) error {
	dsn, drop, err := m.copy()
	if err != nil {
		return err
	}
	o, err := m.open(ctx, variant{dsn: dsn, audited: true})
	if err != nil {
		return err
	}
	if _, err := o.acts(ctx, m.shelf.orders(crowd, acts/crowd)); err != nil {
		return err
	}
	if err := o.log.Settle(ctx); err != nil {
		return err
	}
	verifier, err := keyring.NewVerifier(m.signer.VerifierKey())
	if err != nil {
		return fmt.Errorf("read the public key: %w", err)
	}
	var log, hash, row, whole []float64
	var rows, values int
	var size uint64
	for range turns {
		r, err := ledger.Verify(ctx, o.db, ledger.VerifyOptions{Verifier: verifier, Origin: m.signer.Name()})
		if err != nil {
			return err
		}
		if !r.Whole {
			return fmt.Errorf("the office does not verify: %v", r.Findings)
		}
		took, err := m.hashing(ctx, o.db)
		if err != nil {
			return err
		}
		rows, values, size = r.Rows, r.Values, r.Size
		log, hash = append(log, r.LogTime.Seconds()), append(hash, took.Seconds())
		row, whole = append(row, r.RowTime.Seconds()), append(whole, (r.LogTime+r.RowTime).Seconds())
	}
	n := m.suite.Name()
	b.atLeast("verify_log_of_hash_"+n, median(hash)/median(log), 0.30)
	b.atLeast("verify_rows_per_second_"+n, float64(rows)/median(row), 0)
	b.atMost("verify_1M_seconds_"+n, median(whole)*1e6/float64(size), 60)
	b.note("%s, verified: %d entries, %d rows, %d values; log %.2f s, rows %.2f s, hashing in memory %.2f s; 1M is scaled from these", n, size, rows, values, median(log), median(row), median(hash))
	return errors.Join(o.close(), drop())
}

// hashing is how long it takes to hash all entries in memory into the tree, on one processor.
func (m *model) hashing(ctx context.Context, db *store.DB) (time.Duration, error) {
	var entries [][]byte
	err := db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query("SELECT bytes FROM ledger_entry ORDER BY seq")
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
		for rows.Next() {
			var e []byte
			if err := rows.Scan(&e); err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return rows.Err()
	})
	if err != nil {
		return 0, fmt.Errorf("read the entries: %w", err)
	}
	hasher := leaf.NewHasher(m.suite.NewHash)
	tree := hasher.Factory().NewEmptyRange(0)
	return timed(func() error {
		for _, e := range entries {
			if err := tree.Append(hasher.HashLeaf(e), nil); err != nil {
				return err
			}
		}
		return nil
	})
}
