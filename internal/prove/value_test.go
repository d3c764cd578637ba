package prove

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
)

func TestTimesAreReadAsTheyAreWritten(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)
	for text, want := range map[string]string{
		"+2d": "2026-03-04T10:00:00", "+1d2h3m4s": "2026-03-03T12:03:04", "-5m": "2026-03-02T09:55:00", "2026-03-02": "2026-03-02T00:00:00",
		"2026-03-02T24:00": "2026-03-03T00:00:00", "2026-12-31T24:00": "2027-01-01T00:00:00", "2026-03-02T17:30": "2026-03-02T17:30:00",
		"2026-03-03T00:00:01": "2026-03-03T00:00:01",
	} {
		got, err := parseWhen(text, now)
		if err != nil || stamp(got) != want {
			t.Errorf("%s: %s, %v; %s is expected", text, stamp(got), err, want)
		}
	}
	for _, text := range []string{"", "+", "+2", "+2w", "2d", "+1h1d", "2026-02-30", "2026-03-02T25:00", "2026-03-02 17:00", "+99999999d", "tomorrow"} {
		if got, err := parseWhen(text, now); err == nil {
			t.Errorf("%q is read as %s", text, stamp(got))
		}
	}
}

func TestNamesStandForReceipts(t *testing.T) {
	n := names{"doc": act.Receipt{Subject: "D1", Values: map[string]string{"copy.1": "K1", "copy.2": "K2", "label.1": "L1", "envelope.JT-1": "E1"}}}
	for text, want := range map[string]string{
		"plain": "plain", "$doc": "D1", "$doc.copy.1": "K1", "$doc.JT-1": "E1", "$doc.2": "K2", "$doc/leader1": "D1/leader1", "$doc.copy.2/x": "K2/x", "": "",
	} {
		if got, err := n.resolve(text); err != nil || got != want {
			t.Errorf("%s: %q, %v; %q is expected", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"$docs": "a step `as: docs` before", "$doc.1": "one of copy.1, copy.2, envelope.JT-1, label.1", "$doc.copy.3": "is expected", "$": "$name or $name.value", "$Doc": "$name",
	} {
		if got, err := n.resolve(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v; %q is expected", text, got, err, want)
		}
	}
}

func TestIdsAreTheSameInEveryRunAndDifferBySeed(t *testing.T) {
	draw := func(seed string, sizes ...int) []byte {
		c, out := newCounter(seed), []byte{}
		for _, n := range sizes {
			b := make([]byte, n)
			if _, err := c.Read(b); err != nil {
				t.Fatal(err)
			}
			out = append(out, b...)
		}
		return out
	}
	if !bytes.Equal(draw("a", 12, 12, 40), draw("a", 64)) {
		t.Error("the same seed gives other bytes")
	}
	if bytes.Equal(draw("a", 64), draw("b", 64)) || bytes.Equal(draw("a", 64)[:32], draw("a", 64)[32:]) {
		t.Error("bytes come again")
	}
}

func TestATableThatMovesIsNoticed(t *testing.T) {
	before := standing{"copy": {2, 2}, "document": {1, 1}, "slip": {0, 0}}
	for name, after := range map[string]standing{
		"":         {"copy": {2, 2}, "document": {1, 1}, "slip": {0, 0}},
		"copy":     {"copy": {2, 3}, "document": {1, 1}, "slip": {0, 0}}, // an update
		"document": {"copy": {2, 2}, "document": {2, 2}, "slip": {0, 0}},
		"slip":     {"copy": {2, 2}, "document": {1, 1}, "slip": {1, 1}},
	} {
		if got := strings.Join(before.differ(after), " "); got != name {
			t.Errorf("%q moved; %q is expected", got, name)
		}
	}
}

// asking is a command that carries the arguments of another act.
type asking struct {
	Act  string          `json:"act"`
	With json.RawMessage `json:"with"`
}

func TestArgumentsOfAnActInAnActAreThatActs(t *testing.T) {
	read := func(text string) (map[string]any, error) {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		return convertStruct(n.Content[0], reflect.TypeFor[asking](), "f.yaml", names{}, time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone))
	}
	got, err := read(`{act: custody.lend, with: {copy: K1, due: +2d}}`)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if want := `{"act":"custody.lend","with":{"copy":"K1","due":"2026-03-04T10:00:00+08:00"}}`; err != nil || string(b) != want {
		t.Errorf("%s, %v; %s is expected", b, err, want)
	}
	for text, want := range map[string]string{
		`{act: custody.lent, with: {copy: K1}}`: "an act of the catalogue", `{act: custody.lend, with: {cop: K1}}`: `argument "cop"`, `{with: {copy: K1}}`: "act: an act",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; %s is expected", text, err, want)
		}
	}
}
