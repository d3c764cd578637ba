package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/store/pgtest"
)

// lives are the offices of the lives: base alone, and each pack that is adopted alone in its model office.
var lives = append([]string{"base"}, DemoPacks...)

// TestEveryPieceIsAccountedFor lets anybody do anything in each model office, over a year or more. After every act
// the pieces that moved obey the law of one holder, and all pieces the law of conservation. After each 250 tries the ledger is
// verified from where it was last, and twice in each life from the beginning. Past evenings are counted again at the end.
func TestEveryPieceIsAccountedFor(t *testing.T) {
	all, ended := tries{}, 0
	for i, pack := range lives {
		t.Run(pack, func(t *testing.T) {
			w := lived(t, pack, "", uint64(i), 150)
			w.on(20000/len(lives)+1, 250, 2500)
			all.add(w.tries)
			ended++
		})
	}
	t.Run("PostgreSQL", func(t *testing.T) { lived(t, "base", pgtest.DSN(t), 99, 150).on(1000, 250, 500) })
	if !t.Failed() && ended == len(lives) { // one life alone need not go everywhere
		all.everywhere(t)
	}
}

// tries are how many tries of each act had each answer.
type tries map[string]map[string]int

func (a tries) add(b tries) {
	for name, answers := range b {
		for answer, n := range answers {
			a.count(name, answer, n)
		}
	}
}

func (a tries) count(name, answer string, n int) {
	if a[name] == nil {
		a[name] = map[string]int{}
	}
	a[name][answer] += n
}

// everywhere demands that a piece was led down each way there is.
func (a tries) everywhere(t testing.TB) {
	t.Helper()
	for _, name := range []string{
		"document.register", "document.print_run", "document.despatch", "document.void", "custody.place", "custody.hand_out", "custody.take_back", "custody.lend", "custody.return", "custody.consult",
		"custody.carry_out", "custody.bring_back", "custody.send", "custody.acknowledge", "custody.duplicate", "custody.excerpt", "custody.record", "custody.compile", "custody.report_missing",
		"custody.report_found", "custody.count_close", "meeting.disclose", "meeting.take_back_disclosed", "disposal.list_close", "disposal.archive_sign", "disposal.destroy", "approval.grant",
	} {
		if a[name]["done"] == 0 {
			t.Errorf("%s was never done: %v", name, a[name])
		}
	}
}

// String lists the acts by name: how many tries, and how many of them were done.
func (a tries) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a)) {
		sum := 0
		for _, n := range a[name] {
			sum += n
		}
		fmt.Fprintf(&b, "%-28s %7d tries %7d done %7d refused\n", name, sum, a[name]["done"], a[name]["refused"])
	}
	return b.String()
}
