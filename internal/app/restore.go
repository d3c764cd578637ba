package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/app/appacts"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// Restoring says what Restore puts where.
type Restoring struct {
	In         string
	Data       string // a new folder
	DSN        string // an empty PostgreSQL database that gets the tables in place of jiyao.db
	Passphrase string

	step func(string) // tests die here
}

// Restore puts a backup into a new folder, verifies it there, and records in its ledger that it was restored, which
// opens a case. A backup that does not verify is not put in place. From which engine it came does not matter.
//
// Dying before the last file is moved leaves a folder without jiyao.json, which is no office. A PostgreSQL database holds
// no row until all of them are committed together; if we die between that and the last file it holds rows that no folder
// belongs to, and is to be dropped: Restore takes an empty one only. Dying before the record leaves an office whose ledger
// does not say that it was restored, and this function has not returned.
func Restore(ctx context.Context, r Restoring) (act.Receipt, ledger.Report, error) {
	f := folder{r.Data}
	_, absent := os.Stat(f.path)
	if err := f.fresh(); err != nil {
		return act.Receipt{}, ledger.Report{}, err
	}
	work := folder{f.in(".restoring")}
	report, m, err := readBack(ctx, r.In, work.path, r.Passphrase)
	if err == nil && (!report.Whole || m.Root != fmt.Sprintf("%x", report.Root)) {
		err = ErrDamaged
	}
	at(r.step, "unpacked")
	names := slices.DeleteFunc(slices.Clone(backedUp), func(n string) bool { return n == manifestFile || n == "jiyao.json" })
	if err == nil && r.DSN != "" {
		names = slices.DeleteFunc(names, func(n string) bool { return n == databaseFile })
		report, err = work.fill(ctx, r, report)
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(work.path))
		if absent != nil { // it was made for this restore
			err = errors.Join(err, os.Remove(f.path))
		}
		return act.Receipt{}, report, err
	}
	if err := f.settle(work, names); err != nil {
		return act.Receipt{}, report, err
	}
	at(r.step, "settled")
	a, err := Open(ctx, Options{Data: r.Data, DSN: r.DSN, Quiet: true})
	if err != nil {
		return act.Receipt{}, report, err
	}
	receipt, err := a.Desk.Do(ctx, act.Request{Act: appacts.ActRestored, By: act.System(),
		Command: appacts.Restored{MadeAt: m.MadeAt, Size: int64(m.Size), Root: m.Root}})
	if err != nil {
		err = fmt.Errorf("record the restore: %w", err)
	}
	return receipt, report, errors.Join(err, a.Close())
}

// settle moves these files of a restored folder to their places, jiyao.json last.
func (f folder) settle(from folder, names []string) error {
	for _, name := range append(names, "jiyao.json") {
		to := f.in(filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return fmt.Errorf("make the folder of %s: %w", name, err)
		}
		if err := os.Rename(from.in(filepath.FromSlash(name)), to); err != nil {
			return fmt.Errorf("put %s in place: %w", name, err)
		}
	}
	if err := os.RemoveAll(from.path); err != nil {
		return fmt.Errorf("remove the working folder: %w", err)
	}
	return nil
}

// tables opens a database for copying: nobody signs in, and no entry is made.
func tables(ctx context.Context, dsn string, fault func(string) error) (*store.DB, error) {
	return store.Open(ctx, store.Options{DSN: dsn, Readers: 1, Log: slog.New(slog.DiscardHandler), Fault: fault})
}

// upToDate brings the tables of a folder to the version of this program. Entries and rows stay as they are.
func (f folder) upToDate(ctx context.Context) (err error) {
	db, err := tables(ctx, f.dsn(""), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.Migrate(ctx); err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	return nil
}

// fetch copies the tables of a PostgreSQL database, of any version up to this program's, into a new SQLite file.
func fetch(ctx context.Context, dsn, path string) (strange []store.Difference, err error) {
	from, err := tables(ctx, dsn, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	version, err := from.Version(ctx)
	if err != nil {
		return nil, err
	}
	to, err := tables(ctx, "sqlite:"+path, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, err := to.MigrateTo(ctx, version); err != nil {
		return nil, fmt.Errorf("make the tables of a backup: %w", err)
	}
	return from.CopyInto(ctx, to)
}

// fill copies the tables of a folder, which were verified there, into an empty PostgreSQL database and verifies them anew.
func (f folder) fill(ctx context.Context, r Restoring, want ledger.Report) (report ledger.Report, err error) {
	if err := f.pour(ctx, r); err != nil {
		return want, err
	}
	at(r.step, "filled")
	report, err = Verify(ctx, Verification{Data: f.path, DSN: r.DSN})
	if err == nil && (!report.Whole || string(report.Root) != string(want.Root)) {
		err = fmt.Errorf("what is in PostgreSQL is not what was in the backup; drop that database: %w", ErrDamaged)
	}
	return report, err
}

func (f folder) pour(ctx context.Context, r Restoring) (err error) {
	to, err := tables(ctx, r.DSN, func(step string) error { at(r.step, step); return nil })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, err := to.Migrate(ctx); err != nil {
		return fmt.Errorf("make the tables: %w", err)
	}
	from, err := tables(ctx, f.dsn(""), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	_, err = from.CopyInto(ctx, to)
	return err
}
