// Command jiyao is the register, the clock and the guard of an office's confidential room.
//
// Each command has a file of its own. Errors are one plain sentence on the standard error; what the exit codes mean
// is in docs/operations.md. No password, code, PIN or key share is ever taken from the command line itself, since
// others can read that: they are typed, or read from a file.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"jiyao/internal/refuse"
)

// The exit codes.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitDamaged = 3 // verify and prove: something does not hold
	exitRefused = 4 // act: refused, not found, invalid
)

// commands is the command line.
type commands struct {
	Init       initCmd       `cmd:"" help:"Set up an office from a file."`
	Demo       demoCmd       `cmd:"" help:"Fill a model office and serve it on this machine."`
	Serve      serveCmd      `cmd:"" help:"Serve an office."`
	Cert       certCmd       `cmd:"" help:"Make the office's certificate authority and a certificate for a host."`
	Verify     verifyCmd     `cmd:"" help:"Verify ledger and rows. Needs no key."`
	Prove      proveCmd      `cmd:"" help:"Run the executable examples of the regulations."`
	Regulation regulationCmd `cmd:"" help:"Look after the regulations."`
	Catalogue  catalogueCmd  `cmd:"" help:"List every act with its arguments."`
	Act        actCmd        `cmd:"" help:"Do one act."`
	Opening    openingCmd    `cmd:"" help:"Bring in the books of before the program."`
	Backup     backupCmd     `cmd:"" help:"Write one encrypted file and verify it."`
	Restore    restoreCmd    `cmd:"" help:"Put a backup into a new folder."`
	Calendar   calendarCmd   `cmd:"" help:"Look after the calendar."`
}

// surroundings is what a command may use of the process.
type surroundings struct {
	ctx  context.Context
	in   *os.File
	out  *printer
	errs *printer
	args []string
	log  *slog.Logger
}

// exit is an error with a code of its own; an empty text prints nothing.
type exit struct {
	code int
	text string
}

func (e *exit) Error() string { return e.text }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&surroundings{ctx: ctx, in: os.Stdin, out: &printer{w: os.Stdout}, errs: &printer{w: os.Stderr}, args: os.Args[1:],
		log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	stop()
	os.Exit(code)
}

func run(s *surroundings) int {
	var c commands
	ended := -1
	parser, err := kong.New(&c, kong.Name("jiyao"), kong.Description("机要: the register, the clock and the guard of a confidential room."),
		kong.UsageOnError(), kong.Writers(s.out, s.errs), kong.Exit(func(code int) { ended = code }), kong.Bind(s))
	if err != nil {
		s.errs.say("jiyao:", err)
		return exitFailed
	}
	if len(s.args) == 0 {
		s.args = []string{"--help"}
	}
	parsed, err := parser.Parse(s.args)
	if ended >= 0 {
		return ended // help was asked for
	}
	if err != nil {
		s.errs.say("jiyao:", err)
		return exitUsage
	}
	slog.SetDefault(s.log)
	err = parsed.Run()
	if err == nil && s.out.err != nil {
		err = fmt.Errorf("print the answer: %w", s.out.err)
	}
	return conclude(s, err)
}

// conclude prints an error as one sentence and gives the exit code.
func conclude(s *surroundings, err error) int {
	var own *exit
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &own):
		if own.text != "" {
			s.errs.say("jiyao:", own.text)
		}
		return own.code
	case errors.Is(err, refuse.ErrUnavailable):
		s.errs.say("jiyao: not available now:", err)
	default:
		s.errs.say("jiyao:", err)
	}
	return exitFailed
}
