package term

import "testing"

func TestReceiptNumbersAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string][2]int{
		"机收〔2026〕0417": {2026, 417}, "机收[2026]0417号": {2026, 417}, "机收（2025）12": {2025, 12}, "2026-417": {2026, 417}, "２０２６－４１７": {2026, 417},
		"0417": {2024, 417}, " 7 ": {2024, 7},
		"": {}, "0": {}, "机收": {}, "26-417": {}, "2026-417-1": {}, "-1": {2024, 1}, "JY26-0417-03-K": {}, "12345678": {}, "某发〔2026〕5号": {}, "abc": {},
	} {
		year, no, err := ParseReceiptNumber(text, 2024)
		if (err == nil) != (want[1] != 0) || err == nil && (year != want[0] || no != want[1]) {
			t.Errorf("%q: %d %d %v, want %v", text, year, no, err, want)
		}
		if err == nil && ReceiptNumber(year, no) == "" {
			t.Errorf("%q has no spelling", text)
		}
	}
}
