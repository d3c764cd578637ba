package app

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jiyao/internal/web"
)

// pipes is a listener with one connection, in memory, so that a bubble of time can hold both ends.
type pipes struct {
	conns chan net.Conn
	over  chan struct{}
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}
func (l *pipes) Close() error   { close(l.over); return nil }
func (l *pipes) Addr() net.Addr { return &net.UnixAddr{} }

// Whoever sends his request slowly, does not go on, or does not take the answer, is cut off, and nobody waits for him.
func TestNobodyIsWaitedForLongerThanTheLimits(t *testing.T) {
	drip := func(first, each string) func(net.Conn) {
		return func(c net.Conn) {
			_, err := io.WriteString(c, first)
			for ; err == nil; _, err = io.WriteString(c, each) { // a byte now and then, so that the connection never rests
				time.Sleep(time.Second)
			}
		}
	}
	const head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
	for _, c := range []struct {
		name  string
		send  func(net.Conn)
		takes bool // takes the answer
		after time.Duration
		form  string // what the handler made of the body; empty: it was never asked
	}{
		{"headers that do not end", drip("POST /x HTTP/1.1\r\nHost: a\r\nX: ", "y"), true, headerTime, ""},
		{"a body that does not end", drip(head, "a"), true, readTime, "bad_format"},
		{"a body that stops", func(c net.Conn) { _, _ = io.WriteString(c, head+"a=b") }, true, readTime, "bad_format"},
		{"nothing at all", func(net.Conn) {}, true, headerTime, ""},
		{"no further request", func(c net.Conn) {
			_, _ = io.WriteString(c, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b")
		}, true, idleTime, "taken"},
		{"an answer that nobody takes", func(c net.Conn) {
			_, _ = io.WriteString(c, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b")
		}, false, writeTime, "taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				form := ""
				server := patient(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					form = "taken"
					if _, err := web.Form(r); err != nil {
						form = err.Error()
					}
					_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
				}), quiet)
				l, gone := &pipes{make(chan net.Conn), make(chan struct{})}, make(chan struct{})
				server.ConnState = func(_ net.Conn, s http.ConnState) {
					if s == http.StateClosed {
						close(gone)
					}
				}
				go func() { _ = server.Serve(l) }()
				near, far := net.Pipe()
				began := time.Now()
				l.conns <- far
				go c.send(near)
				if c.takes {
					go func() { _, _ = io.Copy(io.Discard, near) }()
				}
				select {
				case <-gone:
				case <-time.After(10 * time.Minute):
					t.Error("after ten minutes he is still waited for")
				}
				if took := time.Since(began); took < c.after || took > c.after+5*time.Second {
					t.Errorf("cut off after %s, want %s", took, c.after)
				}
				if !strings.Contains(form, c.form) || c.form == "" && form != "" {
					t.Errorf("the form was %q, want %q", form, c.form)
				}
				_, _ = near.Close(), server.Close()
				time.Sleep(2 * time.Second) // the sender notices
			})
		})
	}
}

// A certificate without its key, or a key alone, is said to be half before anything is opened.
func TestACertificateNeedsItsKey(t *testing.T) {
	for _, s := range []Serving{{Addr: "127.0.0.1:0", CertFile: "server.pem"}, {Addr: "127.0.0.1:0", KeyFile: "server-key.pem"}} {
		if err := (&App{}).Serve(t.Context(), s); !errors.Is(err, errHalf) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
