//go:build soak

package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"jiyao/internal/store/pgtest"
)

// TestSoakEveryPieceIsAccountedFor is TestEveryPieceIsAccountedFor for a million tries (JIYAO_SOAK_TRIES), in lives of 20,000
// over up to three years each: after each thousand tries the ledger is verified from where it was last, and twice in each life
// from the beginning. What it prints is kept in docs/soak.
func TestSoakEveryPieceIsAccountedFor(t *testing.T) {
	const one = 20000
	total := 1_000_000
	if s := os.Getenv("JIYAO_SOAK_TRIES"); s != "" {
		var err error
		if total, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	all, text, done := tries{}, "", 0
	for n := 0; done < total; n++ {
		pack := lives[n%len(lives)]
		t.Run(fmt.Sprintf("%02d %s", n, pack), func(t *testing.T) {
			w := lived(t, pack, "", uint64(1000+n), 75)
			w.on(one, 1000, one/2)
			all.add(w.tries)
			done += w.no
			text += fmt.Sprintf("%02d %-9s %7d tries, until %s: %5d pieces, all accounted for; %6d entries, verified %d times on from the last time and %d times from the beginning\n", n, pack, w.no, w.clock.Now().Format("2006-01-02"), len(w.at), w.last, w.followed, w.verified)
		})
		if t.Failed() {
			return
		}
	}
	all.everywhere(t)
	text = fmt.Sprintf("%d tries in lives of %d and more\n\n%s\n%s", done, one, text, all)
	if err := os.WriteFile(filepath.Join("..", "..", "docs", "soak", "pieces.txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSoakAHundredRaceForOneCopy is TestAHundredRaceForOneCopy a thousand times on each engine. What it prints is kept in
// docs/soak.
func TestSoakAHundredRaceForOneCopy(t *testing.T) {
	text := ""
	for engine, dsn := range map[string]string{"SQLite": "", "PostgreSQL": pgtest.DSN(t)} {
		t.Run(engine, func(t *testing.T) {
			text += fmt.Sprintf("%-10s 1000 rounds of 100 at once: one got the copy each time, 99 were told that another has it; by %v\n", engine, raced(t, dsn, 1000))
		})
	}
	if t.Failed() {
		return
	}
	if err := os.WriteFile(filepath.Join("..", "..", "docs", "soak", "race.txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
