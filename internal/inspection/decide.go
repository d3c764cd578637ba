package inspection

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/notify"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Bounds of a finding.
const (
	maxPlace   = 100 // runes
	maxPersons = 50
)

var (
	wordPattern = regexp.MustCompile(`^[a-z][a-z_]{0,39}$`)
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9._/-]{0,40}$`)
)

// described is the word of a finding that somebody put in his own words.
const described = "found"

// results of a recheck.
const (
	fixed    = "fixed"
	notFixed = "not_fixed"
)

func checkFind(cmd Find) error {
	bad := &refuse.Invalid{}
	fault := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	if strings.TrimSpace(cmd.What) == "" {
		fault("what", "required")
	}
	if utf8.RuneCountInString(cmd.Place) > maxPlace {
		fault("place", "too_long")
	}
	if cmd.SubKind != "" && !wordPattern.MatchString(cmd.SubKind) {
		fault("sub_kind", "not_in_list")
	}
	if !idPattern.MatchString(string(cmd.Document)) {
		fault("document", "bad_format")
	}
	if !idPattern.MatchString(cmd.Subject) {
		fault("subject", "bad_format")
	}
	if len(cmd.Persons) > maxPersons {
		fault("persons", "too_many")
	}
	if _, err := calendar.ParseDate(cmd.FixBy); cmd.FixBy != "" && err != nil {
		fault("fix_by", "bad_format")
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// find decides a report: the finding, whose it is, who is told.
func find(cmd Find, env act.Env) (act.Changes, error) {
	f := Finding{
		ID: term.FindingID(env.ID()), What: cmd.What, SubKind: cmd.SubKind, Place: cmd.Place, Clause: cmd.Clause, OwnerPost: cmd.OwnerPost,
		Owner: cmd.Owner, Document: cmd.Document, Subject: cmd.Subject, FoundAt: cmd.FoundAt, FoundBy: reporter(env.Actor), FixBy: cmd.FixBy, State: Open,
		Holds: cmd.Holds,
	}
	if f.Clause == "" {
		f.Clause = cmd.ClauseBreached
	}
	if f.FoundAt.IsZero() {
		f.FoundAt = env.At
	}
	if !wordPattern.MatchString(cmd.What) {
		f.What, f.Text = described, store.Plain(cmd.What)
	}
	if err := fits(cmd, f, env); err != nil {
		return act.Changes{}, err
	}
	for _, p := range cmd.Persons {
		if p != "" && !slices.Contains(f.Persons, string(p)) {
			f.Persons = append(f.Persons, string(p))
		}
	}
	var err error
	if f.FixBy, err = mendBy(f, env); err != nil {
		return act.Changes{}, err
	}
	target, err := target(f)
	if err != nil {
		return act.Changes{}, err
	}
	rows := append([]store.Change{Findings.Insert(f)}, tell(f, cmd.Notify, env)...)
	return act.Changes{
		Subject: string(f.ID), Document: f.Document, Rows: rows, Targets: []act.Target{target}, Values: map[string]string{"finding": string(f.ID)},
	}, nil
}

// reporter names who reports: a person, an administrator by his account, or nobody when it is the system.
func reporter(a act.Actor) term.PersonID {
	if a.Person == "" && !a.System {
		return term.PersonID(a.Account)
	}
	return a.Person
}

// fits answers what names nothing: a clause that no loaded pack has, persons who are not here, a time to come.
func fits(cmd Find, f Finding, env act.Env) error {
	if f.Clause != "" {
		if _, ok := env.Law.Clause(f.Clause); !ok {
			return refuse.Field("clause", "unknown")
		}
	}
	for _, p := range cmd.Persons {
		if !env.Actor.System && env.People.Name(p) == "" {
			return refuse.Field("persons", "unknown_person")
		}
	}
	switch {
	case f.Owner != "" && env.People.Name(f.Owner) == "":
		return refuse.Field("owner", "unknown_person")
	case f.OwnerPost != "" && !env.Actor.System && len(env.People.Holders(f.OwnerPost)) == 0:
		return refuse.Field("owner_post", "nobody_holds_it")
	case f.FoundAt.After(env.At):
		return refuse.Field("found_at", "in_the_future")
	case f.FixBy != "" && f.FixBy < env.Today().String():
		return refuse.Field("fix_by", "in_the_past")
	case len(cmd.Notify) > 0 && !env.Actor.System:
		return refuse.Field("notify", "system_only")
	case cmd.Holds && !env.Actor.System:
		return refuse.Field("holds", "system_only")
	}
	return nil
}

// mendBy is the last day to mend it: as asked, else the days that the adopted packs give, else none.
func mendBy(f Finding, env act.Env) (string, error) {
	if f.FixBy != "" {
		return f.FixBy, nil
	}
	v, ok := env.Law.Param("finding_days")
	if !ok {
		return "", nil
	}
	days, err := v.Int()
	if err != nil {
		return "", err
	}
	return env.Today().Add(int(days)).String(), nil
}

// target is what duties hang on, with the date by which it is to be mended.
func target(f Finding) (act.Target, error) {
	t := act.Target{Kind: "finding", ID: string(f.ID), Person: f.Owner, Records: map[string]calendar.Recorded{"found_at": act.Recorded(f.FoundAt)}}
	if f.FixBy != "" {
		d, err := calendar.ParseDate(f.FixBy)
		if err != nil {
			return t, err
		}
		t.Records["fix_by"] = act.RecordedDate(d)
	}
	return t, nil
}

// tell gives the notices: to the owner and to the posts that a clause names.
func tell(f Finding, posts []string, env act.Env) []store.Change {
	notice := notify.Notice{Kind: "finding", Clause: f.Clause, Subject: string(f.ID), Document: f.Document, At: env.At}
	var out []store.Change
	add := func(post string, person term.PersonID) {
		n := notice
		n.ID, n.Post, n.Person = term.NoticeID(env.ID()), post, person
		out = append(out, notify.Notices.Insert(n))
	}
	if f.Owner != "" {
		add("", f.Owner)
	} else if f.OwnerPost != "" {
		add(f.OwnerPost, "")
	}
	var told []string
	for _, post := range posts {
		if post != "" && post != f.OwnerPost && !slices.Contains(told, post) {
			told = append(told, post)
			add(post, "")
		}
	}
	return out
}

// owns reports whether somebody is the owner of a finding, himself or by a post.
func owns(f Finding, person term.PersonID, people act.Directory) bool {
	return person != "" && (f.Owner == person || f.OwnerPost != "" && slices.Contains(people.Posts(person), f.OwnerPost))
}

// another answers who is the owner, or took the measure, where another one is wanted.
func another(f Finding, env act.Env) error {
	if owns(f, env.Actor.Person, env.People) || env.Actor.Person != "" && f.MeasureBy == env.Actor.Person {
		return refuse.Field("finding", "by_another")
	}
	return nil
}

func measure(s findingState, cmd Measure, env act.Env) (act.Changes, error) {
	switch {
	case s.row.State != Open && s.row.State != Measured:
		return act.Changes{}, refuse.Field("finding", "not_open")
	case strings.TrimSpace(cmd.Measure) == "":
		return act.Changes{}, refuse.Field("measure", "required")
	}
	next := s.row
	next.Measure, next.MeasureAt, next.MeasureBy, next.State = store.Plain(cmd.Measure), env.At, env.Actor.Person, Measured
	next.Recheck, next.RecheckAt, next.RecheckBy = "", s.zero, ""
	return s.changes(next)
}

func recheck(s findingState, cmd Recheck, env act.Env) (act.Changes, error) {
	if err := another(s.row, env); err != nil {
		return act.Changes{}, err
	}
	if s.row.State != Measured {
		return act.Changes{}, refuse.Field("finding", "not_measured")
	}
	next := s.row
	next.Recheck, next.RecheckAt, next.RecheckBy = cmd.Result, env.At, env.Actor.Person
	switch cmd.Result {
	case fixed:
		next.State = Rechecked
	case notFixed:
		next.State = Open
	default:
		return act.Changes{}, refuse.Field("result", "not_in_list")
	}
	return s.changes(next)
}

func closing(s findingState, env act.Env) (act.Changes, error) {
	if err := another(s.row, env); err != nil {
		return act.Changes{}, err
	}
	switch s.row.State {
	case Measured, Rechecked:
	case Closed:
		return act.Changes{}, &refuse.Conflict{Table: "finding", Key: string(s.row.ID), By: s.row.ClosedBy}
	default:
		return act.Changes{}, refuse.Field("finding", "not_measured")
	}
	next := s.row
	next.State, next.ClosedAt, next.ClosedBy = Closed, env.At, env.Actor.Person
	return s.changes(next)
}

func (s findingState) changes(next Finding) (act.Changes, error) {
	t, err := target(next)
	if err != nil {
		return act.Changes{}, err
	}
	return act.Changes{
		Subject: string(next.ID), Document: next.Document, Targets: []act.Target{t}, Rows: []store.Change{Findings.Update(s.row, next)},
	}, nil
}
