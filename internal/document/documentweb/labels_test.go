package documentweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func TestLabelsOnTheChosenPaper(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "关于报送年度材料的通知", 2)
		page := "/d/" + string(i.ID) + "/labels"
		a := w.Get("officer", page)
		webtest.Clean(w.T, a.Body)
		w.Holds(a, "A4 不干胶 5×13，每枚 38.1×21.2 毫米", "标签打印机，单枚 50×30 毫米", "从第几枚开始")
		if b := w.Get("officer", "/d/"+string(i.ID)); !strings.Contains(b.Body, `href="`+page+`"`) {
			w.T.Error("the document's page does not lead there")
		}
		for _, form := range [][]string{{"paper", "38x21", "first", "65"}, {"paper", "roll-40x25"}, {}} {
			if a := w.Post("officer", page, form...); a.Code != http.StatusOK || a.Header.Get("Content-Type") != "application/pdf" {
				w.T.Errorf("%v: %d %s", form, a.Code, a.Header.Get("Content-Type"))
			}
		}
		for _, form := range [][]string{{"paper", "38x21", "first", "66"}, {"paper", "roll-40x25", "first", "2"}, {"first", "x"}, {"paper", "a"}} {
			a := w.Post("officer", page, form...)
			if a.Code != http.StatusUnprocessableEntity {
				w.T.Errorf("%v: %d", form, a.Code)
			}
			webtest.Clean(w.T, a.Body)
		}
		w.Hidden("clerk_a", page, "/d/ZZZZZZZZZZZZ/labels")
	})
}
