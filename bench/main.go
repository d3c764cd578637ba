// Command bench measures speed and size and prints one line a figure: name, value, goal (>=0.40 or <=2). A line
// whose goal is missed ends in MISS; lines that begin with # are absolute rates and remarks. It never fails on
// timing: the exit code is 0 unless something could not be measured at all.
//
//	make bench                       everything, the pages on a small register
//	BENCH=full make bench            1,000,000 acts to verify, 200,000 documents and 1,000,000 hand-over lines
//	BENCH_ONLY=handover make bench   one part of it: handover postgres verify pages size search scan registers opening
//
// How figures are made: every ratio compares variants of one run on this machine, on copies of one office that was
// filled once. They run side by side in short stretches by turns, so that what else the machine does meets them alike,
// and the median of the stretches is printed; verification, start and memory are the median of three turns. The reference of an audited act is its own
// statements: they are recorded from the act itself (store.Options.Trace) and repeated in batches of the same kind
// without law and ledger, so that the reference cannot drift away from the product. Ledger and law cannot be switched
// off in the product; where a variant goes without evidence, this program gives the desk another act.Recorder and
// opens the store without a ledger.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// part is one group of figures.
type part struct {
	name string
	run  func(context.Context, *bench) error
}

var parts = []part{
	{"handover", handOver}, {"postgres", postgres}, {"verify", verify}, {"pages", pagesOfSizes}, {"size", size},
	{"search", searches}, {"scan", scans}, {"registers", registers}, {"opening", openings},
}

// bench is one run.
type bench struct {
	out    io.Writer
	folder string // private, gone at the end
	full   bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	debug.SetGCPercent(400) // as serve does
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if spelled := os.Getenv(childEnv); spelled != "" {
		return child(ctx, spelled)
	}
	folder, err := os.MkdirTemp("", "jiyao-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	b := &bench{out: os.Stdout, folder: folder, full: os.Getenv("BENCH") == "full"}
	b.note("%s %s/%s, %d processors, %s", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), time.Now().Format("2006-01-02"))
	only := strings.Fields(os.Getenv("BENCH_ONLY"))
	known := 0
	for _, p := range parts {
		if len(only) > 0 && !slices.Contains(only, p.name) {
			continue
		}
		known++
		if err := p.run(ctx, b); err != nil {
			return fmt.Errorf("measure %s: %w", p.name, err)
		}
	}
	if known < len(only) {
		return fmt.Errorf("BENCH_ONLY=%s: some of handover postgres verify pages size search scan registers opening are expected", strings.Join(only, " "))
	}
	return nil
}
