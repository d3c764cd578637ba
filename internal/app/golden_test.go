package app

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
)

// golden unpacks a data folder that an earlier version made, as it lay on the disk, with some of its accounts. The file
// never changes; a version that changes tables adds one of its own.
func golden(t *testing.T, name string) (data string, accounts map[string]Account) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "d")
	in, err := os.Open(filepath.Join("testdata", name+".tgz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	packed, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(packed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := take(r, filepath.Join(data, filepath.FromSlash(h.Name))); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(data, "accounts.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []Account
	if err := errors.Join(json.Unmarshal(b, &list), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	accounts = map[string]Account{}
	for _, a := range list {
		accounts[a.Login] = a
	}
	return data, accounts
}

// onBoth gives a golden folder as it is and, copied with the tables of its own version (the last migration it knew), in PostgreSQL.
func onBoth(t *testing.T, name string, version int64, fn func(t *testing.T, data, dsn string, accounts map[string]Account)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) {
		data, accounts := golden(t, name)
		fn(t, data, "", accounts)
	})
	t.Run(store.PostgreSQL, func(t *testing.T) {
		data, accounts := golden(t, name)
		dsn := pgtest.DSN(t)
		from, err := tables(t.Context(), folder{data}.dsn(""), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		to, err := tables(t.Context(), dsn, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		if _, err := to.MigrateTo(t.Context(), version); err != nil {
			t.Fatal(err)
		}
		if _, err := from.CopyInto(t.Context(), to); err != nil {
			t.Fatal(err)
		}
		fn(t, data, dsn, accounts)
	})
}

func TestAFolderOfAnEarlierVersionOpensMigratesAndVerifies(t *testing.T) {
	onBoth(t, "2026-11-28", 21, func(t *testing.T, data, dsn string, accounts map[string]Account) {
		open := func() *App {
			a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Log: quiet, Quiet: true})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		whole := func() ledger.Report {
			r, err := Verify(t.Context(), Verification{Data: data, DSN: dsn})
			if err != nil || !r.Whole {
				t.Fatalf("%v %v", err, r.Findings)
			}
			return r
		}
		if _, err := Verify(t.Context(), Verification{Data: data, DSN: dsn}); dsn == "" && !errors.Is(err, store.ErrEarlier) {
			t.Errorf("before the first start: %v", err)
		}
		a := open()
		r := whole()
		if r.Size <= 316 || count(t, a, "SELECT COUNT(*) FROM used_code") != 3 {
			t.Errorf("%d entries, %d used codes", r.Size, count(t, a, "SELECT COUNT(*) FROM used_code"))
		}
		officer := accounts["officer"]
		in := func(n int) error {
			_, id, err := identity.NewTerminal(nil)
			if err == nil {
				_, _, err = a.Gate.SignIn(t.Context(), identity.SignIn{Login: "officer", Password: officer.Password, Code: officer.Codes[n], Terminal: id})
			}
			return err
		}
		for n, good := range []bool{false, false, true} { // two were used before
			if err := in(n); (err == nil) != good || !good && !errors.Is(err, refuse.ErrUnauthenticated) {
				t.Errorf("code %d: %v", n, err)
			}
		}
		if err := in(2); !errors.Is(err, refuse.ErrUnauthenticated) {
			t.Errorf("the same code again: %v", err)
		}
		whole()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		size := whole().Size
		a = open()
		if whole().Size != size {
			t.Error("the second start wrote entries")
		}
		namesUsedCodes(t, a, data, dsn)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// The version of issue 3, with copies at readers, cabinets, circulations and leaves: what this one adds to their tables is there,
// verified, and its officer signs in.
func TestAFolderOfTheVersionBeforeThisOpensMigratesAndVerifies(t *testing.T) {
	onBoth(t, "2026-11-29", 130, func(t *testing.T, data, dsn string, accounts map[string]Account) {
		whole := func() uint64 {
			t.Helper()
			r, err := Verify(t.Context(), Verification{Data: data, DSN: dsn})
			if err != nil || !r.Whole {
				t.Fatalf("%v %v", err, r.Findings)
			}
			return r.Size
		}
		for round := range 2 {
			a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Log: quiet, Quiet: true})
			if err != nil {
				t.Fatal(err)
			}
			before := whole()
			if n := count(t, a, "SELECT COUNT(*) FROM copy WHERE state = 'held'"); n == 0 {
				t.Error("no copy is with anybody")
			}
			officer := accounts["officer"]
			_, id, err := identity.NewTerminal(nil)
			if err == nil {
				_, _, err = a.Gate.SignIn(t.Context(), identity.SignIn{Login: "officer", Password: officer.Password, Code: officer.Codes[round], Terminal: id})
			}
			if err != nil {
				t.Errorf("the officer signs in: %v", err)
			}
			if whole() <= before {
				t.Error("his signing in left no entry")
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// goldenNow is the last migration that the newest folder knows; scripts/golden says it.
const goldenNow = 280

// The version of issue 4: old books brought in, one piece of them lent, a count that goes on, a list of destruction, a machine, a
// draft, somebody away. A later version opens and verifies it, and its officer signs in.
func TestAFolderOfTheVersionOfCarriersOpensAndVerifies(t *testing.T) {
	onBoth(t, "2026-11-30", goldenNow, func(t *testing.T, data, dsn string, accounts map[string]Account) {
		for round := range 2 {
			a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Log: quiet, Quiet: true})
			if err != nil {
				t.Fatal(err)
			}
			for query, want := range map[string]int{
				"SELECT COUNT(*) FROM opening_line": 4, "SELECT COUNT(*) FROM copy WHERE old_no IS NOT NULL": 4, "SELECT COUNT(*) FROM copy WHERE medium = 'tape'": 1,
				"SELECT COUNT(*) FROM copy WHERE medium = 'magnetic' AND form = 'audio_tape'":                             1,
				"SELECT COUNT(*) FROM hand_over WHERE kind = 'lend' AND back_at IS NULL AND receiver = 'office_director'": 1,
				"SELECT COUNT(*) FROM stock_count WHERE state = 'open'":                                                   1, "SELECT COUNT(*) FROM count_line WHERE result = 'found'": 1,
				"SELECT COUNT(*) FROM disposal_list WHERE medium = 'photo'": 1, "SELECT COUNT(*) FROM device WHERE id = 'pc-1'": 1, "SELECT COUNT(*) FROM number_rule": 1,
			} {
				if n := count(t, a, query); n != want {
					t.Errorf("%s: %d, not %d", query, n, want)
				}
			}
			officer := accounts["officer"]
			_, id, err := identity.NewTerminal(nil)
			if err == nil {
				_, _, err = a.Gate.SignIn(t.Context(), identity.SignIn{Login: "officer", Password: officer.Password, Code: officer.Codes[round], Terminal: id})
			}
			if err != nil {
				t.Errorf("the officer signs in: %v", err)
			}
			if r, err := Verify(t.Context(), Verification{Data: data, DSN: dsn}); err != nil || !r.Whole {
				t.Errorf("%v %v", err, r.Findings)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// namesUsedCodes makes used codes good again, and sees it named.
func namesUsedCodes(t *testing.T, a *App, data, dsn string) {
	t.Helper()
	for statement, kind := range map[string]ledger.Kind{
		"UPDATE used_code SET n = n + 1 WHERE id = (SELECT MIN(id) FROM used_code)": ledger.ValueChanged,
		"DELETE FROM used_code WHERE id = (SELECT MAX(id) FROM used_code)":          ledger.RowRemoved,
	} {
		tamper(t, a, statement)
		r, err := Verify(t.Context(), Verification{Data: data, DSN: dsn})
		if err != nil || !slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Kind == kind && f.Table == "used_code" && f.Key != "" }) {
			t.Errorf("%s: found %v, %v", statement, r.Findings, err)
		}
	}
}
