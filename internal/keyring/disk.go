package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxKeyFile bounds every key file; ours are below 4 KiB.
const maxKeyFile = 64 << 10

// readSmall reads a file of at most maxKeyFile bytes; ErrFormat when it is larger or not a plain file.
func readSmall(path string) ([]byte, error) {
	return readKey(path, false)
}

// readSecret is readSmall for a file that holds a secret in the clear: ErrMode unless it is its owner's alone.
func readSecret(path string) ([]byte, error) {
	return readKey(path, true)
}

func readKey(path string, secret bool) (b []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // G304: the office's own configuration names its key files
	if err != nil {
		return nil, fmt.Errorf("open a key file: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			b, err = nil, fmt.Errorf("close a key file: %w", e)
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("look at a key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("not a plain file: %w", ErrFormat)
	}
	// Windows has no such bits; there the folder's own access list must do.
	if secret && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, ErrMode
	}
	b, err = io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read a key file: %w", err)
	}
	if len(b) > maxKeyFile {
		return nil, fmt.Errorf("key file of more than %d bytes: %w", maxKeyFile, ErrFormat)
	}
	return b, nil
}

// decodeStrict reads one JSON value into v: unknown names and anything behind the value are errors.
// The decoder's own message is dropped, since it may quote the file.
func decodeStrict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("not the JSON of a key file: %w", ErrFormat)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("text behind the JSON of a key file: %w", ErrFormat)
	}
	return nil
}

// writeNew writes v as JSON to path, mode 0600, whole or not at all, and never over an existing file
// (ErrExists). After it returns nil the file survives a power cut.
func writeNew(path string, v any) (err error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode a key file: %w", err)
	}
	b = append(b, '\n')
	defer clear(b)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of a key file: %w", err)
	}
	f, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return fmt.Errorf("start a key file: %w", err)
	}
	// Dying before the link leaves only the temporary file, which nobody reads. After the link it is a second
	// name of the same secret, so its removal is part of the success.
	defer func() {
		if e := os.Remove(f.Name()); err == nil && e != nil {
			err = fmt.Errorf("remove the temporary key file: %w", e)
		}
		if err == nil {
			err = syncDir(dir)
		}
	}()
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("write a key file: %w", err)
	}
	// A link, not a rename: it fails when the name is taken, so two creators cannot overwrite each other.
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return ErrExists
	} else if err != nil {
		return fmt.Errorf("name a key file: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	d, err := os.Open(dir) //nolint:gosec // G304: the folder of a key file just written
	if err != nil {
		return fmt.Errorf("open the folder of a key file: %w", err)
	}
	err = d.Sync()
	if e := d.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("sync the folder of a key file: %w", err)
	}
	return nil
}
