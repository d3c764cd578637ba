// Command jiyao-verify checks proof files and certificates of a jiyao ledger, with nothing but the ledger's public key: no database,
// no network, no other part of jiyao.
//
//	jiyao-verify -key KEY FILE…
//
// KEY is the verifier key (name+id+key) or a file that holds it. For each file it prints one line of JSON. It exits
// with 0 when every file proves what it says, 3 when one does not, and 2 when it was called wrongly.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/keyring"
	"jiyao/internal/ledger/leaf"
)

const (
	exitProven = 0
	exitUsage  = 2
	exitFalse  = 3
)

// maxInput is more than any proof file, certificate or key has.
const maxInput = leaf.MaxCertificate

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("jiyao-verify", flag.ContinueOnError)
	flags.SetOutput(errs)
	key := flags.String("key", "", "verifier key, or a file that holds it")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if *key == "" || flags.NArg() == 0 {
		say(errs, "usage: jiyao-verify -key KEY FILE…")
		return exitUsage
	}
	verifier, err := readKey(*key)
	if err != nil {
		say(errs, "jiyao-verify:", err)
		return exitUsage
	}
	code := exitProven
	lines := json.NewEncoder(out)
	for _, path := range flags.Args() {
		line := check(path, verifier)
		if !line.Proven {
			code = exitFalse
		}
		if err := lines.Encode(line); err != nil {
			say(errs, "jiyao-verify:", err)
			return exitUsage
		}
	}
	return code
}

// say writes to the error stream. Where that is gone too, the exit code still tells.
func say(errs io.Writer, words ...any) { _, _ = fmt.Fprintln(errs, words...) }

// result is what is printed of one file.
type result struct {
	File   string `json:"file"`
	Proven bool   `json:"proven"`
	Error  string `json:"error,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Origin string `json:"origin,omitempty"`
	Size   uint64 `json:"size,omitempty"`  // of the checkpoint
	Older  uint64 `json:"older,omitempty"` // size of the older checkpoint
	Entry  *entry `json:"entry,omitempty"`
	// Of a certificate file: the digest of its document, and the entries that the document rests on.
	Digest string   `json:"digest,omitempty"`
	Rests  []*entry `json:"rests_on,omitempty"`
}

// entry is what a person can read of a proven entry.
type entry struct {
	Seq        uint64           `json:"seq"`
	Act        string           `json:"act"`
	Actor      string           `json:"actor"`
	Posts      []string         `json:"posts"`
	Terminal   string           `json:"terminal"`
	OccurredAt string           `json:"occurred_at"`
	RecordedAt string           `json:"recorded_at"`
	Subject    string           `json:"subject"`
	Reference  string           `json:"reference"`
	Outcome    string           `json:"outcome"`
	Clauses    []string         `json:"clauses"`
	Late       string           `json:"late,omitempty"`
	Signatures []leaf.Signature `json:"signatures"`
	Law        []leaf.Digest    `json:"regulations"`
	Rows       int              `json:"rows"`
}

func check(path string, verifier note.Verifier) result {
	r := result{File: path}
	b, err := readFile(path)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	if bytes.HasPrefix(b, []byte("PK")) {
		return r.certificate(b, verifier)
	}
	p, err := leaf.VerifyFile(b, verifier)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	r.Proven, r.Kind, r.Origin, r.Size, r.Older = true, p.Kind, p.Checkpoint.Origin, p.Checkpoint.Size, p.Older.Size
	r.Entry = readable(p.Entry)
	return r
}

// certificate checks a document with the proofs of what it says.
func (r result) certificate(b []byte, verifier note.Verifier) result {
	c, err := leaf.VerifyCertificate(b, verifier)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	r.Proven, r.Kind, r.Origin, r.Size, r.Digest, r.Entry = true, "certificate", c.Origin, c.Size, c.Digest, readable(c.Given)
	for _, e := range c.Entries {
		r.Rests = append(r.Rests, readable(e))
	}
	return r
}

func readable(e *leaf.Entry) *entry {
	if e == nil {
		return nil
	}
	return &entry{Seq: e.Seq, Act: e.Act, Actor: e.Actor, Posts: e.Posts, Terminal: e.Terminal,
		OccurredAt: when(e.OccurredAt), RecordedAt: when(e.RecordedAt), Subject: e.Subject, Reference: e.Reference,
		Outcome: e.Outcome, Clauses: e.Clauses, Late: e.Late, Signatures: e.Signatures, Law: e.Regulations, Rows: len(e.Rows)}
}

// when writes unix milliseconds as Beijing time, which is eight hours ahead all year.
func when(ms int64) string {
	return time.UnixMilli(ms).In(time.FixedZone("CST", 8*3600)).Format("2006-01-02T15:04:05.000-07:00")
}

func readKey(key string) (note.Verifier, error) {
	if v, err := keyring.NewVerifier(key); err == nil {
		return v, nil
	}
	b, err := readFile(key)
	if err != nil {
		return nil, errors.New("the key is neither a verifier key nor a file that holds one")
	}
	v, err := keyring.NewVerifier(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return v, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the file that the user names is the input
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	defer f.Close() //nolint:errcheck // reading only
	b, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if len(b) > maxInput {
		return nil, errors.New("the file is too large")
	}
	return b, nil
}
