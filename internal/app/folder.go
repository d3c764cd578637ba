package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jiyao/internal/keyring"
)

// folder is the data folder of one office:
//
//	jiyao.json            suite and origin of the ledger; no secret
//	jiyao.db              the tables, unless they are in PostgreSQL
//	ledger.vkey           the public key of the checkpoints: hand it to whoever verifies
//	keys/master.json      the master key, locked
//	keys/checkpoint.json  the key that signs checkpoints
//	keys/demo.json        the key of a key file (demo only)
//	keys/console          the cookie that makes the command line a terminal of its own
//
// Checkpoints are written outside it, to the folder that the operator names.
type folder struct{ path string }

func (f folder) in(parts ...string) string {
	return filepath.Join(append([]string{f.path}, parts...)...)
}
func (f folder) config() string   { return f.in("jiyao.json") }
func (f folder) database() string { return f.in("jiyao.db") }
func (f folder) public() string   { return f.in("ledger.vkey") }
func (f folder) master() string   { return f.in("keys", "master.json") }
func (f folder) signer() string   { return f.in("keys", "checkpoint.json") }
func (f folder) demoKey() string  { return f.in("keys", "demo.json") }
func (f folder) console() string  { return f.in("keys", "console") }

func (f folder) dsn(other string) string {
	if other != "" {
		return other
	}
	return "sqlite:" + f.database()
}

const configFormat = "jiyao-data/1"

// config is jiyao.json.
type config struct {
	Format string `json:"format"`
	Suite  string `json:"suite"`  // gm or intl
	Origin string `json:"origin"` // first line of every checkpoint

	suite *keyring.Suite
}

// ErrNoOffice says that a folder holds no office.
var ErrNoOffice = errors.New("no office here: jiyao init or jiyao restore makes one")

// ErrTaken says that a folder is in use already.
var ErrTaken = errors.New("the folder is not empty")

// maxConfig is more than jiyao.json has, in bytes.
const maxConfig = 4 << 10

func (f folder) read() (config, error) {
	var c config
	b, err := readBounded(f.config(), maxConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("%s: %w", f.path, ErrNoOffice)
	}
	if err != nil {
		return c, fmt.Errorf("read jiyao.json: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("read jiyao.json: %w", err)
	}
	if c.Format != configFormat || c.Origin == "" {
		return c, fmt.Errorf("read jiyao.json: format %s and an origin are expected", configFormat)
	}
	if c.suite, err = keyring.SuiteNamed(c.Suite); err != nil {
		return c, fmt.Errorf("read jiyao.json: suite gm or intl is expected: %w", err)
	}
	return c, nil
}

func (f folder) write(c config) error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("spell jiyao.json: %w", err)
	}
	return writeFile(f.config(), append(b, '\n'))
}

// fresh makes the folder, or fails with ErrTaken where something is in it.
func (f folder) fresh() error {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	list, err := os.ReadDir(f.path)
	if err != nil {
		return fmt.Errorf("look into the data folder: %w", err)
	}
	if len(list) > 0 {
		return fmt.Errorf("%s: %w", f.path, ErrTaken)
	}
	return nil
}

// writeFile writes a file that did not exist, for its owner alone, and makes it survive a power cut.
func writeFile(path string, b []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of a file: %w", err)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: the operator's own folder
	if err != nil {
		return fmt.Errorf("make a file: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := out.Write(b); err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	return out.Sync()
}

// readBounded reads a small file; one of more than limit bytes is an error.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fmt.Errorf("a plain file of at most %d bytes is expected", limit)
	}
	return os.ReadFile(path) //nolint:gosec // G304: the operator names his own files
}
