package procedure

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// CompiledOf is one source of a compilation, with what its issuer says to that.
type CompiledOf struct {
	Copy       term.CopyID `json:"copy"`
	IssuerRule string      `json:"issuer_rule" in:"issuer_rule"`
}

// ConsentOf is the consent of the issuer of one of the sources.
type ConsentOf struct {
	Copy term.CopyID `json:"copy"`
	Consent
}

// Compile binds several pieces into one (汇编): a new document of the highest level, the longest period and the scope that all
// sources share.
type Compile struct {
	Sources  []CompiledOf `json:"sources" req:"true"`
	Title    string       `json:"title" secret:"true"`
	CodeName string       `json:"code_name" secret:"true"`
	Copies   *int         `json:"copies"`                 // nil: one
	Consents []ConsentOf  `json:"consents" secret:"true"` // each serves its own source alone
	Making
}

// maxSources is the most pieces of one compilation.
const maxSources = 200

func checkCompile(cmd Compile) error {
	if len(cmd.Sources) > maxSources {
		return refuse.Field("sources", "too_many")
	}
	seen := map[term.CopyID]bool{}
	for i, s := range cmd.Sources {
		at := fmt.Sprintf("sources.%d.copy", i)
		switch {
		case s.Copy == "":
			return refuse.Field(at, "required")
		case seen[s.Copy]:
			return refuse.Field(at, "named_twice")
		}
		seen[s.Copy] = true
	}
	return checkConsents(cmd.Consents, seen)
}

// checkConsents answers what is malformed, of no source, or of one twice.
func checkConsents(list []ConsentOf, sources map[term.CopyID]bool) error {
	seen := map[term.CopyID]bool{}
	for i, c := range list {
		at := fmt.Sprintf("consents.%d.", i)
		switch {
		case !sources[c.Copy]:
			return refuse.Field(at+"copy", "not_in_list")
		case seen[c.Copy]:
			return refuse.Field(at+"copy", "named_twice")
		}
		seen[c.Copy] = true
		if err := c.check(at + "consent_date"); err != nil {
			return err
		}
	}
	return nil
}

var _ = act.Define("custody.compile", act.Act[Compile, making, makingFacts]{
	Live:  true,
	Check: checkCompile,
	Load: func(tx *act.Tx, cmd Compile) (making, error) {
		var m making
		given := map[term.CopyID]Consent{}
		for _, c := range cmd.Consents {
			given[c.Copy] = c.Consent
		}
		for _, one := range cmd.Sources {
			s, err := loadSource(tx, one.Copy, issuerSays{one.IssuerRule, given[one.Copy]})
			if err != nil {
				return m, err
			}
			m.sources = append(m.sources, s)
		}
		if len(m.sources) == 0 {
			return m, refuse.Field("sources", "required")
		}
		return m, m.more(tx, cmd.Making, term.Compilations, paper)
	},
	Knows: func(s making, _ Compile, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s making, _ Compile) []act.Event { return s.events() },
	Facts: func(s making, cmd Compile, env act.Env) makingFacts {
		f := s.facts(env, cmd.Making, paper)
		f.TitleGiven = strings.TrimSpace(cmd.Title) != ""
		f.CompiledLimited = limited(f.Item)
		return f
	},
	Inherit: func(s making, cmd Compile) map[string]string { return s.inherit(cmd.Making) },
	Decide:  decideCompile,
})

func decideCompile(s making, cmd Compile, env act.Env) (act.Changes, error) {
	n, err := countOf(cmd.Copies)
	if err != nil {
		return act.Changes{}, err
	}
	if strings.TrimSpace(cmd.Title) == "" && strings.TrimSpace(cmd.CodeName) == "" {
		return act.Changes{}, refuse.Field("title", "required")
	}
	if err := s.oneRegime(); err != nil {
		return act.Changes{}, err
	}
	cover := document.PlainCover{Title: strings.TrimSpace(cmd.Title), CodeName: strings.TrimSpace(cmd.CodeName)}
	return s.product(productOf{
		name: "custody.compile", series: term.Compilations, cover: cover, medium: paper, copies: n, limited: limited(s.compiled(s.highest())),
		line: s.line("compile", cmd.Making, env),
	}, cmd.Making, env)
}

// oneRegime answers a secret of the state bound with one of a company, which can be managed as neither.
func (m making) oneRegime() error {
	top := m.highest()
	for i, s := range m.sources {
		if s.item.Classified && top.item.Classified && s.item.Regime != top.item.Regime {
			return refuse.Field(fmt.Sprintf("sources.%d.copy", i), "of_another_regime")
		}
	}
	return nil
}

// limited reports whether a compilation is one that is not sent without leave.
func limited(i regulation.Item) bool { return i.Classified || i.Internal && i.ScopeFixed }
