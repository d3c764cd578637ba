package store

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// native turns a migration in neutral SQL into the engine's own. Only CREATE TABLE and ALTER TABLE are touched;
// comments, and with them goose's annotations, stay as they are.
func native(engine, text string) (string, error) {
	var out strings.Builder
	for start, i := 0, 0; start < len(text); {
		// One turn is one statement, from start to its semicolon or the end.
		for i < len(text) && text[i] != ';' {
			j := skipQuoted(text, i)
			if j < 0 {
				return "", fmt.Errorf("a quote or comment is not closed")
			}
			if j == i {
				j++
			}
			i = j
		}
		statement, err := nativeStatement(engine, text[start:i])
		if err != nil {
			return "", err
		}
		out.WriteString(statement)
		if i < len(text) {
			out.WriteByte(';')
			i++
		}
		start = i
	}
	return out.String(), nil
}

// types are PostgreSQL's for the neutral ones. Its collation is bytewise, as SQLite's is.
var types = map[string]string{"INTEGER": "BIGINT", "BLOB": "BYTEA", "TEXT": `TEXT COLLATE "C"`}

// refused are the words of SQLite in a table definition that PostgreSQL has no like of.
var refused = map[string]bool{"AUTOINCREMENT": true, "WITHOUT": true, "STRICT": true, "CAST": true, "REAL": true,
	"BOOLEAN": true, "TIMESTAMP": true, "VARCHAR": true, "BIGINT": true, "BYTEA": true}

func nativeStatement(engine, text string) (string, error) {
	words := 0
	create, table := false, false
	var out strings.Builder
	for i := 0; i < len(text); {
		if j := skipQuoted(text, i); j > i {
			out.WriteString(text[i:j])
			i = j
			continue
		}
		j := i
		for j < len(text) && wordByte(text[j]) {
			j++
		}
		if j == i {
			out.WriteByte(text[i])
			i++
			continue
		}
		w := text[i:j]
		i = j
		words++
		switch {
		case words == 1:
			create, table = w == "CREATE", w == "ALTER"
		case words == 2:
			table = w == "TABLE" && (create || table)
		case table && refused[strings.ToUpper(w)]:
			return "", fmt.Errorf("%s is not neutral SQL", w)
		case table && engine == PostgreSQL && types[w] != "":
			w = types[w]
		}
		out.WriteString(w)
	}
	if create && table && engine == SQLite {
		out.WriteString(" STRICT")
	}
	return out.String(), nil
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// translated reads the SQL files of some folders (nil ones are left out) and shows them as one folder in the
// engine's SQL. A name that is there twice is an error.
func translated(engine string, folders ...fs.FS) (fs.FS, error) {
	all := texts{}
	for _, folder := range folders {
		if folder == nil {
			continue
		}
		names, err := fs.Glob(folder, "*.sql")
		if err != nil {
			return nil, fmt.Errorf("list the migrations: %w", err)
		}
		for _, name := range names {
			if _, ok := all[name]; ok {
				return nil, fmt.Errorf("migration %s is there twice", name)
			}
			b, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("read migration %s: %w", name, err)
			}
			if all[name], err = native(engine, string(b)); err != nil {
				return nil, fmt.Errorf("migration %s: %w", name, err)
			}
		}
	}
	return all, nil
}

// texts is a folder of files in memory.
type texts map[string]string

// Open opens a file, or the folder itself as ".".
func (t texts) Open(name string) (fs.File, error) {
	if name == "." {
		return &textFile{name: name, folder: t}, nil
	}
	s, ok := t[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &textFile{name: name, Reader: strings.NewReader(s), size: int64(len(s))}, nil
}

// textFile is a file of texts and its own description; folder is set for the folder.
type textFile struct {
	*strings.Reader
	name   string
	size   int64
	folder texts
	listed bool
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *textFile) Close() error               { return nil }
func (f *textFile) Name() string               { return path.Base(f.name) }
func (f *textFile) Size() int64                { return f.size }
func (f *textFile) ModTime() time.Time         { return time.Time{} }
func (f *textFile) IsDir() bool                { return f.folder != nil }
func (f *textFile) Sys() any                   { return nil }

func (f *textFile) Mode() fs.FileMode {
	if f.IsDir() {
		return fs.ModeDir | 0o500
	}
	return 0o400
}

func (f *textFile) Read(p []byte) (int, error) {
	if f.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrInvalid}
	}
	return f.Reader.Read(p)
}

// ReadDir lists the folder, all at once.
func (f *textFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if f.listed {
		if n > 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	f.listed = true
	var out []fs.DirEntry
	for name, s := range f.folder {
		out = append(out, fs.FileInfoToDirEntry(&textFile{name: name, size: int64(len(s))}))
	}
	return out, nil
}
