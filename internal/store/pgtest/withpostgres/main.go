//go:build unix

// Command withpostgres runs a command beside one throw-away PostgreSQL cluster, whose URL it puts into
// JIYAO_TEST_POSTGRES, and exits as that command did. A cluster named there already is used as it is.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"jiyao/internal/store/pgtest"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(command []string) int {
	if len(command) == 0 {
		fmt.Fprintln(os.Stderr, "withpostgres: name the command to run")
		return 2
	}
	// The terminal sends its interrupt to the command too; we only outlive it, to stop the cluster.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if os.Getenv(pgtest.Env) == "" {
		cluster, err := pgtest.Start()
		if err != nil {
			fmt.Fprintln(os.Stderr, "withpostgres:", err)
			return 1
		}
		defer func() {
			if err := cluster.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, "withpostgres:", err)
			}
		}()
		if err := os.Setenv(pgtest.Env, cluster.URL); err != nil {
			fmt.Fprintln(os.Stderr, "withpostgres:", err)
			return 1
		}
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
		return 1
	}
	go func() {
		for s := range signals {
			if s != syscall.SIGINT {
				_ = cmd.Process.Signal(s) // it may just have ended
			}
		}
	}()
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode()
	default: // ended by a signal, or could not be waited for
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
		return 1
	}
}
