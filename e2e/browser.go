// Package e2e drives the product in a real browser, as a person at a desk would: with the keyboard.
//
// Browser starts the distribution's Chromium without a window and gives one Page, which is one person at one
// terminal; Another sits a second person beside him, with cookies of his own. A Page fails its test at the first
// thing that goes wrong, and at the end of the test for everything that the browser complained of meanwhile: a
// breach of the content policy, a script error, a missing style sheet. So a journey that ends well also ran clean.
//
// What must always hold: the same server state gives the same picture, byte for byte, on one machine. Hence the
// fixed time zone, language, scale and font rendering, the clock of Clock, and no animation or blinking caret.
// Nothing here loosens the product's content policy: what the harness runs in a page comes by the debugging
// protocol, which stands outside of it.
package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// limit bounds each single step; a machine with both cores busy may be slow.
const limit = 30 * time.Second

// Page is one person's tab. Its methods fail the test instead of returning errors. It is for one goroutine.
type Page struct {
	t   testing.TB
	ctx context.Context // of the tab, lives until the test ends

	mu       sync.Mutex // guards problems: the browser tells them from its own goroutine
	problems []string
}

// Browser starts a browser with an empty profile and returns its first page, at 1440×900, zh-CN, Asia/Shanghai.
// It ends with t. Without Chromium it fails t and says what to install.
func Browser(t testing.TB) *Page {
	t.Helper()
	return browser(t, "chromium")
}

func browser(t testing.TB, program string) *Page {
	t.Helper()
	chromium, err := exec.LookPath(program)
	if err != nil {
		t.Fatal("e2e: Chromium is not installed; run scripts/setup, or install Debian's package chromium")
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(chromium),
		chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.DisableGPU,
		// It runs as root in CI and opens nothing but our own pages.
		chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true),
		// Not one connection beyond loopback.
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,AutofillServerCommunication"),
		chromedp.Flag("metrics-recording-only", true),
		chromedp.Flag("password-store", "basic"),
		// The same picture every time.
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("force-device-scale-factor", "1"),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("disable-lcd-text", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"),
		chromedp.WSURLReadTimeout(60*time.Second),
	)
	t.Cleanup(cancel)
	return open(t, alloc)
}

// Another returns a page of a second person in the same browser, who shares neither cookies nor storage.
func (p *Page) Another() *Page {
	p.t.Helper()
	return open(p.t, p.ctx, chromedp.WithNewBrowserContext())
}

// In binds the page to a subtest, so that its failures are told there, until the subtest ends.
func (p *Page) In(t testing.TB) {
	outer := p.t
	p.t = t
	t.Cleanup(func() { p.t = outer })
}

// open makes a tab below parent and prepares it.
func open(t testing.TB, parent context.Context, opts ...chromedp.ContextOption) *Page {
	t.Helper()
	p := &Page{t: t}
	ctx, cancel := chromedp.NewContext(parent, append(opts, chromedp.WithListener(p.hear))...)
	t.Cleanup(cancel)
	p.ctx = ctx
	// Without a timeout: the life of the browser is bound to the context of its first call.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("e2e: start the browser: %v", err)
	}
	p.do("prepare the page", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		for _, step := range []func() error{
			func() error { _, err := cdp.Call(ctx, tab, audits.Enable, cdp.Empty{}); return err },
			func() error { _, err := cdp.Call(ctx, tab, log.Enable, cdp.Empty{}); return err },
			func() error { _, err := cdp.Call(ctx, tab, network.Enable, network.EnableParams{}); return err },
			func() error {
				_, err := cdp.Call(ctx, tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Shanghai"})
				return err
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}))
	p.Language("zh-CN")
	p.Light()
	p.Size(1440, 900)
	t.Cleanup(func() {
		p.t = t
		for _, problem := range p.Problems() {
			t.Errorf("e2e: %s", problem)
		}
	})
	return p
}

// Size sets the size of the window in CSS pixels.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	p.do("set the size", chromedp.EmulateViewport(width, height))
}

// Language sets what the browser asks for and formats by, such as "zh-CN" or "en", from the next page on.
func (p *Page) Language(tag string) {
	p.t.Helper()
	agent := eval[string](p, "navigator.userAgent")
	call(p, "set the language", emulation.SetUserAgentOverride,
		emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: tag})
	call(p, "set the language", emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: tag})
}

// Light and Night set what the browser says of the room: the preferred colour scheme. Motion is always reduced.
func (p *Page) Light() { p.t.Helper(); p.scheme("light") }

// Night is the counterpart of Light.
func (p *Page) Night() { p.t.Helper(); p.scheme("dark") }

func (p *Page) scheme(name string) {
	p.t.Helper()
	call(p, "set the colour scheme", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: name},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}})
}

// Clock stops the page's own clock at a moment, from the next page on: countdowns stand still.
func (p *Page) Clock(at time.Time) {
	p.t.Helper()
	call(p, "set the clock", page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: fmt.Sprintf(`{
	const Real = Date, fixed = %d;
	Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(fixed); } static now() { return fixed; } };
}`, at.UnixMilli())})
}

// do runs one step on the tab within the limit.
func (p *Page) do(what string, a chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, a); err != nil {
		p.t.Fatalf("e2e: %s: %v", what, err)
	}
}

// call runs one command of the debugging protocol on the tab.
func call[P, R any](p *Page, what string, cmd cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		p.t.Fatalf("e2e: %s: %v", what, err)
	}
	return r
}

// eval runs a script in the page and returns its value; a promise is waited for.
func eval[T any](p *Page, script string) T {
	p.t.Helper()
	v, err := try[T](p, script)
	if err != nil {
		p.t.Fatalf("e2e: run %.80q: %v", script, err)
	}
	return v
}

func try[T any](p *Page, script string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}
