package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The form of the password says what is wrong in its own words, and stays a form when nothing is looked at any more.
func TestThePasswordFormSaysWhatIsWrong(t *testing.T) {
	a, accounts := founded(t)
	get, post := browser(t, a)
	officer := accounts["officer"]
	if status, _ := post("/login", url.Values{"login": {officer.Login}, "password": {officer.Password}, "code": {officer.Codes[0]}}); status != http.StatusSeeOther {
		t.Fatalf("sign in: %d", status)
	}
	if _, page := get("/password"); !strings.Contains(page, `name="password_again"`) {
		t.Fatal("the form has no second field")
	}
	typed := url.Values{"old_password": {"wrong-guess-1"}, "password": {"long-enough-one-2"}, "password_again": {"another-one-3"}}
	status, page := post("/password", typed)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "两次输入的不一样") || !strings.Contains(page, "再输一次新密码") || strings.Contains(page, "重号") {
		t.Errorf("two that differ: %d %s", status, page)
	}
	same := url.Values{"old_password": {officer.Password}, "password": {officer.Password}, "password_again": {officer.Password}}
	if status, page = post("/password", same); status != http.StatusUnprocessableEntity || !strings.Contains(page, "与原来的一样") {
		t.Errorf("the one in use: %d %s", status, page)
	}
	typed.Set("password_again", typed.Get("password"))
	for range 12 {
		if status, page = post("/password", typed); status == http.StatusTooManyRequests {
			break
		}
	}
	if status != http.StatusTooManyRequests || !strings.Contains(page, `name="old_password"`) || !strings.Contains(page, "试得太多") {
		t.Errorf("held up: %d, and the form is gone", status)
	}
}
