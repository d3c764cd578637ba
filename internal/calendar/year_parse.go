package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
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
// The error is a *DataError that names file (as given in name), line and what was expected.
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
			return Year{}, p.fail(root, "the key "+must, "")
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

func (p *yearReader) fail(n *yaml.Node, expected, found string) error {
	e := &DataError{File: p.file, Expected: expected, Found: found}
	if n != nil {
		e.Line = n.Line
	}
	return e
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// document decodes exactly one YAML document without aliases and returns its root.
func (p *yearReader) document(b []byte) (*yaml.Node, error) {
	if len(b) > maxYearFile {
		return nil, p.fail(nil, fmt.Sprintf("at most %d bytes", maxYearFile), strconv.Itoa(len(b))+" bytes")
	}
	if !utf8.Valid(b) {
		return nil, p.fail(nil, "UTF-8", "")
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, p.fail(nil, "a mapping with year, source, holidays, work, notes", "an empty file")
		}
		e := &DataError{File: p.file, Expected: "YAML", Found: shown(err.Error())}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			e.Line, _ = digits(m[1])
		}
		return nil, e
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, p.fail(&more, "one document and nothing after it", "")
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, p.fail(&doc, "one document", "")
	}
	return doc.Content[0], nil
}

// mapping returns the values of a mapping that has only the given keys, each once.
func (p *yearReader) mapping(n *yaml.Node, known ...string) (map[string]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode || n.Anchor != "" {
		return nil, p.fail(n, "a mapping with "+strings.Join(known, ", "), "")
	}
	out := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || !slices.Contains(known, key.Value) {
			return nil, p.fail(key, "one of the keys "+strings.Join(known, ", "), shown(key.Value))
		}
		if out[key.Value] != nil {
			return nil, p.fail(key, "each key once", shown(key.Value))
		}
		out[key.Value] = value
	}
	return out, nil
}

func (p *yearReader) list(n *yaml.Node, low, high int, of string) ([]*yaml.Node, error) {
	if n.Kind != yaml.SequenceNode || n.Anchor != "" || len(n.Content) < low || len(n.Content) > high {
		return nil, p.fail(n, fmt.Sprintf("a list of %d to %d %s", low, high, of), "")
	}
	return n.Content, nil
}

// text reads a scalar as it is written: one line, no control characters, no space at the ends.
func (p *yearReader) text(n *yaml.Node, limit int, of string) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" {
		return "", p.fail(n, of, "")
	}
	s := n.Value
	odd := strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) })
	if s == "" || n.Tag == "!!null" || len(s) > limit || odd || strings.TrimSpace(s) != s {
		return "", p.fail(n, fmt.Sprintf("%s as one line of 1 to %d bytes", of, limit), shown(s))
	}
	return s, nil
}

func (p *yearReader) readYear(keys map[string]*yaml.Node) error {
	n := keys["year"]
	y, ok := digits(n.Value)
	if n.Kind != yaml.ScalarNode || !ok || y < firstYear || y > lastYear || len(n.Value) != 4 {
		return p.fail(n, fmt.Sprintf("a year from %d to %d", firstYear, lastYear), shown(n.Value))
	}
	source, err := p.text(keys["source"], maxProse, "the source of the notice")
	if err != nil {
		return err
	}
	p.year.number, p.year.source = y, source
	return nil
}

func (p *yearReader) readHolidays(keys map[string]*yaml.Node) error {
	items, err := p.list(keys["holidays"], 1, maxHolidays, "holidays")
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
		return Holiday{}, p.fail(n, "a holiday with name and off", "")
	}
	var h Holiday
	if h.Name, err = p.name(keys["name"]); err != nil {
		return Holiday{}, err
	}
	if keys["also"] != nil {
		others, err := p.list(keys["also"], 1, maxNames, "names")
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
	days, err := p.list(keys["off"], 1, maxOffDays, "dates, or ranges like 2026-02-15 to 2026-02-23")
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
	s, err := p.text(n, maxName, "the name of a holiday")
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(s, ",+%×") || len(strings.Fields(s)) != 1 {
		return "", p.fail(n, "a name of one word without , + % ×", shown(s))
	}
	if line, taken := p.names[s]; taken {
		return "", p.fail(n, fmt.Sprintf("a name not used before (line %d)", line), shown(s))
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
		return nil, p.fail(n, fmt.Sprintf("a range that ends after it begins, of at most %d days", maxSpanDays), shown(n.Value))
	}
	for d := first; !d.After(last); d = d.Add(1) {
		if line, twice := p.off[d]; twice {
			return nil, p.fail(n, fmt.Sprintf("each day off once (%s stands in line %d)", d, line), shown(n.Value))
		}
		p.off[d] = n.Line
		out = append(out, d)
	}
	if len(p.off) > maxOffDays {
		return nil, p.fail(n, fmt.Sprintf("at most %d days off", maxOffDays), "")
	}
	return out, nil
}

// date reads one date of the year or of the December before.
func (p *yearReader) date(n *yaml.Node, s string) (Date, error) {
	if n.Kind != yaml.ScalarNode || n.Anchor != "" {
		return Date{}, p.fail(n, "a date like 2026-02-15", "")
	}
	d, err := ParseDate(s)
	if err != nil {
		return Date{}, p.fail(n, "a date like 2026-02-15, or a range like 2026-02-15 to 2026-02-23", shown(s))
	}
	if d.Year != p.year.number && (d.Year != p.year.number-1 || d.Month != time.December) {
		return Date{}, p.fail(n, fmt.Sprintf("a date of %d or of December %d", p.year.number, p.year.number-1), d.String())
	}
	return d, nil
}

func (p *yearReader) readWork(keys map[string]*yaml.Node) error {
	if keys["work"] == nil {
		return nil
	}
	items, err := p.list(keys["work"], 0, maxWorkDays, "dates")
	if err != nil {
		return err
	}
	for _, n := range items {
		d, err := p.date(n, n.Value)
		if err != nil {
			return err
		}
		if !d.weekend() {
			return p.fail(n, "a Saturday or Sunday that is worked; a weekday is one anyway",
				fmt.Sprintf("%s, a %s", d, d.Weekday()))
		}
		if line, off := p.off[d]; off {
			return p.fail(n, fmt.Sprintf("a day either off (line %d) or worked", line), d.String())
		}
		if line, twice := p.worked[d]; twice {
			return p.fail(n, fmt.Sprintf("each worked day once (it stands in line %d)", line), d.String())
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
	items, err := p.list(keys["notes"], 0, maxNotes, "remarks")
	if err != nil {
		return err
	}
	for _, n := range items {
		note, err := p.text(n, maxProse, "a remark")
		if err != nil {
			return err
		}
		p.year.notes = append(p.year.notes, note)
	}
	return nil
}
