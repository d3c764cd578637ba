package e2e

import (
	"fmt"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// Choose goes to a select and walks its options with the arrow keys until it has the value.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	if p.Focused(selector) { // it may stand open: the Enter that led here
		p.Press("Tab", "Shift+Tab")
	}
	p.TabTo(selector)
	p.Press("Home")
	p.walk("Down", "choose "+value+" of "+selector, "document.activeElement.value === "+quote(value))
}

// Pick goes to a row of radio buttons of this name and walks it until the one of the value is chosen.
func (p *Page) Pick(name, value string) {
	p.t.Helper()
	p.TabTo(fmt.Sprintf("input[type=radio][name=%q]", name))
	p.walk("Right", "pick "+value+" of "+name, "document.activeElement.value === "+quote(value)+" && document.activeElement.checked")
}

// walk presses a key until the condition holds, at most as often as a long list has lines.
func (p *Page) walk(key, what, condition string) {
	p.t.Helper()
	for range 80 {
		if eval[bool](p, condition) {
			return
		}
		p.Press(key)
	}
	p.t.Fatalf("e2e: cannot %s\n%s", what, p.where())
}

// Tick goes to a check box and presses Space unless it is ticked.
func (p *Page) Tick(selector string) {
	p.t.Helper()
	p.TabTo(selector)
	if !eval[bool](p, "document.activeElement.checked") {
		p.Press("Space")
	}
}

// Moment types a day and a time into a field, as every field of the pages takes them.
func (p *Page) Moment(selector string, at time.Time) {
	p.t.Helper()
	p.Fill(selector, at.Format("2006-01-02 15:04"))
}

// Attach goes to a file field and gives it a file, as the system's own file dialog would.
func (p *Page) Attach(selector, path string) {
	p.t.Helper()
	p.TabTo(selector)
	found := call(p, "find "+selector, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.querySelector(" + quote(selector) + ")"})
	call(p, "attach a file", dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: found.Result.ObjectID})
}

// answer is what a request of a page's own script got.
type answer struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	Path   string `json:"path"` // where it ended after redirects
	Body   string `json:"body"` // one character a byte
}

const fetched = `async r => ({status: r.status, type: r.headers.get('Content-Type') ?? '', path: new URL(r.url).pathname,
	body: Array.from(new Uint8Array(await r.arrayBuffer()), b => String.fromCharCode(b)).join('')})`

// Fetch asks for a path with the page's cookies and leaves the page as it is: for what must be the same to the byte.
func (p *Page) Fetch(path string) answer {
	p.t.Helper()
	return eval[answer](p, "fetch("+quote(path)+", {cache: 'no-store'}).then("+fetched+")")
}

// Send hands in a form as it is filled in, times over at once, past the page's own guard, and leaves the page as it
// is. The answers are those at the end of redirects.
func (p *Page) Send(form string, times int) []answer {
	p.t.Helper()
	return eval[[]answer](p, fmt.Sprintf(`(() => {
	const f = document.querySelector(%s);
	const send = () => fetch(f.action, {method: 'POST', body: new URLSearchParams(new FormData(f))}).then(%s);
	return Promise.all(Array.from({length: %d}, send));
})()`, quote(form), fetched, times))
}

// Cookie sets a cookie of the page's site, as its own script would.
func (p *Page) Cookie(text string) {
	p.t.Helper()
	eval[string](p, "document.cookie = "+quote(text))
}

// Forget removes a cookie of the page's site.
func (p *Page) Forget(name string) {
	p.t.Helper()
	call(p, "remove a cookie", network.DeleteCookies, network.DeleteCookiesParams{Name: name, URL: p.URL()})
}
