package app

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// TestKilledAtAnyMoment starts this test again as a server of acts, kills it in the middle, and finds every
// acknowledged act in what is left.
func TestKilledAtAnyMoment(t *testing.T) {
	if data := os.Getenv("JIYAO_TEST_LOAD"); data != "" {
		load(data)
		return
	}
	a, _ := founded(t)
	data := a.folder.path
	for round := range 3 {
		acknowledged := killed(t, data, 20*(round+1))
		if len(acknowledged) == 0 {
			t.Fatal("nothing was acknowledged before the kill")
		}
		b := opened(t, data)
		for _, line := range acknowledged {
			envelope, reference, _ := strings.Cut(line, " ")
			err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
				if _, err := document.Envelopes.Get(tx, term.EnvelopeID(envelope)); err != nil {
					return fmt.Errorf("the envelope: %w", err)
				}
				if _, err := b.Ledger.ByReference(tx, reference); err != nil {
					return fmt.Errorf("the entry: %w", err)
				}
				return nil
			})
			if err != nil {
				t.Errorf("acknowledged and gone: %s: %v", line, err)
			}
		}
		report, err := b.Check(t.Context())
		if err != nil || !report.Whole {
			t.Errorf("after the kill: %v %v", report.Findings, err)
		}
	}
}

// killed runs the load until it has acknowledged so many acts and kills it then.
func killed(t *testing.T, data string, after int) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledAtAnyMoment$")
	command.Env = append(os.Environ(), "JIYAO_TEST_LOAD="+data)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		if line, ok := strings.CutPrefix(scanner.Text(), "done "); ok {
			lines = append(lines, line)
		}
		if len(lines) == after {
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := command.Wait(); err == nil {
		t.Fatal("the load ended by itself")
	}
	return lines
}

// load accepts envelopes from several callers at once and says so line by line, until it is killed.
func load(data string) {
	ctx := context.Background()
	a, err := Open(ctx, Options{Data: data, Log: quiet, Cost: cheap})
	if err == nil {
		err = a.Unseal(Key{Passphrase: passphrase})
	}
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	lines := make(chan string)
	for caller := range 8 {
		go func() {
			for n := 0; ; n++ {
				no := fmt.Sprintf("%d-%d-%d", os.Getpid(), caller, n)
				r, err := a.Desk.Do(ctx, act.Request{Act: "document.accept", Command: accept(no), By: act.Actor{Account: "x", Person: "officer", Terminal: "t"},
					Signatures: []act.Signature{{Role: "actor", Person: "officer", Strength: "pin", Terminal: "t", At: calendar.System().Now()}}})
				if err != nil {
					lines <- "failed " + err.Error()
					continue
				}
				lines <- "done " + r.Values["envelope."+no] + " " + string(r.Reference)
			}
		}()
	}
	for line := range lines {
		fmt.Println(line)
	}
}
