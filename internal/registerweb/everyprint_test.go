package registerweb_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

var listed = regexp.MustCompile(`href="(/registers/[^"/?]+)"`)

// TestEveryRegisterPrints prints every register of every model office, for everybody who may: however many columns the adopted
// regulations add up to, a page bears them.
func TestEveryRegisterPrints(t *testing.T) {
	for _, office := range []string{"demo", "bureau", "district", "county", "school", "company"} {
		t.Run(office, func(t *testing.T) {
			w := countertest.Open(t, storetest.DSNs(t)[store.SQLite], office, mount(0))
			if office == "demo" {
				played(w)
			}
			var staff []counter.Staff
			if err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
				staff, err = w.Staff(tx)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			var done []string
			printed := 0
			for _, person := range staff {
				a := w.Get(string(person.ID), "/registers")
				for _, m := range listed.FindAllStringSubmatch(a.Body, -1) {
					if m[1] == "/registers/balance" || slices.Contains(done, m[1]) {
						continue
					}
					done = append(done, m[1])
					name, err := url.PathUnescape(strings.TrimPrefix(m[1], "/registers/"))
					if err != nil {
						t.Fatal(err)
					}
					switch out := w.Post(string(person.ID), m[1]+"/print"); {
					case out.Code == http.StatusForbidden: // a clause lets him read it only
					case out.Code != http.StatusOK, !strings.HasPrefix(out.Body, "%PDF-"):
						t.Errorf("%s printed for %s: %d", name, person.ID, out.Code)
					default:
						printed++
					}
				}
			}
			if t.Logf("%d registers", printed); printed < 12 {
				t.Errorf("only %d registers were printed", printed)
			}
		})
	}
}
