package people

import (
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// PostAssign gives a post to a person; Replaces ends who held it in the same act.
type PostAssign struct {
	Post        term.PostID   `json:"post" req:"true"`
	Person      term.PersonID `json:"person" req:"true"`
	From        time.Time     `json:"from"` // zero: now; never earlier
	Replaces    term.PersonID `json:"replaces"`
	AppointedBy string        `json:"appointed_by"`
	DocNo       string        `json:"doc_no"`
	Fields      string        `json:"fields"` // matters covered, of who may classify
}

// PostEnd ends that a person holds a post. Delegations he gave from it end with it.
type PostEnd struct {
	Post   term.PostID   `json:"post" req:"true"`
	Person term.PersonID `json:"person" req:"true"`
	Until  time.Time     `json:"until"` // zero: now; never earlier
	DocNo  string        `json:"doc_no"`
}

type holdingState struct {
	stamp
	post  Post
	live  []Holding // of this post, not ended
	his   []string  // stands of all posts the person holds or will hold, this one left aside
	given []Delegation
	kept  []string // stands of the posts that whoever leaves this one keeps
	// holdings is what whoever leaves this post must hand over first.
	holdings int
	person   Person // who is given it
}

// keepsCopies is the post of who keeps copies: places are dedicated to its holders.
const keepsCopies = "base/officer"

func loadHolding(tx *act.Tx, post term.PostID, person, gone term.PersonID) (s holdingState, err error) {
	if s.stamp, err = loadStamp(tx.Tx); err != nil {
		return s, err
	}
	if s.post, err = Posts.Get(tx.Tx, post); err != nil {
		return s, err
	}
	now := tx.Env.At.UnixMilli()
	if s.live, err = Holdings.Select(tx.Tx, "WHERE post = $1 AND (until_at IS NULL OR until_at > $2) ORDER BY id", string(post), now); err != nil {
		return s, err
	}
	rows, err := Holdings.Select(tx.Tx, "WHERE person = $1 AND (until_at IS NULL OR until_at > $2) ORDER BY id", string(person), now)
	if err != nil {
		return s, err
	}
	for _, h := range rows {
		p, err := Posts.Get(tx.Tx, h.Post)
		if err != nil {
			return s, err
		}
		s.his = append(s.his, p.Stands...)
	}
	if s.kept, err = keeps(tx.Tx, tx.Env.At, gone, post); err != nil {
		return s, err
	}
	if s.given, err = Delegations.Select(tx.Tx, "WHERE given_by = $1 AND revoked_at IS NULL ORDER BY id", string(gone)); err != nil {
		return s, err
	}
	if s.person, _, err = Persons.One(tx.Tx, "WHERE id = $1", string(person)); err != nil || gone == "" {
		return s, err
	}
	s.holdings, err = leftBehind(tx.Tx, tx.Env.People, gone, slices.Contains(s.post.Stands, keepsCopies) && !slices.Contains(s.kept, keepsCopies) && gone == person)
	return s, err
}

// keeps gives the stands of all posts that somebody holds now beside one.
func keeps(tx *store.Tx, at time.Time, person term.PersonID, but term.PostID) (out []string, err error) {
	rows, err := Holdings.Select(tx, "WHERE person = $1 AND post <> $2 AND (until_at IS NULL OR until_at > $3) ORDER BY id", string(person), string(but), at.UnixMilli())
	if err != nil {
		return nil, err
	}
	for _, h := range rows {
		p, err := Posts.Get(tx, h.Post)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Stands...)
	}
	return out, nil
}

// holds finds the live line of a person.
func (s holdingState) holds(id term.PersonID) (Holding, bool) {
	i := slices.IndexFunc(s.live, func(h Holding) bool { return h.Person == id })
	if i < 0 {
		return Holding{}, false
	}
	return s.live[i], true
}

func (s holdingState) facts(env act.Env, person term.PersonID, after int, replaces, gives bool) postFacts {
	f := postFacts{Post: strings.Join(s.post.Stands, " "), HoldersAfter: after, ReplacesSet: replaces, Holdings: s.holdings, Persons: []regulation.Person{env.Person(person)}}
	if gives {
		f.GivenActs = given(env.Law, s.post.Stands)
	}
	return f
}

// officerGone takes from whoever keeps copies no more what was dedicated to him.
func officerGone(id term.PersonID) act.Follow {
	return act.Follow{Act: "custody.officer_gone", Command: map[string]string{"person": string(id)}}
}

// end gives the rows that end a line, and what follows at once where it ends now. A post that ends later gives nothing from
// then on: the directory of that day knows.
func (s holdingState) end(h Holding, at time.Time, docNo string, env act.Env) ([]store.Change, []act.Follow) {
	next := h
	next.Until = at
	if docNo != "" {
		next.DocNo = docNo
	}
	var then []act.Follow
	if at.After(env.At) {
		return []store.Change{Holdings.Update(h, next)}, nil
	}
	for _, g := range s.given {
		if slices.Contains(s.post.Stands, g.Post) {
			then = append(then, act.Follow{Act: "people.revoke", Command: Revoke{Delegation: g.ID}})
		}
	}
	if slices.Contains(s.post.Stands, keepsCopies) && !slices.Contains(s.kept, keepsCopies) {
		then = append(then, officerGone(h.Person))
	}
	return []store.Change{Holdings.Update(h, next)}, then
}

var _ = act.Define("people.post_assign", act.Act[PostAssign, holdingState, postFacts]{
	Check: func(cmd PostAssign) error {
		return checkNotes(map[string]string{"appointed_by": cmd.AppointedBy, "doc_no": cmd.DocNo, "fields": cmd.Fields})
	},
	Load: func(tx *act.Tx, cmd PostAssign) (holdingState, error) {
		return loadHolding(tx, cmd.Post, cmd.Person, cmd.Replaces)
	},
	Facts: func(s holdingState, cmd PostAssign, env act.Env) postFacts {
		after := len(s.live) + 1
		if _, ok := s.holds(cmd.Replaces); ok {
			after--
		}
		f := s.facts(env, cmd.Person, after, cmd.Replaces != "", true)
		f.hands = handsOf(append(slices.Clone(s.his), s.post.Stands...))
		return f
	},
	Decide: decideAssign,
})

func decideAssign(s holdingState, cmd PostAssign, env act.Env) (act.Changes, error) {
	const name = "people.post_assign"
	if err := signedByPosts(env, name, nil); err != nil {
		return act.Changes{}, err
	}
	if err := knownPerson(env, "person", cmd.Person); err != nil {
		return act.Changes{}, err
	}
	from := endOf(cmd.From, env)
	old, replaced := s.holds(cmd.Replaces)
	_, has := s.holds(cmd.Person)
	switch {
	case from.Before(env.At):
		return act.Changes{}, refuse.Field("from", "in_the_past")
	case has:
		return act.Changes{}, refuse.Field("person", "holds_it")
	case cmd.Replaces != "" && !replaced:
		return act.Changes{}, refuse.Field("replaces", "does_not_hold_it")
	}
	row := Holding{ID: env.ID(), Post: cmd.Post, Person: cmd.Person, From: from, DocNo: cmd.DocNo}
	c := act.Changes{Subject: string(cmd.Person), Targets: []act.Target{onPerson(cmd.Person)}, Rows: []store.Change{Holdings.Insert(row)}}
	if back := s.person; !back.LeftPostAt.IsZero() {
		back.LeftPostAt = time.Time{}
		c.Rows = append(c.Rows, Persons.Update(s.person, back))
	}
	if replaced {
		rows, then := s.end(old, from, cmd.DocNo, env)
		c.Rows, c.Then = append(c.Rows, rows...), then
	}
	c.Rows = append(c.Rows, s.change(env))
	return c, nil
}

var _ = act.Define("people.post_end", act.Act[PostEnd, holdingState, postFacts]{
	Check: func(cmd PostEnd) error { return checkNotes(map[string]string{"doc_no": cmd.DocNo}) },
	Load: func(tx *act.Tx, cmd PostEnd) (holdingState, error) {
		return loadHolding(tx, cmd.Post, cmd.Person, cmd.Person)
	},
	Facts: func(s holdingState, cmd PostEnd, env act.Env) postFacts {
		after := len(s.live)
		if _, ok := s.holds(cmd.Person); ok {
			after--
		}
		return s.facts(env, cmd.Person, after, false, false)
	},
	Decide: decideEnd,
})

func decideEnd(s holdingState, cmd PostEnd, env act.Env) (act.Changes, error) {
	if err := signedByPosts(env, "people.post_end", nil); err != nil {
		return act.Changes{}, err
	}
	until := endOf(cmd.Until, env)
	old, ok := s.holds(cmd.Person)
	switch {
	case !ok:
		return act.Changes{}, refuse.Field("person", "does_not_hold_it")
	case until.Before(env.At):
		return act.Changes{}, refuse.Field("until", "in_the_past")
	}
	rows, then := s.end(old, until, cmd.DocNo, env)
	return act.Changes{
		Subject: string(cmd.Person), Targets: []act.Target{onPerson(cmd.Person)}, Rows: append(rows, s.change(env)), Then: then,
	}, nil
}

// checkNotes bounds short texts that may be empty.
func checkNotes(fields map[string]string) error {
	bad := &refuse.Invalid{}
	for name, s := range fields {
		if s == "" {
			continue
		}
		if code := nameFault(s, maxNote); code != "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: name, Code: code})
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// Delegate gives acts of a post, or deeds of a pack (制作 … 销毁), to persons for some days, both included.
type Delegate struct {
	Post     string            `json:"post"` // pack/post, held by the actor
	Persons  []term.PersonID   `json:"persons" req:"true"`
	Acts     []string          `json:"acts"`
	Deeds    []string          `json:"deeds" in:"deed"`
	Items    []term.DocumentID `json:"items"`
	AllItems string            `json:"all_items" in:"yes"`
	From     string            `json:"from"` // YYYY-MM-DD
	To       string            `json:"to"`
}

type delegateFacts struct {
	personFacts
	Kind      string   `fact:"kind"` // deeds or acts
	GivenActs []string `fact:"given_acts"`
}

var _ = act.Define("people.delegate", act.Act[Delegate, giving, delegateFacts]{
	Check: func(cmd Delegate) error {
		switch {
		case len(cmd.Persons) == 0 || slices.Contains(cmd.Persons, ""):
			return refuse.Field("persons", "required")
		case len(cmd.Acts)+len(cmd.Deeds) == 0 || slices.Contains(cmd.Acts, ""):
			return refuse.Field("acts", "required")
		case len(cmd.Acts) > 0 && len(cmd.Deeds) > 0:
			return refuse.Field("deeds", "either_or")
		}
		return spanFault(cmd.From, cmd.To)
	},
	Load: func(tx *act.Tx, cmd Delegate) (giving, error) { return loadGiving(tx, Delegations, cmd.Items) },
	Facts: func(_ giving, cmd Delegate, env act.Env) delegateFacts {
		f := delegateFacts{GivenActs: cmd.Acts, Kind: kindOfGiven(cmd.Deeds)}
		for _, id := range cmd.Persons {
			f.Persons = append(f.Persons, env.Person(id))
		}
		if slices.Contains(env.People.Posts(env.Actor.Person), cmd.Post) {
			f.relations = []string{"own"}
		}
		return f
	},
	Decide: decideDelegate,
})

// kindOfGiven says what a delegation gives: deeds of a pack, or acts by their names.
func kindOfGiven(deeds []string) string {
	if len(deeds) > 0 {
		return "deeds"
	}
	return "acts"
}

func decideDelegate(s giving, cmd Delegate, env act.Env) (act.Changes, error) {
	if err := delegable(env.Law, cmd.Post, cmd.Acts); err != nil {
		return act.Changes{}, err
	}
	if len(cmd.Deeds) > 0 && len(env.Law.List("people.delegate.deeds")) == 0 {
		return act.Changes{}, refuse.Field("deeds", "not_in_list")
	}
	if len(cmd.Deeds) > 0 {
		if err := s.listed(cmd.Items, cmd.AllItems); err != nil {
			return act.Changes{}, err
		}
	}
	if err := span(cmd.From, cmd.To, true, env); err != nil {
		return act.Changes{}, err
	}
	today := env.Today()
	c := act.Changes{Values: map[string]string{}}
	for i, id := range cmd.Persons {
		if err := knownPerson(env, "persons", id); err != nil {
			return c, err
		}
		if id == env.Actor.Person || slices.Contains(cmd.Persons[:i], id) {
			return c, refuse.Field("persons", "another")
		}
		if !deputises(env.People, id) {
			return c, refuse.Field("persons", "not_staff")
		}
		row := Delegation{
			ID: term.DelegationID(env.ID()), By: env.Actor.Person, Post: cmd.Post, To: id, Acts: cmd.Acts, FirstDay: cmd.From, LastDay: cmd.To,
			Deeds: cmd.Deeds, Items: idsOf(cmd.Items), Signed: env.Signer("actor"), GivenAt: env.At,
		}
		if len(cmd.Deeds) > 0 {
			row.Year, row.No = today.Year, s.last+1+i
			c.Values["number"] = row.Number()
		}
		c.Subject = string(row.ID)
		c.Rows = append(c.Rows, Delegations.Insert(row))
		c.Targets = append(c.Targets, act.Target{Kind: "delegation", ID: string(row.ID), Person: id})
	}
	c.Rows = append(c.Rows, s.change(env))
	return c, nil
}

// Revoke ends a delegation or a designation at once; one of the two is named.
type Revoke struct {
	Delegation  term.DelegationID `json:"delegation"`
	Designation string            `json:"designation"`
}

type revokeState struct {
	stamp
	row        Delegation
	designated Designation // where no delegation is named
}

type revokeFacts struct {
	Kind      string   `fact:"kind"` // deeds, acts, or of a designation persons, unit
	relations []string `fact:"-"`
}

// ActorRelations says whether the actor gave it.
func (f revokeFacts) ActorRelations() []string { return f.relations }

var _ = act.Define("people.revoke", act.Act[Revoke, revokeState, revokeFacts]{
	Check: func(cmd Revoke) error {
		switch {
		case cmd.Delegation == "" && cmd.Designation == "":
			return refuse.Field("delegation", "required")
		case cmd.Delegation != "" && cmd.Designation != "":
			return refuse.Field("designation", "either_or")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd Revoke) (s revokeState, err error) {
		if s.stamp, err = loadStamp(tx.Tx); err != nil {
			return s, err
		}
		if cmd.Designation != "" {
			s.designated, err = Designated.Get(tx.Tx, cmd.Designation)
			return s, err
		}
		s.row, err = Delegations.Get(tx.Tx, cmd.Delegation)
		return s, err
	},
	Facts: func(s revokeState, cmd Revoke, env act.Env) revokeFacts {
		f, by := revokeFacts{Kind: kindOfGiven(s.row.Deeds)}, s.row.By
		if cmd.Designation != "" {
			f.Kind, by = s.designated.kind(), s.designated.By
		}
		if by != "" && by == env.Actor.Person {
			f.relations = []string{"own"}
		}
		return f
	},
	Decide: decideRevoke,
})
