package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jiyao/internal/refuse"
)

func formOf(body, kind string) (url.Values, error) {
	r := httptest.NewRequest(http.MethodPost, "/x?query=1", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return Form(r)
}

func TestHostileFormsAreRefused(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct{ name, body, kind, code string }{
		{"not UTF-8", "title=%ff%fe", form, "not_utf8"},
		{"a cut character", "title=%e6%9c", form, "not_utf8"},
		{"NUL", "title=a%00b", form, "bad_character"},
		{"escape", "title=a%1b%5b31m", form, "bad_character"},
		{"turned text", "title=a%e2%80%aeb", form, "bad_character"},
		{"isolate", "title=a%e2%81%a6b", form, "bad_character"},
		{"delete", "title=a%7f", form, "bad_character"},
		{"lone carriage return", "title=a%0db", form, "bad_character"},
		{"bad escape", "title=%zz", form, "bad_format"},
		{"too long", "title=" + strings.Repeat("x", 20_001), form, "too_long"},
		{"too many", strings.Repeat("a=1&", 401), form, "too_many"},
		{"long name", strings.Repeat("n", 65) + "=1", form, "unknown_field"},
		{"odd name", "%3Cb%3E=1", form, "unknown_field"},
		{"no name", "=1", form, "unknown_field"},
		{"multipart", "x", "multipart/form-data; boundary=x", "bad_format"},
		{"json", "{}", "application/json", "bad_format"},
		{"no type", "a=1", "", "bad_format"},
		{"semicolons", "a=1;b=2", form, "bad_format"},
	} {
		_, err := formOf(c.body, c.kind)
		var inv *refuse.Invalid
		if !errors.As(err, &inv) || inv.Fields[0].Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
}

func TestFormKeepsWhatWasTyped(t *testing.T) {
	got, err := formOf("title=%E5%85%B3%E4%BA%8E%EF%BC%8C%F0%A0%AE%B7&note=a%0D%0Ab%09c&tick=1&tick=2", "application/x-www-form-urlencoded; charset=utf-8")
	if err != nil {
		t.Fatal(err)
	}
	if got.Get("title") != "关于，\U00020bb7" {
		t.Errorf("title %q", got.Get("title"))
	}
	if got.Get("note") != "a\nb\tc" || len(got["tick"]) != 2 {
		t.Errorf("%v", got)
	}
	if got.Has("query") {
		t.Error("the query got into the form")
	}
}

func TestNarrow(t *testing.T) {
	for in, want := range map[string]string{"　２０２６－１１－２３ ": "2026-11-23", "ＪＹ２６": "JY26", "０９：３１": "09:31", "3。5": "3.5", "٢٠٢٦": "2026", "机收〔2026〕5号": "机收〔2026〕5号"} {
		if got := Narrow(in); got != want {
			t.Errorf("Narrow(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDaysAndMinutes(t *testing.T) {
	loc := time.FixedZone("Asia/Shanghai", 8*3600)
	for _, in := range []string{"2026-11-23", "2026年11月23日", "２０２６年１１月２３日", "2026/11/23", "2026.11.23", "20261123"} {
		if got, err := ParseDay("due", in, loc); err != nil || !got.Equal(time.Date(2026, 11, 23, 0, 0, 0, 0, loc)) {
			t.Errorf("%s: %v %v", in, got, err)
		}
	}
	for _, in := range []string{"2026-11-23 09:31", "2026-11-23T09:31", "2026年11月23日 09:31", "2026年11月23日09:31", "2026-11-23　９：３１"} {
		if got, err := ParseMinute("due", in, loc); err != nil || !got.Equal(time.Date(2026, 11, 23, 9, 31, 0, 0, loc)) {
			t.Errorf("%s: %v %v", in, got, err)
		}
	}
	for _, in := range []string{"", "今天", "2026-02-30", "0026-11-23", "9999-01-01", "2026-11-23 25:00", "2026-13-01"} {
		_, err := ParseDay("due", in, loc)
		var inv *refuse.Invalid
		if !errors.As(err, &inv) || inv.Fields[0].Field != "due" {
			t.Errorf("%q: %v", in, err)
		}
		if _, err := ParseMinute("due", in, loc); err == nil {
			t.Errorf("%q is a minute", in)
		}
	}
}
