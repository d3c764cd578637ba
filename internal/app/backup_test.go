package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/keyring"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
)

const locked = "another long passphrase"

// rowsOf spells every row of every table of a database.
func rowsOf(t *testing.T, dsn string) map[string][]string {
	t.Helper()
	db, err := tables(t.Context(), dsn, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string][]string{}
	err = db.Read(t.Context(), func(tx *store.Tx) error {
		for _, info := range store.Tables() {
			if info.Name == "goose_db_version" {
				continue
			}
			rows, err := tx.Query("SELECT * FROM " + info.Name)
			if err != nil {
				return err
			}
			defer rows.Close()
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			out[info.Name] = []string{}
			values, dest := make([]any, len(names)), make([]any, len(names))
			for i := range dest {
				dest[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(dest...); err != nil {
					return err
				}
				line := make([]string, len(names))
				for i, name := range names {
					if b, ok := values[i].([]byte); ok {
						values[i] = "bytes " + string(b)
					}
					line[i] = fmt.Sprintf("%s=%#v", name, values[i])
				}
				slices.Sort(line)
				out[info.Name] = append(out[info.Name], strings.Join(line, " "))
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
			slices.Sort(out[info.Name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// restored restores a backup and holds every row against those that were backed up, before the restore is recorded.
func restored(t *testing.T, file, dsn string, want map[string][]string) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "r")
	r := Restoring{In: file, Data: data, DSN: dsn, Passphrase: locked}
	r.step = func(step string) {
		if step != "settled" {
			return
		}
		got := rowsOf(t, folder{data}.dsn(dsn))
		if len(got) < 40 {
			t.Errorf("only %d tables", len(got))
		}
		for table, rows := range want {
			if !slices.Equal(rows, got[table]) {
				t.Errorf("table %s: %d rows became %d, or other ones", table, len(rows), len(got[table]))
			}
		}
	}
	receipt, report, err := Restore(t.Context(), r)
	if err != nil || !report.Whole || receipt.Reference == "" {
		t.Fatalf("restore: %v, %v, %v", err, report.Findings, receipt)
	}
	after, err := Verify(t.Context(), Verification{Data: data, DSN: dsn})
	if err != nil || !after.Whole || after.Size <= report.Size {
		t.Fatalf("after the restore: %v, %v, %d entries after %d", err, after.Findings, after.Size, report.Size)
	}
	if _, err := os.Stat(folder{data}.database()); (err == nil) == (dsn != "") {
		t.Errorf("jiyao.db beside %q: %v", dsn, err)
	}
	return data
}

func backedUpTo(t *testing.T, data, dsn string) (file string, want map[string][]string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "b.jiyao")
	want = rowsOf(t, folder{data}.dsn(dsn))
	if report, err := Backup(t.Context(), Saving{Data: data, DSN: dsn, Out: file, Passphrase: locked}); err != nil || !report.Whole {
		t.Fatalf("back up: %v %v", err, report.Findings)
	}
	return file, want
}

// upToDate opens an office once, so that what a new version does at its first start is done.
func upToDate(t *testing.T, data, dsn string) {
	t.Helper()
	a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Log: quiet, Quiet: true})
	if err == nil {
		err = a.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestABackupOfEitherEngineIsRestoredIntoEither(t *testing.T) {
	first, _ := golden(t, "2026-11-28")
	upToDate(t, first, "")
	file, want := backedUpTo(t, first, "")
	restored(t, file, "", want)
	moved := pgtest.DSN(t)
	second := restored(t, file, moved, want)

	file, want = backedUpTo(t, second, moved)
	restored(t, file, "", want)
	restored(t, file, pgtest.DSN(t), want)

	var made manifest
	b, err := os.ReadFile(filepath.Join(second, backupWord))
	if err := errors.Join(err, json.Unmarshal(b, &made)); err != nil || made.Size == 0 {
		t.Errorf("no word of the backup: %v", err)
	}
	if _, err := Backup(t.Context(), Saving{Data: second, Out: file + "2", Passphrase: locked}); !errors.Is(err, ErrNoTables) {
		t.Errorf("without the DSN: %v", err)
	}
	_, _, err = Restore(t.Context(), Restoring{In: file, Data: filepath.Join(t.TempDir(), "r"), DSN: moved, Passphrase: locked})
	if !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("into a database that serves: %v", err)
	}
}

// An older version left a backup in its own tables.
func TestABackupOfAnEarlierVersionIsRestored(t *testing.T) {
	data, _ := golden(t, "2026-11-28")
	file := filepath.Join(t.TempDir(), "old.jiyao")
	old := folder{data}
	m, err := json.Marshal(manifest{Format: manifestFormat, Size: 316, Root: "8fba5eb1c559a44ff583c4970ba5e01963d7fd1ad41fb1737bc07ebefe24d085"})
	if err == nil {
		err = writeFile(old.in(manifestFile), m)
	}
	if err == nil {
		err = lockUp(old, file, keyring.GM, locked)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, dsn := range []string{"", pgtest.DSN(t)} {
		restored(t, file, dsn, nil)
	}
}

func TestADamagedBackupIsPutIntoNeitherEngine(t *testing.T) {
	data, _ := golden(t, "2026-11-28")
	upToDate(t, data, "")
	file, _ := backedUpTo(t, data, "")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, b := range map[string][]byte{"flipped": flipped, "cut": whole[:len(whole)-1], "long": append(bytes.Clone(whole), 0)} {
		bad := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		dsn := pgtest.DSN(t)
		into := filepath.Join(t.TempDir(), "r")
		if _, _, err := Restore(t.Context(), Restoring{In: bad, Data: into, DSN: dsn, Passphrase: locked}); !errors.Is(err, keyring.ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(into); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the folder was left: %v", name, err)
		}
		own := t.TempDir()
		if _, _, err := Restore(t.Context(), Restoring{In: bad, Data: own, Passphrase: locked}); !errors.Is(err, keyring.ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
		if list, err := os.ReadDir(own); err != nil || len(list) > 0 {
			t.Errorf("%s: the operator's own folder holds %v, %v", name, list, err)
		}
		empty(t, dsn)
	}
	a, err := Open(t.Context(), Options{Data: data, Log: quiet, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, a, "UPDATE person SET name = '王机要员' WHERE id = 'officer'")
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "damaged")
	if _, err := Backup(t.Context(), Saving{Data: data, Out: file, Passphrase: locked}); !errors.Is(err, ErrDamaged) {
		t.Errorf("a backup of damaged data: %v", err)
	}
	dsn := pgtest.DSN(t)
	if _, _, err := Restore(t.Context(), Restoring{In: file, Data: filepath.Join(t.TempDir(), "r"), DSN: dsn, Passphrase: locked}); !errors.Is(err, ErrDamaged) {
		t.Errorf("a restore of damaged data: %v", err)
	}
	empty(t, dsn)
}

// empty finds no row of the office in a database, or no table at all.
func empty(t *testing.T, dsn string) {
	t.Helper()
	db, err := tables(t.Context(), dsn, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Version(t.Context())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if errors.Is(err, store.ErrTables) {
		return
	}
	for table, rows := range rowsOf(t, dsn) {
		if len(rows) > 0 && table != "ledger_head" {
			t.Errorf("%d rows in table %s", len(rows), table)
		}
	}
}

// TestBackupAndRestoreKilledInTheMiddle starts this test again as a backup or a restore that kills itself at a step.
func TestBackupAndRestoreKilledInTheMiddle(t *testing.T) {
	if job := os.Getenv("JIYAO_TEST_DIE"); job != "" {
		dying(t, job)
		return
	}
	data, _ := golden(t, "2026-11-28")
	upToDate(t, data, "")
	for _, step := range []string{"taken", "packed", "read back"} {
		out := filepath.Join(t.TempDir(), "b")
		die(t, "backup", step, data, out, "")
		if _, err := os.Stat(out); err == nil {
			t.Errorf("killed at %q a backup stands under its name", step)
		}
	}
	file, want := backedUpTo(t, data, "")
	for step, rows := range map[string]bool{"unpacked": false, "savepoint": false, "commit": false, "committed": true, "filled": true} {
		dsn, into := pgtest.DSN(t), filepath.Join(t.TempDir(), "r")
		die(t, "restore", step, file, into, dsn)
		if _, err := os.Stat(folder{into}.config()); err == nil {
			t.Errorf("killed at %q an office stands in the folder", step)
		}
		if rows {
			_, _, err := Restore(t.Context(), Restoring{In: file, Data: into + "2", DSN: dsn, Passphrase: locked})
			if !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("again after %q, into a full database: %v", step, err)
			}
			continue
		}
		empty(t, dsn)
		restored(t, file, dsn, want)
	}
	die(t, "restore", "unpacked", file, filepath.Join(t.TempDir(), "r"), "")
}

// die runs a job in another process until it has killed itself at the step.
func die(t *testing.T, job, step, from, to, dsn string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBackupAndRestoreKilledInTheMiddle$")
	command.Env = append(os.Environ(), "JIYAO_TEST_DIE="+strings.Join([]string{job, step, from, to, dsn}, "\n"))
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("%s was to be killed at %q: %v\n%s", job, step, err, out)
	}
}

func dying(t *testing.T, job string) {
	part := strings.Split(job, "\n")
	kill := func(step string) {
		if step != part[1] {
			return
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err != nil {
			t.Fatal(err)
		}
		select {}
	}
	var err error
	if part[0] == "backup" {
		_, err = Backup(t.Context(), Saving{Data: part[2], Out: part[3], DSN: part[4], Passphrase: locked, step: kill})
	} else {
		_, _, err = Restore(t.Context(), Restoring{In: part[2], Data: part[3], DSN: part[4], Passphrase: locked, step: kill})
	}
	t.Fatalf("it went on to its end: %v", err)
}
