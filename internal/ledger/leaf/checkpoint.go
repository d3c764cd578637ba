package leaf

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrCheckpoint says that a checkpoint is not well formed or not signed by the key.
var ErrCheckpoint = errors.New("checkpoint does not hold")

// maxNote bounds the text of a checkpoint with its signature lines.
const maxNote = 16 << 10

// Checkpoint is a signed head: the root of the tree over entries 1 to Size.
type Checkpoint struct {
	Origin string `json:"origin"`
	Size   uint64 `json:"size"`
	Root   []byte `json:"root"`
}

// ValidOrigin reports whether s can be the first line of a checkpoint.
func ValidOrigin(s string) bool {
	return s != "" && len(s) <= 200 && !strings.ContainsAny(s, "\r\n") && strings.TrimSpace(s) == s
}

// text is the checkpoint as C2SP tlog-checkpoint spells it.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatUint(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root) + "\n"
}

// Sign gives the checkpoint as a signed note.
func (c Checkpoint) Sign(signer note.Signer) ([]byte, error) {
	b, err := note.Sign(&note.Note{Text: c.text()}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint: %w", err)
	}
	return b, nil
}

// ParseCheckpoint checks the signature and reads a checkpoint. It accepts one spelling only.
func ParseCheckpoint(text []byte, verifier note.Verifier) (Checkpoint, error) {
	if verifier == nil {
		return Checkpoint{}, fmt.Errorf("%w: no key to check it with", ErrCheckpoint)
	}
	if len(text) > maxNote {
		return Checkpoint{}, fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(text))
	}
	n, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, fmt.Errorf("%w: it has not three lines", ErrCheckpoint)
	}
	var c Checkpoint
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseUint(lines[1], 10, 63); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: its size: %w", ErrCheckpoint, err)
	}
	if c.Root, err = base64.StdEncoding.Strict().DecodeString(lines[2]); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: its root: %w", ErrCheckpoint, err)
	}
	if !ValidOrigin(c.Origin) || c.text() != n.Text {
		return Checkpoint{}, fmt.Errorf("%w: it is spelled another way", ErrCheckpoint)
	}
	return c, nil
}
