package disposalweb_test

import (
	"net/http"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// nextYear is when what was finished goes to the archive.
func nextYear(w *countertest.World) {
	w.T.Helper()
	if err := w.Clock.To(time.Date(2027, 1, 4, 9, 0, 0, 0, calendar.Zone)); err != nil {
		w.T.Fatal(err)
	}
}

// What keeps the year's archive list open is named, as far as who closes it may know of it: the first few of many.
func TestWhatKeepsAListOpenIsNamed(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
	}, func(w *countertest.World) {
		finished := func(number, title string, copies int) countertest.Item {
			i := w.Registered(number, term.Neibu, title, copies)
			w.Opined(i, term.Neibu, "officer")
			w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办理", "disposition": "archive"})
			return i
		}
		i := finished("0001", "关于一件事的通知", 1)
		list := goes(w, "officer", disposalweb.ArchivePath, "kind", "archive", "year", "2026")
		other := finished("0002", "关于另一件事的通知", 9)
		third := finished("0003", "关于又一件事的通知", 2)
		goes(w, "officer", list+"/count", "copies", string(i.Copies[0]))
		goes(w, "office_director", list+"/approve", signed("own")...)
		nextYear(w)
		end := append([]string{"at", "2027-01-04", "second_person", "archivist"}, signed("first", "second")...)
		refused := w.Post("officer", list+"/close", end...)
		want(w, refused, http.StatusForbidden, "这些件还没有办完", label(w, other.Copies[0]), `href="/c/`+string(third.Copies[0]), "!"+label(w, third.Copies[1]), "机收〔2026〕0002", "还没有列入清单", "这里列出前 10 件")
		// The archivist signs for the list and may not know of what is not on it.
		refused = w.Post("archivist", list+"/close", append([]string{"at", "2027-01-04", "first_person", "officer"}, signed("first", "second")...)...)
		want(w, refused, http.StatusForbidden, "!"+label(w, other.Copies[0]), "!关于另一件事的通知", "!0002")
	})
}
