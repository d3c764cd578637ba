package ledger

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// An index of the entries by act, actor, subject and reference would write one random page for each of them, which
// was measured to cost five times the entry itself. Instead each full block of 256 entries has one line with the
// fingerprints of all its words, written once and in order. A search reads these lines from the newest back, some
// 2 kB for 256 entries, and then only the blocks that may hold the words: 25 ms for each million entries where the
// word is rare, less where it is frequent. That is right for auditors and receipts, and wrong for a page that
// everybody opens all day.

// word is the fingerprint of one look-up column's text, 32 bits of FNV-1a. Two words that meet cost a block read in
// vain, nothing else.
func word(kind byte, text string) uint32 {
	h := uint32(2166136261)
	h = (h ^ uint32(kind)) * 16777619
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * 16777619
	}
	return h
}

// words adds those of one entry, by column. What nearly every entry says is left out.
func words(out []uint32, act, outcome, actor, subject, reference string) []uint32 {
	if outcome == leaf.Done {
		outcome = ""
	}
	for i, text := range [...]string{act, outcome, actor, subject, reference} {
		if text != "" {
			out = append(out, word(byte(i), text))
		}
	}
	return out
}

// packed is a block's line: its words once each, rising, big-endian.
func packed(list []uint32) []byte {
	slices.Sort(list)
	list = slices.Compact(list)
	out := make([]byte, 0, 4*len(list))
	for _, w := range list {
		out = binary.BigEndian.AppendUint32(out, w)
	}
	return out
}

// holds reports whether a line has all the words. A line that is none may hold anything.
func holds(line []byte, list []uint32) bool {
	if len(line)%4 != 0 || len(line) == 0 {
		return true
	}
	n := len(line) / 4
	for _, w := range list {
		i := sort.Search(n, func(i int) bool { return binary.BigEndian.Uint32(line[4*i:]) >= w })
		if i == n || binary.BigEndian.Uint32(line[4*i:]) != w {
			return false
		}
	}
	return true
}

// writeBlock writes the line of a block that the batch has filled.
func writeBlock(tx *store.Tx, place uint64) error {
	rows, err := tx.Query("SELECT act, outcome, actor, subject, reference FROM ledger_entry WHERE seq > $1 AND seq <= $2",
		int64(place*blockSize), int64((place+1)*blockSize))
	if err != nil {
		return fmt.Errorf("read a block: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var list []uint32
	for rows.Next() {
		var act, outcome, actor, subject, reference string
		if err := rows.Scan(&act, &outcome, &actor, &subject, &reference); err != nil {
			return fmt.Errorf("read a block: %w", err)
		}
		list = words(list, act, outcome, actor, subject, reference)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read a block: %w", err)
	}
	if _, err := tx.Exec("INSERT INTO ledger_block (place, words) VALUES ($1, $2)", int64(place), packed(list)); err != nil {
		return fmt.Errorf("write the words of a block: %w", err)
	}
	return nil
}

// compareBlocks holds the lines of the full blocks in the entries from+1 to to against the entries.
func (v *verification) compareBlocks(tx *store.Tx, from, to uint64, c *rowChunk) error {
	lists := map[uint64][]uint32{}
	for _, e := range c.entries {
		place := (e.Seq - 1) / blockSize
		lists[place] = words(lists[place], e.Act, e.Outcome, e.Actor, e.Subject, e.Reference)
	}
	altered := func(place uint64, got string) {
		v.found.add(Finding{Kind: IndexAltered, Table: "ledger_block", From: place*blockSize + 1, Seq: (place + 1) * blockSize, Got: got})
	}
	// The lines whose last entry is in this chunk; only a chunk of the tail can begin inside a block, and then the
	// entries before it are missing here and the block is left to the next verification.
	first, end := (from+blockSize-1)/blockSize, to/blockSize
	rows, err := tx.Query("SELECT place, words FROM ledger_block WHERE place >= $1 AND place < $2 ORDER BY place", int64(first), int64(end))
	if err != nil {
		return fmt.Errorf("read the words of blocks: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	next := first
	for rows.Next() {
		var place int64
		var line []byte
		if err := rows.Scan(&place, &line); err != nil {
			altered(next, "unreadable")
			continue
		}
		for ; next < uint64(place); next++ {
			altered(next, "missing")
		}
		if !slices.Equal(line, packed(lists[next])) {
			altered(next, "changed")
		}
		next++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the words of blocks: %w", err)
	}
	for ; next < end; next++ {
		altered(next, "missing")
	}
	return nil
}

// strayBlocks finds lines beyond the last full block.
func (v *verification) strayBlocks(tx *store.Tx) error {
	var n int64
	err := tx.QueryRow("SELECT COUNT(*) FROM ledger_block WHERE place < 0 OR place >= $1", int64(v.log.size/blockSize)).Scan(&n)
	if err != nil {
		return fmt.Errorf("read the words of blocks: %w", err)
	}
	if n > 0 {
		v.found.add(Finding{Kind: IndexAltered, Table: "ledger_block", From: v.log.size/blockSize*blockSize + 1, Got: "added"})
	}
	return nil
}
