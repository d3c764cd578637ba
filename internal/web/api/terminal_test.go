package api

import (
	"net/http/httptest"
	"testing"
)

func TestAProgramsTerminalIsItsMachine(t *testing.T) {
	a := &service{secret: make([]byte, 32)}
	id := func(s *service, addr string) string {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = addr
		got, err := s.terminal(r)
		if err != nil || len(got) != 12 {
			t.Fatalf("%s: %q %v", addr, got, err)
		}
		return string(got)
	}
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"192.0.2.1:1", "192.0.2.1:2", true}, {"192.0.2.1:1", "192.0.2.2:1", false}, {"[::ffff:192.0.2.1]:1", "192.0.2.1:1", true},
		{"[2001:db8::1]:1", "[2001:db8::2]:1", true}, {"[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false}, {"pipe", "pipe", true},
	} {
		if got := id(a, c.one) == id(a, c.other); got != c.same {
			t.Errorf("%s and %s: one machine %v, want %v", c.one, c.other, got, c.same)
		}
	}
	other := &service{secret: append(make([]byte, 31), 1)}
	if id(a, "192.0.2.1:1") == id(other, "192.0.2.1:1") {
		t.Error("the id does not hang on the secret")
	}
}

func TestPlacesInAListComeBack(t *testing.T) {
	q := Asked{after: Next("1764000000000", "甲")}
	if got, err := q.After(2); err != nil || got[1] != "甲" {
		t.Errorf("%v %v", got, err)
	}
	for _, after := range []string{"!", "e30", "bnVsbA", Next("a"), Next("a", "b", "c"), Next("a", "\x00"), Next("a", "\u202e")} {
		if got, err := (Asked{after: after}).After(2); err == nil {
			t.Errorf("%s: %v", after, got)
		}
	}
}
