package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// crashEnv names the database that a child process is to load until it is killed.
const crashEnv = "JIYAO_TEST_CRASH"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(crashEnv); dsn != "" {
		load(dsn)
		return
	}
	os.Exit(m.Run())
}

// load writes acts of two halves from many callers for ever and prints each after it was acknowledged.
func load(dsn string) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: dsn, MaxBatch: 8})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	acks := make(chan string, 64)
	for caller := range 16 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d.%d.%d", os.Getpid(), caller, n)
				err := db.Write(ctx, "load", func(tx *store.Tx) error {
					if err := insertDraft(id + " first")(tx); err != nil {
						return err
					}
					_, err := store.Put(tx, []store.Change{things.Insert(thing{ID: term.CopyID(id)})})
					return err
				})
				if err != nil {
					acks <- "error " + err.Error()
					return
				}
				acks <- id
			}
		}()
	}
	for id := range acks {
		fmt.Println(id) // unbuffered: what was printed was acknowledged
	}
}

func TestAKilledProcessKeepsEveryAcknowledgedActAndNoHalf(t *testing.T) {
	for engine, dsn := range map[string]string{store.SQLite: storetest.SQLite(t), store.PostgreSQL: pgtest.DSN(t)} {
		t.Run(engine, func(t *testing.T) {
			if err := storetest.Open(t, dsn, storetest.With(tables)).Close(); err != nil {
				t.Fatal(err)
			}
			acknowledged := 0
			for _, after := range []int{1, 60, 333} {
				ids := killed(t, dsn, after)
				acknowledged += len(ids)
				db := storetest.Open(t, dsn, storetest.With(tables))
				halves := map[string]int{}
				read(t, db, func(tx *store.Tx) error {
					firsts, err := drafts.Select(tx, "")
					if err != nil {
						return err
					}
					for _, d := range firsts {
						halves[strings.TrimSuffix(d.ID, " first")] |= 1
					}
					seconds, err := things.Select(tx, "")
					for _, r := range seconds {
						halves[string(r.ID)] |= 2
					}
					return err
				})
				for id, h := range halves {
					if h != 3 {
						t.Errorf("act %s is there by half", id)
					}
				}
				for _, id := range ids {
					if halves[id] == 0 {
						t.Errorf("act %s was acknowledged and is gone", id)
					}
				}
				if len(halves) < acknowledged {
					t.Errorf("%d acts for %d acknowledged", len(halves), acknowledged)
				}
				if err := db.Write(context.Background(), "after", insertDraft(fmt.Sprint(after))); err != nil {
					t.Errorf("write after the crash: %v", err)
				}
				deleteDraft(t, db, fmt.Sprint(after))
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func deleteDraft(t *testing.T, db *store.DB, id string) {
	t.Helper()
	err := db.Write(context.Background(), "delete", func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM test_draft WHERE id = $1", id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// killed loads the database in a child, kills it with no chance to clean up once it has acknowledged some acts,
// and returns all that it acknowledged.
func killed(t *testing.T, dsn string, after int) []string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashEnv+"="+dsn)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Errorf("child: %s", lines.Text())
			break
		}
		ids = append(ids, lines.Text())
		if len(ids) == after {
			if err := child.Process.Kill(); err != nil { // SIGKILL; what is in the pipe is still read
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // it was killed, which Wait calls an error
	if len(ids) < after {
		t.Fatalf("the child acknowledged %d acts only", len(ids))
	}
	return ids
}
