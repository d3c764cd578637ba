package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"jiyao/internal/app"
	"jiyao/internal/store/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"jiyao": inTest})
}

// inTest is main with a quiet log.
func inTest() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&surroundings{ctx: ctx, in: os.Stdin, out: &printer{w: os.Stdout}, errs: &printer{w: os.Stderr}, args: os.Args[1:], log: slog.New(slog.DiscardHandler)})
	stop()
	os.Exit(code)
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", RequireExplicitExec: true, Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"code": code, "secrets": secretsOf, "sql": alter, "await": await, "flip": flip, "expect": expect, "change": change, "long": long,
		"book": oldBook, "lines": brought, "wrongpin": wrongPIN,
		// postgres NAME: an empty PostgreSQL database, as a variable
		"postgres": func(ts *testscript.TestScript, _ bool, args []string) { ts.Setenv(args[0], pgtest.DSN(t)) },
	}})
}

// oldBook writes an old 收文登记簿 of so many lines: book N FILE
func oldBook(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("收文号,收文日期,来文机关,来文字号,文件标题,密级,保密期限,份数,份号,页数,存放位置\n")
	for i := range n {
		fmt.Fprintf(&b, "机收〔2019〕%04d,2019-03-01,某厅,某厅发〔2019〕%d号,关于第%d号事项的通知,秘密,10年,1,000001,12,1号柜\n", i+1, i+1, i+1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
}

// wrongPIN spoils the PIN of another signer in a file of secrets: wrongpin FILE LOGIN
func wrongPIN(ts *testscript.TestScript, _ bool, args []string) {
	var given secrets
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &given))
	given.Signatures[args[1]] = map[bool]string{true: "000001", false: "000000"}[given.Signatures[args[1]] == "000000"]
	b, err := json.Marshal(given)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// brought waits until so many lines of old books are in a database, no more, each with its document and its copies, and no
// document without its line: lines DB N, or lines DB AT-LEAST+ AT-MOST-
func brought(ts *testscript.TestScript, _ bool, args []string) {
	driver, dsn := "pgx", args[0]
	if !strings.Contains(dsn, "://") {
		driver, dsn = "sqlite", "file:"+ts.MkAbs(dsn)+"?mode=ro&_pragma=busy_timeout(10000)"
	}
	least, err := strconv.Atoi(strings.TrimSuffix(args[1], "+"))
	ts.Check(err)
	most := least
	if len(args) > 2 {
		most, err = strconv.Atoi(strings.TrimSuffix(args[2], "-"))
		ts.Check(err)
	}
	db, err := sql.Open(driver, dsn)
	ts.Check(err)
	defer db.Close()
	ask := func(query string) (n int) {
		ts.Check(db.QueryRowContext(context.Background(), query).Scan(&n))
		return n
	}
	lines := 0
	for range 3000 {
		if lines = ask("SELECT COUNT(*) FROM opening_line"); lines >= least {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if lines < least || lines > most {
		ts.Fatalf("%d lines, not %s", lines, strings.Join(args[1:], " "))
	}
	for _, half := range []string{
		"SELECT COUNT(*) FROM opening_line WHERE document NOT IN (SELECT id FROM document)", "SELECT COUNT(*) FROM document WHERE id NOT IN (SELECT document FROM opening_line)",
		"SELECT COUNT(*) FROM document WHERE copies <> (SELECT COUNT(*) FROM copy WHERE copy.document = document.id)",
		"SELECT COUNT(*) FROM opening_line a, opening_line b WHERE a.id < b.id AND a.list = b.list AND a.line_no = b.line_no",
	} {
		if n := ask(half); n != 0 {
			ts.Fatalf("%d: %s", n, half)
		}
	}
}

// long writes a command with a text of so many letters: long N FILE
func long(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(`{"courier":"`+strings.Repeat("x", n)+`"}`), 0o600))
}

// code runs jiyao and compares its exit code: code N args…
func code(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("jiyao", args[1:]...)
	got := 0
	if err != nil {
		got = -1
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			got = failed.ExitCode()
		}
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d: %v", got, want, err)
	}
}

// secretsOf writes the secrets of one account, with its nth printed code and, where one is named, another password than
// the first: secrets ACCOUNTS LOGIN N FILE [PASSWORD]
func secretsOf(ts *testscript.TestScript, _ bool, args []string) {
	accounts := read(ts, args[0])
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	for _, a := range accounts {
		if a.Login != args[1] {
			continue
		}
		pins := map[string]string{}
		for _, other := range accounts {
			pins[other.Login] = other.PIN
		}
		if len(args) > 4 {
			a.Password = args[4]
		}
		b, err := json.Marshal(secrets{Password: a.Password, Code: a.Codes[n], PIN: a.PIN, Signatures: pins})
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[3]), b, 0o600))
		return
	}
	ts.Fatalf("no account %s", args[1])
}

// change writes the command that replaces an account's first password: change ACCOUNTS LOGIN FILE PASSWORD
func change(ts *testscript.TestScript, _ bool, args []string) {
	for _, a := range read(ts, args[0]) {
		if a.Login == args[1] {
			b, err := json.Marshal(map[string]string{"old_password": a.Password, "password": args[3]})
			ts.Check(err)
			ts.Check(os.WriteFile(ts.MkAbs(args[2]), b, 0o600))
		}
	}
}

func read(ts *testscript.TestScript, file string) []app.Account {
	var accounts []app.Account
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &accounts))
	return accounts
}

// alter changes a database behind the program's back: sql FILE STATEMENT
func alter(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	result, err := db.ExecContext(context.Background(), args[1])
	ts.Check(err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("the statement changed nothing: %v", err)
	}
}

// flip changes one byte in the middle of a file.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	b := []byte(ts.ReadFile(args[0]))
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// await waits until a URL answers with a status: await URL STATUS
func await(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	last := "nothing"
	for range 600 {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, args[0], http.NoBody)
		ts.Check(err)
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			ts.Check(response.Body.Close())
			if response.StatusCode == want {
				return
			}
			last = response.Status
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s answers %s, want %d", args[0], last, want)
}

// expect looks into the accounts of a file: expect ACCOUNTS ROLE… finds one of each role, each whole.
func expect(ts *testscript.TestScript, _ bool, args []string) {
	accounts := read(ts, args[0])
	for _, role := range args[1:] {
		found := false
		for _, a := range accounts {
			if a.Role == role {
				found = a.Login != "" && a.Password != "" && a.TOTPSecret != "" && len(a.Codes) == 20 && len(a.PIN) == 6 && a.Person != ""
			}
		}
		if !found {
			ts.Fatalf("no whole account of role %s", role)
		}
	}
}
