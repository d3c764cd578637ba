package people

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// Setup is an office file, read: what this room founds, and what others take from it.
type Setup struct {
	Found  Found
	Logins []Login
	Places []Place
}

// Login is an account to be made for a person.
type Login struct {
	Person term.PersonID
	Login  string
	Admin  string // sys_admin sec_admin audit_admin, or empty
}

// Place is 存放处 as the file names it; custody makes it.
type Place struct {
	ID           term.PlaceID  `yaml:"id"`
	Name         string        `yaml:"name"`
	Kind         string        `yaml:"place_kind"`
	CabinetClass string        `yaml:"cabinet_class"`
	Lock         string        `yaml:"lock"`
	Room         string        `yaml:"room"`
	Keeper       term.PersonID `yaml:"keeper"`
	InOffice     bool          `yaml:"in_office"`
	ClassLevel   term.Level    `yaml:"class_level"`
	ClassIssuer  string        `yaml:"class_issuer"`
	ClassYear    int           `yaml:"class_year"`
	Inside       term.PlaceID  `yaml:"inside"` // stands before it in the file
	Alarm        string        `yaml:"alarm"`
	Watch        string        `yaml:"watch"`
	CheckedOn    string        `yaml:"last_checked_on"`
	Officer      term.PersonID `yaml:"officer"`           // 专人
	OwnRoom      string        `yaml:"room_dedicated"`    // 专室: yes, no
	OwnCabinet   string        `yaml:"cabinet_dedicated"` // 专柜: yes, no
	line         int
}

// placeKinds is the closed list of places.
var placeKinds = term.Closed("place_kind")

// Bounds of an office file.
const (
	maxOfficeFile = 1 << 20
	maxFileDepth  = 8
	maxFileItems  = 1000 // of one list; act takes no longer ones
)

// officeFile is the whole file.
type officeFile struct {
	Name       string        `yaml:"name"`
	Room       string        `yaml:"room"`
	Regime     term.Regime   `yaml:"regime"` // state when absent
	Zone       yaml.Node     `yaml:"zone"`   // a word, or a mapping of Zoning; office when absent
	Adopt      []FoundPack   `yaml:"adopt"`
	Parameters yaml.Node     `yaml:"parameters"` // name: value
	Units      []FoundUnit   `yaml:"units"`
	Posts      []FoundPost   `yaml:"posts"`
	People     []FoundPerson `yaml:"people"`
	Places     []Place       `yaml:"places"`
}

// ParseOffice reads an office file for `jiyao init`. It is strict: an unknown key, a name that means nothing and
// whatever act people.found would not take are errors "name:line: … is expected".
func ParseOffice(name string, b []byte) (Setup, error) {
	s, lines, line, err := parseOffice(b)
	if err == nil {
		if bad := s.check(); bad != nil {
			line, err = max(bad.line, lines[bad.field]), fmt.Errorf("%s: %s is expected", bad.field, bad.want)
		}
	}
	if err != nil {
		return Setup{}, fmt.Errorf("%s:%d: %w", name, max(line, 1), err)
	}
	return s, nil
}

// parseOffice gives, beside the office, the lines of the file's own keys, and the line of what is wrong.
func parseOffice(b []byte) (s Setup, lines map[string]int, line int, err error) {
	if len(b) > maxOfficeFile {
		return s, nil, 1, fmt.Errorf("a file of at most %d bytes is expected", maxOfficeFile)
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&doc); err != nil {
		return s, nil, regulation.LineOf(b, err), fmt.Errorf("a YAML mapping is expected: %w", err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return s, nil, 1, errors.New("one document is expected")
	}
	if line, err := plainTree(&doc, 0); err != nil {
		return s, nil, line, err
	}
	lines = map[string]int{}
	for i, keys := 0, doc.Content[0].Content; i+1 < len(keys); i += 2 {
		lines[keys[i].Value] = keys[i].Line
	}
	var f officeFile
	if err := strictly(doc.Content[0], &f); err != nil {
		return s, nil, regulation.LineOf(b, err), err
	}
	s.Found = Found{Name: f.Name, Room: f.Room, Regime: f.Regime, Adopt: f.Adopt, Units: f.Units, Posts: f.Posts, Persons: f.People}
	if s.Found.Regime == "" {
		s.Found.Regime = term.RegimeState
	}
	if s.Found.Zone, err = zoneOf(&f.Zone); err != nil {
		return s, nil, f.Zone.Line, err
	}
	if s.Found.Parameters, line, err = parametersOf(&f.Parameters); err != nil {
		return s, nil, line, err
	}
	s.Places = f.Places
	for i := range s.Found.Adopt {
		if s.Found.Adopt[i].Version == "" {
			s.Found.Adopt[i].Version = "1"
		}
	}
	for _, p := range f.People {
		if p.Login != "" {
			s.Logins = append(s.Logins, Login{p.ID, p.Login, p.Admin})
		}
	}
	return s, lines, 0, nil
}

// check is Found's, with the places: a keeper is a person of the file.
func (s Setup) check() *fault {
	if bad := s.Found.check(); bad != nil {
		return bad
	}
	seen := map[term.PlaceID]bool{}
	for _, p := range s.Places {
		switch {
		case !idPattern.MatchString(string(p.ID)) || seen[p.ID]:
			return &fault{p.line, "places.id", "bad_format", wantID}
		case nameFault(p.Name, maxName) != "":
			return &fault{p.line, "places.name", nameFault(p.Name, maxName), "a name of at most 60 characters"}
		case !slices.Contains(placeKinds, p.Kind):
			return &fault{p.line, "places.place_kind", "not_in_list", strings.Join(placeKinds, ", ")}
		case p.ClassLevel != "" && !p.ClassLevel.Valid():
			return &fault{p.line, "places.class_level", "not_in_list", "one of the five levels"}
		case p.Keeper != "" && !slices.ContainsFunc(s.Found.Persons, func(x FoundPerson) bool { return x.ID == p.Keeper }):
			return &fault{p.line, "places.keeper", "unknown", fmt.Sprintf("%s: a person of this file", p.Keeper)}
		}
		seen[p.ID] = true
	}
	return nil
}

// Directory is the office as it would stand at a moment, for Check before anything is founded.
func (s Setup) Directory(at time.Time) (*Directory, error) { return s.Found.roll().directory(at) }

func zoneOf(n *yaml.Node) (Zoning, error) {
	switch n.Kind {
	case 0:
		return Zoning{Zone: term.ZoneOffice}, nil
	case yaml.ScalarNode:
		return Zoning{Zone: term.Zone(n.Value)}, nil
	}
	var z Zoning
	return z, strictly(n, &z)
}

func parametersOf(n *yaml.Node) ([]FoundSetting, int, error) {
	if n.Kind == 0 {
		return nil, 0, nil
	}
	if n.Kind != yaml.MappingNode {
		return nil, n.Line, errors.New("parameters: a mapping of names to values is expected")
	}
	var out []FoundSetting
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		text := value.Value
		if value.Kind == yaml.SequenceNode {
			var list []string
			for _, c := range value.Content {
				list = append(list, c.Value)
			}
			text = strings.Join(list, "/")
		}
		if text == "" || value.Kind == yaml.MappingNode {
			return nil, value.Line, fmt.Errorf("parameter %s: a value or a list of values is expected", key.Value)
		}
		out = append(out, FoundSetting{Name: key.Value, Value: text, line: key.Line})
	}
	return out, 0, nil
}

// plainTree refuses what an office file has no use for and an attacker has: aliases, depth, endless lists.
func plainTree(n *yaml.Node, depth int) (line int, err error) {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return n.Line, errors.New("a value without anchors is expected")
	case depth > maxFileDepth:
		return n.Line, errors.New("less depth is expected")
	case len(n.Content) > 2*maxFileItems:
		return n.Line, fmt.Errorf("a list of at most %d is expected", maxFileItems)
	}
	for _, c := range n.Content {
		if line, err := plainTree(c, depth+1); err != nil {
			return line, err
		}
	}
	return 0, nil
}

// strictly decodes a mapping into a struct; a key that the struct does not have is an error with its line.
func strictly(n *yaml.Node, into any) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a mapping is expected", n.Line)
	}
	var names []string
	t := reflect.TypeOf(into).Elem()
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			names = append(names, name)
		}
	}
	for i := 0; i < len(n.Content); i += 2 {
		if !slices.Contains(names, n.Content[i].Value) {
			return fmt.Errorf("line %d: key %q: one of %s is expected", n.Content[i].Line, n.Content[i].Value, strings.Join(names, ", "))
		}
	}
	if err := n.Decode(into); err != nil {
		return fmt.Errorf("a value of the right kind is expected: %w", err)
	}
	return nil
}

// The items of the lists know their line and are as strict as the file.

func (a *FoundPack) UnmarshalYAML(n *yaml.Node) error {
	type plain FoundPack
	a.line = n.Line
	return strictly(n, (*plain)(a))
}

func (u *FoundUnit) UnmarshalYAML(n *yaml.Node) error {
	type plain FoundUnit
	u.line = n.Line
	return strictly(n, (*plain)(u))
}

func (p *FoundPost) UnmarshalYAML(n *yaml.Node) error {
	type plain FoundPost
	p.line = n.Line
	return strictly(n, (*plain)(p))
}

func (p *FoundPerson) UnmarshalYAML(n *yaml.Node) error {
	type plain FoundPerson
	p.line = n.Line
	return strictly(n, (*plain)(p))
}

func (c *FoundCommitment) UnmarshalYAML(n *yaml.Node) error {
	type plain FoundCommitment
	return strictly(n, (*plain)(c))
}

func (p *Place) UnmarshalYAML(n *yaml.Node) error {
	type plain Place
	p.line = n.Line
	return strictly(n, (*plain)(p))
}
