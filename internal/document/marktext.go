package document

import (
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// asMarked holds level and period of a line against the mark that was typed beside them (秘密★10年, 公司秘密 10年): both are copied from
// the same paper. A mark may say more than the law allows, since it is the issuer's; it cannot say something else than the
// line. What a mark does not say, or says in words of its own, is held against nothing.
func asMarked(cmd Register) (out []refuse.FieldError) {
	printed, period, said := strings.Cut(plain(cmd.MarkText), "★")
	if company, ok := strings.CutPrefix(printed, companyMark); ok && !said && cmd.Level.Classified() { // what is no secret here may bear a company's mark
		for _, l := range term.Levels() {
			if rest, ok := strings.CutPrefix(company, string(l)); ok {
				printed, period, said = string(l), strings.Trim(rest, "·,:()-"), true
			}
		}
	}
	if !said {
		return nil
	}
	if level := term.Level(printed); level.Valid() && cmd.Level != "" && level != cmd.Level && !cmd.Unclear {
		out = append(out, refuse.FieldError{Field: "level", Code: "not_as_marked"})
	}
	start := calendar.Date{Year: 2026, Month: 1, Day: 1} // any: only whether two lengths are one
	marked, err := ParsePeriod(period, start)
	typed, err2 := ParsePeriod(cmd.Period, start)
	if err != nil || err2 != nil || period == "" || strings.TrimSpace(cmd.Period) == "" {
		return out
	}
	same := marked == typed
	if marked.IsZero() && typed.IsZero() {
		same = period == plain(cmd.Period)
	}
	if !same {
		out = append(out, refuse.FieldError{Field: "period", Code: "not_as_marked"})
	}
	return out
}
