package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// hideTyping switches the echo of a terminal off and gives what switches it on again. Anything else than a terminal
// is left alone.
func hideTyping(f *os.File) (show func(), err error) {
	fd := int(f.Fd())
	was, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return func() {}, nil //nolint:nilerr // a pipe or a file: there is nothing to hide
	}
	now := *was
	now.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &now); err != nil {
		return nil, fmt.Errorf("switch the echo of the terminal off: %w", err)
	}
	return func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, was) }, nil // the terminal went away
}
