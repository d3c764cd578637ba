package web_test

import (
	"os"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"jiyao/internal/locale"
	"jiyao/internal/web"
	"jiyao/internal/web/webtest"
)

func kitchen(f web.Frame, dialog bool) templ.Component {
	inside := webtest.Kitchen()
	if dialog {
		inside = webtest.KitchenDialog()
	}
	return web.Within(web.Page(f), inside)
}

// TestEveryPartOnOnePage renders all parts in both languages and both colours and looks the page over.
// JIYAO_SCREENS names a folder that receives the pages for screenshots.
func TestEveryPartOnOnePage(t *testing.T) {
	for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
		for _, theme := range []string{"day", "night"} {
			f := webtest.Frame()
			f.Tongue, f.Theme = tongue, theme
			html := webtest.Render(t, tongue, webtest.SampleLaw(), kitchen(f, false))
			webtest.Clean(t, html)
			if len(html) > 60_000 {
				t.Errorf("page of every part has %d bytes, want at most 60,000", len(html))
			}
			for _, want := range []string{`lang="` + tongue.HTML() + `"`, `data-theme="` + theme + `"`, `<title>机要</title>`,
				`href="/rules/county/B-3.3g"`, `class="mark lv4"`, `>绝密★30年<`, `"historyCacheSize&#34;:0`} {
				if !strings.Contains(html, want) && !strings.Contains(html, strings.ReplaceAll(want, `"historyCacheSize&#34;`, `&#34;historyCacheSize&#34;`)) {
					t.Errorf("%s %s: page lacks %s", tongue, theme, want)
				}
			}
			if dir := os.Getenv("JIYAO_SCREENS"); dir != "" {
				writeScreens(t, dir, string(tongue)+"-"+theme, f, html)
			}
		}
	}
}
