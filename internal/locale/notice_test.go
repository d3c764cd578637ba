package locale

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// What can be wrong with a year's notice is said in both languages, with what calendar tells of it.
func TestEveryFaultOfANoticeHasASentence(t *testing.T) {
	source, err := os.ReadFile("../calendar/year_parse.go")
	if err != nil {
		t.Fatal(err)
	}
	told, n := regexp.MustCompile(`"([a-z]+)", `), 0
	for _, m := range regexp.MustCompile(`p\.fail\(&?\w+, "([a-z_0-9]+)"(.*)`).FindAllStringSubmatch(string(source), -1) {
		n++
		given := []string{"line"}
		for _, a := range told.FindAllStringSubmatch(m[2], -1) {
			given = append(given, a[1])
		}
		for _, tongue := range []Tongue{Zh, En} {
			txt, ok := tongue.catalogue()["field.notice_"+m[1]]
			if !ok {
				t.Errorf("%s: no sentence of %s", tongue, m[1])
			}
			for _, s := range slots(txt) {
				if !slices.Contains(given, s) {
					t.Errorf("%s: %s is not told {%s}", tongue, m[1], s)
				}
			}
		}
	}
	if n < 25 {
		t.Errorf("only %d faults were found", n)
	}
}
