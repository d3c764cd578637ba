// Package webtest helps the tests of pages: it renders parts at a fixed clock, looks a page over for the
// defects that every page could have, and holds one page that uses every part of web.
package webtest

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/locale"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// Now is the clock of the model pages: 2026-11-27 09:31 in Shanghai.
var Now = time.Date(2026, 11, 27, 9, 31, 5, 0, time.FixedZone("Asia/Shanghai", 8*60*60))

// Context is what a request in this language would carry.
func Context(t locale.Tongue, clauses web.Clauses) context.Context {
	return web.WithTongue(context.Background(), t, Now, clauses)
}

// Render renders a component at the fixed clock and fails the test when it fails.
func Render(tb testing.TB, t locale.Tongue, clauses web.Clauses, c templ.Component) string {
	tb.Helper()
	var b bytes.Buffer
	if err := c.Render(Context(t, clauses), &b); err != nil {
		tb.Fatalf("render: %v", err)
	}
	return b.String()
}

var (
	inlineStyle   = regexp.MustCompile(`<[^>]*\sstyle\s*=`)
	inlineHandler = regexp.MustCompile(`<[^>]*\son[a-z]+\s*=`)
	inlineScript  = regexp.MustCompile(`<script(?:[^>]*)>[^<]`)
	address       = regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9]`)
	ids           = regexp.MustCompile(`\sid="([^"]*)"`)
	labels        = regexp.MustCompile(`<label[^>]*\sfor="([^"]*)"`)
	references    = regexp.MustCompile(`aria-(?:describedby|labelledby)="([^"]*)"`)
	titles        = regexp.MustCompile(`<title>(.*?)</title>`)
)

// Look finds the defects that every page could have: a text that is missing in the catalogue, inline style,
// handler or script, an absolute address, an id twice, a label or a description that points nowhere, a window
// title other than 机要.
func Look(html string) []string {
	var out []string
	if i := strings.Index(html, "⟨"); i >= 0 {
		out = append(out, "missing text "+html[i:min(len(html), i+60)])
	}
	for what, p := range map[string]*regexp.Regexp{"style": inlineStyle, "handler": inlineHandler,
		"script": inlineScript, "absolute address": address} {
		if m := p.FindString(html); m != "" {
			out = append(out, what+" in the page: "+m)
		}
	}
	seen := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(html, -1) {
		if seen[m[1]] {
			out = append(out, "id twice: "+m[1])
		}
		seen[m[1]] = true
	}
	for _, m := range append(labels.FindAllStringSubmatch(html, -1), references.FindAllStringSubmatch(html, -1)...) {
		for id := range strings.FieldsSeq(m[1]) {
			if !seen[id] {
				out = append(out, "points nowhere: "+id)
			}
		}
	}
	for _, m := range titles.FindAllStringSubmatch(html, -1) {
		if m[1] != "机要" {
			out = append(out, "window title "+m[1])
		}
	}
	return out
}

// Clean fails the test for every defect that Look finds.
func Clean(tb testing.TB, html string) {
	tb.Helper()
	for _, d := range Look(html) {
		tb.Error(d)
	}
}

// Law is a small book of clauses for tests.
type Law map[term.Clause]web.ClauseView

// Clause looks a clause up.
func (l Law) Clause(id term.Clause) (web.ClauseView, bool) {
	c, ok := l[id]
	return c, ok
}

// SampleLaw holds three invented readings, enough to draw chips and refusals.
func SampleLaw() Law {
	return Law{
		"B-3.3g": {ID: "B-3.3g", Set: "county", Chip: "丙-3.3", Text: "任何人都不得将绝密级秘密载体携带出境。", Mark: "任何人都不得", Cite: "丙篇第 3.3 条", Gloss: "Nobody may take a 绝密 carrier abroad."},
		"C-11b":  {ID: "C-11b", Set: "school", Chip: "丁-11", Text: "借阅重要的、带密级的文件，须经办公室主任批准。", Mark: "须经办公室主任批准", Cite: "丁篇第 11 条", Gloss: "Lending needs the leave of the office director."},
		"B-0":    {ID: "B-0", Set: "county", Text: "总则。", Cite: "丙篇 总则"},
	}
}
