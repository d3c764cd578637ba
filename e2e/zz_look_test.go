package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/app"
	"jiyao/internal/calendar"
)

// LOOK="pack;login:/path=name,/path=name;login:..." go test -run ZZLook ./e2e
func TestZZLook(t *testing.T) {
	spec := os.Getenv("LOOK")
	if spec == "" {
		t.Skip()
	}
	pack, rest, _ := strings.Cut(spec, ";")
	clock := calendar.NewSet(morning)
	a, accounts, err := app.Demo(t.Context(), app.Options{Data: filepath.Join(t.TempDir(), "data"), Clock: clock, Log: quiet, Quiet: true}, pack)
	if err != nil {
		t.Fatal(err)
	}
	o := served(t, a, clock)
	o.give(accounts)
	first := Browser(t)
	for _, who := range strings.Split(rest, ";") {
		login, paths, _ := strings.Cut(who, ":")
		p := first.Another()
		o.signIn(p, login)
		for _, x := range strings.Split(paths, ",") {
			path, name, _ := strings.Cut(x, "=")
			for _, step := range strings.Split(path, ">") {
				if strings.HasPrefix(step, "/") {
					o.open(p, step)
				} else {
					p.Opens(func() { eval[any](p, `document.querySelector(`+quote(step)+`).click()`) })
				}
			}
			for _, w := range []int64{1440, 390} {
				p.Size(w, 900)
				p.settle()
				if err := os.WriteFile("/tmp/h/E/shots/"+name+"-"+map[int64]string{1440: "w", 390: "n"}[w]+".png", p.picture(), 0o644); err != nil {
					t.Fatal(err)
				}
				p.NoOverflow()
			}
			p.Size(1440, 900)
		}
	}
}
