package main

import (
	"jiyao/internal/app"
)

// certCmd makes the office's own certificate authority, and a server's certificate under it.
type certCmd struct {
	Out  string   `help:"Folder for the files; an authority that is there already is used." required:"" placeholder:"DIR"`
	Host []string `help:"Host name or address of the server; may be repeated." required:"" placeholder:"NAME"`
	Days int      `help:"How long the server's certificate is good." default:"397"`
}

// Run writes ca.pem, ca-key.pem, server.pem and server-key.pem.
func (c *certCmd) Run(s *surroundings) error {
	if err := app.Certify(c.Out, c.Host, c.Days); err != nil {
		return err
	}
	s.out.sayf("made in %s: server.pem and server-key.pem for jiyao serve, ca.pem for every terminal; keep ca-key.pem locked away\n", c.Out)
	return nil
}
