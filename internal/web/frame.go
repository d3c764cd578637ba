package web

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/locale"
	"jiyao/internal/term"
)

// Frame is everything around the text of a page. The title of the browser window is always 机要 and no field
// here can change it: what a window is called ends up in screenshots, histories and task bars.
type Frame struct {
	Tongue locale.Tongue
	Theme  string    // day or night
	Large  bool      // leader pages and reader: 20 px
	Now    time.Time // server time; countdowns start from it
	Path   string    // where the page can be fetched again (GET); for the change of language

	Office string // 某区办公室
	Room   string // 机要室
	Rail   []RailGroup
	Tabs   []RailEntry // phone: at most five; empty means none
	Ways   []RailEntry // where else he may go, on a page without rail and tabs
	Ledger LedgerStatus

	Person Person
	Report Link      // where anybody reports what he saw; offered by the help of every page
	Zone   term.Zone // the network as declared, beside the green dot; empty shows nothing

	Banner  *Note     // full width, above everything: broken ledger, sealed
	Notice  *Note     // above the text of this page: the outcome of the last act
	Toast   string    // a short sentence already made
	NoScan  bool      // no scan box in the top bar (the page has its own .bigscan)
	Scripts []string  // further scripts beside the core: boards.js
	Key     []KeyHelp // keys of this page, for the help dialog
}

// RailGroup is one heading of the rail with its entries.
type RailGroup struct {
	Label   string // locale key
	Entries []RailEntry
}

// RailEntry is one line of the rail or one phone tab.
type RailEntry struct {
	Icon    string
	Href    string
	Label   string // locale key
	Count   string // 8, 87%; empty shows none
	Hot     bool   // something is due
	Current bool
}

// Person is who is signed in. The zero value is nobody.
type Person struct {
	Name string
	Post string
	Href string
}

// Avatar is the first character of the name.
func (p Person) Avatar() string {
	for _, r := range p.Name {
		return string(r)
	}
	return ""
}

// LedgerStatus is the foot of the rail.
type LedgerStatus struct {
	Edition  string    // 2026 年第 2 版
	Verified time.Time // last good verification; zero means never
	Broken   bool
	Href     string // empty for those who may not open the ledger
}

// Note is a boxed sentence. Kind is "" (ochre), ok or no; Icon defaults to the kind's.
type Note struct {
	Kind string
	Icon string
	Lead string // bold beginning; sentence already made
	Text string
	Link Link
}

func (n Note) icon() string {
	switch {
	case n.Icon != "":
		return n.Icon
	case n.Kind == "ok":
		return "circle-check"
	}
	return "alert-circle"
}

// After is a sentence that stands behind another one, with the space between them that Latin script wants.
func After(lead, text string) string {
	if lead == "" || text == "" || lead[len(lead)-1] >= 0x80 || text[0] >= 0x80 {
		return text
	}
	return " " + text
}

// Capital is a word of the catalogue where a button or a line begins with it.
func Capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// Link is an anchor; the zero value is none. Label is a sentence already made.
type Link struct {
	Href, Label, Icon, Key string
}

// KeyHelp is one line of the help dialog.
type KeyHelp struct{ Key, Label string }

// keysUsed collects the keys that work on one page.
type keysUsed []KeyHelp

// Keyed has the help of the page list a key that is drawn on it; the first of a name stands.
func Keyed(ctx context.Context, key, label string) {
	used := viewOf(ctx).keys
	if used == nil || key == "" || slices.ContainsFunc(*used, func(k KeyHelp) bool { return k.Key == key }) {
		return
	}
	*used = append(*used, KeyHelp{key, label})
}

// keys are those of the page that is drawn by now, function keys first.
func (f Frame) keys(ctx context.Context) []KeyHelp {
	out := slices.Clone(f.Key)
	if used := viewOf(ctx).keys; used != nil {
		out = append(out, *used...)
	}
	slices.SortStableFunc(out, func(a, b KeyHelp) int { return strings.Compare(b.Key[:1], a.Key[:1])*2 + strings.Compare(a.Key, b.Key) })
	return out
}

// Page is the whole chrome: rail, top bar with the scan box, phone tabs, then the children as the main text.
// With no rail it becomes the leader's page: a top bar with the office and wide text.
func Page(f Frame) templ.Component { return framed(f, page(f)) }

// Bare is a document without chrome; the children bring their own <main id="main">.
func Bare(f Frame) templ.Component { return framed(f, bare(f)) }

// Notice is a narrow page without rail: refusals, states, errors.
func Notice(f Frame) templ.Component { return framed(f, notice(f)) }

// framed sets up the collector of icons and the frame's own language before the document renders.
func framed(f Frame, c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		v := viewOf(ctx)
		v.icons, v.keys = iconsUsed{}, &keysUsed{}
		if f.Tongue != "" {
			v.tongue = f.Tongue
		}
		if !f.Now.IsZero() {
			v.now = f.Now
		}
		return c.Render(withView(ctx, v), w)
	})
}

func (f Frame) theme() string {
	if f.Theme == "night" {
		return "night"
	}
	return "day"
}

func (f Frame) backPath() string {
	if strings.HasPrefix(f.Path, "/") {
		return f.Path
	}
	return "/"
}

// htmxConfig is the content of the htmx-config meta element: no snapshots of pages in browser storage, no
// eval, nothing from elsewhere, and answers that are not "done" are shown where the answer itself says.
func htmxConfig() string {
	b, err := json.Marshal(map[string]any{
		"historyCacheSize": 0, "refreshOnHistoryMiss": true, "includeIndicatorStyles": false,
		"allowEval": false, "allowScriptTags": false, "selfRequestsOnly": true, "defaultSwapStyle": "outerHTML",
		"timeout": 20000, "responseHandling": []map[string]any{
			{"code": "204", "swap": false}, {"code": "[23]..", "swap": true},
			{"code": "[45]..", "swap": true, "error": true},
		},
	})
	if err != nil {
		return "{}" // a map of constants always encodes
	}
	return string(b)
}

func ledgerWords(ctx context.Context, l LedgerStatus) string {
	switch {
	case l.Broken:
		return T(ctx, "frame.ledger_broken")
	case l.Verified.IsZero():
		return T(ctx, "frame.ledger_unchecked")
	}
	return T(ctx, "frame.ledger_ok", "time", Tongue(ctx).Clock(l.Verified))
}

func personHref(p Person) string {
	if p.Href == "" {
		return "/me"
	}
	return p.Href
}
