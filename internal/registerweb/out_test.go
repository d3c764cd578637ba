package registerweb_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// What is not ready at once is made behind a page that says how far it has come, and can be fetched by its maker alone.
func TestALongPrintIsFetchedLater(t *testing.T) {
	countertest.Each(t, "demo", patient(0, time.Nanosecond), func(w *countertest.World) {
		s := played(w)
		for out, kind := range map[string]string{"/print": "application/pdf", "/export": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
			a := s.Post("officer", page("收文登记簿")+out, "when", "2026")
			place := a.Header.Get("Location")
			if a.Code == http.StatusOK { // it was quicker than a nanosecond
				continue
			}
			if a.Code != http.StatusSeeOther || !strings.Contains(place, "/made") {
				s.T.Fatalf("%s: %d %q", out, a.Code, place)
			}
			var ready countertest.Answer
			for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
				if ready = s.Get("officer", place); !strings.Contains(ready.Body, "正在制作") {
					break
				}
				webtest.Clean(s.T, ready.Body)
				s.Holds(ready, `hx-get="`+place+`"`, "查看最新进度")
				if time.Since(began) > time.Minute {
					s.T.Fatal("it is never ready")
				}
			}
			webtest.Clean(s.T, ready.Body)
			s.Holds(ready, "已制作完成，共 3 行", place+"/1", "!"+topCode)
			file := s.Get("officer", place+"/1")
			if file.Code != http.StatusOK || file.Header.Get("Content-Type") != kind || len(file.Body) < 1000 {
				s.T.Errorf("%s: %d %s, %d bytes", out, file.Code, file.Header.Get("Content-Type"), len(file.Body))
			}
			s.Hidden("office_director", place, "/registers/none/made") // he sees the register, and asked for no print of it
			s.Hidden("leader_a", place+"/1", "/registers/none/made/1")
			for _, bad := range []string{"/0", "/2", "/x"} {
				if a := s.Get("officer", place+bad); a.Code != http.StatusNotFound {
					s.T.Errorf("%s: %d", bad, a.Code)
				}
			}
		}
		if n := len(s.entries("document.print")) + len(s.entries("document.export")); n != 2 {
			s.T.Errorf("%d entries, want one of each", n)
		}
	})
}
