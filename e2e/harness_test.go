package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// policy is the product's own content policy.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// site is a tiny office: one good page, and pages each bad in one way.
var site = map[string]string{
	"/good": `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>今日</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/style.css"><script src="/good.js" defer></script></head>
<body><main><h1>今日</h1><p id="clock"></p><p id="scheme">day</p><form action="/good" method="get"><label for="title">标题</label>
<input id="title" name="title"><button id="send">登记</button></form><p id="sent"></p></main></body></html>`,
	"/good.js": `document.getElementById('clock').textContent = new Date().toString() + ' ' + Date.now() + ' ' + new Date().toLocaleDateString();
document.getElementById('sent').textContent = new URLSearchParams(location.search).get('title') || 'nothing';
if (matchMedia('(prefers-color-scheme: dark)').matches) document.getElementById('scheme').textContent = 'night';
document.addEventListener('keydown', e => { if (e.altKey && e.key === '1') document.getElementById('sent').textContent = 'Alt and 1'; });
fetch('/refused');`,
	"/style.css": `body { color: #111; background: #fff; } .wide { width: 1000px; } input:focus { outline: 2px solid #00f; } @media (max-width: 500px) { h1 { font-size: 1.2em; } }`,
	"/inline":    `<!doctype html><html lang="en"><title>x</title><body onload="x()"><main><h1>x</h1><p style="color:red">inline</p></main><script>1</script></html>`,
	"/error":     `<!doctype html><html lang="en"><title>x</title><main><h1>x</h1></main><script src="/throw.js"></script><img alt="none" src="/none.png"></html>`,
	"/throw.js":  `console.error('said', 'loudly'); alert('hello'); throw new Error('thrown');`,
	"/deaf":      `<!doctype html><html lang="en"><title>x</title><main><h1>x</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input></main></html>`,
	"/wide": `<!doctype html><html lang="en"><title>x</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">
<main><h1>x</h1><div class="wide" id="sticks-out">wide</div></main></html>`,
	"/blank": `<!doctype html><html lang="en"><title>x</title></html>`,
}

func serve(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		body, ok := site[r.URL.Path]
		switch {
		case r.URL.Path == "/language":
			body = "<!doctype html><title>x</title><p>" + r.Header.Get("Accept-Language") + "</p>"
		case r.URL.Path == "/cookie":
			if c, err := r.Cookie("who"); err == nil {
				body = "<!doctype html><title>x</title><p>you are " + c.Value + "</p>"
			} else {
				http.SetCookie(w, &http.Cookie{Name: "who", Value: "officer"})
				body = "<!doctype html><title>x</title><p>new here</p>"
			}
		case r.URL.Path == "/refused":
			w.WriteHeader(http.StatusForbidden)
			body = "<!doctype html><title>x</title><p>refused</p>"
		case !ok:
			http.NotFound(w, r)
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, ".js"):
			w.Header().Set("Content-Type", "text/javascript")
		case strings.HasSuffix(r.URL.Path, ".css"):
			w.Header().Set("Content-Type", "text/css")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		_, _ = fmt.Fprint(w, body) // a browser that went away
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestAPersonAtTheKeyboard(t *testing.T) {
	url, p := serve(t), Browser(t)
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))
	p.Clock(at)
	p.Goto(url + "/good")
	p.See(fmt.Sprintf("Mon Nov 23 2026 09:30:00 GMT+0800 (中国标准时间) %d 2026/11/23", at.UnixMilli()))
	p.See("day")
	p.Fill("#title", "a first title")
	p.Fill("#title", "关于 2026 年 (No. 7) 的通知")
	if got := p.Value("#title"); got != "关于 2026 年 (No. 7) 的通知" {
		t.Errorf("the field holds %q", got)
	}
	p.Opens(func() { p.Enter("#send") })
	if got := p.Text("#sent"); got != "关于 2026 年 (No. 7) 的通知" {
		t.Errorf("the server got %q", got)
	}
	p.Press("Alt+1")
	p.See("Alt and 1")
	p.Gone("No. 7")
	p.Axe()
	p.NoOverflow()
	t.Setenv("JIYAO_SCREENS", "") // this picture is not for keeping
	p.Shot("harness")
	p.Night()
	p.Goto(url + "/good")
	p.See("night")
	p.Has("main > h1")
	if p.Text(".none") != "" || p.Value(".none") != "" || !strings.HasSuffix(p.URL(), "/good") || !strings.Contains(p.Source(), `id="send"`) {
		t.Error("text, value, address or source are wrong")
	}
	p.Goto(url + "/refused") // a refusal is an answer: it fails nothing
	p.See("refused")
}

func TestPersonsAndLanguages(t *testing.T) {
	url, p := serve(t), Browser(t)
	p.Goto(url + "/language")
	p.See("zh-CN")
	p.Language("en")
	p.Goto(url + "/language")
	p.See("en")
	p.Gone("zh")
	p.Goto(url + "/cookie")
	p.See("new here")
	q := p.Another()
	q.Goto(url + "/cookie")
	q.See("new here")
	p.Goto(url + "/cookie")
	p.See("you are officer")
}

// Each bad page must fail its test, with words that lead to the fault.
func TestWhatIsWrongFails(t *testing.T) {
	url, p := serve(t), Browser(t)
	for _, c := range []struct {
		path string
		do   func(p *Page)
		want []string
	}{
		{"/inline", drain, []string{"content policy: script-src-elem", "content policy: style-src-attr", "content policy: script-src-attr"}},
		{"/error", drain, []string{"console: said loudly", "dialog: hello", "script error: Uncaught Error: thrown", "/none.png: status 404"}},
		{"/deaf", (*Page).Axe, []string{"image-alt", "label (critical)"}},
		{"/wide", func(p *Page) { p.Shot("wide") }, []string{"page is 1008 wide in a window of 390", "sticks-out"}},
		{"/blank", func(p *Page) { p.Shot("blank") }, []string{"picture blank at 1440", "of one colour"}},
		{"/good", func(p *Page) { p.TabTo("#nowhere") }, []string{"never reached #nowhere"}},
		{"/good", func(p *Page) { p.Shot("Bad Name") }, []string{"cannot be called"}},
		{"/good", func(p *Page) { p.Press("Hyper") }, []string{"no key"}},
	} {
		t.Run(strings.TrimPrefix(c.path, "/"), func(t *testing.T) {
			got := failures(t, func(tb testing.TB) {
				p.In(tb)
				p.Goto(url + c.path)
				c.do(p)
			})
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("no complaint has %q in it:\n%s", want, got)
				}
			}
		})
	}
}

// drain reports what the browser complains of until it has been quiet for a while: it tells of some breaches when it is idle.
func drain(p *Page) {
	for heard := time.Now(); time.Since(heard) < 500*time.Millisecond; time.Sleep(20 * time.Millisecond) {
		for _, problem := range p.Problems() {
			p.t.Error(problem)
			heard = time.Now()
		}
	}
}

// The page's own end looks for complaints nobody asked for.
func TestComplaintsFailTheTestAtItsEnd(t *testing.T) {
	url := serve(t)
	got := failures(t, func(tb testing.TB) { Browser(tb).Goto(url + "/inline") })
	if !strings.Contains(got, "content policy") {
		t.Errorf("the test ended well: %q", got)
	}
}

func TestWithoutChromiumTheTestFailsPlainly(t *testing.T) {
	got := failures(t, func(tb testing.TB) { browser(tb, "no-such-chromium") })
	if !strings.Contains(got, "Chromium is not installed; run scripts/setup") {
		t.Errorf("got %q", got)
	}
}

func TestASamePictureTwice(t *testing.T) {
	url, p := serve(t), Browser(t)
	p.Clock(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))
	var taken [2][]byte
	for i := range taken {
		p.Goto(url + "/good")
		p.TabTo("#title") // a caret that would blink
		p.settle()
		taken[i] = p.picture()
	}
	if !bytes.Equal(taken[0], taken[1]) {
		t.Error("the same page gave two pictures")
	}
	if img, err := png.Decode(bytes.NewReader(taken[0])); err != nil || img.Bounds().Dx() != 1440 || img.Bounds().Dy() < 900 {
		t.Errorf("the picture is %v, %v", img.Bounds(), err)
	}
}

func TestABlankPictureIsNotWorthLooking(t *testing.T) {
	var blank bytes.Buffer
	if err := png.Encode(&blank, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	if worthLooking(blank.Bytes()) == nil || worthLooking([]byte("no picture")) == nil {
		t.Error("let through")
	}
}

// failures runs f as a test of its own and returns what it failed with.
func failures(t *testing.T, f func(testing.TB)) string {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.said, "\n")
}

// recorder is a test that keeps its failures to itself.
type recorder struct {
	testing.TB
	cleanups []func()
	mu       sync.Mutex
	said     []string
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Error(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

func TestAKeptPictureIsTheSamePicture(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	img.Pix[7] = 200
	var picture bytes.Buffer
	if err := png.Encode(&picture, img); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "docs", "screens")
	if err := keep(dir, "x-1440.png", picture.Bytes()); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "x-1440.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	got, err := png.Decode(f)
	if err != nil || got.Bounds() != img.Bounds() || color.GrayModel.Convert(got.At(7, 0)) != img.At(7, 0) {
		t.Errorf("kept %v, %v", got, err)
	}
}
