//go:build unix

package pgtest_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiyao/internal/store/pgtest"
)

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestTwoDatabasesKnowNothingOfEachOther(t *testing.T) {
	one, two := open(t, pgtest.DSN(t)), open(t, pgtest.DSN(t))
	if _, err := one.Exec("CREATE TABLE item (title text NOT NULL); INSERT INTO item VALUES ('机要'), ('Z'), ('a')"); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Exec("SELECT title FROM item"); err == nil {
		t.Error("the second database sees the first one's table")
	}
	var order string
	if err := one.QueryRow("SELECT string_agg(title, ' ' ORDER BY title) FROM item").Scan(&order); err != nil {
		t.Fatal(err)
	}
	if order != "Z a 机要" {
		t.Errorf("order is %q: not by bytes, so the two engines would differ", order)
	}
}

func TestTheDatabaseIsGoneAfterItsTest(t *testing.T) {
	var dsn string
	t.Run("inner", func(t *testing.T) {
		dsn = pgtest.DSN(t)
		if err := open(t, dsn).Ping(); err != nil {
			t.Fatal(err)
		}
	})
	err := open(t, dsn).Ping()
	if err == nil || !strings.Contains(err.Error(), "3D000") { // invalid_catalog_name
		t.Errorf("after the test the database answers: %v", err)
	}
}

func TestStopEndsTheServerAndRemovesItsFolder(t *testing.T) {
	t.Setenv("TMPDIR", roomy(t))
	c, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	if err := open(t, c.URL).Ping(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
	if err := open(t, c.URL).Ping(); err == nil {
		t.Error("the server answers after Stop")
	}
	left(t, os.Getenv("TMPDIR"))
}

// A process that starts a cluster and is killed without a chance to tidy up must leave nothing.
func TestTheClusterDiesWithItsProcess(t *testing.T) {
	if os.Getenv("PGTEST_VICTIM") != "" {
		c, err := pgtest.Start()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("URL " + c.URL)
		select {}
	}
	tmp := roomy(t)
	victim := exec.Command(os.Args[0], "-test.run", "^TestTheClusterDiesWithItsProcess$")
	victim.Env = append(os.Environ(), "PGTEST_VICTIM=1", "TMPDIR="+tmp)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	var dsn string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if after, ok := strings.CutPrefix(lines.Text(), "URL "); ok {
			dsn = after
			break
		}
	}
	if dsn == "" {
		t.Fatal("the victim started no cluster")
	}
	db := open(t, dsn)
	if err := db.Ping(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait() // it was killed: that is the point
	for range 1000 {
		if found, _ := filepath.Glob(filepath.Join(tmp, "jiyao-pg-*")); len(found) == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	left(t, tmp)
	if err := db.Ping(); err == nil {
		t.Error("the server outlived its process")
	}
}

func TestACallerWithABadURLIsTold(t *testing.T) {
	if raw := os.Getenv("PGTEST_BAD"); raw != "" {
		pgtest.DSN(t)
		return
	}
	closed := url.URL{Scheme: "postgres", User: url.User("postgres"), Host: "127.0.0.1:1", Path: "/postgres"}
	for raw, want := range map[string]string{
		"host=127.0.0.1": "must be a URL like postgres://",
		closed.String():  "reach the cluster that JIYAO_TEST_POSTGRES names",
	} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestACallerWithABadURLIsTold$")
		cmd.Env = append(os.Environ(), "PGTEST_BAD=1", pgtest.Env+"="+raw)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: want a failure with %q, got %v\n%s", raw, want, err, out)
		}
	}
}

// roomy is a temporary folder that the server's user may enter too, which a test's own is not.
func roomy(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jiyao-pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

func left(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("left behind: %s", e.Name())
	}
}
