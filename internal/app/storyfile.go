package app

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"jiyao/internal/term"
	"jiyao/regulations"
)

// storyFile is regulations/demo/story.yaml.
type storyFile struct {
	Courier string `yaml:"courier"`
	Reason  string `yaml:"reason"`  // of every scope
	Measure string `yaml:"measure"` // taken at each handing over, where a regulation asks for measures
	Entrust struct {
		At   moment `yaml:"at"`
		Post string `yaml:"post"` // pack/post
		Days int    `yaml:"days"`
	} `yaml:"entrust"`
	Documents []told `yaml:"documents"`
	Finding   struct {
		At    moment `yaml:"at"`
		What  string `yaml:"what"`
		Place string `yaml:"place"`
	} `yaml:"finding"`
	Lateral struct {
		At       moment `yaml:"at"`
		Document string `yaml:"document"`
		To       part   `yaml:"to"`
	} `yaml:"lateral"`
	Case struct {
		At        moment `yaml:"at"`
		Kind      string `yaml:"kind"`
		What      string `yaml:"what"`
		PlaceType string `yaml:"place_type"`
	} `yaml:"case"`
}

// told is one document as the file tells it. A step that is not told does not happen.
type told struct {
	Key      string `yaml:"key"`
	Envelope struct {
		No      string       `yaml:"no"`
		Issuer  string       `yaml:"issuer"`
		Level   term.Level   `yaml:"level"`
		Urgency term.Urgency `yaml:"urgency"`
		Listed  int          `yaml:"listed"`
		Counted int          `yaml:"counted"`
	} `yaml:"envelope"`
	Line        line         `yaml:"line"`
	Accept      *moment      `yaml:"accept"`
	Discrepancy *discrepancy `yaml:"discrepancy"`
	Register    *moment      `yaml:"register"`
	Correct     *correction  `yaml:"correct"`
	Void        *reasoned    `yaml:"void"`
	Opine       *opinion     `yaml:"opine"`
	Circulate   *moment      `yaml:"circulate"`
	Rounds      []round      `yaml:"rounds"`
	Instruct    *instruction `yaml:"instruct"`
	Feedback    *reply       `yaml:"feedback"`
	Close       *moment      `yaml:"close"`
	Complete    *completion  `yaml:"complete"`
}

type line struct {
	DocNo       string   `yaml:"doc_no"`
	Title       string   `yaml:"title"`
	CodeName    string   `yaml:"code_name"`
	Kind        string   `yaml:"kind"`
	Period      string   `yaml:"period"`
	Mark        string   `yaml:"mark"`
	IssuedOn    string   `yaml:"issued_on"`
	CopyNos     []string `yaml:"copy_nos"`
	Pages       int      `yaml:"pages"`
	Attachments int      `yaml:"attachments"`
	Limit       string   `yaml:"limit"`
	Superior    bool     `yaml:"superior"`
	Action      bool     `yaml:"action"`
}

type discrepancy struct {
	At     moment `yaml:"at"`
	What   string `yaml:"what"`
	SentTo string `yaml:"sent_to"`
}

type correction struct {
	At     moment `yaml:"at"`
	Field  string `yaml:"field"`
	Value  string `yaml:"value"`
	Reason string `yaml:"reason"`
}

type reasoned struct {
	At     moment `yaml:"at"`
	Reason string `yaml:"reason"`
}

type opinion struct {
	At      moment `yaml:"at"`
	Text    string `yaml:"text"`
	Readers []part `yaml:"readers"`
	Handler part   `yaml:"handler"`
	Days    int    `yaml:"days"` // to handle it, from the day of the opinion
}

type round struct {
	Reader   part    `yaml:"reader"`
	Out      moment  `yaml:"out"`
	Read     *moment `yaml:"read"`
	Back     *moment `yaml:"back"`
	ReturnBy *moment `yaml:"return_by"`
}

type instruction struct {
	At      moment `yaml:"at"`
	By      part   `yaml:"by"`
	Handler part   `yaml:"handler"`
	Due     moment `yaml:"due"`
	Text    string `yaml:"text"`
}

type reply struct {
	At   moment `yaml:"at"`
	Text string `yaml:"text"`
}

type completion struct {
	At          moment `yaml:"at"`
	Result      string `yaml:"result"`
	Disposition string `yaml:"disposition"`
}

// moment is "day hh:mm".
type moment struct{ day, hour, minute int }

// UnmarshalYAML reads "3 09:20"; day 6 is today.
func (m *moment) UnmarshalYAML(n *yaml.Node) error {
	if c, err := fmt.Sscanf(n.Value, "%d %d:%d", &m.day, &m.hour, &m.minute); err != nil || c != 3 || m.day < 0 || m.day > storyDays || m.hour > 23 || m.minute > 59 {
		return fmt.Errorf("line %d: a day of 0 to %d and a time, such as 3 09:20, are expected", n.Line, storyDays)
	}
	return nil
}

// part is who plays: head.2 is the second head.
type part struct {
	role string
	nth  int
}

// UnmarshalYAML reads "leader" or "leader.2".
func (p *part) UnmarshalYAML(n *yaml.Node) error {
	role, number, more := strings.Cut(n.Value, ".")
	p.role, p.nth = role, 1
	if more {
		var err error
		if p.nth, err = strconv.Atoi(number); err != nil || p.nth < 1 {
			return fmt.Errorf("line %d: a part such as leader.2 is expected", n.Line)
		}
	}
	if roles[role] == nil {
		return fmt.Errorf("line %d: part %s is not known", n.Line, role)
	}
	return nil
}

func readStory() (storyFile, error) {
	var f storyFile
	b, err := regulations.FS.ReadFile("demo/story.yaml")
	if err != nil {
		return f, fmt.Errorf("find the story: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return f, fmt.Errorf("read the story: %w", err)
	}
	return f, nil
}
