package custody

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// leaderOffice is the kind of place in which a leader has what was handed to him.
const leaderOffice = "leader_office"

// The kinds of things that duties of the end of a day are owed for.
const (
	inLeaderOffice = "in_leader_office" // a copy in a leader's office
	keeper         = "keeper"           // a person who holds something
)

func init() {
	act.EachOf(inLeaderOffice, leaderCopies)
	act.EachOf(keeper, keepers)
	act.ConcernedIn(inLeaderOffice, concernedIn)
}

// officeOf gives the office of a leader: the registered one that he keeps. Whoever has none gets what he is handed at his
// desk, of which nothing is known until he says where he keeps it.
func officeOf(tx *store.Tx, person term.PersonID) (Place, error) {
	p, ok, err := Places.One(tx, "WHERE keeper = $1 AND place_kind = $2 ORDER BY id LIMIT 1", string(person), leaderOffice)
	if err != nil {
		return p, fmt.Errorf("find a leader's office: %w", err)
	}
	if !ok {
		return p, nil
	}
	chain, err := above(tx, p)
	if err != nil {
		return p, err
	}
	return seen(tx, chain, Place{})
}

// atLeader reports whether a place as the law sees it is a leader's office, stands in one or is of the room of one.
func (p Place) atLeader() bool { return slices.Contains(p.Within, leaderOffice) }

// inLeaders are, as SQL selects them, the places that are, stand in or share the room of a leader's office.
const inLeaders = `(WITH RECURSIVE led (id) AS (
	SELECT id FROM place WHERE place_kind = 'leader_office'
	UNION SELECT id FROM place WHERE place_kind <> 'box' AND room IN (SELECT room FROM place WHERE place_kind = 'leader_office' AND room NOT IN ('', 'none'))
	UNION SELECT p.id FROM place p JOIN led ON p.inside = led.id) SELECT id FROM led)`

// leaderCopies lists the copies in leaders' offices: with who keeps them there, or put there.
func leaderCopies(tx *store.Tx) ([]act.Thing, error) {
	rows, err := Copies.Select(tx, "WHERE state IN ('in_place', 'received') AND place IN "+inLeaders+" ORDER BY id LIMIT $1", act.MaxThings)
	if err != nil {
		return nil, fmt.Errorf("list the copies in leaders' offices: %w", err)
	}
	held, err := Copies.Select(tx, "WHERE state = 'held' AND hand_over IN (SELECT id FROM hand_over WHERE back_at IS NULL AND kept_in IN "+inLeaders+") ORDER BY id LIMIT $1",
		act.MaxThings)
	if err != nil {
		return nil, fmt.Errorf("list the copies in leaders' offices: %w", err)
	}
	var out []act.Thing
	for _, c := range append(rows, held...) {
		out = append(out, act.Thing{ID: string(c.ID), Document: c.Document, Person: c.Holder, Since: c.Since})
	}
	return out[:min(len(out), act.MaxThings)], nil
}

// keepers lists who holds something, since when.
func keepers(tx *store.Tx) ([]act.Thing, error) {
	rows, err := tx.Query("SELECT holder, min(since) FROM copy WHERE state = 'held' GROUP BY holder ORDER BY holder LIMIT $1", act.MaxThings)
	if err != nil {
		return nil, fmt.Errorf("list who holds something: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	var out []act.Thing
	for rows.Next() {
		var who term.PersonID
		var since int64
		if err := rows.Scan(&who, &since); err != nil {
			return nil, fmt.Errorf("read who holds something: %w", err)
		}
		out = append(out, act.Thing{ID: string(who), Person: who, Since: time.UnixMilli(since).In(calendar.Zone)})
	}
	return out, rows.Err()
}

// concernedIn names who has a copy, and who gave it to him.
func concernedIn(tx *store.Tx, id string) (map[string]string, error) {
	c, err := Copies.Get(tx, term.CopyID(id))
	if err != nil {
		return nil, err
	}
	out := map[string]string{"holder": string(c.Holder)}
	if c.HandOver != "" {
		line, err := HandOvers.Get(tx, c.HandOver)
		if err != nil {
			return nil, fmt.Errorf("read the open line: %w", err)
		}
		out["giver"] = string(line.Giver)
	}
	return out, nil
}

// delivered are what a delivery of a copy opens beside the duties on the copy itself: those of who has it now, and of a
// leader's office where it lies.
func delivered(c Copy, line HandOver, in Place) []act.Target {
	out := []act.Target{{Kind: keeper, ID: string(line.Receiver), Person: line.Receiver, OpenOnly: true, Once: true}}
	if in.atLeader() {
		out = append(out, leaderTarget(c, line.Receiver, line.ReturnBy))
	}
	return out
}

// leaderTarget is a copy that comes into a leader's office and is to leave it by some time, where that is known.
func leaderTarget(c Copy, who term.PersonID, by time.Time) act.Target {
	t := act.Target{Kind: inLeaderOffice, ID: string(c.ID), Person: who, OpenOnly: true}
	if !by.IsZero() {
		t.Records = map[string]calendar.Recorded{"return_by": act.Recorded(by)}
	}
	return t
}

// comes is a copy that is put in a place by who has had it: in a leader's office it is still to be fetched, elsewhere no more.
func comes(c Copy, in Place) act.Target {
	if in.atLeader() {
		return leaderTarget(c, c.Holder, time.Time{})
	}
	return leaves(c)
}

// leaves is a copy that is in no leader's office any more.
func leaves(c Copy) act.Target {
	return act.Target{Kind: inLeaderOffice, ID: string(c.ID), Person: c.Holder, CloseOnly: true}
}

// OfficerGone follows the end of a post: what was dedicated to who held it is his no more.
type OfficerGone struct {
	Person term.PersonID `json:"person"`
}

var _ = act.Define("custody.officer_gone", act.Act[OfficerGone, []Place, systemFacts]{
	Load: func(tx *act.Tx, cmd OfficerGone) ([]Place, error) {
		return Places.Select(tx.Tx, "WHERE dedicated_officer = $1 ORDER BY id LIMIT 200", string(cmd.Person))
	},
	Facts:  func([]Place, OfficerGone, act.Env) systemFacts { return systemFacts{} },
	Decide: decideOfficerGone,
})

func decideOfficerGone(places []Place, cmd OfficerGone, _ act.Env) (act.Changes, error) {
	c := act.Changes{Subject: string(cmd.Person)}
	for _, p := range places {
		c.Then = append(c.Then, act.Follow{Act: "custody.place_orphaned", Command: PlaceOrphaned{Place: p.ID}})
	}
	return c, nil
}

// PlaceOrphaned takes the dedication of its officer from a place; whoever is told of it learns what rests there.
type PlaceOrphaned struct {
	Place term.PlaceID `json:"place"`
}

type orphan struct {
	place Place
	rest  []placing
}

var _ = act.Define("custody.place_orphaned", act.Act[PlaceOrphaned, orphan, systemFacts]{
	Load: func(tx *act.Tx, cmd PlaceOrphaned) (o orphan, err error) {
		if o.place, err = Places.Get(tx.Tx, cmd.Place); err != nil {
			return o, err
		}
		ids, _, err := within(tx.Tx, cmd.Place)
		if err != nil {
			return o, err
		}
		o.rest, err = contents(tx, ids, Place{})
		return o, err
	},
	Facts:  func(orphan, PlaceOrphaned, act.Env) systemFacts { return systemFacts{} },
	Decide: decideOrphaned,
})

func decideOrphaned(s orphan, _ PlaceOrphaned, env act.Env) (act.Changes, error) {
	if s.place.Officer == "" {
		return act.Changes{}, &refuse.Conflict{Table: "place", Key: string(s.place.ID)}
	}
	next := s.place
	next.Officer, next.DedicatedAt = "", env.At
	c := act.Changes{Subject: string(s.place.ID), Rows: []store.Change{Places.Update(s.place, next)}}
	var stand []standing
	for _, p := range s.rest {
		stand = append(stand, p.standing(p.copy, HandOver{}, next, env))
	}
	c.After = standings(stand)
	return c, nil
}
