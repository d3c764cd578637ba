package keyring

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// edit changes one field of a master key file.
func edit(t *testing.T, path string, change func(m map[string]any)) []byte {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(readAll(t, path), &m); err != nil {
		t.Fatal(err)
	}
	change(m)
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAHostileMasterFileIsRefusedBeforeAnyWork(t *testing.T) {
	dir := t.TempDir()
	pass, shared := filepath.Join(dir, "pass.json"), filepath.Join(dir, "shared.json")
	if _, err := CreatePassphrase(pass, GM, phrase, light); err != nil {
		t.Fatal(err)
	}
	if _, _, err := CreateShares(shared, GM, 2, 3); err != nil {
		t.Fatal(err)
	}
	work := func(name string, v any) func(map[string]any) {
		return func(m map[string]any) { m["argon2id"].(map[string]any)[name] = v }
	}
	set := func(name string, v any) func(map[string]any) {
		return func(m map[string]any) { m[name] = v }
	}
	split := func(name string, v any) func(map[string]any) {
		return func(m map[string]any) { m["shares"].(map[string]any)[name] = v }
	}
	for name, c := range map[string]struct {
		path   string
		change func(map[string]any)
		want   error
	}{
		"4 TiB":               {pass, work("memory_kib", uint32(1<<32-1)), ErrWork},
		"more than 32 bits":   {pass, work("memory_kib", 1<<32), ErrFormat},
		"many passes":         {pass, work("time", 1000), ErrWork},
		"no pass":             {pass, work("time", 0), ErrWork}, // the library would panic
		"no thread":           {pass, work("threads", 0), ErrWork},
		"255 threads":         {pass, work("threads", 255), ErrWork},
		"passes times memory": {pass, func(m map[string]any) { work("time", 16)(m); work("memory_kib", MaxMemoryKiB)(m) }, ErrWork},
		"negative":            {pass, work("time", -1), ErrFormat},
		"no parameters":       {pass, set("argon2id", nil), ErrFormat},
		"both parameters":     {shared, set("argon2id", map[string]any{"time": 1, "memory_kib": 8192, "threads": 1}), ErrFormat},
		"unknown name":        {pass, set("hint", "x"), ErrFormat},
		"unknown suite":       {pass, set("suite", "none"), ErrFormat},
		"unknown protection":  {pass, func(m map[string]any) { m["protect"] = "none"; delete(m, "argon2id") }, ErrFormat},
		"other format":        {pass, set("format", "jiyao-master/2"), ErrFormat},
		"no salt":             {pass, set("salt", ""), ErrFormat},
		"short key":           {pass, set("wrapped", "AAAA"), ErrFormat},
		"one of three":        {shared, split("k", 1), ErrFormat},
		"three of two":        {shared, split("n", 1), ErrFormat},
		"many shares":         {shared, split("n", 1<<30), ErrFormat},
		"k without points":    {shared, split("k", 3), ErrFormat},
		"empty points":        {shared, split("commitments", []string{"", ""}), ErrFormat},
		"no points":           {shared, split("commitments", nil), ErrFormat},
		"other group":         {shared, split("group", "P-521"), ErrFormat},
	} {
		if _, _, err := parseMaster(edit(t, c.path, c.change)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for name, b := range map[string][]byte{
		"empty": {}, "not JSON": []byte("x"), "an array": []byte("[]"), "null": []byte("null"),
		"two values": append(readAll(t, pass), "{}"...), "large": bytes.Repeat([]byte(" "), maxKeyFile+1),
		"deep": bytes.Repeat([]byte("["), maxKeyFile),
	} {
		bad := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(bad); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(dir); !errors.Is(err, ErrFormat) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Load(filepath.Join(dir, "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestEveryFieldOfTheMasterFileIsBoundIntoTheKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	_, texts, err := CreateShares(path, GM, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	pass := filepath.Join(t.TempDir(), "master.json")
	if _, err := CreatePassphrase(pass, GM, phrase, light); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]func(f *masterFile){
		"suite":        func(f *masterFile) { f.Suite = "intl" },
		"salt":         func(f *masterFile) { f.Salt[3] ^= 1 },
		"n":            func(f *masterFile) { f.Shares.N++ },
		"wrapped":      func(f *masterFile) { f.Wrapped[20] ^= 1 },
		"wrapped sign": func(f *masterFile) { f.Wrapped[0] ^= 1 },
		"wrapped tag":  func(f *masterFile) { f.Wrapped[len(f.Wrapped)-1] ^= 1 },
	} {
		r := changed(t, path, c)
		if err := r.UnsealShares(texts[:2]); !errors.Is(err, ErrOpen) || r.Unsealed() {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]func(f *masterFile){
		"passes":  func(f *masterFile) { f.Argon2id.Time++ },
		"memory":  func(f *masterFile) { f.Argon2id.MemoryKiB++ },
		"threads": func(f *masterFile) { f.Argon2id.Threads++ },
	} {
		r := changed(t, pass, c)
		if err := r.UnsealPassphrase(phrase); !errors.Is(err, ErrOpen) || r.Unsealed() {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The memory is rounded inside argon2id, so only the binding can notice this one.
	f := masterFile{Argon2id: &Work{1, 8192, 1}}
	g := masterFile{Argon2id: &Work{1, 8193, 1}}
	if bytes.Equal(f.bound(), g.bound()) {
		t.Error("the cost is not bound")
	}
}

func changed(t *testing.T, path string, change func(f *masterFile)) *Ring {
	t.Helper()
	f, _, err := parseMaster(readAll(t, path))
	if err != nil {
		t.Fatal(err)
	}
	change(&f)
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	f, s, err := parseMaster(b)
	if err != nil {
		t.Fatal(err)
	}
	return newRing(f, s)
}

func FuzzParseMaster(f *testing.F) {
	_, path, _ := demoRing(f, GM)
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":"jiyao-master/1","suite":"gm","protect":"passphrase","argon2id":{"time":4294967295}}`))
	f.Add([]byte(`{"shares":{"k":-1,"commitments":[null]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, s, err := parseMaster(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrWork) {
				t.Fatal(err)
			}
			return
		}
		if s == nil || m.Argon2id != nil && m.Argon2id.check() != nil || m.Shares != nil && len(m.Shares.Commitments) > MaxShares {
			t.Fatalf("accepted %+v", m)
		}
	})
}
