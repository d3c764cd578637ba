package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"jiyao/internal/app"
)

// targets are what is released.
var targets = [][2]string{{"linux", "amd64"}, {"linux", "arm64"}, {"linux", "loong64"}, {"windows", "amd64"}}

// size measures the binaries, and an office that is served and does nothing.
func size(ctx context.Context, b *bench) error {
	largest, host := int64(0), ""
	built := targets
	if !b.full {
		built = targets[:1]
	}
	for _, t := range built {
		file := filepath.Join(b.folder, "jiyao-"+t[0]+"-"+t[1])
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", file, "./cmd/jiyao")
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t[0], "GOARCH="+t[1])
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build for %s/%s: %w\n%s", t[0], t[1], err, out)
		}
		info, err := os.Stat(file)
		if err != nil {
			return fmt.Errorf("see how large the binary is: %w", err)
		}
		largest = max(largest, info.Size())
		if t == targets[0] {
			host = file
		}
	}
	b.atMost("binary_mb", float64(largest)/1e6, 60)
	b.note("the largest of %d targets", len(built))
	return b.idle(ctx, host)
}

// idle serves the model office of one pack as an operator would.
func (b *bench) idle(ctx context.Context, binary string) error {
	data := filepath.Join(b.folder, "demo")
	a, _, err := app.Demo(ctx, app.Options{Data: data}, "county")
	if err != nil {
		return fmt.Errorf("make the demo: %w", err)
	}
	if err := a.Close(); err != nil {
		return err
	}
	var ready, resident []float64
	for range turns {
		r, m, err := served(ctx, binary, data)
		if err != nil {
			return err
		}
		ready, resident = append(ready, r), append(resident, m)
	}
	b.atMost("idle_rss_mb", median(resident), 150)
	b.atMost("ready_seconds", median(ready), 2)
	return nil
}

// settle is how long a server is left alone before its memory is read.
const settle = 5 * time.Second

// served starts the server, waits for the first answer, leaves it alone for a while and reads its memory.
func served(ctx context.Context, binary, data string) (ready, mb float64, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, fmt.Errorf("find a free port: %w", err)
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return 0, 0, err
	}
	var said bytes.Buffer
	server := exec.CommandContext(ctx, binary, "serve", "--data", data, "--addr", addr)
	server.Stdout, server.Stderr = &said, &said
	began := time.Now()
	if err := server.Start(); err != nil {
		return 0, 0, fmt.Errorf("start the server: %w", err)
	}
	defer func() {
		interrupted := server.Process.Signal(os.Interrupt)
		if waited := server.Wait(); waited != nil && err != nil {
			err = errors.Join(err, waited, fmt.Errorf("the server said: %s", said.String()))
		}
		err = errors.Join(err, interrupted)
	}()
	if err := answers(ctx, "http://"+addr+"/login", began.Add(time.Minute)); err != nil {
		return 0, 0, err
	}
	ready = time.Since(began).Seconds()
	time.Sleep(settle)
	mb, err = residentMB(server.Process.Pid)
	return ready, mb, err
}

func answers(ctx context.Context, url string, until time.Time) error {
	for {
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		r, err := http.DefaultClient.Do(q)
		if err == nil {
			if err := r.Body.Close(); err != nil {
				return err
			}
			if r.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("the server answers %s", r.Status)
		}
		if time.Now().After(until) {
			return fmt.Errorf("wait for the server: %w", err)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// residentMB is what a process has in memory, as Linux counts it.
func residentMB(pid int) (float64, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0, fmt.Errorf("read how much memory the server has: %w", err)
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0, errors.New("read how much memory the server has: two numbers are expected")
	}
	n, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read how much memory the server has: %w", err)
	}
	return float64(n) * float64(os.Getpagesize()) / 1e6, nil
}
