package e2e

import (
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
		{"archive", false, o.at("/archive")},
		{"destroy", true, func(p *Page) {
			o.open(p, "/destroy")
			p.Enter("a[href='#open']")
			p.Fill("#open-reason", "保存期满")
			p.Opens(func() { p.Press("Ctrl+Enter") })
			list = strings.TrimPrefix(p.URL(), o.URL)
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
