package registerweb_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jiyao/internal/app/appregisters"
	"jiyao/internal/registerweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/job"
)

// narrow are the books as a reader of one item would see them, opened by whoever may open registers.
type narrow struct {
	appregisters.Books
	as counter.Viewer
}

func (n *narrow) Lines(tx *store.Tx, v counter.Viewer, source string, w store.Window) ([]registerweb.Line, store.Place, error) {
	if n.as.Actor.Person != "" {
		v.Actor, v.Sight = n.as.Actor, n.as.Sight
	}
	return n.Books.Lines(tx, v, source, w)
}

// Lines that a viewer may not see are in no register of his: not on the page, not in the file, not on paper, not among what is
// counted there, and in no further page.
func TestHiddenLinesAreCountedNowhere(t *testing.T) {
	var books *narrow
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		books = &narrow{Books: appregisters.Books{Office: w.Office}}
		registerweb.Routes(w.Server, registerweb.Deps{Counter: c, Books: books, Jobs: &job.Jobs{Now: w.Clock.Now}, Patience: time.Minute})
	}, func(w *countertest.World) {
		s := played(w)
		for _, name := range []string{"收文登记簿", "载体台账"} {
			for _, who := range []struct {
				name string
				sees bool
			}{{"", true}, {"leader_a", false}} {
				books.as = counter.Viewer{}
				if who.name != "" {
					books.as = s.sightOf(who.name)
				}
				view := s.Get("officer", page(name))
				rows := sheetOf(s.T, s.Post("officer", page(name)+"/export"))
				text := printed(s.T, s.Post("officer", page(name)+"/print"), "register-narrow")
				flat := strings.Join(strings.Fields(text), "")
				onPaper := strings.Contains(flat, "登记重了")
				inFile := false
				for _, row := range rows {
					inFile = inFile || strings.Contains(row[0], "0002") || strings.Contains(row[0], "0003")
				}
				onPage := strings.Contains(view.Body, "〔2026〕0002") || strings.Contains(view.Body, "〔2026〕0003")
				if view.Code != http.StatusOK || onPage != who.sees || inFile != who.sees || onPaper != who.sees {
					s.T.Errorf("%s as %q: on the page %v, in the file %v, on paper %v, want %v", name, who.name, onPage, inFile, onPaper, who.sees)
				}
				lines := map[string]map[bool]string{"收文登记簿": {true: "共3行", false: "共1行"}, "载体台账": {true: "共4行", false: "共2行"}}[name][who.sees]
				if !strings.Contains(flat, lines) || !strings.Contains(flat, "第1页，共") {
					s.T.Errorf("%s as %q: the print does not say %s: %.300s", name, who.name, lines, flat)
				}
				if !who.sees && (strings.Contains(flat, "绝密★") || strings.Contains(view.Body, "绝密★") || strings.Contains(view.Body, `rel="next"`)) {
					s.T.Errorf("%s: the mark or the pages tell of a hidden line", name)
				}
			}
		}
	})
}

// sightOf is somebody with what he may see.
func (s scene) sightOf(who string) (v counter.Viewer) {
	s.T.Helper()
	v.Actor = countertest.By(term.PersonID(who))
	err := s.DB.Read(s.T.Context(), func(tx *store.Tx) error {
		law, err := s.Office.Law(tx, s.Clock.Now())
		if err != nil {
			return err
		}
		people, err := s.Office.Directory(tx, s.Clock.Now())
		if err != nil {
			return err
		}
		v.Sight, err = law.Sight(people.Posts(v.Actor.Person), false)
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return v
}
