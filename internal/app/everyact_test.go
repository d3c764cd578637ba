package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// pageless are the acts that persons do and no page names, each with the reason.
var pageless = map[string]string{
	"circulation.stop_skip": "nobody may ever: it is there to be asked for and refused", "custody.leave_open": "likewise",
	"identity.switch_off": "likewise", "custody.pass_on": "likewise",
	"custody.read": "one reads for himself through the API; at the counter the officer records it with custody.consult",

	"people.adopt": "no page yet: the office file and the command line", "people.amend_parameter": "likewise", "people.read_regulation": "likewise",
	"duty.clean":            "the room of duty has no pages yet",
	"document.acknowledge":  "the page of a copy acknowledges with custody.acknowledge",
	"approval.request":      "spelled by the counter (Try.Asks) for the pages that ask",
	"identity.set_password": "the gate itself", "identity.sign_in": "the gate itself",
}

// Every act that persons do is named by a page, or stands on a short list that says why not.
func TestEveryActOfPersonsHasAPage(t *testing.T) {
	var pages strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		if room := filepath.Base(filepath.Dir(path)); strings.HasSuffix(room, "web") && (strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".templ")) {
			b, err := os.ReadFile(path)
			pages.Write(b)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	base, err := regulation.Load(regulations.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	persons := map[string]bool{}
	for _, f := range base.Functions {
		persons[f.Act] = len(f.Posts) > 0
	}
	checked := 0
	for _, name := range act.Catalogue() {
		if !persons[name] {
			continue
		}
		checked++
		has := strings.Contains(pages.String(), `"`+name+`"`)
		switch _, excused := pageless[name]; {
		case !has && !excused:
			t.Errorf("%s: no page names it", name)
		case has && excused:
			t.Errorf("%s: a page names it; take it off the list", name)
		}
	}
	if checked < 80 {
		t.Errorf("only %d acts were looked at", checked)
	}
}
