package locale

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiyao/internal/term"
)

func slots(t text) []string {
	var out []string
	for _, p := range t {
		if p.slot != "" {
			out = append(out, p.slot)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Two acts of one name cannot be told apart where one is chosen.
func TestNoTwoActsAreCalledAlike(t *testing.T) {
	for _, tongue := range []Tongue{Zh, En} {
		called := map[string]string{}
		for key := range tongue.catalogue() {
			if !strings.HasPrefix(key, "act.") {
				continue
			}
			name := tongue.T(key)
			if other, taken := called[name]; taken {
				t.Errorf("%s: %s and %s are both called %q", tongue, other, key, name)
			}
			called[name] = key
		}
	}
}

// TestLanguagesSayTheSame holds both catalogues to the same keys and the same slots.
func TestLanguagesSayTheSame(t *testing.T) {
	if len(catalogues.zh) < 100 {
		t.Fatalf("Chinese catalogue has %d texts: not loaded", len(catalogues.zh))
	}
	for key, zh := range catalogues.zh {
		en, ok := catalogues.en[key]
		if !ok {
			t.Errorf("%s: no English", key)
		} else if !slices.Equal(slots(zh), slots(en)) {
			t.Errorf("%s: slots %v in Chinese, %v in English", key, slots(zh), slots(en))
		}
	}
	for key := range catalogues.en {
		if _, ok := catalogues.zh[key]; !ok {
			t.Errorf("%s: no Chinese", key)
		}
	}
}

var (
	askedFor = regexp.MustCompile(`(?:\bT\(|\.T\(|\.Has\()(?:ctx, |[a-z]+\.Context\(\), )?"([a-z0-9_]+\.[a-z0-9_.]*)"`)
	anyText  = regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_]*)+)"`)
)

// sources are all Go and templ files of the program without tests and generated code.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			name := d.Name()
			source := strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go") &&
				!strings.HasSuffix(name, "_templ.go") && !strings.HasSuffix(name, "_test.go")
			if d.IsDir() || !source {
				return nil
			}
			body, err := os.ReadFile(path)
			out[path] = string(body)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestEveryTextIsAskedFor finds texts that no source names. A family whose last part is chosen at run time is
// named by its beginning with the dot ("field.").
func TestEveryTextIsAskedFor(t *testing.T) {
	named, families := map[string]bool{}, map[string]bool{}
	for _, body := range sources(t) {
		for _, m := range anyText.FindAllStringSubmatch(body, -1) {
			if strings.HasSuffix(m[1], ".") {
				families[m[1]] = true
			} else {
				named[m[1]] = true
			}
		}
	}
	for key := range catalogues.zh {
		if named[key] {
			continue
		}
		inFamily := false
		for i := range len(key) {
			if key[i] == '.' && families[key[:i+1]] {
				inFamily = true
			}
		}
		if !inFamily {
			t.Errorf("%s: nothing uses it", key)
		}
	}
}

// TestEveryKeyAskedForIsThere finds keys in the sources that are not in the catalogue.
func TestEveryKeyAskedForIsThere(t *testing.T) {
	n := 0
	for path, body := range sources(t) {
		if strings.HasPrefix(path, filepath.Join("..", "..", "internal", "locale")+string(filepath.Separator)+"locale.go") {
			continue // its examples are in comments
		}
		for _, m := range askedFor.FindAllStringSubmatch(body, -1) {
			if strings.HasSuffix(m[1], ".") {
				continue
			}
			n++
			if !Zh.Has(m[1]) {
				t.Errorf("%s asks for %s, which is not in the catalogue", path, m[1])
			}
		}
	}
	if n < 50 {
		t.Errorf("found only %d keys in the sources: the pattern no longer fits", n)
	}
}

func TestTextsAreFilled(t *testing.T) {
	for _, c := range []struct {
		tongue Tongue
		key    string
		args   []any
		want   string
	}{
		{Zh, "refusal.nobody", nil, "任何人都不能批准。"},
		{"", "refusal.nobody", nil, "任何人都不能批准。"},
		{En, "duration.hours_minutes", []any{"h", 1, "m", "29"}, "1 h 29 min"},
		{Zh, "duration.hours_minutes", []any{"m", 29, "h", 1}, "1 小时 29 分"},
		{Zh, "duration.hours_minutes", []any{"h", 1}, "1 小时 ⟨m⟩ 分"},
		{Zh, "duration.hours_minutes", []any{"h", 1, "m"}, "1 小时 ⟨m⟩ 分"},
		{En, "invalid.title", []any{"n", 1}, "1 entry is wrong; nothing has been changed."},
		{En, "invalid.title", []any{"n", 2}, "2 entries are wrong; nothing has been changed."},
		{Zh, "no.such_key", []any{"a", 1}, "⟨no.such_key⟩"},
		{Zh, "refusal.asked", []any{"asked", "{post}"}, "申请：{post}"},
	} {
		if got := c.tongue.T(c.key, c.args...); got != c.want {
			t.Errorf("%s.T(%s, %v) = %q, want %q", c.tongue, c.key, c.args, got, c.want)
		}
	}
}

func TestFaultyCataloguesAreRefused(t *testing.T) {
	for what, body := range map[string]string{
		"empty text": "a.b: ''", "a list": "a.b: [x]", "nested": "a:\n  b: x", "a number": "a.b: 1", "yes": "a.b: true",
		"twice": "a.b: x\na.b: y", "bare key": "ab: x", "upper case": "A.b: x", "open slot": "a.b: '{x'", "stray brace": "a.b: 'x}'",
		"slot with space": "a.b: '{x y}'", "two words": "a.b: '{x|y}'", "a list at the top": "- x", "nothing": "",
	} {
		fsys := fstest.MapFS{"zh/x.yaml": {Data: []byte(body)}}
		if _, err := load(fsys, "zh"); err == nil {
			t.Errorf("%s: %q was taken", what, body)
		}
	}
	two := fstest.MapFS{"zh/x.yaml": {Data: []byte("a.b: x")}, "zh/y.yaml": {Data: []byte("a.b: y")}}
	if _, err := load(two, "zh"); err == nil {
		t.Error("a key in two files was taken")
	}
}

func TestTimes(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return x.UTC() // the zone of the value must not matter
	}
	now := at("2026-11-23 09:31")
	for _, c := range []struct{ what, got, want string }{
		{"zh date", Zh.Date(now), "2026年11月23日"},
		{"zh date and time", Zh.DateTime(now), "2026年11月23日 09:31"},
		{"zh day", Zh.Day(now), "11月23日 星期一"},
		{"zh sunday", Zh.Day(at("2026-11-22 00:00")), "11月22日 星期日"},
		{"en date and time", En.DateTime(now), "2026-11-23 09:31"},
		{"en day", En.Day(now), "2026-11-23 Monday"},
		{"just after midnight", Zh.Date(at("2026-11-23 00:01")), "2026年11月23日"},
		{"a deadline at midnight", Zh.Until(at("2026-12-03 00:00")), "2026年12月2日 24:00"},
		{"a deadline in the day", Zh.Until(at("2026-12-03 17:30")), "2026年12月3日 17:30"},
		{"no deadline", Zh.Until(time.Time{}) + En.Deadline(time.Time{}, now), "——"},
		{"the end of today", Zh.Deadline(at("2026-11-24 00:00"), now), "今天 24:00"},
		{"the end of a day", Zh.Deadline(at("2026-12-03 00:00"), now), "12月2日 24:00"},
		{"en end of a day", En.Deadline(at("2027-01-01 00:00"), now), "2026-12-31 24:00"},
		{"en deadline in the day", En.Deadline(at("2026-11-23 17:30"), now), "today 17:30"},
		{"zero", Zh.DateTime(time.Time{}), "—"},
		{"today", Zh.Moment(at("2026-11-23 00:00"), now), "今天 00:00"},
		{"yesterday", Zh.Moment(at("2026-11-22 23:59"), now), "昨天 23:59"},
		{"tomorrow", Zh.Moment(at("2026-11-24 08:30"), now), "明天 08:30"},
		{"this year", Zh.Moment(at("2026-11-19 11:20"), now), "11月19日 11:20"},
		{"last year", Zh.Moment(at("2025-11-19 11:20"), now), "2025年11月19日 11:20"},
		{"en this year", En.Moment(at("2026-11-19 11:20"), now), "2026-11-19 11:20"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{89 * time.Minute, "剩 1 小时 29 分"}, {0, "剩 不到 1 分"}, {59 * time.Second, "剩 不到 1 分"}, {41 * time.Minute, "剩 41 分"},
		{-(15*time.Hour + 31*time.Minute + 59*time.Second), "逾期 15 小时 31 分"}, {2 * time.Hour, "剩 2 小时"},
		{52 * time.Hour, "剩 2 天 4 小时"}, {48 * time.Hour, "剩 2 天"}, {13*24*time.Hour + 5*time.Hour, "剩 13 天"},
		{24*time.Hour - time.Minute, "剩 23 小时 59 分"},
	} {
		if got := Zh.Left(c.d); got != c.want {
			t.Errorf("Left(%s) = %q, want %q", c.d, got, c.want)
		}
	}
	if got := En.Left(-89 * time.Minute); got != "1 h 29 min overdue" {
		t.Errorf("English: %q", got)
	}
}

func TestLevelsStayChinese(t *testing.T) {
	for _, l := range term.Levels() {
		if got := Zh.Level(l); got != string(l) {
			t.Errorf("zh %s: %q", l, got)
		}
		if got := En.Level(l); !strings.HasPrefix(got, string(l)+" ") {
			t.Errorf("en %s: %q, want the Chinese and a gloss", l, got)
		}
	}
	if got := En.Level(""); got != "—" {
		t.Errorf("no level: %q", got)
	}
	for _, u := range []string{"特提", "特急", "加急", "平急", "一般"} {
		if Zh.Urgency(u) != u || !strings.HasPrefix(En.Urgency(u), u+" ") {
			t.Errorf("%s: %q, %q", u, Zh.Urgency(u), En.Urgency(u))
		}
	}
	if _, ok := ParseTongue("zh-CN"); ok {
		t.Error("zh-CN is no value of the cookie")
	}
}
