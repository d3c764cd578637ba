package main

import (
	"fmt"
	"io"
)

// printer writes to a stream and remembers the first failure, so that a command whose answer did not arrive (a full
// disk, a closed pipe) does not end as if it had.
type printer struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (p *printer) Write(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(b)
	p.err = err
	return n, err
}

func (p *printer) say(args ...any)                 { p.keep(fmt.Fprintln(p.w, args...)) }
func (p *printer) put(args ...any)                 { p.keep(fmt.Fprint(p.w, args...)) }
func (p *printer) sayf(format string, args ...any) { p.keep(fmt.Fprintf(p.w, format, args...)) }

func (p *printer) keep(_ int, err error) {
	if p.err == nil {
		p.err = err
	}
}
