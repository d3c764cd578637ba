package circulationweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// Who has given a copy back is out of it: its clock is the next reader's. It is put back into what can hold it.
func TestACopyThatIsBackIsTheNextReaders(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		item := w.Circulating("1", term.Mimi, "甲事项", 1, "leader", "head_a")
		w.HandedTo(item.Copies[0], "leader")
		page := "/circulation/" + string(item.Round)
		_, dialog, _ := strings.Cut(w.Get("officer", page).Body, `id="back-`)
		choice, _, _ := strings.Cut(dialog, "</select>")
		w.Holds(countertest.Answer{Code: http.StatusOK, Body: choice}, "1号柜", "1号保险柜", "!办公桌", "!办公室")
		read := w.Post("leader", "/approvals/"+between(w.T, w.Get("leader", "/approvals").Body, `action="/approvals/`, "/")+"/read", "_how", "pin", "_secret", countertest.Right)
		if read.Code != http.StatusSeeOther {
			w.T.Fatalf("read: %d %s", read.Code, read.Body)
		}
		a := w.Post("officer", page+"/back", "copy", string(item.Copies[0]), "copies_back", "1", "pages_back", "12", "attachments_back", "2", "checked", "yes", "cabinet", "cabinet-1",
			"giver_how", "pin", "giver_secret", countertest.Right, "receiver_how", "pin", "receiver_secret", countertest.Right)
		if got := a.Header.Get("Set-Cookie"); a.Code != http.StatusSeeOther || !strings.Contains(got, "done.circulation.back|") {
			w.T.Fatalf("taken back whole: %d %s", a.Code, got)
		}
		w.HandedTo(item.Copies[0], "head_a")
		rows := strings.Split(w.Get("officer", page).Body, "<tr")
		for i, due := range map[int]bool{2: false, 3: true} {
			if got := strings.Contains(rows[i], `class="due`); got != due {
				w.T.Errorf("line %d of the readers counts down: %t\n%s", i-1, got, rows[i])
			}
		}
	})
}
