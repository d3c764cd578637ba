package keyring

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
)

var streamKey = []byte("sixteen bytes or more of it")

func sealAll(t *testing.T, s *Suite, key, context, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := SealStream(&out, s, key, context)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openAll(s *Suite, key, context, sealed []byte) ([]byte, error) {
	r, err := OpenStream(bytes.NewReader(sealed), s, key, context)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 / 5)
	}
	return b
}

func TestAStreamComesBackAtEverySize(t *testing.T) {
	for _, s := range bothSuites {
		for _, n := range []int{0, 1, segmentLen - 1, segmentLen, segmentLen + 1, 2*segmentLen - 1, 2 * segmentLen, 3*segmentLen + 17} {
			plain := pattern(n)
			sealed := sealAll(t, s, streamKey, []byte("D1"), plain)
			segments := max(1, (n+segmentLen-1)/segmentLen)
			if len(sealed) != streamHeader+n+segments*tagLen {
				t.Errorf("%s, %d bytes: sealed to %d", s.Name(), n, len(sealed))
			}
			if got, err := openAll(s, streamKey, []byte("D1"), sealed); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s, %d bytes: %d came back, %v", s.Name(), n, len(got), err)
			}
			r, err := OpenStream(iotest.OneByteReader(bytes.NewReader(sealed)), s, streamKey, []byte("D1"))
			if err != nil {
				t.Fatal(err)
			}
			if err := iotest.TestReader(r, plain); n < 1000 && err != nil {
				t.Error(err)
			}
		}
	}
}

func TestAChangedStreamIsNeverTakenForWhole(t *testing.T) {
	for _, s := range bothSuites {
		const seg = segmentLen + tagLen
		plain := pattern(3*segmentLen + 100)
		sealed := sealAll(t, s, streamKey, nil, plain)
		body := sealed[streamHeader:]
		join := func(parts ...[]byte) []byte {
			return bytes.Join(append([][]byte{sealed[:streamHeader]}, parts...), nil)
		}
		cases := map[string][]byte{
			"empty":             nil,
			"header alone":      sealed[:streamHeader],
			"first cut":         sealed[:streamHeader+100],
			"cut at a border":   sealed[:streamHeader+2*seg],
			"cut behind it":     sealed[:streamHeader+2*seg+1],
			"last cut away":     sealed[:streamHeader+3*seg],
			"last byte cut":     sealed[:len(sealed)-1],
			"a byte added":      append(bytes.Clone(sealed), 0),
			"last repeated":     append(bytes.Clone(sealed), body[3*seg:]...),
			"swapped":           join(body[seg:2*seg], body[:seg], body[2*seg:]),
			"one left out":      join(body[:seg], body[2*seg:]),
			"one repeated":      join(body[:seg], body[:seg], body[seg:]),
			"another's segment": join(sealAll(t, s, streamKey, nil, plain)[streamHeader:][:seg], body[seg:]),
		}
		for i := range streamHeader { // version, salt, nonce prefix
			b := bytes.Clone(sealed)
			b[i] ^= 1
			cases[fmt.Sprintf("header byte %d", i)] = b
		}
		for _, at := range []int{0, 1, segmentLen - 1, segmentLen, seg - 1, seg, 2*seg + 5, 3 * seg, len(body) - 17, len(body) - 1} {
			b := bytes.Clone(sealed)
			b[streamHeader+at] ^= 0x80
			cases[fmt.Sprintf("byte %d", at)] = b
		}
		for name, b := range cases {
			r, err := OpenStream(bytes.NewReader(b), s, streamKey, nil)
			if err != nil {
				if !errors.Is(err, ErrOpen) {
					t.Errorf("%s, %s: %v", s.Name(), name, err)
				}
				continue
			}
			got, err := io.ReadAll(r)
			if !errors.Is(err, ErrOpen) || !bytes.HasPrefix(plain, got) {
				t.Errorf("%s, %s: %d bytes, %v", s.Name(), name, len(got), err)
			}
			// Reading on after the error must not end well.
			if n, err := r.Read(make([]byte, 10)); n != 0 || !errors.Is(err, ErrOpen) {
				t.Errorf("%s, %s: read on: %d, %v", s.Name(), name, n, err)
			}
		}
		for name, c := range map[string]struct {
			suite        *Suite
			key, context []byte
		}{
			"key":     {s, append([]byte("x"), streamKey...), nil},
			"context": {s, streamKey, []byte("D2")},
			"suite":   {map[*Suite]*Suite{GM: Intl, Intl: GM}[s], streamKey, nil},
		} {
			if got, err := openAll(c.suite, c.key, c.context, sealed); !errors.Is(err, ErrOpen) || len(got) != 0 {
				t.Errorf("%s, another %s: %d bytes, %v", s.Name(), name, len(got), err)
			}
		}
	}
	if _, err := SealStream(io.Discard, GM, []byte("short"), nil); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

// failing takes limit bytes and then fails once.
type failing struct {
	limit  int
	failed bool
}

func (f *failing) Write(p []byte) (int, error) {
	if f.limit -= len(p); f.limit < 0 && !f.failed {
		f.failed = true
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestAStreamWithAHoleIsNeverFinished(t *testing.T) {
	w, err := SealStream(&failing{limit: segmentLen * 2}, GM, streamKey, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(pattern(5 * segmentLen)); !errors.Is(err, io.ErrShortWrite) {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("more")); !errors.Is(err, io.ErrShortWrite) {
		t.Error("wrote on after a failure:", err)
	}
	if err := w.Close(); !errors.Is(err, io.ErrShortWrite) {
		t.Error("closed well after a failure:", err)
	}
	if _, err := SealStream(&failing{}, GM, streamKey, nil); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

func TestAFailingSourceIsNotTakenForAChangedOne(t *testing.T) {
	sealed := sealAll(t, GM, streamKey, nil, pattern(2*segmentLen))
	for _, n := range []int64{5, streamHeader + 100} {
		broken := io.MultiReader(io.LimitReader(bytes.NewReader(sealed), n), iotest.ErrReader(io.ErrNoProgress))
		r, err := OpenStream(broken, GM, streamKey, nil)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !errors.Is(err, io.ErrNoProgress) || errors.Is(err, ErrOpen) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func TestABackupOpensWithItsPassphraseAlone(t *testing.T) {
	for _, s := range bothSuites {
		for _, n := range []int{0, 3*segmentLen + 5} {
			plain := pattern(n)
			var out bytes.Buffer
			w, err := sealBackup(&out, s, phrase, light)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(w, bytes.NewReader(plain)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			r, err := OpenBackup(bytes.NewReader(out.Bytes()), phrase)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			for _, wrong := range []string{phrase + "x", "", "short"} {
				if _, err := OpenBackup(bytes.NewReader(out.Bytes()), wrong); !errors.Is(err, ErrOpen) {
					t.Errorf("%q: %v", wrong, err)
				}
			}
			cut, err := OpenBackup(bytes.NewReader(out.Bytes()[:out.Len()-1]), phrase)
			if err == nil {
				_, err = io.ReadAll(cut)
			}
			if !errors.Is(err, ErrOpen) {
				t.Error(err)
			}
		}
	}
	var out bytes.Buffer
	if _, err := SealBackup(&out, GM, "short"); !errors.Is(err, ErrFormat) || out.Len() != 0 {
		t.Error(err)
	}
	if w, err := SealBackup(&out, GM, phrase); err != nil || w.Close() != nil {
		t.Error(err)
	}
	if _, err := OpenBackup(&out, phrase); err != nil {
		t.Error("sealed at the default cost:", err)
	}
}

func TestAHostileBackupIsRefused(t *testing.T) {
	var out bytes.Buffer
	w, err := sealBackup(&out, GM, phrase, light)
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	sealed := out.Bytes()
	header := func(at int, v uint32) []byte {
		b := bytes.Clone(sealed)
		binary.BigEndian.PutUint32(b[at:], v)
		return b
	}
	flip := func(at int) []byte { b := bytes.Clone(sealed); b[at] ^= 1; return b }
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"empty":          {nil, ErrOpen},
		"half a header":  {sealed[:20], ErrOpen},
		"another magic":  {flip(7), ErrFormat},
		"no suite":       {flip(8), ErrFormat},
		"another suite":  {func() []byte { b := bytes.Clone(sealed); b[8] = Intl.id; return b }(), ErrOpen},
		"many passes":    {header(9, 1<<31), ErrWork},
		"no pass":        {header(9, 0), ErrWork},
		"another pass":   {header(9, 2), ErrOpen},
		"4 TiB":          {header(13, 1<<32-1), ErrWork},
		"rounded memory": {header(13, MinMemoryKiB+1), ErrOpen},
		"no thread":      {flip(17), ErrWork},
		"another salt":   {flip(20), ErrOpen},
		"a stream byte":  {flip(backupHeader + 3), ErrOpen},
	} {
		if _, err := OpenBackup(bytes.NewReader(c.b), phrase); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
