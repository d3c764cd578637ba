package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/app"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
)

// printed is how many lines of 收文登记簿 are printed and exported.
const printed = 100_000

// childEnv names the job of a process that the bench starts from itself, so that its memory is that job's alone.
const childEnv = "JIYAO_BENCH_CHILD"

// printing is what the child is told, and what it answers.
type printing struct {
	Folder, Login, Password, Code string
	Lines                         int
}

type printedIn struct {
	Print, Export     float64 // lines a second, to the last byte of the last volume
	Volumes           int
	PeakMB            float64
	PrintMB, ExportMB float64 // size of the files
}

// registers prints and exports a register of 100,000 lines as a browser asks for it: the act, the page that waits, each volume.
func registers(ctx context.Context, b *bench) error {
	m, err := b.found(ctx, keyring.GM, "", plan{documents: printed, copies: 1, lines: 0, open: 10, everInScope: 1})
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	job, err := json.Marshal(printing{Folder: m.folder, Login: m.login.Login, Password: m.login.Plain.Password, Code: m.login.Plain.Codes[0], Lines: printed})
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, program)
	child.Env = append(os.Environ(), childEnv+"="+string(job))
	var said, wrong bytes.Buffer
	child.Stdout, child.Stderr = &said, &wrong
	if err := child.Run(); err != nil {
		return fmt.Errorf("print in a process of its own: %w: %s", err, wrong.String())
	}
	var r printedIn
	if err := json.Unmarshal(said.Bytes(), &r); err != nil {
		return fmt.Errorf("read what it says: %w", err)
	}
	b.atLeast("register_print_lines_per_second", r.Print, 1000)
	b.atLeast("register_export_lines_per_second", r.Export, 1000)
	b.atMost("register_peak_rss_mb", r.PeakMB, 300)
	b.note("%d lines in %d volumes, %.0f MB; the workbook %.0f MB", printed, r.Volumes, r.PrintMB, r.ExportMB)
	return nil
}

// child does the job that the environment names, and says what came of it.
func child(ctx context.Context, spelled string) error {
	var p printing
	if err := json.Unmarshal([]byte(spelled), &p); err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Data: p.Folder, Clock: calendar.NewSet(monday.Add(time.Hour)), Quiet: true, Cost: identity.Cost{Time: 1, MemoryKiB: 8 << 10, Threads: 1}})
	if err != nil {
		return err
	}
	var r printedIn
	err = a.Unseal(app.Key{})
	if err == nil {
		r, err = p.do(ctx, a)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// reader is a browser.
type reader struct {
	ctx    context.Context //nolint:containedctx // of the one run
	client *http.Client
	base   string
}

func (r reader) send(method, path string, form url.Values) (int, string, []byte, error) {
	q, err := http.NewRequestWithContext(r.ctx, method, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", nil, err
	}
	if method == http.MethodPost {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	answer, err := r.client.Do(q)
	if err != nil {
		return 0, "", nil, err
	}
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header.Get("Location"), body, errors.Join(err, answer.Body.Close())
}

// fetch takes a file as a browser does that writes it to a disk, and says how long it is: the reader shares the memory that is
// measured.
func (r reader) fetch(path string) (n int64, err error) {
	q, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.base+path, nil)
	if err != nil {
		return 0, err
	}
	answer, err := r.client.Do(q)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("fetch %s: %d", path, answer.StatusCode))
	}
	return n, errors.Join(err, answer.Body.Close())
}

func (p printing) do(ctx context.Context, a *app.App) (out printedIn, err error) {
	handler, err := a.Handler()
	if err != nil {
		return out, err
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return out, err
	}
	r := reader{ctx, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, server.URL}
	if status, _, _, err := r.send(http.MethodPost, "/login", url.Values{"login": {p.Login}, "password": {p.Password}, "code": {p.Code}}); err != nil || status != http.StatusSeeOther {
		return out, fmt.Errorf("sign in: %d %w", status, err)
	}
	book := "/registers/" + url.PathEscape("收文登记簿")
	if out.Print, out.PrintMB, err = p.take(r, book+"/print", func(n int) { out.Volumes = n }); err != nil {
		return out, err
	}
	if out.Export, out.ExportMB, err = p.take(r, book+"/export", func(int) {}); err != nil {
		return out, err
	}
	out.PeakMB, err = peakMB()
	return out, err
}

var volume = regexp.MustCompile(`href="(/registers/[^"]*/made/[0-9]+)"`)

// take asks for a print or a file, waits at its page, and fetches all of it.
func (p printing) take(r reader, path string, volumes func(int)) (rate, mb float64, err error) {
	bytes := int64(0)
	took, err := timed(func() error {
		status, place, body, err := r.send(http.MethodPost, path, nil)
		if err != nil || status != http.StatusSeeOther {
			return fmt.Errorf("ask for %s: %d %.200s %w", path, status, body, err)
		}
		for {
			if _, _, body, err = r.send(http.MethodGet, place, nil); err != nil {
				return err
			}
			if !strings.Contains(string(body), "hx-trigger=\"every 1s\"") {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if !strings.Contains(string(body), strconv.Itoa(p.Lines)) {
			return fmt.Errorf("the page does not say %d lines", p.Lines)
		}
		files := volume.FindAllStringSubmatch(string(body), -1)
		volumes(len(files))
		for _, f := range files {
			n, err := r.fetch(f[1])
			if err != nil {
				return err
			}
			bytes += n
		}
		return nil
	})
	return float64(p.Lines) / took.Seconds(), float64(bytes) / 1e6, err
}

// peakMB is the most that this process has had in memory, as Linux counts it.
func peakMB() (float64, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1000, err
		}
	}
	return 0, errors.New("read the peak of memory: VmHWM is expected")
}
