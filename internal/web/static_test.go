package web

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestAssetsStayWithinTheirBudgets(t *testing.T) {
	for name, limit := range map[string]int{"jiyao.css": 80_000, "jiyao.js": 8_192, "clock.js": 4_096, "boards.js": 4_096, "anew.js": 4_096, "focus.js": 4_096, "count.js": 4_608, "wide.js": 4_096, "tick.js": 4_096} {
		if n := len(read(t, "assets/"+name)); n == 0 || n > limit {
			t.Errorf("%s has %d bytes, want at most %d", name, n, limit)
		}
	}
}

// TestStylesheetIsFormatted holds the stylesheet to one declaration a line, but for the widths.
func TestStylesheetIsFormatted(t *testing.T) {
	for i, line := range strings.Split(read(t, "assets/jiyao.css"), "\n") {
		if strings.Count(line, ";") > 1 && !strings.HasPrefix(line, ".w-") {
			t.Errorf("line %d has several declarations: %s", i+1, line)
		}
	}
}

var (
	absolute  = regexp.MustCompile(`(?i)(https?:|["'(=\s])//[a-z0-9]`)
	namespace = regexp.MustCompile(`http://www\.w3\.org/(2000/svg|1999/xlink|1999/xhtml)`)
	lineNotes = regexp.MustCompile(`(?m)^\s*//.*$|\s//\s.*$`)
	inline    = regexp.MustCompile(`(?i)\s(style|on[a-z]+)=`)
	scripted  = regexp.MustCompile(`<script[^>]*>\s*[^<\s]`)
)

// TestNothingLeavesTheInstance greps stylesheet, own scripts, drawings and templates for absolute addresses,
// and templates for what the CSP forbids.
func TestNothingLeavesTheInstance(t *testing.T) {
	var files []string
	for _, p := range []string{"assets/*", "icons.svg", "*.templ", "../*/*web/*.templ"} {
		m, err := filepath.Glob(p)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, m...)
	}
	if len(files) < 10 {
		t.Fatalf("found only %v", files)
	}
	for _, f := range files {
		body := namespace.ReplaceAllString(lineNotes.ReplaceAllString(read(t, f), ""), "")
		if f == "assets/htmx.min.js" {
			continue // not ours: held to its digest below
		}
		if m := absolute.FindString(body); m != "" {
			t.Errorf("%s has an absolute address: %q", f, m)
		}
		if !strings.HasSuffix(f, ".templ") {
			continue
		}
		if m := inline.FindString(body); m != "" {
			t.Errorf("%s has %q, which the CSP forbids", f, m)
		}
		if m := scripted.FindString(body); m != "" {
			t.Errorf("%s has an inline script: %q", f, m)
		}
	}
}

// TestHtmxIsTheOneWeChose holds the file to htmx.org 2.0.11 as published, so that nobody changes it in passing.
func TestHtmxIsTheOneWeChose(t *testing.T) {
	sum := sha256.Sum256([]byte(read(t, "assets/htmx.min.js")))
	if got := hex.EncodeToString(sum[:]); got != "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717" {
		t.Errorf("htmx.min.js is %s", got)
	}
}

func TestScriptsUseNoEvalAndNoStorage(t *testing.T) {
	for _, f := range []string{"assets/jiyao.js", "assets/clock.js", "assets/boards.js", "assets/anew.js", "assets/focus.js", "assets/count.js", "assets/tick.js"} {
		for _, word := range []string{"eval(", "new Function", "localStorage", "sessionStorage", "indexedDB", "innerHTML", ".style.", "document.write"} {
			if strings.Contains(read(t, f), word) {
				t.Errorf("%s uses %s", f, word)
			}
		}
	}
}

// TestBoxesShowTheFocus: the boxes whose inputs draw no outline draw a ring themselves.
func TestBoxesShowTheFocus(t *testing.T) {
	for _, box := range []string{".scan", ".bigscan"} {
		_, rule, _ := strings.Cut(read(t, "assets/jiyao.css"), "\n"+box+":focus-within {")
		if rule, _, _ = strings.Cut(rule, "}"); !strings.Contains(rule, "box-shadow:") {
			t.Errorf("%s does not show that it has the focus", box)
		}
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{3,8})`)

func tokens(css, from, to string) map[string]string {
	_, rest, _ := strings.Cut(css, from)
	block, _, _ := strings.Cut(rest, to)
	out := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(block, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	h := strings.TrimPrefix(hex, "#")
	if len(h) == 3 {
		h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
	}
	v, err := strconv.ParseUint(h, 16, 32)
	if err != nil || len(h) != 6 {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(c uint64) float64 {
		x := float64(c) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(v>>16) + 0.7152*linear(v>>8&255) + 0.0722*linear(v&255)
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestColoursCanBeRead checks each token on the grounds it stands on: WCAG AA, 4.5 to 1.
func TestColoursCanBeRead(t *testing.T) {
	css := read(t, "assets/jiyao.css")
	day := tokens(css, ":root {", "\n}")
	night := tokens(css, `[data-theme="night"] {`, "\n}")
	if len(day) < 30 || len(night) < 30 {
		t.Fatalf("found %d and %d tokens", len(day), len(night))
	}
	const white = "#ffffff"
	for theme, c := range map[string]map[string]string{"day": day, "night": night} {
		pairs := [][2]string{{c["on-brand"], c["brand"]}, {c["rail-ink"], c["rail"]}, {c["rail-dim"], c["rail"]}, {white, c["lv4"]}, {white, c["lv3"]},
			{c["lv2"], c["lv2-tint"]}, {c["lv1"], c["surface"]}, {c["urg"], c["surface"]}, {c["urg"], c["urg-tint"]}, {c["brand"], c["brand-tint"]},
			{c["red"], c["red-tint"]}, {c["ochre"], c["ochre-tint"]}, {c["ok"], c["ok-tint"]}, {c["ink"], c["red-tint"]}, {c["ink"], c["ochre-tint"]}}
		for _, ground := range []string{"paper", "surface"} {
			for _, ink := range []string{"ink", "ink-2", "ink-3", "brand", "red", "ochre", "ok"} {
				pairs = append(pairs, [2]string{c[ink], c[ground]})
			}
		}
		for _, ink := range []string{"ink", "ink-2", "ink-3"} {
			pairs = append(pairs, [2]string{c[ink], c["sunken"]})
		}
		for _, p := range pairs {
			if r := contrast(t, p[0], p[1]); r < 4.5 {
				t.Errorf("%s: %s on %s is %.2f, want 4.5", theme, p[0], p[1], r)
			}
		}
	}
}

func TestAssetsAreServedByContentOnly(t *testing.T) {
	s := testServer(t, nil)
	w := get(s, AssetURL("jiyao.css"))
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/css; charset=utf-8" || w.Body.Len() < 50_000 {
		t.Fatalf("stylesheet: %d %v, %d bytes", w.Code, w.Header(), w.Body.Len())
	}
	if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("cache control %q", got)
	}
	if got := get(s, AssetURL("jiyao.js")).Header().Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("script type %q", got)
	}
	for _, path := range []string{"/assets/", "/assets", "/assets/jiyao.css", "/assets/000000000000/jiyao.css", AssetURL("other.css"), AssetURL("../server.go"), "/assets/../server.go"} {
		w := get(s, path)
		if w.Code == 200 || strings.Contains(w.Body.String(), "jiyao.css\n") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	r := httptest.NewRequest(http.MethodHead, AssetURL("jiyao.css"), nil)
	head := httptest.NewRecorder()
	s.ServeHTTP(head, r)
	if head.Code != 200 || head.Body.Len() != 0 {
		t.Errorf("HEAD: %d, %d bytes", head.Code, head.Body.Len())
	}
}

// TestEveryIconDraws also holds the sheet to one drawing a name.
func TestEveryIconDraws(t *testing.T) {
	if n := strings.Count(iconSheet, "<symbol "); n != len(icons) || n < 40 {
		t.Errorf("%d symbols, %d parsed", n, len(icons))
	}
	if err := Icon("no-such-icon").Render(t.Context(), &strings.Builder{}); err == nil {
		t.Error("an unknown icon was drawn")
	}
}
