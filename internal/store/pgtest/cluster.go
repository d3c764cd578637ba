//go:build unix

package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// Cluster is a throw-away PostgreSQL server.
type Cluster struct {
	URL string // of its maintenance database, user postgres, no password

	folder string
	guard  *exec.Cmd
	pipe   io.Closer // open as long as the cluster is wanted
}

// guardScript runs the server until its standard input ends, which happens at the latest when the process that
// holds the other end is gone; then it stops the server at once and removes the folder. $1 is the server
// program, $2 the folder, the rest are the server's arguments.
const guardScript = `
program=$1 folder=$2
shift 2
"$program" "$@" </dev/null >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
`

// settings trade durability for speed, and keep the server off every network but loopback.
var settings = []string{
	"-c", "listen_addresses=127.0.0.1",
	"-c", "unix_socket_directories=",
	"-c", "max_connections=300",
	"-c", "fsync=off",
	"-c", "synchronous_commit=off",
	"-c", "full_page_writes=off",
	"-c", "wal_level=minimal",
	"-c", "max_wal_senders=0",
	"-c", "jit=off",
	"-c", "TimeZone=UTC",
}

// Start makes a cluster in a temporary folder and waits until it answers. Stop ends it; so does the end of this
// process. The error says in plain words what is missing when PostgreSQL is not installed.
func Start() (*Cluster, error) { return begin(settings) }

// StartDurable makes a cluster that keeps what it has committed, as an office's does: for measuring.
func StartDurable() (*Cluster, error) {
	return begin(append(slices.Clone(settings), "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "full_page_writes=on"))
}

func begin(with []string) (*Cluster, error) {
	bin, err := programs(debian)
	if err != nil {
		return nil, err
	}
	attr, uid, gid, err := owner()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "jiyao-pg-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	c, err := start(bin, folder, attr, uid, gid, with)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return c, nil
}

func start(bin, folder string, attr *syscall.SysProcAttr, uid, gid int, with []string) (*Cluster, error) {
	if uid >= 0 {
		if err := os.Chown(folder, uid, gid); err != nil {
			return nil, fmt.Errorf("hand PostgreSQL its folder: %w", err)
		}
	}
	data := filepath.Join(folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres",
		"--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = folder, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make a PostgreSQL cluster: %w\n%s", err, out)
	}
	// Another process may take the port between our look and the server's: then try another.
	var last error
	for range 5 {
		c, err := serve(bin, folder, data, attr, with)
		if err == nil {
			return c, nil
		}
		last = err
	}
	return nil, last
}

// serve starts the server on a free port and waits until it answers.
func serve(bin, folder, data string, attr *syscall.SysProcAttr, with []string) (*Cluster, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := append([]string{"-c", guardScript, "sh", filepath.Join(bin, "postgres"), folder,
		"-D", data, "-p", strconv.Itoa(port)}, with...)
	guard := exec.Command("/bin/sh", args...)
	guard.Dir, guard.SysProcAttr = folder, attr
	pipe, err := guard.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make the guard's pipe: %w", err)
	}
	if err := guard.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	c := &Cluster{
		URL:    fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
		folder: folder, guard: guard, pipe: pipe,
	}
	if err := c.wait(); err != nil {
		log, _ := os.ReadFile(filepath.Join(folder, "log"))   // best effort: only to show it
		_ = syscall.Kill(-guard.Process.Pid, syscall.SIGKILL) // not Stop: the folder is wanted for the next try
		_ = guard.Wait()
		_ = pipe.Close()
		return nil, fmt.Errorf("start PostgreSQL: %w\n%s", err, log)
	}
	return c, nil
}

// wait returns when the server answers as the one that lies in our folder, or when it has gone.
func (c *Cluster) wait() error {
	db, err := sql.Open("pgx", c.URL)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var folder string
	for {
		err = db.QueryRowContext(ctx, "SHOW data_directory").Scan(&folder)
		switch {
		case err == nil && folder == filepath.Join(c.folder, "data"):
			return nil
		case err == nil:
			return fmt.Errorf("another server took the port")
		case c.refused():
			return fmt.Errorf("the server did not start")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// refused reports whether the server's log says that it gave up.
func (c *Cluster) refused() bool {
	log, err := os.ReadFile(filepath.Join(c.folder, "log"))
	return err == nil && bytes.Contains(log, []byte("FATAL:  could not"))
}

// Stop ends the server and removes its folder. It is safe to call twice.
func (c *Cluster) Stop() error {
	if c.pipe == nil {
		return nil
	}
	err := c.pipe.Close()
	c.pipe = nil
	if waited := c.guard.Wait(); waited != nil {
		err = errors.Join(err, fmt.Errorf("stop PostgreSQL: %w", waited))
	}
	return err
}

// debian is where the package keeps its programs, off PATH.
const debian = "/usr/lib/postgresql/*/bin/initdb"

// programs finds the folder of the newest installed server.
func programs(pattern string) (string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(initdb); err == nil {
			return filepath.Dir(real), nil
		}
	}
	return "", errors.New("PostgreSQL is not installed; run scripts/setup, or install Debian's package postgresql")
}

func version(initdb string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	if err != nil {
		return 0
	}
	return n
}

// owner says as whom the server runs: it refuses to run as root, so root lends it the package's own user.
// uid is -1 when the folder stays ours. Its own process group keeps an interrupt at the keyboard from the guard.
func owner() (attr *syscall.SysProcAttr, uid, gid int, err error) {
	attr = &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, -1, -1, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, 0, 0, fmt.Errorf("as root PostgreSQL needs the user of its package: %w", err)
	}
	uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("read the user id of postgres: %w", err)
	}
	gid, err = strconv.Atoi(u.Gid)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("read the group id of postgres: %w", err)
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, uid, gid, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
