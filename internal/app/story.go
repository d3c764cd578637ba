package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/identity"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// story is the invented business of the model office, told act by act: each at its own moment, by whoever would do it,
// through the desk. Signatures in it are the story's own and stand in the entries as a PIN on the terminal "story".
//
// What a regulation refuses in an office that is not the one the story was written for is left out with all that
// follows from it, and logged; Told says how much that was.
type story struct {
	app    *App
	ctx    context.Context
	clock  *storyClock
	end    time.Time
	days   []calendar.Date // by number; the last is today
	file   storyFile
	cast   cast
	items  map[string]*item // by key
	Done   int              // acts
	Missed []string         // acts that were answered otherwise than expected
}

// item is a document of the story as it has become.
type item struct {
	told
	envelope     term.EnvelopeID
	document     term.DocumentID
	copies       []term.CopyID
	numbers      []string
	readers      []term.PersonID
	handler      term.PersonID
	circulation  term.CirculationID
	stops        map[term.PersonID]term.StopID
	instructions []term.InstructionID
	lost         bool // something failed: the rest is left out
}

// event is one act of the story.
type event struct {
	at    time.Time
	order int
	run   func() error
}

const storyTerminal = "story"

func (s *story) run() error {
	var err error
	if s.file, err = readStory(); err != nil {
		return err
	}
	s.items = map[string]*item{}
	if s.days, err = storyWeek(s.end); err != nil {
		return err
	}
	if err := s.app.DB.Read(s.ctx, func(tx *store.Tx) error { return s.cast.read(tx, s.app) }); err != nil {
		return fmt.Errorf("find the cast: %w", err)
	}
	events := s.events()
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		if e.at.After(s.end) {
			break
		}
		if err := s.advance(e.at); err != nil {
			return err
		}
		if err := e.run(); err != nil {
			return err
		}
	}
	return nil
}

// advance moves the clock and performs what came due on the way.
func (s *story) advance(at time.Time) error {
	if at.After(s.clock.Now()) {
		if err := s.clock.To(at); err != nil {
			return err
		}
	}
	_, err := s.app.Desk.Tick(s.ctx)
	return err
}

// storyWeek gives the days of the story: working days, then today.
func storyWeek(end time.Time) ([]calendar.Date, error) {
	today := calendar.DateOf(end)
	days := []calendar.Date{}
	book := calendar.Builtin()
	for d := calendar.DateOf(opening(end)); d.Before(today); d = d.Add(1) {
		if working(book, d) {
			days = append(days, d)
		}
	}
	if len(days) != storyDays {
		return nil, fmt.Errorf("%d working days before %s, %d are expected", len(days), today, storyDays)
	}
	return append(days, today), nil
}

// at gives the instant of "day hh:mm".
func (s *story) at(m moment) time.Time { return s.days[m.day].At(m.hour, m.minute) }

// try does one act as a person. It answers false, and the item is lost, when the desk answers anything else than done.
func (s *story) try(i *item, by term.PersonID, name string, command any, signers ...signer) (act.Receipt, bool, error) {
	if i != nil && i.lost {
		return act.Receipt{}, false, nil
	}
	if by == "" {
		return s.miss(i, name, "nobody holds the post")
	}
	now := s.clock.Now()
	q := act.Request{Act: name, Command: command, By: act.Actor{Account: s.cast.accounts[by], Person: by, Terminal: storyTerminal}}
	for _, sign := range signers {
		if sign.person == "" {
			sign.person = by
		}
		q.Signatures = append(q.Signatures, act.Signature{Role: sign.role, Person: sign.person, Strength: identity.StrengthPIN, Terminal: storyTerminal, At: now})
	}
	receipt, err := s.app.Desk.Do(s.ctx, q)
	var refusal *refuse.Refusal
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	switch {
	case err == nil:
		s.Done++
		return receipt, true, nil
	case errors.As(err, &refusal), errors.As(err, &invalid), errors.As(err, &conflict), errors.Is(err, refuse.ErrNotFound):
		return s.miss(i, name, err.Error())
	}
	return receipt, false, fmt.Errorf("%s: %w", name, err)
}

func (s *story) miss(i *item, name, why string) (act.Receipt, bool, error) {
	key := ""
	if i != nil {
		key, i.lost = i.Key, true
	}
	s.Missed = append(s.Missed, key+" "+name+": "+why)
	s.app.Log.Info("left out of the story", slog.String("document", key), slog.String("act", name), slog.String("why", why))
	return act.Receipt{}, false, nil
}

type signer struct {
	role   string
	person term.PersonID
}

// self is the actor's own signature.
var self = signer{role: "actor"}

// cast is who plays whom.
type cast struct {
	directory *people.Directory
	law       *regulation.Law
	regime    term.Regime // of the secrets that the office keeps
	accounts  map[term.PersonID]term.AccountID
	tops      map[string]term.Level // the highest level a grade may know
	cabinets  map[bool]term.PlaceID // true: a safe
}

// roles gives the posts for each word of the story, the first that somebody holds.
var roles = map[string][]string{
	"officer":   {"base/officer"},
	"director":  {"base/office_director", "base/unit_head"},
	"unit_head": {"base/unit_head", "base/leader"},
	"leader":    {"base/leader", "base/unit_head"},
	"head":      {"base/department_head", "base/office_director"},
	"inspector": {"base/inspector", "base/liaison", "base/officer"},
}

func (c *cast) read(tx *store.Tx, a *App) error {
	c.accounts, c.tops, c.cabinets = map[term.PersonID]term.AccountID{}, map[string]term.Level{}, map[bool]term.PlaceID{}
	var err error
	if c.directory, err = a.Office.People(tx, a.Clock.Now()); err != nil {
		return err
	}
	law, err := a.Office.Law(tx, a.Clock.Now())
	if err != nil {
		return err
	}
	c.law, c.regime = law, law.Regimes()[0]
	if table, ok := law.Param("grade_levels"); ok {
		for grade, text := range table.Map {
			c.tops[grade] = term.Level(text)
		}
	}
	accounts, err := identity.Accounts.Select(tx, "WHERE person <> '' ORDER BY login LIMIT 1000")
	if err != nil {
		return err
	}
	for _, account := range accounts {
		c.accounts[account.Person] = account.ID
	}
	places, err := custody.Places.Select(tx, "ORDER BY id LIMIT 1000")
	if err != nil {
		return err
	}
	for _, p := range places {
		for _, top := range []bool{true, false} {
			fit := p.Kind == "safe" || !top && p.Kind == "secure_cabinet"
			if have := c.cabinets[top]; fit && (have == "" || !top && p.Kind == "secure_cabinet" && p.ID < have) {
				c.cabinets[top] = p.ID
			}
		}
	}
	return nil
}

// cabinet is where the story puts a copy: into the safe what is 绝密, or a company's own secret.
func (c *cast) cabinet(level term.Level) term.PlaceID {
	return c.cabinets[level == term.Juemi || level.Classified() && c.law.Regimes()[0] == term.RegimeCompany]
}

// play gives the person for a word: head.2 is the second head who may know the level and is not the director. Empty
// when there is none.
func (c *cast) play(word part, level term.Level) term.PersonID {
	var list []term.PersonID
	for _, post := range roles[word.role] {
		for _, p := range c.directory.Holders(post) {
			facts, known := c.directory.Facts(p)
			covers := !level.Classified() || c.tops[facts.Grade].Valid() && c.tops[facts.Grade].AtLeast(level) && facts.CommitmentSigned
			taken := word.role == "head" && slices.Contains(c.directory.Holders("base/office_director"), p) && post != "base/office_director"
			if known && covers && !taken && c.accounts[p] != "" && !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	if len(list) < word.nth {
		return ""
	}
	return list[word.nth-1]
}
