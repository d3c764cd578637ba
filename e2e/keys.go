package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keys are the names Press understands beside single characters.
var keys = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace, "Delete": kb.Delete,
	"Up": kb.ArrowUp, "Down": kb.ArrowDown, "Left": kb.ArrowLeft, "Right": kb.ArrowRight,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
	"F1": kb.F1, "F2": kb.F2, "F3": kb.F3, "F4": kb.F4, "F6": kb.F6, "F7": kb.F7, "F8": kb.F8, "F9": kb.F9, "F10": kb.F10,
}

var modifiers = map[string]chromedp.Modifier{
	"Alt": chromedp.ModifierAlt, "Ctrl": chromedp.ModifierCtrl, "Shift": chromedp.ModifierShift,
}

// Goto opens a page by its address and waits until it has loaded.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Press presses keys one after the other: "Tab", "Enter", "a", "Shift+Tab", "Alt+1", "Ctrl+Enter".
func (p *Page) Press(names ...string) {
	p.t.Helper()
	for _, name := range names {
		parts := strings.Split(name, "+")
		key, last := "", parts[len(parts)-1]
		if k, ok := keys[last]; ok {
			key = k
		} else if len([]rune(last)) == 1 {
			key = last
		} else {
			p.t.Fatalf("e2e: no key is called %q", name)
		}
		var held []chromedp.Modifier
		for _, m := range parts[:len(parts)-1] {
			mod, ok := modifiers[m]
			if !ok {
				p.t.Fatalf("e2e: no key is called %q", name)
			}
			held = append(held, mod)
		}
		p.do("press "+name, chromedp.KeyEvent(key, chromedp.KeyModifiers(held...)))
	}
}

// Type types text into what has the focus: ASCII key by key, everything else as an input method would.
func (p *Page) Type(text string) {
	p.t.Helper()
	for len(text) > 0 {
		ascii := strings.IndexFunc(text, func(r rune) bool { return r > '~' })
		if ascii < 0 {
			ascii = len(text)
		}
		if ascii > 0 {
			p.do("type", chromedp.KeyEvent(text[:ascii]))
			text = text[ascii:]
			continue
		}
		other := strings.IndexFunc(text, func(r rune) bool { return r <= '~' })
		if other < 0 {
			other = len(text)
		}
		call(p, "type", input.InsertText, input.InsertTextParams{Text: text[:other]})
		text = text[other:]
	}
}

// TabTo presses Tab until the element that matches the CSS selector has the focus. It fails when the focus comes
// round without meeting it: what the keyboard cannot reach does not exist for these users.
func (p *Page) TabTo(selector string) {
	p.t.Helper()
	const most = 400
	for range most {
		if p.Focused(selector) {
			return
		}
		p.Press("Tab")
	}
	p.t.Fatalf("e2e: %d times Tab never reached %s\n%s", most, selector, p.where())
}

// Focused reports whether what has the focus matches the selector.
func (p *Page) Focused(selector string) bool {
	p.t.Helper()
	return eval[bool](p, "!!document.activeElement && document.activeElement.matches("+quote(selector)+")")
}

// Fill goes to a field, replaces what it holds and types text.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	p.TabTo(selector)
	p.Press("Ctrl+a", "Delete")
	p.Type(text)
}

// Enter goes to a link or button and presses Enter on it.
func (p *Page) Enter(selector string) {
	p.t.Helper()
	p.TabTo(selector)
	p.Press("Enter")
}

// Opens runs an action that leads to another page (or the same one anew) and waits until that has loaded.
func (p *Page) Opens(action func()) {
	p.t.Helper()
	eval[bool](p, "window.e2eStays = true")
	action()
	p.until("another page opens", "!window.e2eStays && document.readyState === 'complete'")
}

// See waits until the page shows text to a person.
func (p *Page) See(text string) {
	p.t.Helper()
	p.until("see "+text, "document.body.innerText.includes("+quote(text)+")")
}

// Gone waits until the page shows text no more.
func (p *Page) Gone(text string) {
	p.t.Helper()
	p.until("see no more "+text, "!document.body.innerText.includes("+quote(text)+")")
}

// Has waits until an element matches the selector.
func (p *Page) Has(selector string) {
	p.t.Helper()
	p.until("have "+selector, "!!document.querySelector("+quote(selector)+")")
}

// Text returns what the first element that matches shows; "" when there is none.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return eval[string](p, "document.querySelector("+quote(selector)+")?.innerText ?? ''")
}

// Source returns the whole document as it stands, hidden parts too: for what must not be in it at all.
func (p *Page) Source() string {
	p.t.Helper()
	return eval[string](p, "document.documentElement.outerHTML")
}

// Value returns what a field holds; "" when there is no such field.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return eval[string](p, "document.querySelector("+quote(selector)+")?.value ?? ''")
}

// URL returns the address of the page.
func (p *Page) URL() string {
	p.t.Helper()
	return eval[string](p, "location.href")
}

// until asks again until the condition holds. An error is a page that is just being replaced: ask again.
func (p *Page) until(what, condition string) {
	p.t.Helper()
	const pause = 25 * time.Millisecond
	var last error
	for range limit / pause {
		var ok bool
		if ok, last = try[bool](p, condition); ok && last == nil {
			return
		}
		if p.ctx.Err() != nil {
			break
		}
		time.Sleep(pause)
	}
	p.t.Fatalf("e2e: waited in vain to %s (%v)\n%s", what, last, p.where())
}

// where describes the page for a failure.
func (p *Page) where() string {
	text, err := try[string](p, "location.href + '\\nfocus: ' + (document.activeElement?.outerHTML ?? '').slice(0, 200) + '\\n' + document.body.innerText.slice(0, 2000)")
	if err != nil {
		return fmt.Sprintf("(the page cannot be read: %v)", err)
	}
	return text
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(b)
}
