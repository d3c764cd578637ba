package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Whoever holds a piece, or may come to, finds the end of the day on his desk and beside what he holds, and there the list by
// which pieces are called back, with all of his own on it, whether his regulations write lines for it or not.
func TestEverybodyFindsTheEndOfTheDay(t *testing.T) {
	for _, pack := range DemoPacks {
		t.Run("pack "+pack, func(t *testing.T) {
			a, accounts, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, pack)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := a.Close(); err != nil {
					t.Error(err)
				}
			})
			persons, held := 0, 0
			for _, x := range accounts {
				if strings.HasSuffix(x.Role, "_admin") { // they hold nothing
					continue
				}
				persons++
				held += endsHisDay(t, a, x)
			}
			if persons < 5 || held == 0 {
				t.Errorf("%d persons were looked at, who hold %d pieces: too few to say anything", persons, held)
			}
		})
	}
}

// endsHisDay looks at the end of the day of one person, and says how many pieces he has.
func endsHisDay(t *testing.T, a *App, x Account) int {
	t.Helper()
	get, post := browser(t, a)
	if status, _ := post("/login", url.Values{"login": {x.Login}, "password": {x.Password}, "code": {x.Codes[0]}}); status != http.StatusSeeOther {
		t.Fatalf("%s signs in: %d", x.Login, status)
	}
	for _, page := range []string{"/today", "/holdings"} {
		if status, text := get(page); status != http.StatusOK || !strings.Contains(text, `href="/sign-off`) {
			t.Errorf("%s: %s answers %d, or does not lead to the end of the day", x.Login, page, status)
		}
	}
	status, text := get("/sign-off")
	if status != http.StatusOK || !strings.Contains(text, `id="still-out"`) || !strings.Contains(text, `id="day-end-form"`) {
		t.Errorf("%s: the end of the day answers %d, or lacks the list to call back by, or the form", x.Login, status)
	}
	for _, id := range heldBy(t, a, x.Person) {
		if !strings.Contains(text, `href="/c/`+string(id)+`"`) {
			t.Errorf("%s: %s is with him, and not on the list to call back by", x.Login, id)
		}
	}
	return len(heldBy(t, a, x.Person))
}

func heldBy(t *testing.T, a *App, who term.PersonID) (out []term.CopyID) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		list, err := custody.Copies.Select(tx, "WHERE holder = $1 AND state = 'held'", string(who))
		for _, c := range list {
			out = append(out, c.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
