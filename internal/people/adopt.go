package people

import (
	"errors"
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/checklist"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Adopt takes a regulation into force, whole or by parts. It says all that is adopted of the pack from that day.
type Adopt struct {
	Pack        string   `json:"pack" req:"true"`
	Parts       []string `json:"parts"` // empty: the whole
	Version     string   `json:"version"`
	Basis       string   `json:"basis"`
	Digest      string   `json:"text_digest"`
	InForceFrom string   `json:"in_force_from"` // YYYY-MM-DD, today or later
	Units       []string `json:"responsible_units"`
}

func (a Adopt) row() Adoption {
	return Adoption{Pack: a.Pack, Parts: a.Parts, Version: a.Version, Basis: a.Basis, Digest: a.Digest, InForceFrom: a.InForceFrom, Units: a.Units}
}

// lawState is what the law of the office is made of.
type lawState struct {
	stamp
	roll *roll
}

func loadLaw(tx *act.Tx) (s lawState, err error) {
	if s.stamp, err = loadStamp(tx.Tx); err != nil {
		return s, err
	}
	s.roll = &roll{settings: map[string]string{}}
	var settings []Setting
	if err := errors.Join(into(&s.roll.adoptions, tx.Tx, Adoptions, "ORDER BY id"), into(&settings, tx.Tx, Settings, "ORDER BY id")); err != nil {
		return s, err
	}
	s.roll.sort()
	for _, row := range settings {
		s.roll.settings[row.ID] = row.Value
	}
	return s, nil
}

var _ = act.Define("people.adopt", act.Act[Adopt, lawState, noFacts]{
	Check: func(cmd Adopt) error {
		if code := dayFault(cmd.InForceFrom, false); code != "" {
			return refuse.Field("in_force_from", code)
		}
		return nil // what must be filled is the packs' to ask, with their clause
	},
	Load:   func(tx *act.Tx, _ Adopt) (lawState, error) { return loadLaw(tx) },
	Facts:  func(lawState, Adopt, act.Env) noFacts { return noFacts{} },
	Decide: decideAdopt,
})

func decideAdopt(s lawState, cmd Adopt, env act.Env) (act.Changes, error) {
	row := cmd.row()
	switch code, _ := adoptFault(row); {
	case code == "unknown":
		return act.Changes{}, refuse.Field("pack", code)
	case code == "unknown_part":
		return act.Changes{}, refuse.Field("parts", code)
	case code != "" && row.InForceFrom == "":
		return act.Changes{}, refuse.Field("in_force_from", code)
	case code != "":
		return act.Changes{}, refuse.Field("basis", code)
	case row.InForceFrom < env.Today().String():
		return act.Changes{}, refuse.Field("in_force_from", "in_the_past")
	}
	row.ID, row.By, row.At = env.ID(), env.Actor.Person, env.At
	next := &roll{adoptions: append(append([]Adoption{}, s.roll.adoptions...), row), settings: s.roll.settings}
	next.sort()
	if _, err := compile(next.inForce(row.InForceFrom), next.own()); err != nil {
		return act.Changes{}, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "pack", Code: "does_not_join", Args: map[string]string{"why": err.Error()}}}}
	}
	return act.Changes{
		Subject: row.Pack, Targets: []act.Target{{Kind: "regulation", ID: row.Pack}},
		Rows: []store.Change{Adoptions.Insert(row), s.change(env)},
	}, nil
}

// AmendParameter sets the office's own value of a parameter, never looser than any adopted source.
type AmendParameter struct {
	Name   string `json:"name" req:"true"`
	Value  string `json:"value"` // 20, 17:30, 15 January, 机密, a/b/c
	Reason string `json:"reason"`
}

type settingsState struct {
	stamp
	rows map[string]Setting
}

func loadSettings(tx *act.Tx) (s settingsState, err error) {
	if s.stamp, err = loadStamp(tx.Tx); err != nil {
		return s, err
	}
	rows, err := Settings.Select(tx.Tx, "ORDER BY id")
	if err != nil {
		return s, err
	}
	s.rows = map[string]Setting{}
	for _, r := range rows {
		s.rows[r.ID] = r
	}
	return s, nil
}

// set gives the change that makes a setting say something.
func (s settingsState) set(id, value string) store.Change {
	old, ok := s.rows[id]
	if !ok {
		return Settings.Insert(Setting{ID: id, Value: value})
	}
	next := old
	next.Value = value
	return Settings.Update(old, next)
}

var _ = act.Define("people.amend_parameter", act.Act[AmendParameter, settingsState, noFacts]{
	Check: func(cmd AmendParameter) error {
		return checkNotes(map[string]string{"value": cmd.Value, "reason": cmd.Reason})
	},
	Load:  func(tx *act.Tx, _ AmendParameter) (settingsState, error) { return loadSettings(tx) },
	Facts: func(settingsState, AmendParameter, act.Env) noFacts { return noFacts{} },
	Decide: func(s settingsState, cmd AmendParameter, env act.Env) (act.Changes, error) {
		var packs []string
		for _, p := range env.Law.Packs() {
			packs = append(packs, p.Name)
		}
		value := strings.TrimSpace(cmd.Value)
		switch code, _ := parameterFault(packs, cmd.Name, value); code {
		case "":
		case "unknown":
			return act.Changes{}, refuse.Field("name", code)
		default:
			return act.Changes{}, refuse.Field("value", code)
		}
		return act.Changes{
			Subject: cmd.Name, Rows: []store.Change{s.set(parameterPrefix+cmd.Name, value), s.change(env)},
			Values: map[string]string{"name": cmd.Name, "value": value},
		}, nil
	},
})

// SetZone declares on what kind of network this instance runs.
type SetZone struct {
	Zone          term.Zone  `json:"zone" req:"true"`
	ApprovalNo    string     `json:"approval_no"`
	ApprovedLevel term.Level `json:"approved_level"`
	TestedOn      string     `json:"tested_on"`
	ExpiresOn     string     `json:"expires_on"`
	CipherClass   string     `json:"cipher_class" in:"cipher_class"`
	// Lines are the answers to the sheet that goes with the declaration.
	Lines map[string]string `json:"lines"`
}

// zoneSheet is signed at each declaration, with the signatures of the declaration itself.
const zoneSheet = "crypto_notice"

func (c SetZone) zoning() Zoning {
	return Zoning{Zone: c.Zone, ApprovalNo: c.ApprovalNo, ApprovedLevel: c.ApprovedLevel, TestedOn: c.TestedOn, ExpiresOn: c.ExpiresOn, CipherClass: c.CipherClass}
}

type zoneState struct {
	settingsState
	roles map[term.PersonID][]string
}

// adminSigners gives the roles of the active accounts that signed and belong to nobody of the house.
func adminSigners(tx *act.Tx) (map[term.PersonID][]string, error) {
	out := map[term.PersonID][]string{}
	for _, s := range tx.Env.Signatures {
		a, ok, err := identity.Accounts.One(tx.Tx, "WHERE id = $1", string(s.Person))
		if err != nil {
			return nil, fmt.Errorf("look up who signed: %w", err)
		}
		if ok && a.Active && a.Person == "" {
			out[s.Person] = a.Roles
		}
	}
	return out, nil
}

type zoneFacts struct {
	Kind string `fact:"kind"` // the asked zone
	checklist.Facts
}

var _ = act.Define("people.set_zone", act.Act[SetZone, zoneState, zoneFacts]{
	Check: func(cmd SetZone) error {
		if code := nameFault(cmd.ApprovalNo, maxNote); cmd.ApprovalNo != "" && code != "" {
			return refuse.Field("approval_no", code)
		}
		asked := cmd.zoning()
		asked.CipherClass = "" // a closed list of the law
		if bad := asked.check(); bad != nil {
			return bad.invalid()
		}
		return nil
	},
	Load: func(tx *act.Tx, _ SetZone) (s zoneState, err error) {
		if s.settingsState, err = loadSettings(tx); err != nil {
			return s, err
		}
		s.roles, err = adminSigners(tx)
		return s, err
	},
	Facts: func(_ zoneState, cmd SetZone, env act.Env) zoneFacts {
		return zoneFacts{string(cmd.Zone), checklist.FactsOf(env.Law, zoneSheet, env.People.Posts(env.Actor.Person), cmd.Lines)}
	},
	Decide: func(s zoneState, cmd SetZone, env act.Env) (act.Changes, error) {
		if err := signedByPosts(env, "people.set_zone", s.roles); err != nil {
			return act.Changes{}, err
		}
		if cmd.Zone == term.ZoneClassified && cmd.zoning().InForce(env.Today()) != cmd.Zone {
			return act.Changes{}, missingForClassified(cmd, env)
		}
		if err := checklist.Check(env.Law, zoneSheet, cmd.Lines); err != nil {
			return act.Changes{}, err
		}
		sheet := checklist.Sheet{ID: env.ID(), Name: zoneSheet, Person: env.Actor.Person, Subject: "zone", Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At}
		return act.Changes{Subject: "zone", Rows: []store.Change{
			checklist.Sheets.Insert(sheet),
			s.set(settingZone, string(cmd.Zone)), s.set(settingApproval, cmd.ApprovalNo), s.set(settingLevel, string(cmd.ApprovedLevel)),
			s.set(settingTested, cmd.TestedOn), s.set(settingExpires, cmd.ExpiresOn), s.set(settingCipher, cmd.CipherClass), s.change(env),
		}}, nil
	},
})

// missingForClassified names each thing a classified zone leans on that is not there or not in time.
func missingForClassified(cmd SetZone, env act.Env) error {
	bad, today := &refuse.Invalid{}, env.Today().String()
	for _, f := range []struct {
		name  string
		fault bool
		code  string
	}{
		{"approval_no", cmd.ApprovalNo == "", "required"},
		{"approved_level", !cmd.ApprovedLevel.Valid(), "required"},
		{"tested_on", cmd.TestedOn == "", "required"},
		{"tested_on", cmd.TestedOn > today, "in_the_future"},
		{"expires_on", cmd.ExpiresOn < today, "in_the_past"},
	} {
		if f.fault {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: f.name, Code: f.code})
		}
	}
	return bad
}

// CalendarImport takes a year's notice of days off, as the office of the State Council publishes it.
type CalendarImport struct {
	File string `json:"file"` // its name, for errors
	YAML string `json:"yaml" max:"65536"`
}

type yearState struct {
	stamp
	row   CalendarYear
	known bool
}

const maxFileName = 100 // runes

var _ = act.Define("calendar.import", act.Act[CalendarImport, yearState, noFacts]{
	Check: func(cmd CalendarImport) error {
		if code := nameFault(cmd.File, maxFileName); cmd.File != "" && code != "" {
			return refuse.Field("file", code)
		}
		_, err := cmd.parse()
		return err
	},
	Load: func(tx *act.Tx, cmd CalendarImport) (s yearState, err error) {
		y, err := cmd.parse()
		if err != nil {
			return s, err
		}
		if s.stamp, err = loadStamp(tx.Tx); err != nil {
			return s, err
		}
		s.row, s.known, err = Years.One(tx.Tx, "WHERE id = $1", yearID(y))
		return s, err
	},
	Facts: func(yearState, CalendarImport, act.Env) noFacts { return noFacts{} },
	Decide: func(s yearState, cmd CalendarImport, env act.Env) (act.Changes, error) {
		y, err := cmd.parse()
		if err != nil {
			return act.Changes{}, err
		}
		by := env.Actor.Person
		if by == "" {
			by = term.PersonID(env.Actor.Account)
		}
		next := CalendarYear{ID: yearID(y), YAML: cmd.YAML, By: by, At: env.At}
		change := Years.Insert(next)
		if s.known {
			next.Meta = s.row.Meta
			change = Years.Update(s.row, next)
		}
		return act.Changes{Subject: next.ID, Rows: []store.Change{change, s.change(env)}, Values: map[string]string{"year": next.ID}}, nil
	},
})

// parse reads the notice; what is wrong with it is answered at the field, with the line.
func (c CalendarImport) parse() (calendar.Year, error) {
	name := c.File
	if name == "" {
		name = "calendar.yaml"
	}
	y, err := calendar.ParseYear(name, []byte(c.YAML))
	var wrong *calendar.DataError
	if errors.As(err, &wrong) {
		return y, wrong.At("yaml")
	}
	return y, err
}
