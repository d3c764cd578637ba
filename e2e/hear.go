package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Problems returns what the browser complained of since the last call: breaches of the content policy, script
// errors, error messages of the console, parts of a page that did not load, dialogs. What is left at the end of
// the test fails it. A refused page (403 or 404 for a document or a request of a script) is an answer, no problem.
func (p *Page) Problems() []string {
	p.t.Helper()
	eval[bool](p, "true") // a round trip: what the browser said before has arrived
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.problems
	p.problems = nil
	return all
}

func (p *Page) complain(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.problems) < 100 {
		p.problems = append(p.problems, fmt.Sprintf(format, args...))
	}
}

// hear runs on the goroutine that reads the browser's messages: it must not wait for the browser.
func (p *Page) hear(ev any) {
	switch ev := ev.(type) {
	case *audits.EventIssueAdded:
		if d := ev.Issue.Details; d != nil && d.ContentSecurityPolicyIssueDetails != nil {
			csp := d.ContentSecurityPolicyIssueDetails
			p.complain("content policy: %s broken by %s %s", csp.ViolatedDirective, csp.ContentSecurityPolicyViolationType, csp.BlockedURL)
		}
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.complain("script error: %s", text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			var text []string
			for _, a := range ev.Args {
				text = append(text, strings.Trim(string(a.Value), `"`)+a.Description)
			}
			if leaving(text) {
				return
			}
			p.complain("console: %s", strings.Join(text, " "))
		}
	case *log.EventEntryAdded:
		// Failed loads come with their kind below.
		if ev.Entry.Level == log.EntryLevelError && ev.Entry.Source != log.EntrySourceNetwork {
			p.complain("browser: %s: %s", ev.Entry.Source, ev.Entry.Text)
		}
	case *network.EventResponseReceived:
		if ev.Response.Status >= 400 && part(ev.Type) && !strings.HasSuffix(ev.Response.URL, "/favicon.ico") {
			p.complain("%s %s: status %d", ev.Type, ev.Response.URL, ev.Response.Status)
		}
	case *network.EventLoadingFailed:
		if !ev.Canceled && part(ev.Type) {
			p.complain("%s did not load: %s %s", ev.Type, ev.ErrorText, ev.BlockedReason)
		}
	case *page.EventJavascriptDialogOpening:
		if ev.Type != page.DialogTypeBeforeunload {
			p.complain("dialog: %s", ev.Message)
		}
		go p.accept() // an open dialog stops the page, and nobody else would close it
	}
}

// leaving reports what htmx says when the page is left, or asked anew, while a board is on its way: like a cancelled load, no
// problem. Its afterRequest only goes before the line that says what happened.
func leaving(text []string) bool {
	return len(text) > 0 && (strings.HasPrefix(text[0], "htmx:sendAbort") || strings.HasPrefix(text[0], "htmx:afterRequest"))
}

func (p *Page) accept() {
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	if _, err := chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}); err != nil {
		p.complain("close a dialog: %v", err)
	}
}

// part reports whether a load belongs to the page itself, as against a page or answer that may be refused.
func part(kind network.ResourceType) bool {
	return !slices.Contains([]network.ResourceType{
		network.ResourceTypeDocument, network.ResourceTypeXHR, network.ResourceTypeFetch, network.ResourceTypeEventSource,
		network.ResourceTypePing, network.ResourceTypePreflight,
	}, kind)
}
