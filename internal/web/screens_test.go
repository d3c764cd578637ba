package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/web"
	"jiyao/internal/web/webtest"
)

// writeScreens writes the model pages with their assets beside them, to be opened from the disk.
func writeScreens(t *testing.T, dir, name string, f web.Frame, html string) {
	t.Helper()
	pages := map[string]string{
		name:             html,
		name + "-dialog": webtest.Render(t, f.Tongue, webtest.SampleLaw(), kitchen(f, true)),
		name + "-refusal": webtest.Render(t, f.Tongue, webtest.SampleLaw(),
			web.RefusalPage(web.Frame{Office: "某区办公室", Room: "机要室", Now: webtest.Now}, webtest.ByPost())),
		name + "-404": webtest.Render(t, f.Tongue, webtest.SampleLaw(), web.NotFoundPage(web.Frame{Now: webtest.Now})),
	}
	for _, asset := range []string{"jiyao.css", "jiyao.js", "focus.js", "clock.js", "boards.js", "htmx.min.js"} {
		body, err := os.ReadFile(filepath.Join("assets", asset))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, asset), body, 0o600); err != nil {
			t.Fatal(err)
		}
		for k := range pages {
			pages[k] = strings.ReplaceAll(pages[k], web.AssetURL(asset), asset)
		}
	}
	for k, body := range pages {
		if err := os.WriteFile(filepath.Join(dir, k+".html"), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
