package app

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jiyao/regulations"
)

var (
	tagOf   = regexp.MustCompile(`(?s)<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>`)
	classes = regexp.MustCompile(`\bclass="([^"]*)"`)
	spoken  = regexp.MustCompile(`\s(?:title|placeholder|aria-label|alt|data-k)="([^"]*)"`)
	latin   = regexp.MustCompile(`[A-Za-z0-9_.@/%-]+`)
	rawWord = regexp.MustCompile(`^[a-z][a-z0-9]*([_./][a-z0-9]+)*$`)
	void    = map[string]bool{"input": true, "br": true, "hr": true, "link": true, "meta": true, "img": true}
)

// plainWords are the Latin words that a Chinese page does say.
var plainWords = map[string]bool{"jiyao": true, "xlsx": true, "csv": true, "backup": true, "restore": true}

// rawWords finds the names of the program that a page in Chinese shows to its reader. What is written to be copied (code,
// keys, hashes, names of accounts: code, kbd, .mono, .hash) is none.
func rawWords(page string) (out []string) {
	_, page, isPage := strings.Cut(page, "<!doctype html")
	if !isPage {
		return nil // a stylesheet, a file
	}
	copied := 0     // how deep inside of what is written to be copied
	var open []bool // of the elements around: whether each is such
	tell := func(text string) {
		text = strings.TrimSpace(html.UnescapeString(text))
		for _, w := range latin.FindAllString(text, -1) {
			if rawWord.MatchString(w) && !plainWords[w] {
				out = append(out, w+" in "+text)
			}
		}
	}
	last := 0
	for _, at := range tagOf.FindAllStringSubmatchIndex(page, -1) {
		if copied == 0 {
			tell(page[last:at[0]])
		}
		last = at[1]
		name, attrs := strings.ToLower(page[at[4]:at[5]]), page[at[6]:at[7]]
		if page[at[2]:at[3]] == "/" {
			if n := len(open); n > 0 {
				if open[n-1] {
					copied--
				}
				open = open[:n-1]
			}
			continue
		}
		for _, m := range spoken.FindAllStringSubmatch(attrs, -1) {
			tell(m[1])
		}
		if void[name] || strings.HasSuffix(attrs, "/") {
			continue
		}
		is := slices.Contains([]string{"script", "style", "svg", "code", "kbd"}, name)
		if m := classes.FindStringSubmatch(attrs); m != nil {
			is = is || slices.ContainsFunc(strings.Fields(m[1]), func(c string) bool { return c == "mono" || c == "hash" })
		}
		if open = append(open, is); is {
			copied++
		}
	}
	return out
}

// clausePaths are the pages of every regulation and of every clause.
func clausePaths(t *testing.T) (out []string) {
	t.Helper()
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regulations.Names {
		out = append(out, "/rules/"+name)
	}
	for _, c := range all {
		out = append(out, c.URL())
	}
	return out
}

func TestRawWordsAreFound(t *testing.T) {
	const page = `<!doctype html><p class="b mono">officer <a>a_b</a></p><p>错在 oral_disclosure：<kbd>esc</kbd></p><input placeholder="label"><td data-k="q">R-7K2Q，10 MB，机密★10年</td>`
	if got := strings.Join(rawWords(page), "|"); got != "oral_disclosure in 错在 oral_disclosure：|label in label|q in q" {
		t.Errorf("%s", got)
	}
}
