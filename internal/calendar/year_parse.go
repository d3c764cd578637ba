package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds of a yearly notice; the longest one so far has seven holidays and a dozen lines.
const (
	maxYearFile = 64 << 10
	maxHolidays = 40
	maxSpanDays = 31 // one "from to"
	maxOffDays  = 150
	maxWorkDays = 60
	maxNames    = 8
	maxNotes    = 40
	maxName     = 60   // bytes
	maxProse    = 1000 // bytes of source or of one note
	firstYear   = 2000
	lastYear    = 2199
)

// ParseYear reads one year's notice:
//
//	year: 2026
//	source: where it was taken from
//	holidays:
//	  - {name: 春节, also: [Spring Festival], off: [2026-02-15 to 2026-02-23]}
//	work: [2026-02-14, 2026-02-28]
//	notes: [a remark]
//
// Dates lie in that year or, since a notice may begin before New Year, in December of the year before.
// The error is a *DataError that names file (as given in name), line and what is wrong.
func ParseYear(name string, b []byte) (Year, error) {
	p := &yearReader{file: name, off: map[Date]int{}, worked: map[Date]int{}, names: map[string]int{}}
	root, err := p.document(b)
	if err != nil {
		return Year{}, err
	}
	keys, err := p.mapping(root, "year", "source", "holidays", "work", "notes")
	if err != nil {
		return Year{}, err
	}
	for _, must := range []string{"year", "source", "holidays"} {
		if keys[must] == nil {
			return Year{}, p.fail(root, "key_missing", "key", must)
		}
	}
	// The year comes first whatever the order in the file: every date is checked against it.
	for _, step := range []func(map[string]*yaml.Node) error{p.readYear, p.readHolidays, p.readWork, p.readNotes} {
		if err := step(keys); err != nil {
			return Year{}, err
		}
	}
	return p.year, nil
}

// yearReader carries what was read so far; the maps remember the line of each date and name.
type yearReader struct {
	file        string
	year        Year
	off, worked map[Date]int
	names       map[string]int
}

// fail says what is wrong at n; more are pairs of a name and a value.
func (p *yearReader) fail(n *yaml.Node, code string, more ...any) error {
	e := &DataError{File: p.file, Code: code, Args: map[string]string{}}
	if n != nil {
		e.Line = n.Line
	}
	for i := 0; i+1 < len(more); i += 2 {
		e.Args[fmt.Sprint(more[i])] = fmt.Sprint(more[i+1])
	}
	return e
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// document decodes exactly one YAML document without aliases and returns its root.
func (p *yearReader) document(b []byte) (*yaml.Node, error) {
	if len(b) > maxYearFile {
		return nil, p.fail(nil, "too_big", "max", maxYearFile)
	}
	if !utf8.Valid(b) {
		return nil, p.fail(nil, "not_utf8")
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, p.fail(nil, "empty")
		}
		var at yaml.Node
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			at.Line, _ = digits(m[1])
		}
		return nil, p.fail(&at, "not_yaml")
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, p.fail(&more, "one_document")
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, p.fail(&doc, "one_document")
	}
	return doc.Content[0], nil
}

// mapping returns the values of a mapping that has only the given keys, each once.
func (p *yearReader) mapping(n *yaml.Node, known ...string) (map[string]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode || n.Anchor != "" {
		return nil, p.fail(n, "mapping", "keys", strings.Join(known, ", "))
	}
	out := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || !slices.Contains(known, key.Value) {
			return nil, p.fail(key, "key_unknown", "keys", strings.Join(known, ", "), "found", shown(key.Value))
		}
		if out[key.Value] != nil {
			return nil, p.fail(key, "key_twice", "key", key.Value)
		}
		out[key.Value] = value
	}
	return out, nil
}

func (p *yearReader) list(n *yaml.Node, low, high int) ([]*yaml.Node, error) {
	if n.Kind != yaml.SequenceNode || n.Anchor != "" || len(n.Content) < low || len(n.Content) > high {
		return nil, p.fail(n, "list", "min", low, "max", high)
	}
	return n.Content, nil
}

// text reads a scalar as it is written: one line, no control characters, no space at the ends.
func (p *yearReader) text(n *yaml.Node, limit int) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" {
		return "", p.fail(n, "text", "max", limit)
	}
	s := n.Value
	odd := strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) })
	if s == "" || n.Tag == "!!null" || len(s) > limit || odd || strings.TrimSpace(s) != s {
		return "", p.fail(n, "text", "max", limit)
	}
	return s, nil
}

func (p *yearReader) readYear(keys map[string]*yaml.Node) error {
	n := keys["year"]
	y, ok := digits(n.Value)
	if n.Kind != yaml.ScalarNode || !ok || y < firstYear || y > lastYear || len(n.Value) != 4 {
		return p.fail(n, "year", "min", firstYear, "max", lastYear)
	}
	source, err := p.text(keys["source"], maxProse)
	if err != nil {
		return err
	}
	p.year.number, p.year.source = y, source
	return nil
}

func (p *yearReader) readHolidays(keys map[string]*yaml.Node) error {
	items, err := p.list(keys["holidays"], 1, maxHolidays)
	if err != nil {
		return err
	}
	for _, item := range items {
		h, err := p.holiday(item)
		if err != nil {
			return err
		}
		p.year.holidays = append(p.year.holidays, h)
	}
	return nil
}

func (p *yearReader) holiday(n *yaml.Node) (Holiday, error) {
	keys, err := p.mapping(n, "name", "also", "off")
	if err != nil {
		return Holiday{}, err
	}
	if keys["name"] == nil || keys["off"] == nil {
		return Holiday{}, p.fail(n, "holiday")
	}
	var h Holiday
	if h.Name, err = p.name(keys["name"]); err != nil {
		return Holiday{}, err
	}
	if keys["also"] != nil {
		others, err := p.list(keys["also"], 1, maxNames)
		if err != nil {
			return Holiday{}, err
		}
		for _, o := range others {
			other, err := p.name(o)
			if err != nil {
				return Holiday{}, err
			}
			h.Also = append(h.Also, other)
		}
	}
	days, err := p.list(keys["off"], 1, maxOffDays)
	if err != nil {
		return Holiday{}, err
	}
	for _, d := range days {
		if h.Off, err = p.daysOff(d, h.Off); err != nil {
			return Holiday{}, err
		}
	}
	slices.SortFunc(h.Off, Date.Compare)
	return h, nil
}

// name reads a holiday's name, which stands for one holiday only. The comma separates names in a due rule.
func (p *yearReader) name(n *yaml.Node) (string, error) {
	s, err := p.text(n, maxName)
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(s, ",+%×") || len(strings.Fields(s)) != 1 {
		return "", p.fail(n, "name", "found", shown(s))
	}
	if line, taken := p.names[s]; taken {
		return "", p.fail(n, "name_taken", "found", shown(s), "before", line)
	}
	p.names[s] = n.Line
	return s, nil
}

// daysOff reads a date or "from to" (also "from–to") and adds its days to out.
func (p *yearReader) daysOff(n *yaml.Node, out []Date) ([]Date, error) {
	from, to, ranged := strings.Cut(strings.Replace(n.Value, "–", " to ", 1), " to ")
	if !ranged {
		to = from
	}
	first, err := p.date(n, strings.TrimSpace(from))
	if err != nil {
		return nil, err
	}
	last, err := p.date(n, strings.TrimSpace(to))
	if err != nil {
		return nil, err
	}
	if last.Before(first) || ranged && first == last || first.Add(maxSpanDays-1).Before(last) {
		return nil, p.fail(n, "range", "max", maxSpanDays)
	}
	for d := first; !d.After(last); d = d.Add(1) {
		if line, twice := p.off[d]; twice {
			return nil, p.fail(n, "day_twice", "day", d, "before", line)
		}
		p.off[d] = n.Line
		out = append(out, d)
	}
	if len(p.off) > maxOffDays {
		return nil, p.fail(n, "too_many_days", "max", maxOffDays)
	}
	return out, nil
}

// date reads one date of the year or of the December before.
func (p *yearReader) date(n *yaml.Node, s string) (Date, error) {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" {
		return Date{}, p.fail(n, "date", "found", shown(n.Value))
	}
	d, err := ParseDate(s)
	if err != nil {
		return Date{}, p.fail(n, "date", "found", shown(s))
	}
	if d.Year != p.year.number && (d.Year != p.year.number-1 || d.Month != time.December) {
		return Date{}, p.fail(n, "other_year", "year", p.year.number, "last", p.year.number-1, "day", d)
	}
	return d, nil
}

func (p *yearReader) readWork(keys map[string]*yaml.Node) error {
	if keys["work"] == nil {
		return nil
	}
	items, err := p.list(keys["work"], 0, maxWorkDays)
	if err != nil {
		return err
	}
	for _, n := range items {
		d, err := p.date(n, n.Value)
		if err != nil {
			return err
		}
		if !d.weekend() {
			return p.fail(n, "no_weekend", "day", d)
		}
		if line, off := p.off[d]; off {
			return p.fail(n, "off_and_worked", "day", d, "before", line)
		}
		if line, twice := p.worked[d]; twice {
			return p.fail(n, "day_twice", "day", d, "before", line)
		}
		p.worked[d] = n.Line
		p.year.work = append(p.year.work, d)
	}
	slices.SortFunc(p.year.work, Date.Compare)
	return nil
}

func (p *yearReader) readNotes(keys map[string]*yaml.Node) error {
	if keys["notes"] == nil {
		return nil
	}
	items, err := p.list(keys["notes"], 0, maxNotes)
	if err != nil {
		return err
	}
	for _, n := range items {
		note, err := p.text(n, maxProse)
		if err != nil {
			return err
		}
		p.year.notes = append(p.year.notes, note)
	}
	return nil
}
