package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Serving says where and how the pages are served.
type Serving struct {
	Addr              string   // HOST:PORT
	CertFile, KeyFile string   // PEM; both or neither
	Hosts             []string // further names under which it is served, as by a proxy
	Ready             func(url string)
}

// ErrPlain: without TLS only this machine may be served.
var ErrPlain = errors.New("plain HTTP is served on the loopback address only: give --tls-cert and --tls-key, see jiyao cert")

var errHalf = errors.New("a certificate and its key belong together: give both --tls-cert and --tls-key")

// The limits of a connection. Answers are small; event streams lift the writing limit themselves.
const (
	headerTime  = 5 * time.Second
	readTime    = 60 * time.Second
	writeTime   = 60 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 32 << 10
	closeTime   = 10 * time.Second
)

func (s Serving) secure() bool { return s.CertFile != "" || s.KeyFile != "" }

func (s Serving) fits() error {
	if s.secure() && (s.CertFile == "" || s.KeyFile == "") {
		return errHalf
	}
	if !s.secure() && !loopback(s.Addr) {
		return ErrPlain
	}
	return nil
}

// Free says before anything is made whether it could be served so: nothing else listens there.
func (s Serving) Free(ctx context.Context) error {
	if err := s.fits(); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return listener.Close()
}

// Serve serves until ctx ends, then lets the requests under way finish.
func (a *App) Serve(ctx context.Context, s Serving) error {
	if err := s.fits(); err != nil {
		return err
	}
	secure := s.secure()
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	scheme, leaf := "http", (*x509.Certificate)(nil)
	if secure {
		cert, err := tls.LoadX509KeyPair(s.CertFile, s.KeyFile)
		if err != nil {
			return errors.Join(fmt.Errorf("read the certificate: %w", err), listener.Close())
		}
		scheme, leaf = "https", cert.Leaf
		listener = tls.NewListener(listener, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2", "http/1.1"}})
	}
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := patient(servedUnder(s, leaf).only(handler), a.Log)
	server.BaseContext = func(net.Listener) context.Context { return requests }
	server.RegisterOnShutdown(cancel) // event streams end at once; a request in the writer is not undone by this
	if s.Ready != nil {
		s.Ready(scheme + "://" + listener.Addr().String())
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	closing, stop := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer stop()
	if err := server.Shutdown(closing); err != nil {
		return errors.Join(fmt.Errorf("wait for the last requests: %w", err), server.Close())
	}
	return nil
}

// patient is a server that waits for nobody longer than the limits above.
func patient(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// loopback reports whether an address can be reached from this machine only. A name is one only if it is localhost:
// what other names mean, somebody else decides.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
