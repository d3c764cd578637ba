package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// Verification says what to verify. It needs no key but the public one; after a crash the checkpoint key helps.
type Verification struct {
	Data        string
	DSN         string
	KeyFile     string // the public key; the folder's own when empty
	AgainstFile string // a checkpoint held outside

	// Every is how long to wait before what was appended since is verified too, and so on until ctx is done or something is
	// found; 0 for once. Each hears every report but the last.
	Every time.Duration
	Each  func(ledger.Report) error
}

// signedWithin is how long an office at work takes to sign a head, with a slow disk allowed for.
const signedWithin = 3 * time.Second

// maxNote is more than a checkpoint or a public key has, in bytes.
const maxNote = 64 << 10

// Verify reads the ledger and every recorded row of an office, while it serves or not, and writes nothing. The answer
// "whole" leans on the public key: take it from outside where the folder itself is doubted.
func Verify(ctx context.Context, v Verification) (report ledger.Report, err error) {
	f := folder{v.Data}
	config, err := f.read()
	if err != nil {
		return report, err
	}
	if v.DSN == "" {
		if _, err := os.Stat(f.database()); errors.Is(err, fs.ErrNotExist) {
			return report, fmt.Errorf("%s: %w", f.database(), ErrNoOffice)
		}
	}
	path := v.KeyFile
	if path == "" {
		path = f.public()
	}
	text, err := readBounded(path, maxNote)
	if err != nil {
		return report, fmt.Errorf("read the ledger's public key: %w", err)
	}
	verifier, err := keyring.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return report, fmt.Errorf("read the ledger's public key: %w", err)
	}
	options := ledger.VerifyOptions{Verifier: verifier, Hash: config.suite.NewHash, Origin: config.Origin, Wait: signedWithin}
	// Who may read the checkpoint key can tell whether a head not signed yet, of a program that was killed, is the office's.
	if signer, err := keyring.LoadSigner(f.signer()); err == nil && signer.VerifierKey() == strings.TrimSpace(string(text)) {
		options.Mark = signer.Mark
	}
	if v.AgainstFile != "" {
		note, err := readBounded(v.AgainstFile, maxNote)
		if err != nil {
			return report, fmt.Errorf("read the checkpoint: %w", err)
		}
		options.Against = string(note)
	}
	db, err := store.Open(ctx, store.Options{DSN: f.dsn(v.DSN), Hash: config.suite.NewHash})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Current(ctx); errors.Is(err, store.ErrEarlier) {
		return report, fmt.Errorf("%w: serve the office once with this one, or verify with that one", err)
	}
	if v.Every > 0 {
		return v.follow(ctx, db, options)
	}
	report, err = ledger.Verify(ctx, db, options)
	if err == nil && report.Size == 0 { // an office is founded by acts: without one, somebody emptied it
		report.Whole = false
		report.Total++
		report.Findings = append(report.Findings, ledger.Finding{Kind: ledger.LedgerShortened, Want: "an office that was founded", Got: "nothing"})
	}
	return report, err
}

// follow verifies everything and then, now and again, what was appended since.
func (v Verification) follow(ctx context.Context, db *store.DB, options ledger.VerifyOptions) (ledger.Report, error) {
	following, report, err := ledger.Follow(ctx, db, options)
	for err == nil && report.Whole {
		if err := v.Each(report); err != nil {
			return report, err
		}
		select {
		case <-ctx.Done():
			return report, nil
		case <-time.After(v.Every):
		}
		report, err = following.Next(ctx)
	}
	return report, err
}
