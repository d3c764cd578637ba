// Package app is the only place where everything is wired: the keyring, the store, the ledger, the office, the desk,
// the gate and the pages. It decides nothing.
//
//	data folder ─► keyring (sealed or not) ─► store ─► ledger ─► desk ◄─ office, secrets
//	                                                    │        ▲  ▲
//	                     background verification ◄──────┘        │  └─ timers: the duties that have come due
//	                                                 gate, pages ┘
//
// What must always hold:
//   - An App is ready to serve before it is unsealed. What needs a secret answers refuse.ErrUnavailable until then.
//   - While old entries fail verification, handing out, lending, copying and destroying stop, until the three
//     administrators resume together. Everything else goes on and is recorded.
//   - Background work ends before the database closes.
//
// Only this package and cmd read the machine's clock.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/act"
	"jiyao/internal/app/upgrade"
	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/job"

	_ "jiyao/internal/app/appacts" // the acts of the instance itself
	_ "jiyao/internal/incident"    // its acts, which clauses call
	_ "jiyao/internal/inspection"  // likewise
)

// Options say where an office's data lies and how it is opened. Only Data is needed.
type Options struct {
	Data        string         // the data folder, made by Create
	DSN         string         // a PostgreSQL database in place of jiyao.db
	Checkpoints string         // a folder outside the data folder that signed checkpoints are copied to
	Clock       calendar.Clock // the machine's when nil
	Log         *slog.Logger   // slog.Default() when nil
	Cost        identity.Cost  // of new passwords; identity.DefaultCost when zero
	// Quiet leaves out timers and background verification: for commands that end at once.
	Quiet bool
}

// App is one opened office. Its fields are set once by Open.
type App struct {
	DB     *store.DB
	Ledger *ledger.Log
	Office *people.Office
	Desk   *act.Desk
	Gate   *identity.Gate
	Ring   *keyring.Ring
	Events *web.Events
	Clock  calendar.Clock
	Log    *slog.Logger

	Verifier note.Verifier       // of the ledger's checkpoints
	mark     func([]byte) []byte // of their key
	folder   folder
	suite    *keyring.Suite
	cost     identity.Cost
	since    time.Time
	stop     context.CancelFunc
	work     sync.WaitGroup
	index    *document.Index
	jobs     job.Jobs    // what pages have made in the background
	missed   []string    // what the story of a demo left out
	broken   atomic.Bool // old entries fail verification and nobody has resumed
}

// wire plugs the nouns into each other, once for the process.
var wire = sync.OnceFunc(func() { procedure.Wire(people.Receives) })

// Open opens an office that Create has made, brings its tables up to date and starts its background work. The ring
// is sealed: see App.Ring. Close must be called.
func Open(ctx context.Context, o Options) (*App, error) {
	wire()
	if o.Clock == nil {
		o.Clock = calendar.System()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	f := folder{o.Data}
	config, err := f.read()
	if err != nil {
		return nil, err
	}
	a := &App{folder: f, Clock: o.Clock, Log: o.Log, Events: web.NewEvents(), Office: &people.Office{}, suite: config.suite, cost: o.Cost, since: o.Clock.Now()}
	if a.Ring, err = keyring.Load(f.master()); err != nil {
		return nil, fmt.Errorf("load the master key: %w", err)
	}
	signer, err := keyring.LoadSigner(f.signer())
	if err != nil {
		return nil, fmt.Errorf("load the checkpoint key: %w", err)
	}
	a.Verifier, a.mark = signer.Verifier(), signer.Mark
	if err := a.openStore(ctx, o, config, signer); err != nil {
		return nil, err
	}
	if err := a.assemble(ctx, o, signer); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// openStore opens database and ledger. On failure nothing is left open.
func (a *App) openStore(ctx context.Context, o Options, config config, signer ledger.Signer) error {
	db, err := store.Open(ctx, store.Options{DSN: a.folder.dsn(o.DSN), Hash: a.suite.NewHash, Clock: o.Clock, Log: o.Log})
	if err != nil {
		return err
	}
	log, err := ledger.Open(db, ledger.Options{Hash: a.suite.NewHash, Signer: signer, Origin: config.Origin, CheckpointDir: o.Checkpoints, Now: o.Clock.Now,
		Migrations: upgrade.Migrations})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	db.SetSealer(document.Secrets{Ring: a.Ring})
	a.DB, a.Ledger = db, log
	_, err = db.Migrate(ctx)
	if err == nil {
		_, err = log.Migrate(ctx)
	}
	if err == nil {
		if broken := log.Resume(ctx); errors.Is(broken, ledger.ErrBroken) {
			// Who is signed in reads on; every act, and every sign-in, says it too.
			o.Log.Error("the end of the ledger is not this office's: nothing is recorded and nobody signs in, see operations.md", slog.Any("error", broken))
		} else {
			err = broken
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("bring the tables up to date: %w", err), log.Close(), db.Close())
	}
	return nil
}

// ActUseCode is the act of the entries that say that a one-time code was used. It is no act of the catalogue: a code is used
// up before the act it serves, which may then be refused.
const ActUseCode = "identity.use_code"

func (a *App) spend(tx *store.Tx, account term.AccountID, terminal term.TerminalID, rows []store.Written) error {
	_, err := a.Ledger.Append(tx, &ledger.Entry{Act: ActUseCode, Outcome: ledger.System, Subject: string(account), Terminal: string(terminal), Rows: rows})
	return err
}

func (a *App) assemble(ctx context.Context, o Options, signer *keyring.Signer) error {
	a.Desk = &act.Desk{DB: a.DB, Ledger: a.Ledger, Office: a.Office, Clock: o.Clock, Secrets: document.Secrets{Ring: a.Ring}, Stopped: a.stopped, OnDone: a.publish}
	gate, err := identity.New(identity.Options{
		DB: a.DB, Clock: o.Clock, Record: identityacts.Recorder{Desk: a.Desk}, Pins: a.Ring, Mark: signer.Mark, Spend: a.spend, Cost: o.Cost, Log: o.Log,
	})
	if err != nil {
		return fmt.Errorf("make the gate: %w", err)
	}
	a.Gate = gate
	a.index = document.NewIndex(a.Ledger, document.IndexBytes)
	health, err := a.Ledger.LoadHealth(ctx)
	if err != nil {
		return fmt.Errorf("read the last verification: %w", err)
	}
	if err := a.judge(ctx, health.Report); err != nil {
		return err
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = cancel
	a.jobs.Now = a.Clock.Now
	a.jobs.Run = func(work func(context.Context)) { a.work.Go(func() { work(background) }) }
	if !o.Quiet {
		a.start(background)
	}
	return nil
}

// Close stops background work and closes everything. It may be called once.
func (a *App) Close() error {
	if a.stop != nil {
		a.stop()
	}
	a.work.Wait()
	a.Ring.Seal()
	a.index.Forget()
	return errors.Join(a.Ledger.Close(), a.DB.Close())
}

// Suite is the office's set of algorithms.
func (a *App) Suite() *keyring.Suite { return a.suite }
