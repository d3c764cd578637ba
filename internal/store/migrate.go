package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate applies the migrations that the database does not have yet, each in a transaction of its own, and
// names their files. If we die between two, the next call goes on with the second. On PostgreSQL a lock lets
// one node do it while the others wait. Call it before the first Write.
func (db *DB) Migrate(ctx context.Context) (applied []string, err error) {
	return db.MigrateTo(ctx, math.MaxInt64)
}

// MigrateTo is Migrate up to one version and no further.
func (db *DB) MigrateTo(ctx context.Context, version int64) (applied []string, err error) {
	own, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if _, err := db.AddedColumns(); err != nil {
		return nil, fmt.Errorf("migrate: %w", err) // what verification could not read must not happen
	}
	list, err := translated(db.engine.name, own, db.opt.Migrations)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	pool, err := db.engine.extra()
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if db.engine.name == PostgreSQL {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, pool, list, options...)
	if err != nil {
		return nil, fmt.Errorf("migrate: read the migrations: %w", err)
	}
	results, err := provider.UpTo(ctx, version)
	for _, r := range results {
		applied = append(applied, path.Base(r.Source.Path))
	}
	if err != nil {
		return applied, fmt.Errorf("migrate: %w", translate(err))
	}
	return applied, nil
}

// ErrEarlier: the tables are of an earlier version of the program, whose migrations have not all been applied.
var ErrEarlier = errors.New("the tables are of an earlier version of the program")

// Current fails with ErrEarlier where the database lacks a migration that this program has, and with ErrTables without any.
func (db *DB) Current(ctx context.Context) error {
	has, err := db.Version(ctx)
	if err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("list the migrations: %w", err)
	}
	newest, err := goose.NumericComponent(slices.Max(names))
	if err != nil {
		return fmt.Errorf("list the migrations: %w", err)
	}
	if has < newest {
		return fmt.Errorf("%w: %d, and this one has %d", ErrEarlier, has, newest)
	}
	return nil
}
