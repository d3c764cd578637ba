package registerweb_test

import (
	"net/http"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/webtest"
)

func TestTheAccountOfAllPieces(t *testing.T) {
	each(t, 0, func(s scene) {
		now := s.Get("officer", "/registers/balance")
		webtest.Clean(s.T, now.Body)
		s.Holds(now, "账实相符。", "共 4 份，每一份都有下落。", "未收回的送阅登记", "!不符。")
		s.Holds(s.Get("officer", "/registers"), `href="/registers/balance"`)
		before := s.Get("officer", "/registers/balance?day=2026-03-01")
		s.Holds(before, "2026年3月1日的账", "共 0 份，每一份都有下落。")
		s.Do("officer", "custody.report_missing", map[string]any{"copy": s.first.Copies[1]})
		s.Holds(s.Get("officer", "/registers/balance"), "各本登记相符，但有 1 份报失，下落不明。", "共 4 份，除报失的 1 份以外", "!每一份都有下落。<", "!账实相符。")
		given := s.Registered("0099", term.Neibu, "某事项的安排", 1)
		s.Do("officer", "meeting.disclose", map[string]any{"items": given.Copies, "recipient": "某公司"})
		s.Holds(s.Get("officer", "/registers/balance"), "提供在外", "未收回的对外提供", "!不符。")
		for day, says := range map[string]string{"2026-03-99": "日期", "2030-01-01": "时间还没有到"} {
			if a := s.Get("officer", "/registers/balance?day="+day); a.Code != http.StatusUnprocessableEntity {
				s.T.Errorf("%s: %d", day, a.Code)
			} else {
				s.Holds(a, says)
			}
		}
		for _, who := range []string{"leader_a", "clerk_a", "role:sys_admin"} {
			s.Hidden(who, "/registers/balance", page("没有这一本"))
		}
	})
}
