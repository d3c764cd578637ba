package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
)

// fillWait bounds how long a batch waits for callers that are expected back; longHold is when an act is
// reported for having kept everybody waiting.
const (
	fillWait = 200 * time.Microsecond
	longHold = 50 * time.Millisecond
)

// writer is the one goroutine that changes the database.
type writer struct {
	db      *DB
	sess    *session
	batch   []*request  // acts of the running batch, in order of arrival
	ready   []*request  // acts that have their place and were rehearsed, next first
	lead    []statement // what makes the next act's savepoint on PostgreSQL; sent with its first statement
	single  int         // batches that take one act only, after one that could not commit
	running bool        // a transaction is open
	mark    mark        // what became of the last act's savepoint
	told    bool        // Batch.Begin was called and neither Committed nor Abandoned yet
	last    int         // size of the batch before
	wait    *time.Timer // runs from the first wait of this batch
	clock   calendar.Clock
}

// mark is the state of the savepoint "act", which every act has for itself.
type mark int

const (
	none  mark = iota // there is no savepoint
	used              // it holds the work of an act that stays
	clean             // it was rolled back to and can serve the next act
)

// loop serves batches until the database closes. If an act ends the goroutine (runtime.Goexit, as a failing
// test does), the batch is abandoned and a new loop takes over.
func (w *writer) loop() {
	w.clock = calendar.System()
	over := false
	defer func() {
		if !over {
			w.abandon(errors.New("an act ended the writer's goroutine"))
			go w.loop()
			return
		}
		w.sess.discard()
		close(w.db.finished)
	}()
	for {
		if r := w.taken(); r != nil { // left over when a batch was abandoned
			w.serve(r)
			continue
		}
		select {
		case r := <-w.db.queue:
			if r.claim() {
				w.serve(r)
			}
		case <-w.db.closing:
			over = true
			return
		}
	}
}

// serve runs one batch, beginning with r:
//  1. begin; tell Batch,
//  2. run acts as they arrive, each in its savepoint,
//  3. seal, commit, tell Batch, answer everybody.
//
// Until the commit of step 3 returns, dying leaves the database as it was before r.
func (w *writer) serve(r *request) {
	w.batch = append(w.batch[:0], r)
	defer w.stopWaiting()
	if err := w.begin(); err != nil {
		w.abandon(err)
		return
	}
	w.rehearse(r)
	done := 0
	for next := r; next != nil; next = w.next() {
		if next != r {
			w.batch = append(w.batch, next)
		}
		ok, err := w.act(next)
		if err != nil {
			w.abandon(err)
			return
		}
		if ok {
			done++
		}
	}
	if done == 0 {
		w.empty()
		return
	}
	if err := w.commit(); err != nil {
		w.abandon(err)
		return
	}
	w.answer(nil)
}

// next returns a further act for this batch, or nil when it is full or nobody else comes. While there are
// callers who have not got their place, or as many as last time are expected back, it waits, for one batch
// fillWait at most in all.
func (w *writer) next() *request {
	if len(w.batch) >= w.db.opt.MaxBatch || w.single > 0 {
		return nil
	}
	if r := w.taken(); r != nil {
		return r
	}
	for {
		select {
		case r := <-w.db.queue:
			if r.claim() {
				w.rehearse(r)
				return r
			}
			continue
		default:
		}
		if !w.expected() {
			return nil
		}
		if w.wait == nil {
			w.wait = time.NewTimer(fillWait)
		}
		select {
		case <-w.wait.C:
			w.wait.Reset(0) // stays over until the batch ends
			return nil
		default:
			runtime.Gosched()
		}
	}
}

func (w *writer) expected() bool {
	return int(w.db.pending.Load()) > len(w.batch) || len(w.batch) < w.last
}

func (w *writer) stopWaiting() {
	if w.wait != nil {
		w.wait.Stop()
		w.wait = nil
	}
}

func (w *writer) begin() error {
	ctx := context.Background()
	if err := w.fault("begin"); err != nil {
		return err
	}
	if err := w.sess.begin(ctx, w.db.engine.begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	w.running, w.mark, w.lead = true, none, nil
	w.sess.gather.clear()
	if w.db.batch == nil {
		return nil
	}
	w.told = true
	if err := w.guard("begin the batch", w.db.batch.Begin); err != nil {
		return fmt.Errorf("begin the batch: %w", err)
	}
	return nil
}

// guard calls a method of Batch on a Tx of its own and turns a panic into an error.
func (w *writer) guard(what string, fn func(*Tx) error) (err error) {
	tx := &Tx{db: w.db, sess: w.sess, ctx: context.Background(), write: true, lead: w.lead}
	defer func() {
		if p := recover(); p != nil {
			err = w.panicked(what, p)
		}
		if err == nil && (tx.failed != nil || len(tx.queue) > 0) {
			err = tx.flush() // fails also where an earlier failure was passed over
		}
		err = errors.Join(err, tx.end())
		w.lead = tx.lead
	}()
	return fn(tx)
}

// act runs one act in its savepoint. ok says that its work stays; err that the batch cannot go on. The act's
// own error is kept in the request.
func (w *writer) act(r *request) (ok bool, err error) {
	if err := w.savepoint(); err != nil {
		return false, err
	}
	w.sess.gather.mark()
	if m := w.sess.recall; m != nil {
		m.fresh = m.fresh[:0]
	}
	began := w.clock.Now()
	r.err = w.guard(r.name, r.fn)
	if held := w.clock.Now().Sub(began); held > longHold {
		w.db.opt.Log.Warn("act held the writer", slog.String("act", r.name), slog.Duration("held", held))
	}
	if r.err == nil {
		if r.err = w.keep(); r.err == nil {
			return true, nil
		}
		// The act swallowed an error that PostgreSQL remembers. Its savepoint is still there to go back to.
		r.err = fmt.Errorf("%s: keep what was done: %w", r.name, r.err)
	}
	w.sess.gather.undo()
	if m := w.sess.recall; m != nil {
		m.undo()
	}
	if len(w.lead) > 0 {
		return false, w.fault("rollback") // nothing was sent, so there is nothing to go back from
	}
	// When SQLite has rolled the whole transaction back by itself, this fails: the savepoint is gone.
	if err := w.step("rollback", "ROLLBACK TO SAVEPOINT act"); err != nil {
		return false, fmt.Errorf("undo %s: %w", r.name, err)
	}
	w.mark = clean
	return false, nil
}

// savepoint makes the place to which an act can be undone; on PostgreSQL it travels with the act's first statement.
func (w *writer) savepoint() error {
	if err := w.fault("savepoint"); err != nil {
		return err
	}
	if w.sess.lite {
		if w.mark == clean {
			return nil
		}
		return w.sess.run(context.Background(), "SAVEPOINT act")
	}
	switch w.mark {
	case clean:
		w.lead = nil
	case used:
		w.lead = []statement{{text: "RELEASE SAVEPOINT act"}, {text: "SAVEPOINT act"}}
	case none:
		w.lead = []statement{{text: "SAVEPOINT act"}}
	}
	return nil
}

// keep makes an act's work part of the batch. SQLite releases the savepoint, which fails if the transaction is
// gone. PostgreSQL's connection knows whether the transaction still stands; there the next act releases.
func (w *writer) keep() error {
	if err := w.fault("release"); err != nil {
		return err
	}
	if w.sess.lite {
		w.mark = none
		return w.sess.run(context.Background(), "RELEASE SAVEPOINT act")
	}
	if len(w.lead) > 0 {
		return nil // nothing was sent
	}
	w.mark = used
	return w.sess.standing()
}

// commit seals the batch and makes it durable.
func (w *writer) commit() error {
	w.lead = nil
	if err := w.fault("seal"); err != nil {
		return err
	}
	if w.db.batch != nil {
		if err := w.guard("seal the batch", w.db.batch.Seal); err != nil {
			return fmt.Errorf("seal the batch: %w", err)
		}
	}
	if err := w.guard("write what was gathered", (*Tx).SendGathered); err != nil {
		return fmt.Errorf("write what was gathered: %w", err)
	}
	if err := w.step("commit", "COMMIT"); err != nil {
		return err
	}
	w.running = false
	if err := w.fault("committed"); err != nil {
		return err // stands for a connection that broke after the server had committed
	}
	if w.told {
		w.told = false
		if err := w.tell(w.db.batch.Committed); err != nil {
			w.db.opt.Log.Error("after commit", slog.Any("error", err))
		}
	}
	return nil
}

// empty ends a batch of which nothing remains: there is nothing to seal.
func (w *writer) empty() {
	if err := w.sess.run(context.Background(), "ROLLBACK"); err != nil {
		w.sess.discard()
	}
	w.running = false
	w.drop()
	w.answer(nil)
}

// abandon ends a batch that cannot commit: roll back, drop the connection (its state is in doubt), tell
// everybody.
func (w *writer) abandon(cause error) {
	w.db.opt.Log.Error("batch abandoned", slog.Any("error", cause), slog.Int("acts", len(w.batch)))
	if w.running && w.sess.conn != nil {
		if err := w.sess.run(context.Background(), "ROLLBACK"); err != nil {
			w.db.opt.Log.Warn("roll back", slog.Any("error", err))
		}
	}
	w.running = false
	w.sess.discard()
	w.drop()
	w.answer(fmt.Errorf("%w: %w", refuse.ErrUnavailable, cause))
}

func (w *writer) drop() {
	if !w.told {
		return
	}
	w.told = false
	if err := w.tell(w.db.batch.Abandoned); err != nil {
		w.db.opt.Log.Error("after abandoning", slog.Any("error", err))
	}
}

func (w *writer) tell(fn func()) error {
	return w.guard("tell the batch", func(*Tx) error { fn(); return nil })
}

// answer sends everybody the batch's error, or else each his own.
func (w *writer) answer(err error) {
	w.last = len(w.batch)
	switch {
	case err != nil && len(w.batch) > 1:
		w.single = len(w.batch) // so that an act which spoils its batch soon fails alone
	case w.single > 0:
		w.single--
	}
	if m := w.sess.recall; m != nil {
		m.sole = false
	}
	for i, r := range w.batch {
		if err != nil {
			r.done <- fmt.Errorf("write %s: %w", r.name, err)
		} else {
			r.done <- translate(r.err)
		}
		w.batch[i] = nil
	}
	w.batch = w.batch[:0]
}

// panicked makes the error of a panic and logs where it was. The panic's value may hold a row, so only a
// runtime error, whose text is the Go runtime's, is repeated.
func (w *writer) panicked(name string, p any) error {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	w.db.opt.Log.Error("act panicked", slog.String("act", name), slog.String("panic", what),
		slog.String("stack", string(debug.Stack())))
	return fmt.Errorf("panic in %s: %s", name, what)
}

// step runs transaction control, unless a test wants it to fail.
func (w *writer) step(name, text string) error {
	if err := w.fault(name); err != nil {
		return err
	}
	return w.sess.run(context.Background(), text)
}

func (w *writer) fault(step string) error {
	if w.db.opt.Fault == nil {
		return nil
	}
	if err := w.db.opt.Fault(step); err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	return nil
}
