package leaf

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A certificate file is a zip with a document and the proofs of what it says:
//
//	certificate.pdf   the document
//	proof.json        of the entry by which it was given out: its arguments hold the document's digest and name the entries it rests on
//	entries/*.json    of these entries, one each
//	README.txt        how it is checked; proves nothing
//
// A document that was changed has another digest; an entry that was left out, added or changed is found too.
const (
	CertificateDocument = "certificate.pdf"
	CertificateProof    = "proof.json"
	CertificateEntries  = "entries/"
	CertificateReadme   = "README.txt"
)

// MaxCertificate bounds a certificate file, and all that is in it, in bytes.
const MaxCertificate = 64 << 20

// maxCertified is the most files in one.
const maxCertified = 2000

// givingOut is the act by which a certificate leaves the program.
const givingOut = "document.print"

// ProvenCertificate is what a certificate file has proven.
type ProvenCertificate struct {
	Given   *Entry   // by which the document was given out
	Entries []*Entry // that it rests on, in the order of the ledger
	Digest  string   // of the document
	Checkpoint
}

// DigestOf spells the digest of a document: sm3:… or sha256:…. ok is false for a suite that there is not.
func DigestOf(suite string, document []byte) (digest string, ok bool) {
	newHash, ok := SuiteHash(suite)
	if !ok {
		return "", false
	}
	h := newHash()
	_, _ = h.Write(document) // a hash never fails
	return suite + ":" + hex.EncodeToString(h.Sum(nil)), true
}

// VerifyCertificate checks a certificate file against the key of the ledger. Every error wraps ErrProof, or what VerifyFile does.
func VerifyCertificate(b []byte, verifier note.Verifier) (*ProvenCertificate, error) {
	files, err := unpack(b)
	if err != nil {
		return nil, err
	}
	given, err := VerifyFile(files[CertificateProof], verifier)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", CertificateProof, err)
	}
	if given.Entry == nil || given.Entry.Act != givingOut || given.Entry.Outcome != Done {
		return nil, fmt.Errorf("%w: %s is not of an entry by which a document was given out", ErrProof, CertificateProof)
	}
	args := map[string]any{}
	if err := Unmarshal(given.Entry.Args, &args); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	out := &ProvenCertificate{Given: given.Entry, Checkpoint: given.Checkpoint}
	out.Digest, _ = args["digest"].(string)
	suite, _, _ := strings.Cut(out.Digest, ":")
	if digest, ok := DigestOf(suite, files[CertificateDocument]); !ok || digest != out.Digest {
		return nil, fmt.Errorf("%w: %s is not the document that was given out", ErrProof, CertificateDocument)
	}
	return out, out.rests(files, args, verifier)
}

// rests checks the entries that the document rests on: each that was named, and no other.
func (c *ProvenCertificate) rests(files map[string][]byte, args map[string]any, verifier note.Verifier) error {
	wanted := map[string]bool{}
	list, _ := args["entries"].([]any)
	for _, x := range list {
		if s, ok := x.(string); ok {
			wanted[s] = true
		}
	}
	if len(wanted) == 0 {
		return fmt.Errorf("%w: it rests on no entry", ErrProof)
	}
	for name, b := range files {
		if !strings.HasPrefix(name, CertificateEntries) {
			continue
		}
		p, err := VerifyFile(b, verifier)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if p.Entry == nil || p.Entry.Outcome != Done || !wanted[p.Entry.Reference] || p.Checkpoint.Origin != c.Origin {
			return fmt.Errorf("%w: %s is of no entry that the certificate rests on", ErrProof, name)
		}
		delete(wanted, p.Entry.Reference)
		c.Entries = append(c.Entries, p.Entry)
	}
	if len(wanted) > 0 {
		return fmt.Errorf("%w: %d entries that the certificate rests on are not proven", ErrProof, len(wanted))
	}
	slices.SortFunc(c.Entries, func(a, b *Entry) int { return int(min(max(int64(a.Seq)-int64(b.Seq), -1), 1)) })
	return nil
}

// unpack reads the files of a certificate, and refuses what belongs to none.
func unpack(b []byte) (map[string][]byte, error) {
	if len(b) > MaxCertificate {
		return nil, fmt.Errorf("%w: %d bytes", ErrProof, len(b))
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if len(z.File) > maxCertified {
		return nil, fmt.Errorf("%w: %d files", ErrProof, len(z.File))
	}
	files, room := map[string][]byte{}, int64(MaxCertificate)
	for _, f := range z.File {
		entry := path.Dir(f.Name)+"/" == CertificateEntries && path.Ext(f.Name) == ".json"
		known := entry || f.Name == CertificateDocument || f.Name == CertificateProof || f.Name == CertificateReadme
		if _, twice := files[f.Name]; twice || !known {
			return nil, fmt.Errorf("%w: a file %q", ErrProof, f.Name)
		}
		text, err := readAll(f, room)
		if err != nil {
			return nil, err
		}
		files[f.Name], room = text, room-int64(len(text))
	}
	for _, name := range []string{CertificateDocument, CertificateProof} {
		if files[name] == nil {
			return nil, fmt.Errorf("%w: no %s", ErrProof, name)
		}
	}
	return files, nil
}

func readAll(f *zip.File, most int64) (b []byte, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if b, err = io.ReadAll(io.LimitReader(r, most+1)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrProof, MaxCertificate)
	}
	return b, nil
}
