package term

import "testing"

// The star is the state's alone (domain reference §1, §3).
func TestTheStarIsTheStatesAlone(t *testing.T) {
	for _, c := range []struct {
		regime Regime
		level  Level
		period string
		want   string
	}{
		{RegimeState, Mimi, "10年", "秘密★10年"},
		{RegimeState, Juemi, "", "绝密"},
		{RegimeCompany, Mimi, "5年", "公司秘密 5年"},
		{RegimeCompany, Juemi, "", "公司绝密"},
		{RegimeCompany, Neibu, "", "内部"},
		{RegimeState, Neibu, "3年", "内部 3年"},
		{RegimeWork, Mimi, "1年", "秘密 1年"},
		{"", Jimi, "10年", "机密★10年"},
	} {
		if got := c.regime.Mark(c.level, c.period); got != c.want {
			t.Errorf("%s of %s for %q: %s, want %s", c.level, c.regime, c.period, got, c.want)
		}
	}
}
