package custody

import (
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// kindSupply is the kind of a line of 交接登记 by which a copy is with somebody outside; to whom, 对外提供登记 says.
const kindSupply = "disclose"

// Supply follows a giving outside (对外提供): the copies lie here no more, and are with nobody of the house. Who has one of them
// by hand-over and gives it has it no more: his line ends with it, for one line of a copy is open at a time. What comes back is
// put away anew, and not his again.
type Supply struct {
	Copies   []term.CopyID `json:"copies"`
	By       term.PersonID `json:"by"`
	Signed   term.PersonID `json:"signed"`    // empty: he has not
	ReturnBy string        `json:"return_by"` // YYYY-MM-DD; empty: none is set
}

// SupplyBack follows the return of what was given outside: it is here, and to be put away anew.
type SupplyBack struct {
	Copies  []term.CopyID `json:"copies"`
	By      term.PersonID `json:"by"`
	Signed  term.PersonID `json:"signed"`
	Checked bool          `json:"checked"` // page by page
	Whole   bool          `json:"whole"`
}

func loadAll(tx *act.Tx, ids []term.CopyID) (out []held, err error) {
	for _, id := range ids {
		h, err := load(tx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

var _ = act.Define("custody.supply", act.Act[Supply, []held, systemFacts]{
	Load:   func(tx *act.Tx, cmd Supply) ([]held, error) { return loadAll(tx, cmd.Copies) },
	Facts:  func([]held, Supply, act.Env) systemFacts { return systemFacts{} },
	Decide: decideSupply,
})

var _ = act.Define("custody.supply_back", act.Act[SupplyBack, []held, systemFacts]{
	Load:   func(tx *act.Tx, cmd SupplyBack) ([]held, error) { return loadAll(tx, cmd.Copies) },
	Facts:  func([]held, SupplyBack, act.Env) systemFacts { return systemFacts{} },
	Decide: decideSupplyBack,
})

func decideSupply(s []held, cmd Supply, env act.Env) (act.Changes, error) {
	var by time.Time
	if day, err := calendar.ParseDate(cmd.ReturnBy); cmd.ReturnBy != "" && err != nil {
		return act.Changes{}, refuse.Field("return_by", "bad_date")
	} else if err == nil {
		by = day.End()
	}
	c := act.Changes{}
	var stand []standing
	for _, h := range s {
		if c.Subject == "" {
			c.Subject, c.Document = string(h.copy.ID), h.copy.Document
		}
		switch {
		case h.copy.State == InPlace || h.copy.State == Received:
		case h.copy.State == Held && h.copy.Holder == cmd.By:
			h.givenAway(&c, cmd, env)
		default:
			return c, &refuse.Conflict{Table: "copy", Key: string(h.copy.ID), By: h.line.Giver, With: h.copy.Holder}
		}
		line := HandOver{
			ID: term.HandOverID(env.ID()), Copy: h.copy.ID, Document: h.copy.Document, Class: h.copy.Class, Kind: kindSupply, Giver: cmd.By, GiverSigned: cmd.Signed,
			OutAt: env.At, ReturnBy: by, Destination: "outside",
		}
		next := h.copy
		next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Device, next.FoundIn = Supplied, "", "", line.ID, env.At, "", ""
		t := target(h.copy)
		t.CloseOnly, t.Person = true, h.copy.Holder
		c.Rows = append(c.Rows, HandOvers.Insert(line), Copies.Update(h.copy, next))
		c.Targets = append(c.Targets, t, leaves(h.copy))
		stand = append(stand, h.standing(next, line, Place{}, env))
	}
	c.After = standings(stand)
	return c, nil
}

// givenAway ends the line of who gives away what he has by it. Nobody took the copy back from him, so nobody counted it.
func (h held) givenAway(c *act.Changes, cmd Supply, env act.Env) {
	line := h.line
	line.BackAt, line.TakenBy, line.ReturnSigned, line.TakenSigned = env.At, cmd.By, cmd.Signed, cmd.Signed
	line.CopiesBack, line.PagesBack, line.AttachmentsBack = given(nil), given(nil), given(nil)
	c.Rows = append(c.Rows, HandOvers.Update(h.line, line))
	if h.line.Kind == "lend" {
		c.Targets = append(c.Targets, act.Target{Kind: "loan", ID: string(h.copy.ID), CloseOnly: true})
	}
	if h.line.Stop != "" {
		c.Targets = append(c.Targets, act.Target{Kind: "stop", ID: string(h.line.Stop), Person: h.copy.Holder, CloseOnly: true})
		c.Then = append(c.Then, act.Follow{Act: "circulation.taken", Command: Served{Stop: h.line.Stop, Copy: h.copy.ID, At: env.At}})
	}
}

func decideSupplyBack(s []held, cmd SupplyBack, env act.Env) (act.Changes, error) {
	c := act.Changes{}
	var stand []standing
	for _, h := range s {
		if c.Subject == "" {
			c.Subject, c.Document = string(h.copy.ID), h.copy.Document
		}
		if h.copy.State != Supplied {
			return c, &refuse.Conflict{Table: "copy", Key: string(h.copy.ID), By: h.line.Giver, With: h.copy.Holder}
		}
		next := h.copy
		next.State, next.HandOver, next.Since = Received, "", env.At
		if h.line.ID != "" { // the version before wrote none
			line := h.line
			line.BackAt, line.TakenBy, line.TakenSigned = env.At, cmd.By, cmd.Signed
			line.CopiesBack, line.PagesBack, line.AttachmentsBack = 1, given(nil), given(nil)
			line.Checked, line.Whole = cmd.Checked, cmd.Whole
			if cmd.Checked {
				line.CheckedBy = cmd.By
			}
			c.Rows = append(c.Rows, HandOvers.Update(h.line, line))
		}
		t := target(h.copy)
		t.CloseOnly = true
		c.Rows, c.Targets = append(c.Rows, Copies.Update(h.copy, next)), append(c.Targets, t)
		stand = append(stand, h.standing(next, HandOver{}, Place{}, env))
	}
	c.After = standings(stand)
	return c, nil
}

// StationAt tells where one piece stood at a moment, as StationsAt tells of all, and since when; empty: it was not there yet.
func StationAt(tx *store.Tx, id term.CopyID, at time.Time) (string, time.Time, error) {
	c, err := Copies.Get(tx, id)
	if err != nil {
		return "", time.Time{}, err
	}
	rows := []stationAt{{id: c.ID, state: c.State, ending: c.Ending, line: string(c.HandOver), since: c.Since}}
	if c.Since.After(at) {
		if err := takeBack(tx, rows, at); err != nil {
			return "", time.Time{}, err
		}
	}
	if rows[0].since.After(at) {
		return "", time.Time{}, nil
	}
	kind, err := rows[0].kind(tx)
	return rows[0].station(kind), rows[0].since, err
}
