package regulations

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"jiyao/internal/term"
)

type packFile struct {
	ID         string               `yaml:"id"`
	Name       string               `yaml:"name"`
	Mark       string               `yaml:"mark"`
	Title      string               `yaml:"title"`
	Regime     term.Regime          `yaml:"regime"`
	Parts      []part               `yaml:"parts"`
	Posts      map[string]post      `yaml:"posts"`
	Units      map[string]post      `yaml:"units"`
	Parameters map[string]parameter `yaml:"parameters"`
	Speaks     []string             `yaml:"speaks"`
	Fallback   map[string]string    `yaml:"fallback"`
	NoLeave    map[string]string    `yaml:"no_leave"`
	ChainEnd   *struct {
		Post   string `yaml:"post"`
		Clause string `yaml:"clause"`
	} `yaml:"chain_end"`
	AdminsClause   string `yaml:"admins_clause"`
	FallbackClause string `yaml:"fallback_clause"`
}

type part struct {
	ID       string `yaml:"id"`
	Title    string `yaml:"title"`
	Articles []int  `yaml:"articles"`
	Unit     string `yaml:"unit"`
}

type post struct {
	Title   string `yaml:"title"`
	Count   string `yaml:"count"`
	SetUp   string `yaml:"set_up"`
	FallsTo string `yaml:"falls_to"`
}

type parameter struct {
	Default  any      `yaml:"default"`
	Unit     string   `yaml:"unit"`
	Stricter any      `yaml:"stricter"`
	Clause   string   `yaml:"clause"`
	Reading  string   `yaml:"reading"`
	Readings []string `yaml:"readings"`
	Outside  []string `yaml:"outside"`
}

type clausesFile struct {
	Clauses []clause `yaml:"clauses"`
}

type clause struct {
	ID     string   `yaml:"id"`
	Cite   string   `yaml:"cite"`
	Text   string   `yaml:"text"`
	Gloss  string   `yaml:"gloss"`
	How    []string `yaml:"how"`
	Part   string   `yaml:"part"`
	Regime string   `yaml:"regime"`
	Must   []string `yaml:"must"`
	MustZh []string `yaml:"must_zh"`
}

func load[T any](t *testing.T, file string) T {
	t.Helper()
	b, err := FS.ReadFile(file)
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	var v T
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&v); err != nil {
		t.Fatalf("decode %s: %v", file, err)
	}
	return v
}

func clauseIDs(t *testing.T, name string) map[string]clause {
	t.Helper()
	ids := map[string]clause{}
	for _, c := range load[clausesFile](t, name+"/clauses.yaml").Clauses {
		if _, twice := ids[c.ID]; twice {
			t.Errorf("%s: id %s stands twice", name, c.ID)
		}
		ids[c.ID] = c
	}
	return ids
}

// The counts of the source: a clause lost or a letter dropped is seen here.
func TestClausesAreAllThere(t *testing.T) {
	for _, tc := range []struct {
		name, id string
		rows     int
		letters  map[string]int
	}{
		{"bureau", "A1", 26, map[string]int{"E": 17, "S": 8, "R": 17, "T": 5, "X": 3}},
		{"district", "A2", 48, map[string]int{"E": 21, "S": 22, "R": 23, "T": 11, "X": 11}},
		{"county", "B", 39, map[string]int{"E": 22, "S": 14, "R": 21, "T": 5, "X": 8}},
		{"school", "C", 35, map[string]int{"E": 19, "S": 17, "R": 20, "T": 6, "X": 4}},
		{"company", "D", 54, map[string]int{"E": 33, "S": 6, "R": 30, "T": 7, "X": 15}},
		{"base", "L", 31, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ids := clauseIDs(t, tc.name)
			if len(ids) != tc.rows {
				t.Errorf("%d clauses, want %d", len(ids), tc.rows)
			}
			letters := map[string]int{}
			for _, c := range ids {
				for _, l := range c.How {
					letters[l]++
				}
			}
			for _, l := range []string{"E", "S", "R", "T", "X"} {
				if tc.letters != nil && letters[l] != tc.letters[l] {
					t.Errorf("letter %s: %d clauses, want %d", l, letters[l], tc.letters[l])
				}
			}
			if got := load[packFile](t, tc.name+"/pack.yaml").ID; got != tc.id {
				t.Errorf("pack id %q, want %q", got, tc.id)
			}
		})
	}
}

func TestClausesAreWellFormed(t *testing.T) {
	for _, name := range Names {
		pack := load[packFile](t, name+"/pack.yaml")
		for id, c := range clauseIDs(t, name) {
			parsed, err := term.ParseClause(id)
			if err != nil || parsed.Pack() != pack.ID {
				t.Errorf("%s: id %q is no clause of %s: %v", name, id, pack.ID, err)
				continue
			}
			at := slices.IndexFunc(pack.Parts, func(p part) bool { return p.ID == c.Part })
			if at < 0 || !slices.Contains(pack.Parts[at].Articles, parsed.Article()) {
				t.Errorf("%s: part %q does not hold article %d", id, c.Part, parsed.Article())
			}
			for _, s := range append([]string{c.Cite, c.Text, c.Gloss}, c.Must...) {
				if s == "" || s != strings.TrimSpace(s) || !utf8.ValidString(s) || strings.ContainsAny(s, "\t\n\r") {
					t.Errorf("%s: text %q is empty, padded, broken or not UTF-8", id, s)
				}
			}
			if len(c.How) == 0 || len(c.Must) == 0 {
				t.Errorf("%s: no letters or nothing that must happen", id)
			}
			for i, l := range c.How {
				if len(l) != 1 || !strings.Contains("ESRTX", l) || slices.Contains(c.How[:i], l) {
					t.Errorf("%s: letters %v", id, c.How)
				}
			}
		}
	}
}

// A citation is printed on refusals; the five forms of numbering are easily mixed up.
func TestCitationsAreAsPrinted(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"bureau":   {"A1-0": "引言", "A1-3a": "三"},
		"district": {"A2-1": "一", "A2-4.1a": "四、1", "A2-6.8b": "六、8"},
		"county":   {"B-0": "引言", "B-2a": "二", "B-3.3g": "三、(三)", "B-4c": "四"},
		"school":   {"C-1": "第1条", "C-9b": "第9条", "C-10": "第10条"},
		"company":  {"D-1": "第一条", "D-6.7": "第六条(七)", "D-6.8": "第六条末款", "D-11.1": "第十一条(一)", "D-19.2": "第十九条(二)"},
		"base":     {"L-0": "本单位分工", "L-2": "法16, 条例14–15", "L-28": "条例61"},
	} {
		ids := clauseIDs(t, name)
		for id, cite := range want {
			if ids[id].Cite != cite {
				t.Errorf("%s is cited as %q, want %q", id, ids[id].Cite, cite)
			}
		}
	}
}

// Samples of the source, word for word, with a sentence that a careless split would cut.
func TestTextsAreVerbatim(t *testing.T) {
	school, company, county := clauseIDs(t, "school"), clauseIDs(t, "company"), clauseIDs(t, "county")
	if got := school["C-11b"].Text; got != "借阅重要的、带密级的文件,须经办公室主任批准" {
		t.Errorf("C-11b: %q", got)
	}
	if got := county["B-3.1a"].Must; !slices.Equal(got, []string{
		"All four recorded before distribution, the count before any signature",
		"the text fixes no other order",
		"A carrier that misses one cannot be distributed",
		"count ≠ cover list forces a discrepancy note to the sender",
	}) {
		t.Errorf("B-3.1a must: %q", got)
	}
	if got := company["D-17a"].Must; len(got) != 3 || got[1] != "49.99 and 500.01 are refused" {
		t.Errorf("D-17a must: %q", got)
	}
}

func TestPackHeaders(t *testing.T) {
	marks := map[string]string{"base": "国法", "bureau": "甲", "district": "乙", "county": "丙", "school": "丁", "company": "戊"}
	for _, name := range Names {
		p := load[packFile](t, name+"/pack.yaml")
		if p.Name != name || p.Mark != marks[name] || p.Title == "" || !p.Regime.Valid() {
			t.Errorf("%s: name %q, mark %q, title %q, regime %q", name, p.Name, p.Mark, p.Title, p.Regime)
		}
		seen, articles := map[string]bool{}, map[int]bool{}
		for _, part := range p.Parts {
			if part.ID == "" || part.Title == "" || seen[part.ID] || len(part.Articles) == 0 {
				t.Errorf("%s: part %+v", name, part)
			}
			seen[part.ID] = true
			for _, a := range part.Articles {
				if articles[a] {
					t.Errorf("%s: article %d stands in two parts", name, a)
				}
				articles[a] = true
			}
			if _, ok := p.Units[part.Unit]; part.Unit != "" && !ok {
				t.Errorf("%s: part %s: unit %q is not declared", name, part.ID, part.Unit)
			}
		}
		checkPosts(t, name, p)
	}
}

func checkPosts(t *testing.T, name string, p packFile) {
	t.Helper()
	counts := []string{"1", "0+", "1+", "2+", "3+", "each unit", "each device", "optional"}
	for id, post := range p.Posts {
		if post.Title == "" || !slices.Contains(counts, post.Count) || post.SetUp != "" && post.SetUp != "required" {
			t.Errorf("%s: post %s: %+v", name, id, post)
		}
		if _, ok := p.Posts[post.FallsTo]; post.FallsTo != "" && post.FallsTo != "nobody" && !ok {
			t.Errorf("%s: post %s falls to %q, which is no post", name, id, post.FallsTo)
		}
	}
	for act, to := range p.Fallback {
		if _, ok := p.Posts[to]; to != "✗" && !ok {
			t.Errorf("%s: fallback of %s: %q is no post", name, act, to)
		}
		if slices.Contains(p.Speaks, act) {
			t.Errorf("%s: speaks on %s and has a fallback for it", name, act)
		}
	}
	if p.ChainEnd == nil {
		return
	}
	if _, ok := p.Posts[p.ChainEnd.Post]; !ok {
		t.Errorf("%s: chain end %q is no post", name, p.ChainEnd.Post)
	}
	if _, ok := clauseIDs(t, name)[p.ChainEnd.Clause]; !ok {
		t.Errorf("%s: chain end: no clause %q", name, p.ChainEnd.Clause)
	}
}

// No tab, no broken UTF-8 and no byte-order mark in any YAML file of a pack.
// Whoever reads a proven clause of the five reads what must happen in either language.
func TestAProvenClauseSaysWhatMustHappenInBothLanguages(t *testing.T) {
	b, err := fs.ReadFile(FS, "coverage.json")
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Clauses []struct {
			ID     string `json:"id"`
			Proven bool   `json:"proven"`
		} `json:"clauses"`
	}
	if err := json.Unmarshal(b, &report); err != nil {
		t.Fatal(err)
	}
	proven := map[string]bool{}
	for _, c := range report.Clauses {
		proven[c.ID] = c.Proven
	}
	n := 0
	for _, name := range Names {
		for _, c := range clauseIDs(t, name) {
			if n++; proven[c.ID] && (len(c.Must) == 0 || len(c.MustZh) != len(c.Must)) {
				t.Errorf("%s: %d sentences in English, %d in Chinese", c.ID, len(c.Must), len(c.MustZh))
			}
		}
	}
	if n < 202 || len(proven) < 202 {
		t.Errorf("%d clauses, %d reported", n, len(proven))
	}
}

func TestFilesArePlainText(t *testing.T) {
	for _, name := range Names {
		err := fs.WalkDir(FS, name, func(file string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(file) != ".yaml" {
				return err
			}
			b, err := FS.ReadFile(file)
			if err != nil {
				return err
			}
			if !utf8.Valid(b) || bytes.ContainsAny(b, "\t\r") || bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
				t.Errorf("%s: tab, carriage return or broken UTF-8", file)
			}
			return nil
		})
		if err != nil {
			t.Errorf("walk %s: %v", name, err)
		}
	}
}
