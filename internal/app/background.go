package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"jiyao/internal/app/appacts"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/document/documentweb"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/job"
)

// How often the background works.
const (
	tickEvery   = time.Second
	resumeEvery = 2 * time.Second
	sweepEvery  = 10 * time.Minute
	verifyEvery = time.Hour
	verifyMost  = 50 * time.Minute // then it is given up and said so; the last result stands
)

// start runs timers and verification until ctx ends.
func (a *App) start(ctx context.Context) {
	a.work.Go(func() { // the first act should not wait for the law to be compiled
		if err := a.warm(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("make the law in force", slog.Any("error", err))
		}
	})
	a.every(ctx, tickEvery, false, a.tick)
	a.every(ctx, tickEvery, true, a.indexed)
	a.every(ctx, resumeEvery, false, a.resumedElsewhere)
	a.every(ctx, sweepEvery, false, a.Gate.Sweep)
	a.every(ctx, verifyEvery, true, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, verifyMost)
		defer cancel()
		_, err := a.Check(ctx)
		return err
	})
}

// every runs job at once or after the first period, then each period, never twice at a time. A failure is logged,
// once until it goes away, and the next period tries again.
func (a *App) every(ctx context.Context, period time.Duration, atOnce bool, job func(context.Context) error) {
	a.work.Go(func() {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		last := ""
		for first := true; ; first = false {
			if !first || !atOnce {
				select {
				case <-ctx.Done():
					return
				case <-ticker.C:
				}
			}
			err := job(ctx)
			switch {
			case err == nil:
				last = ""
			case ctx.Err() == nil && err.Error() != last:
				last = err.Error()
				a.Log.Error("background work failed", slog.Any("error", err))
			}
		}
	})
}

// warm makes the law in force before anybody asks.
func (a *App) warm(ctx context.Context) error {
	return a.DB.Read(ctx, func(tx *store.Tx) error {
		_, err := a.Office.Law(tx, a.Clock.Now())
		return err
	})
}

// tick performs what has come due. While the database cannot write there is nothing to do but try again.
func (a *App) tick(ctx context.Context) error {
	_, err := a.Desk.Tick(ctx)
	return err
}

// indexed builds the index of the search while the office is unsealed and lets it follow the ledger, whichever node
// wrote to it. Sealed, it is gone.
func (a *App) indexed(ctx context.Context) error {
	for more := true; more; {
		if !a.Ring.Unsealed() {
			a.index.Forget()
			return nil
		}
		var err error
		if more, err = a.index.Step(ctx, a.DB); err != nil {
			return err
		}
	}
	return nil
}

// Check verifies the whole ledger and every recorded row now, keeps the result, and stops or frees the acts that
// lean on it.
func (a *App) Check(ctx context.Context) (ledger.Report, error) {
	defer job.Lean()() // it goes through everything that was ever written
	if err := a.Ledger.Settle(ctx); err != nil {
		a.Log.Warn("the newest checkpoint is not everywhere", slog.Any("error", err)) // verification says what is missing
	}
	report, err := ledger.Verify(ctx, a.DB, a.verifying())
	if err != nil {
		return report, fmt.Errorf("verify the ledger: %w", err)
	}
	recorded := a.Ledger.RecordCheck(ctx, report)
	if !report.Whole {
		a.Log.Error("old entries fail verification", slog.Int("findings", report.Total))
	}
	return report, errors.Join(recorded, a.judge(ctx, report))
}

// verifying is how an office at work verifies: with the checkpoint key at hand, and with little of the machine.
func (a *App) verifying() ledger.VerifyOptions {
	return ledger.VerifyOptions{Verifier: a.Verifier, Mark: a.mark, Wait: signedWithin, Workers: 1, Clock: a.Clock}
}

// judge decides whether acts are stopped: evidence is damaged, and the three administrators have not resumed in the
// face of exactly these findings.
func (a *App) judge(ctx context.Context, report ledger.Report) error {
	if report.Total == 0 {
		a.broken.Store(false)
		return nil
	}
	a.broken.Store(true)
	resumed := false
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		_, err := appacts.Resumptions.Get(tx, Damage(report))
		resumed = err == nil
		if errors.Is(err, refuse.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("find who resumed: %w", err)
	}
	a.broken.Store(!resumed)
	return nil
}

// keptFindings is how many findings of a report are kept for the next start.
const keptFindings = 100

// Damage names the findings of a report: the same damage has the same name, further damage another.
func Damage(report ledger.Report) string {
	var lines []string
	for _, f := range report.Findings[:min(len(report.Findings), keptFindings)] {
		lines = append(lines, f.String())
	}
	return appacts.DamageID(report.Total, lines)
}

// damage is for the page of the ledger: the name of what does not verify, and whether acts are stopped by it.
func (a *App) damage() (name string, stopped bool) {
	return Damage(a.Ledger.Health().Report), a.Broken()
}

// Broken reports whether acts are stopped now.
func (a *App) Broken() bool { return a.broken.Load() }

// stopping are the acts by which something leaves, multiplies or ends: those that stop while evidence is damaged.
// Returns, receipts, the register and everything that only looks go on.
var stopping = map[string]bool{
	"custody.hand_out": true, "custody.lend": true, "custody.pass_on": true, "custody.consult": true,
	"custody.carry_out": true, "custody.send": true, "custody.send_compilation": true, "custody.set_custodian": true,
	"custody.duplicate": true, "custody.excerpt": true, "custody.record": true, "custody.compile": true,
	"document.despatch": true, "document.print_run": true, "document.export": true,
	"body.print_copy": true, "body.shred": true, "disposal.destroy": true, "disposal.list_close": true,
	"meeting.issue_paper": true, "meeting.disclose": true,
}

func (a *App) stopped(name string) bool { return a.broken.Load() && stopping[name] }

// publish wakes the boards that show what an act may have changed. The desk calls it after the commit.
func (a *App) publish(name string, document term.DocumentID) {
	if name == appacts.ActResume {
		a.recheck()
	}
	noun, _, _ := strings.Cut(name, ".")
	switch noun {
	case "identity":
		return
	case "custody", "document", "circulation":
		a.Events.Publish(circulationweb.Topic, string(document))
	}
	a.Events.Publish(documentweb.Topic, string(document))
}

// recheck asks again whether acts are stopped, after somebody resumed.
func (a *App) recheck() {
	a.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := a.judge(ctx, a.Ledger.Health().Report); err != nil {
			a.Log.Error("look for who resumed", slog.Any("error", err))
		}
	})
}

// resumedElsewhere asks the same while acts are stopped: another process, such as the command line or another node, may
// have recorded that the three resumed.
func (a *App) resumedElsewhere(ctx context.Context) error {
	if !a.broken.Load() {
		return nil
	}
	return a.judge(ctx, a.Ledger.Health().Report)
}

// topics are what a page may listen to.
var topics = []string{documentweb.Topic, circulationweb.Topic}
