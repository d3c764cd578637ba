package app_test

import (
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"jiyao/internal/act"
	"jiyao/internal/app"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// packFiles are the files of a pack with what stands under each of their keys.
var packFiles = map[string]map[string]reflect.Type{
	"clauses.yaml":      {"clauses": reflect.TypeFor[regulation.Clause]()},
	"functions.yaml":    {"functions": reflect.TypeFor[regulation.Function]()},
	"approvals.yaml":    {"approvals": reflect.TypeFor[regulation.Approval]()},
	"visibility.yaml":   {"visibility": reflect.TypeFor[regulation.Visibility]()},
	"obligations.yaml":  {"obligations": reflect.TypeFor[regulation.Obligation](), "watches": reflect.TypeFor[regulation.Watch]()},
	"records.yaml":      {"records": reflect.TypeFor[regulation.Record](), "lists": reflect.TypeFor[regulation.List]()},
	"checklists.yaml":   {"checklists": reflect.TypeFor[regulation.Checklist]()},
	"consequences.yaml": {"reactions": reflect.TypeFor[regulation.Reaction]()},
}

// site is one plain word in a file of a pack.
type site struct {
	file      string
	line, col int
	key       string // Struct.key
	is        string
	word      string
	unit      string // of a parameter
}

// collector finds the sites, and the keys that there are.
type collector struct {
	file  string
	sites []site
	keys  map[string]string // Struct.key → is
}

func (c *collector) keysOf(t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[regulation.Value]() {
		return
	}
	for _, f := range reflect.VisibleFields(t) {
		if key := f.Tag.Get("yaml"); key != "" && key != "-" {
			if _, seen := c.keys[t.Name()+"."+key]; seen {
				return
			}
			c.keys[t.Name()+"."+key] = f.Tag.Get("is")
			c.keysOf(f.Type)
		}
	}
}

func (c *collector) visit(n *yaml.Node, t reflect.Type, key, is, unit string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		c.sites = append(c.sites, site{c.file, n.Line, n.Column, key, is, n.Value, unit})
	case n.Kind == yaml.SequenceNode:
		inner := t
		if t.Kind() == reflect.Slice {
			inner = t.Elem()
		}
		for _, e := range n.Content {
			c.visit(e, inner, key, is, unit)
		}
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[regulation.Value]():
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "unit" {
				unit = n.Content[i+1].Value
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			for _, f := range reflect.VisibleFields(t) {
				if f.Tag.Get("yaml") == n.Content[i].Value {
					c.visit(n.Content[i+1], f.Type, t.Name()+"."+n.Content[i].Value, f.Tag.Get("is"), unit)
				}
			}
		}
	default: // a map
		of, to, pair := strings.Cut(is, "=")
		for i := 0; i+1 < len(n.Content); i += 2 {
			switch {
			case t.Kind() == reflect.Map && pair:
				c.visit(n.Content[i], reflect.TypeFor[string](), key, of, unit)
				c.visit(n.Content[i+1], t.Elem(), key, to, unit)
			case t.Kind() == reflect.Map:
				c.visit(n.Content[i+1], t.Elem(), key, is, unit)
			default: // the words of a value, by its keys
				c.visit(n.Content[i], t, key, is, unit)
				c.visit(n.Content[i+1], t, key, is, unit)
			}
		}
	}
}

// sitesOf collects every word of a pack.
func sitesOf(t *testing.T, c *collector, pack string) {
	t.Helper()
	read := func(name string) *yaml.Node {
		b, err := regulations.FS.ReadFile(pack + "/" + name)
		var n yaml.Node
		if err != nil || yaml.Unmarshal(b, &n) != nil || len(n.Content) == 0 {
			return nil
		}
		c.file = pack + "/" + name
		return n.Content[0]
	}
	if n := read("pack.yaml"); n != nil {
		c.visit(n, reflect.TypeFor[regulation.Header](), "", "", "")
	}
	for name, keys := range packFiles {
		n := read(name)
		for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
			c.visit(n.Content[i+1], reflect.SliceOf(keys[n.Content[i].Value]), "", "", "")
		}
	}
}

// lawFiles is a copy of base and a pack without their proofs.
func lawFiles(t *testing.T, pack string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	for _, name := range []string{"base", pack} {
		files, err := fs.ReadDir(regulations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.IsDir() || f.Name() == "office.yaml" {
				continue
			}
			b, err := regulations.FS.ReadFile(name + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			m[name+"/"+f.Name()] = &fstest.MapFile{Data: b}
		}
	}
	return m
}

// misspelt is the file with a letter too much at the end of one word.
func misspelt(t *testing.T, text []byte, s site) []byte {
	t.Helper()
	lines := strings.Split(string(text), "\n")
	at := lines[s.line-1]
	runes := []rune(at)
	before, after := string(runes[:s.col-1]), string(runes[s.col-1:])
	if !strings.Contains(after, s.word) {
		t.Fatalf("%s:%d: %q is not found", s.file, s.line, s.word)
	}
	lines[s.line-1] = before + strings.Replace(after, s.word, s.word+"q", 1)
	return []byte(strings.Join(lines, "\n"))
}

// openUnits are units of parameters whose words are the office's own.
var openUnits = []string{"equipment", "pairs of administrators in one hand", "days before", "%"}

var number = regexp.MustCompile(`^\d+$`)

// refers reports whether a word names something that has to be there.
func (s site) refers() bool {
	switch {
	case s.is == "text", s.is == "own", s.word == "":
		return false
	case s.is == "", s.is == "value" && number.MatchString(s.word): // a number, yes or no
		return false
	case s.is == "value" && (slices.Contains(openUnits, s.unit) || s.word == "none"):
		return false
	case s.key == "Parameter.outside": // values that no list has are left out of one
		return false
	}
	return true
}

// A typo in any key of any file of a pack is answered with the file, the line and what is expected.
func TestTyposOfEveryKey(t *testing.T) {
	t.Parallel()
	all := &collector{keys: map[string]string{}}
	all.keysOf(reflect.TypeFor[regulation.Header]())
	for _, keys := range packFiles {
		for _, kind := range keys {
			all.keysOf(kind)
		}
	}
	tried := map[string]bool{}
	for _, c := range rarities {
		tried[c.key] = true
	}
	for _, pack := range regulations.Names {
		c := &collector{}
		sitesOf(t, c, pack)
		here := map[string]int{}
		for _, s := range c.sites {
			kind := s.key + " " + s.is + " " + s.unit
			if !s.refers() || here[kind] > 0 {
				continue
			}
			here[kind]++
			tried[s.key] = true
			m := lawFiles(t, pack)
			m[s.file].Data = misspelt(t, m[s.file].Data, s)
			_, err := app.CheckRegulations(m)
			place := fmt.Sprintf("%s:%d: ", s.file, s.line)
			switch {
			case err == nil:
				t.Errorf("%s%s %qq loads", place, s.key, s.word)
			case !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), "expected"):
				t.Errorf("%s%s %qq is answered %v", place, s.key, s.word, err)
			}
		}
	}
	for key, is := range all.keys {
		if is != "" && is != "text" && is != "own" && !tried[key] && !strings.HasPrefix(key, "Parameter.outside") {
			t.Errorf("%s (%s) is tried in no pack", key, is)
		}
	}
}

// rarities are typos in keys that no pack uses yet, in rules, and inside conditions: from is replaced, and bad is the word on
// whose line the answer must point.
var rarities = []struct{ key, file, from, to, bad string }{
	{"Checklist.clause", "school/checklists.yaml", "    who: officer", "    clause: C-8q", "C-8q"},
	{"Checklist.signed_by", "school/checklists.yaml", "    who: officer", "    signed_by: [officerq]", "officerq"},
	{"Checklist.gate", "school/checklists.yaml", "    who: officer", "    gate: [custody.sign_offq]", "sign_offq"},
	{"ChecklistLine.answer", "school/checklists.yaml", "clause: C-8a}", "answer: textq, clause: C-8a}", "textq"},
	{"FindingEffect.fix_by", "school/checklists.yaml", "{owner: officer,", "{fix_by: end of dayq, owner: officer,", "dayq"},
	{"Effect.after", "school/consequences.yaml", "{flag: skipped}", "{flag: skipped, after: 1 hq}", "hq"},
	{"Approval.default", "base/approvals.yaml", "posts: [office_director]", "posts: [unnamed]\n    default: directorq", "directorq"},
	{"Approval.before", "base/approvals.yaml", "posts: [office_director]", "posts: [office_director]\n    before: sent_atq", "sent_atq"},
	{"ListValue.needs", "school/records.yaml", `leak: "no", notify`, `leak: "no", needs: [placeq], notify`, "placeq"},
	{"Need.one_of", "school/records.yaml", "{field: read_at}", "{field: read_at, one_of: [yesq]}", "yesq"},
	{"Function.when", "school/functions.yaml", "clause: C-2c}", "when: unclearq, clause: C-2c}", "unclearq"},
	{"Function.remedy", "school/functions.yaml", "clause: C-2c}", "remedy: forceq, clause: C-2c}", "forceq"},
	{"Watch.letter", "school/obligations.yaml", "    holds:", "    letter: Q\n    holds:", "letter: Q"},
	{"Watch.for_more_than", "school/obligations.yaml", "    holds:", "    for_more_than: 5 minq\n    holds:", "minq"},
	{"Opening.watch", "school/obligations.yaml", "opens: [{on: custody.send}]", "opens: [{watch: cabinetq}]", "cabinetq"},

	{"@clause", "school/rules.cedar", `@clause("C-6a")`, `@clause("C-6q")`, "C-6q"},
	{"@remedy", "school/rules.cedar", `@remedy("office_director")`, `@remedy("office_directorq")`, "directorq"},
	{"@step", "school/rules.cedar", `@step("custody.place")`, `@step("custody.placeq")`, "placeq"},
	{"@letter", "school/rules.cedar", `@letter("S")`, `@letter("Q")`, `@letter("Q")`},
	{"an act", "school/rules.cedar", `action == Action::"custody.leave_open"`, `action == Action::"custody.leave_opn"`, "leave_opn"},
	{"an act of several", "school/rules.cedar", `Action::"circulation.stop_add"`, `Action::"circulation.stop_ad"`, "stop_ad"},
	{"a step done", "school/rules.cedar", `contains("opine")`, `contains("opnie")`, "opnie"},
	{"a role of signers", "school/rules.cedar", `contains("receiver")`, `contains("receiverq")`, "receiverq"},
	{"a post", "school/rules.cedar", `contains("school/office_director")`, `contains("school/ofice_director")`, "ofice"},
	{"a pack of a post", "school/rules.cedar", `contains("school/office_director")`, `contains("schol/office_director")`, "schol/"},
	{"a level", "base/rules.cedar", `level == "绝密"`, `level == "绝蜜"`, "绝蜜"},
	{"a channel", "base/rules.cedar", `channel == "designated_person"`, `channel == "designatedq_person"`, "designatedq"},
	{"a mark", "base/rules.cedar", `mark_state != "marked"`, `mark_state != "markd"`, "markd"},
	{"a zone", "base/rules.cedar", `zone != "classified"`, `zone != "clasified"`, "clasified"},
	{"a safeguard", "base/rules.cedar", `["audit_log",`, `["audit_lgo",`, "audit_lgo"},
	{"a kind of case", "base/obligations.yaml", `kind == "loss"`, `kind == "los"`, `"los"`},
	{"a level of a duty", "base/obligations.yaml", `level == "绝密"`, `level == "绝蜜"`, "绝蜜"},
	{"a parameter of a duty", "base/obligations.yaml", "$refer_days", "$refer_day", "$refer_day"},
	{"a recorded time", "base/obligations.yaml", "record discovered_at", "record discovered_atq", "discovered_atq"},
	{"a post in a list", "school/obligations.yaml", `contains("school/school_leader")`, `contains("school/school_leder")`, "leder"},
	{"an urgency", "school/obligations.yaml", `urgency == "特急"`, `urgency == "特級"`, "特級"},
	{"a sheet", "district/obligations.yaml", `sheet == "discipline"`, `sheet == "disciplin"`, `"disciplin"`},
	{"a fact of a watch", "school/obligations.yaml", "place_locked || holder_signed", "place_loked || holder_signed", "place_loked"},
	{"a parameter of a register", "base/records.yaml", "$known_from.rank", "$known_form.rank", "known_form"},
}

func TestTyposOfRareKeysAndConditions(t *testing.T) {
	t.Parallel()
	for _, c := range rarities {
		pack, _, _ := strings.Cut(c.file, "/")
		m := lawFiles(t, pack)
		text := string(m[c.file].Data)
		if !strings.Contains(text, c.from) {
			t.Errorf("%s: %s does not contain %q", c.key, c.file, c.from)
			continue
		}
		text = strings.Replace(text, c.from, c.to, 1)
		m[c.file].Data = []byte(text)
		place := fmt.Sprintf("%s:%d: ", c.file, 1+strings.Count(text[:strings.Index(text, c.bad)], "\n"))
		_, err := app.CheckRegulations(m)
		switch {
		case err == nil:
			t.Errorf("%s: %s%s loads", c.key, place, c.to)
		case !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), "expected"):
			t.Errorf("%s: %s%s is answered %v", c.key, place, c.to, err)
		}
	}
}

// Every key of a pack that holds words says what they name.
func TestEveryKeySaysWhatItNames(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(k reflect.Type) {
		for k.Kind() == reflect.Pointer || k.Kind() == reflect.Slice || k.Kind() == reflect.Map {
			k = k.Elem()
		}
		if k.Kind() != reflect.Struct || seen[k] || k == reflect.TypeFor[regulation.Value]() {
			return
		}
		seen[k] = true
		for _, f := range reflect.VisibleFields(k) {
			key := f.Tag.Get("yaml")
			if key == "" || key == "-" {
				continue
			}
			walk(f.Type)
			inner := f.Type
			for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map || inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			words := inner.Kind() == reflect.String || inner.Kind() == reflect.Interface || inner == reflect.TypeFor[regulation.Value]()
			if words && f.Tag.Get("is") == "" {
				t.Errorf("%s.%s has no tag is", k.Name(), key)
			}
		}
	}
	walk(reflect.TypeFor[regulation.Header]())
	for _, keys := range packFiles {
		for _, kind := range keys {
			walk(kind)
		}
	}
}

// The names that packs may use are those of the catalogue and those to come, no more: an act that is built is taken up, and
// one that nobody may do is not there.
func TestNamesAreTheCatalogues(t *testing.T) {
	base, err := regulation.Load(regulations.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	known := regulation.KnownActs()
	for _, name := range act.Catalogue() {
		if !slices.Contains(known, name) {
			t.Errorf("%s is in the program and not in names.txt", name)
		}
	}
	vocabulary, err := act.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for name, words := range vocabulary {
		for fact := range words.Facts {
			if !slices.Contains(regulation.KnownFacts(), fact) {
				t.Errorf("%s of %s is not in facts.txt", fact, name)
			}
		}
	}
	lines := map[string]bool{}
	for _, f := range base.Functions {
		lines[f.Act] = true
	}
	for _, name := range known {
		if !lines[name] {
			t.Errorf("%s is in names.txt and has no line in the table of functions", name)
		}
	}
}
