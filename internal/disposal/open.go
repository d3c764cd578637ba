package disposal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ListOpen begins a list and puts on it what it is to name: what an issuer wants back by a day, what was finished in a year,
// what somebody holds. Without any of these it begins empty.
type ListOpen struct {
	Kind   string        `json:"kind" req:"true" in:"disposal_kind"`
	Year   string        `json:"year"`                           // of 办结; archive and destruction
	Issuer string        `json:"issuer" secret:"true"`           // return
	Due    string        `json:"due"`                            // return: wanted back by this day, YYYY-MM-DD
	Person term.PersonID `json:"person"`                         // transfer: whose holdings
	Medium string        `json:"medium" in:"medium"`             // destruction: of all lines
	Party  string        `json:"party" secret:"true"`            // to whom it goes, outside the house
	Reason string        `json:"reason" secret:"true" max:"300"` // of the whole list
	Unit   term.UnitID   `json:"unit"`                           // 申请部门; empty: that of who opens it
}

type opening struct {
	last   int
	pieces []Piece
}

var _ = act.Define("disposal.list_open", act.Act[ListOpen, opening, openFacts]{
	Check:  checkOpen,
	Load:   loadOpening,
	Facts:  func(_ opening, cmd ListOpen, _ act.Env) openFacts { return openFacts{cmd.Kind} },
	Decide: decideOpen,
})

func checkOpen(cmd ListOpen) error {
	var bad refuse.Invalid
	add := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	dated := cmd.Kind == Archive || cmd.Kind == Destruction
	switch {
	case cmd.Year != "" && !goodYear(cmd.Year):
		add("year", "bad_format")
	case cmd.Year != "" && !dated:
		add("year", "not_here")
	}
	if cmd.Due != "" {
		if _, err := calendar.ParseDate(cmd.Due); err != nil {
			add("due", "bad_date")
		} else if cmd.Kind != Return {
			add("due", "not_here")
		}
	}
	if cmd.Issuer != "" && cmd.Kind != Return {
		add("issuer", "not_here")
	}
	if cmd.Person != "" && cmd.Kind != Transfer {
		add("person", "not_here")
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

func loadOpening(tx *act.Tx, cmd ListOpen) (opening, error) {
	var s opening
	last, ok, err := Lists.One(tx.Tx, "WHERE kind = $1 AND year = $2 ORDER BY no DESC LIMIT 1", cmd.Kind, int64(tx.Env.At.Year()))
	if err != nil {
		return s, fmt.Errorf("find the last number of a list: %w", err)
	}
	if ok {
		s.last = last.No
	}
	if cmd.Year == "" && cmd.Due == "" && cmd.Person == "" {
		return s, nil
	}
	found, err := links.Wanted(tx.Tx, Wanted{Kind: cmd.Kind, Year: cmd.Year, Issuer: strings.TrimSpace(cmd.Issuer), Until: cmd.Due, Person: cmd.Person}, MaxLines)
	if err != nil {
		return s, err
	}
	for _, id := range found {
		p, err := links.Piece(tx.Tx, tx.Env.People, id)
		if err != nil {
			return s, fmt.Errorf("read what a list is to name: %w", err)
		}
		s.pieces = append(s.pieces, p)
	}
	return s, nil
}

func decideOpen(s opening, cmd ListOpen, env act.Env) (act.Changes, error) {
	if cmd.Person != "" && env.People.Name(cmd.Person) == "" {
		return act.Changes{}, refuse.Field("person", "unknown_person")
	}
	pieces, medium, err := ofOneMedium(cmd, known(s.pieces, env))
	if err != nil {
		return act.Changes{}, err
	}
	if env.Actor.System && cmd.Kind == Destruction && len(pieces) == 0 {
		return act.Changes{}, nil // all of it stands on lists already
	}
	l := List{
		ID: term.DisposalListID(env.ID()), Kind: cmd.Kind, Year: env.At.Year(), No: s.last + 1, Of: cmd.Year, Due: cmd.Due, Medium: medium,
		Issuer: store.Plain(strings.TrimSpace(cmd.Issuer)), Party: store.Plain(strings.TrimSpace(cmd.Party)), Reason: store.Plain(strings.TrimSpace(cmd.Reason)),
		Unit: cmd.Unit, Person: cmd.Person, OpenedAt: env.At, OpenedBy: env.Actor.Person, Applicant: env.Actor.Person, Lines: len(pieces), Last: len(pieces), State: Open,
	}
	if l.Unit == "" && env.Actor.Person != "" {
		l.Unit = env.People.Unit(env.Actor.Person)
	}
	wrapped, err := env.Secrets.DocumentKey(term.DocumentID(l.ID))
	if err != nil {
		return act.Changes{}, fmt.Errorf("make a key for the list: %w", err)
	}
	c := act.Changes{Subject: string(l.ID), Rows: []store.Change{links.Key(string(l.ID), wrapped), Lists.Insert(l)}, Values: map[string]string{
		"list": string(l.ID), "number": l.Number(), "lines": strconv.Itoa(len(pieces)),
	}}
	for i, p := range pieces {
		line := lineOf(l.ID, i+1, p, env)
		line.Reason = store.Plain(strings.TrimSpace(cmd.Reason))
		c.Rows = append(c.Rows, Lines.Insert(line))
		c.Values["line."+strconv.Itoa(i+1)], c.Values["copy."+strconv.Itoa(i+1)] = line.ID, string(p.Copy)
	}
	return c, nil
}

// known leaves out what the actor may not know of: whoever may adds it. The system leaves nothing out.
func known(pieces []Piece, env act.Env) []Piece {
	if env.Actor.System {
		return pieces
	}
	sight, err := env.Law.Sight(env.People.Posts(env.Actor.Person), env.Person(env.Actor.Person).Left)
	return slices.DeleteFunc(slices.Clone(pieces), func(p Piece) bool {
		m := p.Item.Matter(env.Actor.Person)
		return err != nil || !sight.Sees(m.Class, m.Ways)
	})
}

// ofOneMedium keeps the pieces of the medium of a destruction list: its form is of one medium. Where none is said, it is that
// of the first piece.
func ofOneMedium(cmd ListOpen, pieces []Piece) ([]Piece, string, error) {
	if cmd.Kind != Destruction {
		if cmd.Medium != "" {
			return nil, "", refuse.Field("medium", "not_here")
		}
		return pieces, "", nil
	}
	medium := cmd.Medium
	if medium == "" && len(pieces) > 0 {
		medium = pieces[0].Medium
	}
	return slices.DeleteFunc(slices.Clone(pieces), func(p Piece) bool { return p.Medium != medium }), medium, nil
}

// lineOf is the line of a piece as the registers know it.
func lineOf(list term.DisposalListID, seq int, p Piece, env act.Env) Line {
	return Line{
		ID: env.ID(), List: list, Seq: seq, Copy: p.Copy, Document: p.Item.Document, Class: int(p.Item.Class), Title: store.Plain(p.Title),
		CodeName: store.Plain(p.CodeName), DocNo: store.Plain(p.DocNo), Issuer: store.Plain(p.Issuer), Level: p.Item.Level, Regime: p.Regime, Period: p.Period,
		CopyNo: p.CopyNo, Copies: 1, Pages: p.Pages, Attachments: p.Attachments, Medium: p.Medium, SerialNo: p.SerialNo, ReturnBy: p.ReturnBy,
		CompletedAt: p.CompletedAt, AddedAt: env.At, AddedBy: env.Actor.Person, State: Listed,
	}
}

// marks of the lists in their numbers.
var marks = map[string]string{Return: "清退", Transfer: "移交", Archive: "归档", Destruction: "销毁"}

// Number spells the number of a list: 销毁〔2027〕3号.
func (l List) Number() string { return fmt.Sprintf("%s〔%d〕%d号", marks[l.Kind], l.Year, l.No) }

// ListAdd puts one piece on a list. What it says of the piece is held against the registers. Without a copy it is refused: a
// line is never a number of things.
type ListAdd struct {
	List        term.DisposalListID `json:"list" req:"true"`
	Copy        term.CopyID         `json:"copy"`
	Title       string              `json:"title" secret:"true"`
	CodeName    string              `json:"code_name" secret:"true" max:"60"`
	DocNo       string              `json:"doc_no" secret:"true"`
	Issuer      string              `json:"issuer" secret:"true"`
	Level       term.Level          `json:"level"`
	CopyNo      string              `json:"copy_no"`
	Copies      *int                `json:"copies"`
	Pages       *int                `json:"pages"`
	Attachments *int                `json:"attachments"`
	Medium      string              `json:"medium" in:"medium"`
	SerialNo    string              `json:"serial_no"`
	Capacity    string              `json:"capacity" max:"40"` // of a medium that is no paper: 1 TB
	Reason      string              `json:"reason" secret:"true" max:"300"`
	Opinion     string              `json:"opinion" secret:"true" max:"300"` // 鉴定意见
	Method      string              `json:"method" in:"method"`
}

type adding struct {
	listed
	piece  Piece
	on     Line // the open line of the piece
	onList List
	issuer string // of the list; empty: of any
}

var _ = act.Define("disposal.list_add", act.Act[ListAdd, adding, lineFacts]{
	Live: true,
	Load: loadAdding,
	Knows: func(s adding, _ ListAdd, env act.Env) []act.Matter {
		if s.piece.Copy == "" {
			return nil
		}
		return []act.Matter{s.piece.Item.Matter(env.Actor.Person)}
	},
	Idle:  func(s adding, _ ListAdd) error { return s.elsewhere() },
	Leans: func(s adding, _ ListAdd) []act.Event { return append(s.events()[:1], s.piece.Item.Events()...) },
	Facts: func(s adding, cmd ListAdd, env act.Env) lineFacts {
		f := lineFacts{pieceFacts: s.piece.facts(env), Method: cmd.Method}
		if s.piece.Copy == "" {
			f.Item = regulation.NewItem(cmd.Level, term.RegimeState)
		}
		f.Kind, f.LineItemised = s.list.Kind, s.piece.Copy != "" && (cmd.Copies == nil || *cmd.Copies == 1)
		return f
	},
	Decide: decideAdd,
})

func loadAdding(tx *act.Tx, cmd ListAdd) (adding, error) {
	var s adding
	var err error
	if s.listed, err = loadList(tx, cmd.List); err != nil || cmd.Copy == "" {
		return s, err
	}
	if s.issuer, err = issuerOf(tx.Tx, s.list); err != nil {
		return s, err
	}
	if s.piece, err = links.Piece(tx.Tx, tx.Env.People, cmd.Copy); err != nil {
		return s, err
	}
	var on bool
	if s.on, on, err = Lines.One(tx.Tx, "WHERE copy = $1 AND state = 'listed'", string(cmd.Copy)); err != nil {
		return s, fmt.Errorf("look whether a piece is listed: %w", err)
	}
	if on {
		s.onList, err = Lists.Get(tx.Tx, s.on.List)
	}
	return s, err
}

func decideAdd(s adding, cmd ListAdd, env act.Env) (act.Changes, error) {
	if err := s.open(0); err != nil {
		return act.Changes{}, err
	}
	if err := s.addable(cmd); err != nil {
		return act.Changes{}, err
	}
	next := s.list.changed(env)
	next.Lines, next.Last = next.Lines+1, next.Last+1
	if next.Kind == Destruction && next.Medium == "" {
		next.Medium = s.piece.Medium
	}
	line := lineOf(s.list.ID, next.Last, s.piece, env)
	line.Reason, line.Opinion, line.Planned = store.Plain(strings.TrimSpace(cmd.Reason)), store.Plain(strings.TrimSpace(cmd.Opinion)), cmd.Method
	line.Capacity = strings.TrimSpace(cmd.Capacity)
	return act.Changes{
		Subject: string(s.list.ID), Document: line.Document, Rows: []store.Change{Lists.Update(s.list, next), Lines.Insert(line)},
		Values: map[string]string{"line": line.ID},
	}, nil
}

// addable answers what keeps a piece from a list, at the field.
func (s adding) addable(cmd ListAdd) error {
	switch {
	case cmd.Copy == "" || cmd.Copies != nil && *cmd.Copies != 1:
		return refuse.Field("copy", "one_piece")
	case s.on.ID != "":
		return s.elsewhere()
	case !s.piece.Live:
		return refuse.Field("copy", "ended")
	case s.list.Kind == Destruction && s.list.Medium != "" && s.list.Medium != s.piece.Medium:
		return refuse.Field("copy", "other_medium")
	case s.list.Kind == Destruction && s.piece.kept("copy") != nil:
		return s.piece.kept("copy")
	case s.list.Kind == Return && s.issuer != "" && !links.SameIssuer(s.issuer, s.piece.Issuer):
		return &refuse.Invalid{Fields: []refuse.FieldError{{Field: "copy", Code: "other_issuer", Args: map[string]string{"issuer": s.issuer}}}}
	case s.list.Lines >= MaxLines:
		return refuse.Field("list", "full")
	case s.begun(): // its leave was given for what is on it, and stays with what is gone
		return refuse.Field("list", "begun")
	}
	var bad refuse.Invalid
	differs := func(field string, wrong bool) {
		if wrong {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: "differs"})
		}
	}
	p := s.piece
	for field, both := range map[string][2]string{
		"title": {cmd.Title, p.Title}, "code_name": {cmd.CodeName, p.CodeName}, "doc_no": {number(cmd.DocNo), number(p.DocNo)}, "issuer": {cmd.Issuer, p.Issuer},
		"copy_no": {cmd.CopyNo, p.CopyNo}, "medium": {cmd.Medium, p.Medium}, "serial_no": {cmd.SerialNo, p.SerialNo}, "level": {string(cmd.Level), string(p.Item.Level)},
	} {
		differs(field, strings.TrimSpace(both[0]) != "" && strings.TrimSpace(both[0]) != both[1])
	}
	differs("pages", cmd.Pages != nil && *cmd.Pages != p.Pages)
	differs("attachments", cmd.Attachments != nil && *cmd.Attachments != p.Attachments)
	if len(bad.Fields) > 0 {
		slices.SortFunc(bad.Fields, func(a, b refuse.FieldError) int { return strings.Compare(a.Field, b.Field) })
		return &bad
	}
	return nil
}

// elsewhere answers a piece that stands on a list, with its number.
func (s adding) elsewhere() error {
	if s.on.ID == "" {
		return nil
	}
	return &refuse.Invalid{Fields: []refuse.FieldError{{Field: "copy", Code: "listed_already", Args: map[string]string{"list": s.onList.Number()}}}}
}

// number is the one spelling of a document's number; what is none stays as it is.
func number(s string) string {
	if n, err := term.NormalizeDocNumber(s); err == nil {
		return string(n)
	}
	return s
}

// ListStrike takes a piece off a list before it is gone.
type ListStrike struct {
	List   term.DisposalListID `json:"list" req:"true"`
	Copy   term.CopyID         `json:"copy" req:"true"`
	Reason string              `json:"reason" req:"true" secret:"true" max:"300"`
}

var _ = act.Define("disposal.list_strike", act.Act[ListStrike, adding, pieceFacts]{
	Load: func(tx *act.Tx, cmd ListStrike) (adding, error) {
		return loadAdding(tx, ListAdd{List: cmd.List, Copy: cmd.Copy})
	},
	Knows: func(s adding, _ ListStrike, env act.Env) []act.Matter {
		return []act.Matter{s.piece.Item.Matter(env.Actor.Person)}
	},
	Leans: func(s adding, _ ListStrike) []act.Event { return s.events()[:1] },
	Facts: func(s adding, _ ListStrike, env act.Env) pieceFacts {
		f := s.piece.facts(env)
		f.Kind = s.list.Kind
		return f
	},
	Decide: decideStrike,
})

func decideStrike(s adding, cmd ListStrike, env act.Env) (act.Changes, error) {
	if err := s.open(0); err != nil {
		return act.Changes{}, err
	}
	if s.on.List != s.list.ID {
		return act.Changes{}, refuse.Field("copy", "not_on_list")
	}
	next, line := s.list.changed(env), s.on
	if s.begun() {
		next = s.list
	}
	next.Lines--
	line.State, line.MissingReason, line.DoneAt, line.DoneBy = Struck, store.Plain(cmd.Reason), env.At, env.Actor.Person
	return act.Changes{
		Subject: string(s.list.ID), Document: line.Document, Rows: []store.Change{Lists.Update(s.list, next), Lines.Update(s.on, line)},
	}, nil
}
