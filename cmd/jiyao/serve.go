package main

import (
	"log/slog"
	"runtime/debug"

	"jiyao/internal/app"
)

// serveCmd serves an office.
type serveCmd struct {
	office
	key
	Addr    string   `help:"HOST:PORT to listen on." default:"127.0.0.1:8443"`
	TLSCert string   `name:"tls-cert" help:"Certificate chain, PEM." placeholder:"FILE"`
	TLSKey  string   `name:"tls-key" help:"Its key, PEM." placeholder:"FILE"`
	Host    []string `help:"A further name under which it is served, beside the address, this machine's and those of the certificate; may be repeated." placeholder:"NAME"`
}

// idleGC is how far the heap grows between collections, in percent: acts make much short-lived garbage.
const idleGC = 400

// Run serves until it is interrupted. It is ready before it is unsealed; where no key is given, key holders open it
// in the browser.
func (c *serveCmd) Run(s *surroundings) error {
	debug.SetGCPercent(idleGC)
	options, err := c.options(s)
	if err != nil {
		return err
	}
	options.Quiet = false
	a, err := app.Open(s.ctx, options)
	if err != nil {
		return err
	}
	return keep(a, func() error {
		given, err := c.read()
		if err != nil {
			return err
		}
		ready := func(url string) {
			s.out.say("serving", url)
			go func() {
				if err := a.Unseal(given); err != nil {
					s.log.Warn("the office stays sealed: key holders open it at /unseal", slog.Any("reason", err))
				}
			}()
		}
		return a.Serve(s.ctx, app.Serving{Addr: c.Addr, CertFile: c.TLSCert, KeyFile: c.TLSKey, Hosts: c.Host, Ready: ready})
	})
}
