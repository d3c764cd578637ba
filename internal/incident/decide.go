package incident

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/notify"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Bounds of a report.
const (
	maxID      = 40
	maxPersons = 50
	maxItems   = 200
	maxSource  = 200 // runes
)

var (
	kindPattern = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9._/-]{0,40}$`)
)

// bySystem is the source of what a clause opened.
const bySystem = "system"

// checkOpen holds a report to its bounds; what must be filled is the packs' to ask, apart from the kind.
func checkOpen(cmd Open) error {
	bad := &refuse.Invalid{}
	fault := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	switch {
	case cmd.Kind == "":
		fault("kind", "required")
	case !kindPattern.MatchString(cmd.Kind):
		fault("kind", "not_in_list")
	}
	for _, w := range [][2]string{{"sub_kind", cmd.SubKind}, {"place_type", cmd.PlaceType}} {
		if w[1] != "" && !kindPattern.MatchString(w[1]) {
			fault(w[0], "not_in_list")
		}
	}
	for _, id := range [][2]string{{"document", string(cmd.Document)}, {"subject", cmd.Subject}} {
		if !idPattern.MatchString(id[1]) {
			fault(id[0], "bad_format")
		}
	}
	if len(cmd.Items) > maxItems || slices.ContainsFunc(cmd.Items, func(s string) bool { return !idPattern.MatchString(s) }) {
		fault("items", "bad_format")
	}
	if len(cmd.Persons) > maxPersons {
		fault("persons", "too_many")
	}
	if utf8.RuneCountInString(cmd.Source) > maxSource {
		fault("source", "too_long")
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// open decides a report: the case, who is concerned, who is told.
func open(s reported, cmd Open, env act.Env) (act.Changes, error) {
	if err := mayClaim(cmd, env); err != nil {
		return act.Changes{}, err
	}
	persons, err := concerned(cmd.Persons, env)
	if err != nil {
		return act.Changes{}, err
	}
	discovered := cmd.DiscoveredAt
	if discovered.IsZero() {
		discovered = env.At
	}
	if discovered.After(env.At.Add(time.Minute)) {
		return act.Changes{}, refuse.Field("discovered_at", "in_the_future")
	}
	if s.same != nil {
		return s.cited(cmd, persons, env), nil
	}
	listed := env.Law.ListValues("incident.open.kind", cmd.Kind)
	listed = append(listed, env.Law.ListValues("incident.open.place_type", cmd.PlaceType)...)
	source := cmd.Source
	if env.Actor.System && source == "" {
		source = bySystem
	}
	c := Case{
		ID: term.CaseID(env.ID()), Kind: cmd.Kind, SubKind: cmd.SubKind, Clauses: clauses(cmd.Clause, listed), Document: cmd.Document,
		Subject: cmd.Subject, Items: cmd.Items, Persons: texts(persons), PlaceType: cmd.PlaceType, What: store.Plain(cmd.What),
		KnownBy: store.Plain(strings.Join(cmd.KnownBy, "\n")), Source: source, DiscoveredAt: discovered, OpenedAt: env.At,
		OpenedBy: reporter(env.Actor), State: Opened,
	}
	out := act.Changes{
		Subject: string(c.ID), Document: c.Document, Rows: []store.Change{Cases.Insert(c)}, Values: map[string]string{"case": string(c.ID)},
		Targets: []act.Target{{Kind: "case", ID: string(c.ID), Records: map[string]calendar.Recorded{"discovered_at": act.Recorded(discovered)}}},
	}
	out.Targets = append(out.Targets, s.lost(c)...)
	for _, p := range persons {
		out.Rows = append(out.Rows, party(c.ID, Subject, string(p)))
	}
	out.Rows = append(out.Rows, tell(c, told(cmd.Notify, listed), persons, env)...)
	return out, nil
}

// cited adds a clause to a case that stands already, with whom it tells and whom it concerns.
func (r reported) cited(cmd Open, persons []term.PersonID, env act.Env) act.Changes {
	next := *r.same
	next.Clauses = append(slices.Clone(next.Clauses), string(cmd.Clause))
	out := act.Changes{Subject: string(next.ID), Document: next.Document, Values: map[string]string{"case": string(next.ID)}}
	concerned := make([]term.PersonID, len(next.Persons))
	for i, p := range next.Persons {
		concerned[i] = term.PersonID(p)
	}
	for _, p := range persons {
		if !slices.Contains(concerned, p) {
			concerned, next.Persons = append(concerned, p), append(slices.Clone(next.Persons), string(p))
			out.Rows = append(out.Rows, party(next.ID, Subject, string(p)))
		}
	}
	out.Rows = append(out.Rows, Cases.Update(*r.same, next))
	only := next
	only.Clauses = []string{string(cmd.Clause)} // the notice cites the clause that tells
	for _, row := range tell(only, told(cmd.Notify, nil), concerned, env) {
		if p, ok := row.Row().(Party); ok && slices.Contains(r.parties, p.ID) {
			continue
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// reporter names who reports: a person, an administrator by his account, or nobody when it is the system.
func reporter(a act.Actor) term.PersonID {
	if a.Person == "" && !a.System {
		return term.PersonID(a.Account)
	}
	return a.Person
}

// mayClaim keeps what only a clause may say from what anybody may: whom else to tell, and that it is the system
// that speaks. A cited clause exists in a loaded pack.
func mayClaim(cmd Open, env act.Env) error {
	if cmd.Clause != "" {
		if _, ok := env.Law.Clause(cmd.Clause); !ok {
			return refuse.Field("clause", "unknown")
		}
	}
	switch {
	case env.Actor.System:
		return nil
	case len(cmd.Notify) > 0:
		return refuse.Field("notify", "system_only")
	case cmd.Source == bySystem:
		return refuse.Field("source", "system_only")
	}
	return nil
}

// concerned lists the persons once each. A clause may name one who has left meanwhile; a report names persons of
// the directory, outsiders stand in its text.
func concerned(named []term.PersonID, env act.Env) ([]term.PersonID, error) {
	var out []term.PersonID
	for _, p := range named {
		switch {
		case p == "" && env.Actor.System, slices.Contains(out, p):
			continue
		case len(p) > maxID || !idPattern.MatchString(string(p)) || !env.Actor.System && env.People.Name(p) == "":
			return nil, refuse.Field("persons", "unknown_person")
		}
		out = append(out, p)
	}
	return out, nil
}

// clauses are the one that opened the case and those the packs attach to it, once each.
func clauses(cited term.Clause, listed []regulation.ListValue) []string {
	var out []string
	for _, c := range append([]term.Clause{cited}, of(listed)...) {
		if c != "" && !slices.Contains(out, string(c)) {
			out = append(out, string(c))
		}
	}
	return out
}

func of(listed []regulation.ListValue) []term.Clause {
	out := make([]term.Clause, len(listed))
	for i, v := range listed {
		out[i] = v.Clause
	}
	return out
}

// told lists the posts to be told, once each.
func told(asked []string, listed []regulation.ListValue) []string {
	out := []string{}
	for _, v := range listed {
		asked = append(slices.Clone(asked), v.Posts()...)
	}
	for _, post := range asked {
		if post != "" && !slices.Contains(out, post) {
			out = append(out, post)
		}
	}
	return out
}

// tell gives the notices and lets those who are told see the case. A post that one of the persons concerned holds
// is told through its other holders, by name.
func tell(c Case, posts []string, persons []term.PersonID, env act.Env) []store.Change {
	var out []store.Change
	notice := notify.Notice{Kind: "case", Subject: string(c.ID), Document: c.Document, At: env.At}
	if len(c.Clauses) > 0 {
		notice.Clause = term.Clause(c.Clauses[0])
	}
	named := []term.PersonID{}
	for _, post := range posts {
		holders := env.People.Holders(post)
		if !slices.ContainsFunc(holders, func(p term.PersonID) bool { return slices.Contains(persons, p) }) {
			n := notice
			n.ID, n.Post = term.NoticeID(env.ID()), post
			out = append(out, notify.Notices.Insert(n), party(c.ID, Told, post))
			continue
		}
		for _, p := range holders {
			if slices.Contains(persons, p) || slices.Contains(named, p) {
				continue
			}
			named = append(named, p)
			n := notice
			n.ID, n.Person = term.NoticeID(env.ID()), p
			out = append(out, notify.Notices.Insert(n), party(c.ID, Told, string(p)))
		}
	}
	return out
}

func party(id term.CaseID, role, who string) store.Change {
	return Parties.Insert(Party{ID: fmt.Sprintf("%s/%s/%s", id, role, who), Case: id, Role: role, Who: who})
}

func texts(persons []term.PersonID) []string {
	out := make([]string, len(persons))
	for i, p := range persons {
		out[i] = string(p)
	}
	return out
}

// annotate adds a line to a case; the case itself stays as it is, but for clauses that are added.
func annotate(s caseState, cmd Annotate, env act.Env) (act.Changes, error) {
	if strings.TrimSpace(cmd.Text) == "" && len(cmd.Clauses) == 0 {
		return act.Changes{}, refuse.Field("text", "required")
	}
	next := s.row
	for _, c := range cmd.Clauses {
		if _, ok := env.Law.Clause(c); !ok {
			return act.Changes{}, refuse.Field("clauses", "unknown")
		}
		if !slices.Contains(next.Clauses, string(c)) {
			next.Clauses = append(slices.Clone(next.Clauses), string(c))
		}
	}
	out := act.Changes{Subject: string(s.row.ID), Document: s.row.Document, Targets: []act.Target{{Kind: "case", ID: string(s.row.ID)}}}
	out.Rows = append(out.Rows, Annotations.Insert(Annotation{
		ID: env.ID(), Case: s.row.ID, Text: store.Plain(cmd.Text), By: env.Actor.Person, At: env.At,
	}), Cases.Update(s.row, next))
	return out, nil
}

// never answers what no pack and nobody allows.
func never() error { return refuse.Field("case", "never_deleted") }
