package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// hideTyping switches the echo of a console off and gives what switches it on again. Anything else than a console is
// left alone.
func hideTyping(f *os.File) (show func(), err error) {
	handle := windows.Handle(f.Fd())
	var was uint32
	if err := windows.GetConsoleMode(handle, &was); err != nil {
		return func() {}, nil //nolint:nilerr // a pipe or a file: there is nothing to hide
	}
	if err := windows.SetConsoleMode(handle, was&^windows.ENABLE_ECHO_INPUT); err != nil {
		return nil, fmt.Errorf("switch the echo of the console off: %w", err)
	}
	return func() { _ = windows.SetConsoleMode(handle, was) }, nil // the console went away
}
