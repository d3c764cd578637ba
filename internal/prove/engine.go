package prove

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// Engine makes the databases of a run. Its methods may be called from several goroutines. Templates are closed
// before they are copied.
type Engine interface {
	// Create makes an empty database and gives its DSN.
	Create(ctx context.Context) (dsn string, err error)
	// Copy makes a database like another, which nobody has open.
	Copy(ctx context.Context, dsn string) (string, error)
	// Drop removes one.
	Drop(ctx context.Context, dsn string) error
	// Close removes what is left.
	Close() error
}

// files is SQLite: a folder of files.
type files struct {
	folder string
	n      atomic.Int64
}

// SQLite keeps the databases as files in a private folder below parent; the system's temporary one when empty.
func SQLite(parent string) (Engine, error) {
	folder, err := os.MkdirTemp(parent, "jiyao-proofs-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for proofs: %w", err)
	}
	return &files{folder: folder}, nil
}

func (f *files) next() string { return filepath.Join(f.folder, fmt.Sprintf("%d.db", f.n.Add(1))) }

func (f *files) Create(context.Context) (string, error) { return "sqlite:" + f.next(), nil }

// Copy takes the log of what was written last along, if it was not folded into the file.
func (f *files) Copy(_ context.Context, dsn string) (string, error) {
	from, to := strings.TrimPrefix(dsn, "sqlite:"), f.next()
	for _, suffix := range []string{"", "-wal"} {
		err := copyFile(from+suffix, to+suffix)
		if err != nil && (suffix == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", fmt.Errorf("copy a template: %w", err)
		}
	}
	return "sqlite:" + to, nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from) //nolint:gosec // G304: a name of our own
	if err != nil {
		return err
	}
	defer in.Close()                                                      //nolint:errcheck // it was only read
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: a name of our own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

func (f *files) Drop(_ context.Context, dsn string) error {
	path := strings.TrimPrefix(dsn, "sqlite:")
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (f *files) Close() error { return os.RemoveAll(f.folder) }

// cluster is PostgreSQL: databases made from one another as templates.
type cluster struct {
	admin  *sql.DB
	base   url.URL
	prefix string
	n      atomic.Int64
	empty  string // what an empty database is made from

	mu   sync.Mutex
	gone []string // to be dropped; under mu
}

// dropsAtOnce is how many databases wait to be dropped together: the first makes the server write out everything
// it holds, the others find nothing left.
const dropsAtOnce = 32

// PostgreSQL makes databases on the cluster of dsn (postgres://…), whose user must be allowed to create them. The
// database that dsn names is never written.
func PostgreSQL(ctx context.Context, dsn string) (Engine, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errors.New("prove on PostgreSQL: a URL postgres://… is expected")
	}
	admin, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("prove on PostgreSQL: %w", err)
	}
	if err := admin.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prove on PostgreSQL: %w", err), admin.Close())
	}
	b := make([]byte, 6)
	if _, err := rand.Read(b); err != nil {
		return nil, errors.Join(fmt.Errorf("draw a name: %w", err), admin.Close())
	}
	return &cluster{admin: admin, base: *u, prefix: "jiyao_proof_" + hex.EncodeToString(b) + "_", empty: "template0"}, nil
}

func (c *cluster) Create(ctx context.Context) (string, error) { return c.make(ctx, c.empty) }

func (c *cluster) Copy(ctx context.Context, dsn string) (string, error) {
	from, err := c.name(dsn)
	if err != nil {
		return "", err
	}
	return c.make(ctx, from)
}

// make creates a database; both names are of our own making and need no quotes.
func (c *cluster) make(ctx context.Context, from string) (string, error) {
	name := fmt.Sprintf("%s%d", c.prefix, c.n.Add(1))
	if _, err := c.admin.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from+" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	u := c.base
	u.Path = "/" + name
	return u.String(), nil
}

func (c *cluster) name(dsn string) (string, error) {
	u, err := url.Parse(dsn)
	if err != nil || !strings.HasPrefix(strings.TrimPrefix(u.Path, "/"), c.prefix) {
		return "", errors.New("a database of this run is expected")
	}
	return strings.TrimPrefix(u.Path, "/"), nil
}

// Drop puts a database on the list of those to go, and drops them when the list is long.
func (c *cluster) Drop(ctx context.Context, dsn string) error {
	name, err := c.name(dsn)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.gone = append(c.gone, name)
	var now []string
	if len(c.gone) >= dropsAtOnce {
		now, c.gone = c.gone, nil
	}
	c.mu.Unlock()
	return c.drop(ctx, now)
}

func (c *cluster) drop(ctx context.Context, names []string) error {
	var errs []error
	for _, name := range names {
		if _, err := c.admin.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			errs = append(errs, fmt.Errorf("drop a database: %w", err))
		}
	}
	return errors.Join(errs...)
}

// Close drops every database that the run made.
func (c *cluster) Close() error {
	var names []string
	for i := range c.n.Load() {
		names = append(names, fmt.Sprintf("%s%d", c.prefix, i+1))
	}
	return errors.Join(c.drop(context.Background(), names), c.admin.Close())
}
