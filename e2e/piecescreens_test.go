package e2e

import (
	"slices"
	"strings"
	"testing"
)

// pieces are the pages on which every copy is accounted for, each with something on it.
func (o *office) pieces(t *testing.T) []screen {
	review, _ := o.of(t, "JT-0418")
	of := func(link string) func(*Page) string {
		return func(p *Page) string {
			o.open(p, review)
			return eval[string](p, `document.querySelector("aside a[href^='/c/']").`+link)
		}
	}
	path, label := of("getAttribute('href')"), of("textContent.trim()")
	var list string
	on := map[string]bool{}                          // labels of what stands on the archive list
	labels := func(p *Page, where string) []string { // of pieces that a page names
		return eval[[]string](p, "[...new Set([...document.querySelectorAll("+quote(where)+")].map(a => a.textContent.trim()))]")
	}
	return []screen{
		{"outgoing", true, o.at("/outgoing")},
		{"draft", false, func(p *Page) {
			o.open(p, "/outgoing")
			p.Pick("level", "内部")
			p.Fill("#draft-title", "关于某事项的通知")
			p.Fill("#draft-main_to", "各科室")
			p.Opens(func() { p.Press("Ctrl+Enter") })
		}},
		{"loans", true, func(p *Page) {
			code := label(p)
			o.open(p, "/loans")
			p.Fill("#desk-piece", code)
			p.Opens(func() { p.Press("Enter") })
		}},
		{"holdings", false, o.at("/holdings")},
		{"copying", false, func(p *Page) { o.open(p, path(p)+"/copying") }},
		{"labels", false, o.at(review + "/labels")},
		{"inventory", true, o.at("/inventory")},
		{"count", true, func(p *Page) {
			code := label(p)
			o.open(p, "/inventory")
			p.Tick("input[name=places][value=cabinet-1]")
			p.Opens(func() { p.Press("Ctrl+Enter") })
			for _, c := range []string{code, "JY26-0001-01-6"} {
				p.Press("F2")
				p.Type(c)
				p.Press("Enter")
			}
			p.until("both scans are answered", "document.querySelectorAll('#shots [data-result]').length >= 2")
		}},
		{"places", true, o.at("/places")},
		{"place", false, o.at("/places/cabinet-1")},
		{"archive", true, func(p *Page) {
			o.open(p, "/archive")
			p.Enter("a[href='#open']")
			p.Choose("#open-kind", "archive")
			p.Fill("#open-year", "2026")
			p.Opens(func() { p.Press("Ctrl+Enter") })
			for _, l := range labels(p, "#lines a[href^='/c/']") {
				on[l] = true
			}
			o.open(p, "/archive?year=2026")
		}},
		{"destroy", true, func(p *Page) {
			o.open(p, "/places/cabinet-1")
			found := slices.DeleteFunc(labels(p, "main a[href^='/c/']"), func(l string) bool { return on[l] })
			o.open(p, "/destroy")
			p.Enter("a[href='#open']")
			p.Fill("#open-reason", "保存期满")
			p.Opens(func() { p.Press("Ctrl+Enter") })
			list = o.path(p)
			for _, code := range found[:min(5, len(found))] {
				o.open(p, list)
				o.scan(p, code)
			}
			o.open(p, list) // what may not be destroyed yet was refused
		}},
		{"destroy-sign", false, func(p *Page) {
			o.open(p, list)
			p.Enter("a[href='#destroy']")
			p.Has("dialog:modal")
		}},
		{"disclosed", false, o.at("/disclosed")},
		{"disclose", false, func(p *Page) { o.open(p, "/disclosed/new?copy="+strings.TrimPrefix(path(p), "/c/")) }},
		{"devices", false, o.at("/devices")},
		{"away", false, o.at("/away")},
		{"leaving", false, o.at("/people/leaving?person=officer")},
		{"balance", true, o.at("/registers/balance")},
		{"opening", false, o.at("/opening")},
		{"book-carriers", false, o.at("/registers/载体台账")},
	}
}
