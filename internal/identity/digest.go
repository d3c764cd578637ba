package identity

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// digestLen is the length of an act's digest in bytes; maxDigested bounds a command.
const (
	digestLen   = sha256.Size
	maxDigested = 1 << 20
)

// Digest names one act with its arguments: what a signature is given for. A command struct and the JSON it was
// read from have one digest, since members in their zero value count as absent and names are sorted. Members that
// JSON does not show are not covered.
func Digest(act string, command any) ([]byte, error) {
	raw, ok := command.(json.RawMessage)
	if !ok {
		var err error
		if raw, err = json.Marshal(command); err != nil {
			return nil, fmt.Errorf("spell the command of %s: %w", act, err)
		}
	}
	if len(raw) > maxDigested {
		return nil, fmt.Errorf("spell the command of %s: too long", act)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("read the command of %s: %w", act, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the command of %s: more than one value", act)
	}
	v, _ = given(v)
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("spell the command of %s: %w", act, err)
	}
	h := sha256.New()
	h.Write([]byte("jiyao/act\x00" + act + "\x00"))
	h.Write(plain)
	return h.Sum(nil), nil
}

// given drops members in their zero value from objects, and says whether anything is left of v. Elements of lists
// keep their places.
func given(v any) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case bool:
		return v, v
	case string:
		return v, v != "" && v != zeroTime
	case json.Number:
		return v, v != "0"
	case []any:
		for i := range v {
			v[i], _ = given(v[i])
		}
		return v, len(v) > 0
	case map[string]any:
		for name, m := range v {
			m, some := given(m)
			if !some {
				delete(v, name)
				continue
			}
			v[name] = m
		}
		return v, len(v) > 0
	}
	return v, true
}

// zeroTime is how encoding/json spells a time that was not given.
var zeroTime = time.Time{}.Format(time.RFC3339Nano)
