package app

import (
	"archive/tar"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// A backup is one encrypted file: a tar of the files below, in this order. It holds the master key as it is locked in
// the folder and never unlocked: whoever restores needs the office's passphrase or shares besides that of the backup.
// A demo's key file is left out.
var backedUp = []string{manifestFile, "jiyao.json", "ledger.vkey", "keys/master.json", "keys/checkpoint.json", databaseFile}

const (
	manifestFile = "backup.json"
	databaseFile = "jiyao.db"
	smallFile    = 64 << 10 // all but the database, in bytes
)

// manifest is what a backup says about itself.
type manifest struct {
	Format string    `json:"format"`
	MadeAt time.Time `json:"made_at"`
	Size   uint64    `json:"size"` // entries
	Root   string    `json:"root"` // hex
}

const manifestFormat = "jiyao-backup/1"

// ErrDamaged says that the data do not verify. A backup of damaged data is kept all the same: it is evidence.
var ErrDamaged = errors.New("the data do not verify: see jiyao verify")

// ErrNoTables says that a folder has keys and no tables.
var ErrNoTables = errors.New("no jiyao.db in the folder: where the tables are in PostgreSQL, give --dsn")

// Saving says what Backup writes, and where.
type Saving struct {
	Data       string
	DSN        string // a PostgreSQL database in place of jiyao.db
	Out        string // must not exist
	Passphrase string

	step func(string) // tests die here
}

// Backup writes one encrypted file and reads it back: everything in it is decrypted, unpacked beside the data and
// verified before the file gets its name. The office may be serving. The tables are taken as they are at one moment, from
// either engine, and lie in the file as an SQLite database, so that they can be restored into either.
//
// Dying in the middle leaves the file under the name .partial and a folder .backup-… in the data folder; both can be removed.
func Backup(ctx context.Context, s Saving) (report ledger.Report, err error) {
	f := folder{s.Data}
	config, err := f.read()
	if err != nil {
		return report, err
	}
	if _, err := os.Lstat(s.Out); !errors.Is(err, fs.ErrNotExist) {
		return report, fmt.Errorf("%s: a name that is free is expected", s.Out)
	}
	work, err := os.MkdirTemp(f.path, ".backup-")
	if err != nil {
		return report, fmt.Errorf("make a working folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	taken := folder{filepath.Join(work, "taken")}
	strange, err := f.copyInto(ctx, taken, s.DSN)
	if err != nil {
		return report, err
	}
	at(s.step, "taken")
	partial := s.Out + ".partial"
	if err := pack(taken, partial, config.suite, s.Passphrase); err != nil {
		return report, errors.Join(err, os.Remove(partial))
	}
	at(s.step, "packed")
	report, made, err := readBack(ctx, partial, filepath.Join(work, "read"), s.Passphrase)
	if err == nil && made.Root != fmt.Sprintf("%x", report.Root) {
		err = errors.New("what was read back is not what was written")
	}
	if err != nil {
		return report, errors.Join(fmt.Errorf("verify the backup: %w", err), os.Remove(partial))
	}
	at(s.step, "read back")
	if err := os.Rename(partial, s.Out); err != nil {
		return report, fmt.Errorf("name the backup: %w", err)
	}
	if !report.Whole || len(strange) > 0 {
		return report, ErrDamaged
	}
	return report, f.noteBackup(made)
}

func at(step func(string), name string) {
	if step != nil {
		step(name)
	}
}

// backupWord is the file in the data folder that says when the last backup was verified.
const backupWord = "last-backup.json"

// noteBackup leaves word of a verified backup, in place of the word before.
func (f folder) noteBackup(m manifest) error {
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("spell the word of the backup: %w", err)
	}
	next := f.in(backupWord + ".new")
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("leave word of the backup: %w", err)
	}
	if err := writeFile(next, b); err != nil {
		return err
	}
	if err := os.Rename(next, f.in(backupWord)); err != nil {
		return fmt.Errorf("leave word of the backup: %w", err)
	}
	return nil
}

// copyInto takes a snapshot of the tables and the key files into another folder, and brings the tables up to date there.
// It names what stands in a PostgreSQL database beside the tables of this program and is left behind.
func (f folder) copyInto(ctx context.Context, to folder, dsn string) (strange []store.Difference, err error) {
	if _, err := os.Stat(f.database()); dsn == "" && err != nil {
		return nil, ErrNoTables
	}
	if err := os.MkdirAll(to.path, 0o700); err != nil {
		return nil, fmt.Errorf("make a working folder: %w", err)
	}
	for _, name := range backedUp {
		if name == manifestFile || name == databaseFile {
			continue
		}
		b, err := readBounded(f.in(filepath.FromSlash(name)), smallFile)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if err := writeFile(to.in(filepath.FromSlash(name)), b); err != nil {
			return nil, err
		}
	}
	if dsn == "" {
		err = snapshot(ctx, f.database(), to.database())
	} else {
		strange, err = fetch(ctx, dsn, to.database())
	}
	if err != nil {
		return nil, err
	}
	return strange, to.upToDate(ctx)
}

// snapshot writes the database as it is at one moment between two batches to a new file.
func snapshot(ctx context.Context, from, to string) (err error) {
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)", "trusted_schema(off)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: from}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return fmt.Errorf("open the database to be copied: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return os.Chmod(to, 0o600)
}

// pack writes the encrypted file of a folder, with what it says about itself.
func pack(from folder, out string, suite *keyring.Suite, passphrase string) error {
	report, err := Verify(context.Background(), Verification{Data: from.path})
	if err != nil {
		return fmt.Errorf("verify the copy: %w", err)
	}
	m, err := json.Marshal(manifest{manifestFormat, calendar.System().Now(), report.Size, fmt.Sprintf("%x", report.Root)})
	if err != nil {
		return fmt.Errorf("spell the manifest: %w", err)
	}
	if err := writeFile(from.in(manifestFile), m); err != nil {
		return err
	}
	return lockUp(from, out, suite, passphrase)
}

// lockUp writes the files of a backup, encrypted. Closing the seal marks it as whole, so that a file cut short is none.
func lockUp(from folder, out string, suite *keyring.Suite, passphrase string) (err error) {
	file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return fmt.Errorf("make the backup: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sealed, err := keyring.SealBackup(file, suite, passphrase)
	if err != nil {
		return err
	}
	w := tar.NewWriter(sealed)
	for _, name := range backedUp {
		if err := add(w, from.in(filepath.FromSlash(name)), name); err != nil {
			return fmt.Errorf("write %s into the backup: %w", name, err)
		}
	}
	if err := errors.Join(w.Close(), sealed.Close()); err != nil {
		return fmt.Errorf("end the backup: %w", err)
	}
	return file.Sync()
}

func add(w *tar.Writer, path, name string) (err error) {
	in, err := os.Open(path) //nolint:gosec // G304: a file of our own working folder
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

// readBack unpacks a backup into a new folder, brings it up to date as an earlier version may have made it, and verifies
// it there.
func readBack(ctx context.Context, path, into, passphrase string) (report ledger.Report, m manifest, err error) {
	in, err := os.Open(path) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return report, m, fmt.Errorf("open the backup: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	plain, err := keyring.OpenBackup(in, passphrase)
	if err != nil {
		return report, m, err
	}
	to := folder{into}
	if err := unpack(plain, to); err != nil {
		return report, m, err
	}
	if err := to.upToDate(ctx); err != nil {
		return report, m, err
	}
	b, err := readBounded(to.in(manifestFile), smallFile)
	if err != nil {
		return report, m, fmt.Errorf("read the manifest: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil || m.Format != manifestFormat {
		return report, m, errors.New("read the manifest: " + manifestFormat + " is expected")
	}
	report, err = Verify(ctx, Verification{Data: into})
	return report, m, err
}

// unpack reads exactly the files of a backup, in their order, to the end of the stream: only then is it known to be
// whole.
func unpack(in io.Reader, to folder) error {
	if err := to.fresh(); err != nil {
		return err
	}
	r := tar.NewReader(in)
	for _, name := range backedUp {
		h, err := r.Next()
		if err != nil {
			return fmt.Errorf("read the backup: %w", err)
		}
		if h.Name != name || h.Typeflag != tar.TypeReg || name != databaseFile && h.Size > smallFile {
			return fmt.Errorf("read the backup: %s is expected, not %q", name, h.Name)
		}
		if err := take(r, to.in(filepath.FromSlash(name))); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		return errors.New("read the backup: more in it than there should be")
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("read the backup to its end: %w", err)
	}
	return nil
}

func take(r io.Reader, path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: a name of our own list
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, r); err != nil {
		return err
	}
	return out.Sync()
}
