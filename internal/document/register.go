package document

import (
	"fmt"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Register enters a line of 收文登记簿 with its copies. procedure.register puts the copies beside it.
type Register struct {
	Envelope        term.EnvelopeID `json:"envelope" req:"true"`
	ReceivedAt      *time.Time      `json:"received_at"` // as the envelope was accepted, or nil
	Issuer          string          `json:"issuer" secret:"true"`
	IssuerSuperior  bool            `json:"issuer_superior"`
	IssuerLimit     string          `json:"issuer_limit" in:"issuer_limit"`
	DocNo           string          `json:"doc_no" secret:"true"`
	Title           string          `json:"title" secret:"true"`
	CodeName        string          `json:"code_name" secret:"true" max:"60"`
	DocumentKind    string          `json:"document_kind"`
	Level           term.Level      `json:"level"`
	Period          string          `json:"period"` // as printed: 10年, 6个月, 2030-12-31, 长期
	PeriodUnprinted string          `json:"period_unprinted"`
	IssuedOn        string          `json:"issued_on"`
	NotifiedOn      string          `json:"notified_on"`
	MarkText        string          `json:"mark_text"`
	Urgency         term.Urgency    `json:"urgency"`
	Copies          *int            `json:"copies"`
	CopyNos         []string        `json:"copy_nos"`
	CopyNoUnprinted string          `json:"copy_no_unprinted" in:"yes"` // yes: our own numbers
	Pages           *int            `json:"pages"`
	Attachments     *int            `json:"attachments"`
	Medium          string          `json:"medium" in:"medium"`
	ContentKinds    []string        `json:"content_kinds" in:"content"`
	Form            string          `json:"form" in:"carrier_form"`
	SerialNo        string          `json:"serial_no"`
	Custodian       term.PersonID   `json:"custodian"` // who answers for a magnetic or solid-state carrier
	Described       string          `json:"described" max:"60"`
	Channel         string          `json:"channel" in:"channel_in"`
	Signer          term.PersonID   `json:"signer"`
	NeedsAction     bool            `json:"needs_action"`
	Important       bool            `json:"important"`
	ReturnRequired  string          `json:"return_required" in:"yes_no"`
	ReturnBy        string          `json:"return_by"`
	Notes           string          `json:"notes" secret:"true" max:"400"`
	Unclear         bool            `json:"unclear"` // whether it is a secret, or of which level, is not clear yet
	Provisional     term.Level      `json:"provisional_level" in:"classified_level"`
	UnclearReason   string          `json:"reason" secret:"true" max:"400"`
	Again           bool            `json:"again"`         // the same number was registered before and that is right
	LevelChecked    bool            `json:"level_checked"` // the paper bears a lower level than its cover, and that was looked at
}

// RegisterState is what registering looks at.
type RegisterState struct {
	Envelope Envelope
	Last     int // last receipt number of the year
	Same     bool
	By       term.PersonID // who registered the envelope already
}

// RegisterFacts are the facts of document.register.
type RegisterFacts struct {
	regulation.Item
	Medium      string `fact:"medium"`
	CountsEqual bool   `fact:"counts_equal"`
	TitleGiven  bool   `fact:"title_given"`
	PeriodOver  bool   `fact:"period_over"` // the printed period is longer than the law lets it be

	ReturnRequired string `fact:"return_required"` // yes, no, or empty: whether the issuer wants it back
	ReturnSet      bool   `fact:"return_set"`      // until when is said
}

// CheckRegister answers malformed arguments before anything is looked up.
func CheckRegister(cmd Register) error {
	var bad refuse.Invalid
	add := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	if _, err := term.NormalizeDocNumber(cmd.DocNo); err != nil {
		add("doc_no", "bad_format")
	}
	for field, n := range map[string]*int{"copies": cmd.Copies, "pages": cmd.Pages, "attachments": cmd.Attachments} {
		if n != nil && (*n < 0 || *n > 9999 || field == "copies" && (*n < 1 || *n > maxCopies)) {
			add(field, "out_of_range")
		}
	}
	if pageless(cmd.Medium, cmd.Pages) {
		add("pages", "no_pages")
	}
	if !term.FormFits(cmd.Medium, cmd.Form) {
		add("form", "not_of_medium")
	}
	for field, d := range map[string]string{"issued_on": cmd.IssuedOn, "notified_on": cmd.NotifiedOn, "return_by": cmd.ReturnBy} {
		if d != "" {
			if _, err := calendar.ParseDate(d); err != nil {
				add(field, "bad_date")
			}
		}
	}
	seen := map[string]bool{}
	for _, no := range cmd.CopyNos {
		c, err := term.ParseCopyNo(no)
		switch {
		case err != nil:
			add("copy_nos", "bad_format")
		case seen[string(c)]:
			add("copy_nos", "twice")
		}
		seen[string(c)] = true
	}
	if cmd.Copies != nil && len(cmd.CopyNos) > 0 && len(cmd.CopyNos) != *cmd.Copies {
		add("copy_nos", "not_as_many")
	}
	if cmd.Period != "" {
		if _, err := ParsePeriod(cmd.Period, calendar.Date{Year: 2026, Month: 1, Day: 1}); err != nil {
			add("period", "bad_format")
		}
	}
	bad.Fields = append(bad.Fields, asMarked(cmd)...)
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// pageless reports whether a thing of paper is said to have no page.
func pageless(medium string, pages *int) bool {
	return medium == "paper" && pages != nil && *pages == 0
}

// dated answers a document that was issued, or of which the office was told, after the day on which it is registered.
func dated(cmd Register, at time.Time) error {
	var bad refuse.Invalid
	today := calendar.DateOf(at).String() // all YYYY-MM-DD, so that texts compare as days
	for _, d := range [][2]string{{"issued_on", cmd.IssuedOn}, {"notified_on", cmd.NotifiedOn}} {
		if d[1] > today {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: d[0], Code: "in_the_future"})
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// LoadRegister reads the envelope and the last number of the year.
func LoadRegister(tx *act.Tx, cmd Register) (RegisterState, error) {
	var s RegisterState
	var err error
	if s.Envelope, err = Envelopes.Get(tx.Tx, cmd.Envelope); err != nil {
		return s, err
	}
	if s.Envelope.Document != "" {
		d, err := Documents.Get(tx.Tx, s.Envelope.Document)
		if err != nil {
			return s, fmt.Errorf("read the line of an envelope: %w", err)
		}
		s.By = d.RegisteredBy
	}
	last, ok, err := Documents.One(tx.Tx, "WHERE series = $1 AND year = $2 ORDER BY no DESC LIMIT 1", string(term.Received), s.Envelope.ReceivedAt.Year())
	if err != nil {
		return s, fmt.Errorf("find the last receipt number: %w", err)
	}
	if ok {
		s.Last = last.No
	}
	if !cmd.Again {
		s.Same, err = usedBefore(tx, cmd.DocNo, "")
	}
	return s, err
}

func docNoToken(env act.Env, no string) ([]byte, error) {
	n, err := term.NormalizeDocNumber(no)
	if err != nil {
		return nil, refuse.Field("doc_no", "bad_format")
	}
	token, err := env.Secrets.Blind("doc_no", string(n))
	if err != nil {
		return nil, fmt.Errorf("blind a document number: %w", err)
	}
	return token, nil
}

// FactsOfRegister are pure.
func FactsOfRegister(s RegisterState, cmd Register, env act.Env) RegisterFacts {
	i := regulation.NewItem(cmd.level(), registeredUnder(cmd, env.Law))
	i.Origin, i.IssuerSuperior, i.NeedsAction, i.Unclear = "received", cmd.IssuerSuperior, cmd.NeedsAction, cmd.Unclear
	urgency, _ := term.ParseUrgency(string(cmd.Urgency))
	i.Urgency, i.StepsDone = string(urgency), s.Envelope.steps()
	i.CopyNoSet = len(cmd.CopyNos) > 0 || cmd.CopyNoUnprinted == "yes"
	return RegisterFacts{
		Item:        i,
		Medium:      cmd.Medium,
		CountsEqual: s.Envelope.Counted == s.Envelope.Listed && (cmd.Copies == nil || *cmd.Copies == s.Envelope.Counted),
		TitleGiven:  strings.TrimSpace(cmd.Title) != "",
		PeriodOver:  periodOver(cmd, env.Law),

		ReturnRequired: cmd.ReturnRequired, ReturnSet: cmd.ReturnBy != "",
	}
}

// DecideRegister gives the new line and its rows; the copies are the caller's.
func DecideRegister(s RegisterState, cmd Register, env act.Env) (Document, act.Changes, error) {
	if s.Envelope.Document != "" {
		return Document{}, act.Changes{}, &refuse.Conflict{Table: "envelope", Key: string(s.Envelope.ID), By: s.By}
	}
	if cmd.level() == "" || cmd.Copies == nil {
		return Document{}, act.Changes{}, &refuse.Invalid{Fields: missing(cmd)}
	}
	if s.Same {
		return Document{}, act.Changes{}, refuse.Field("doc_no", "registered_before")
	}
	if err := s.Envelope.agrees(cmd); err != nil {
		return Document{}, act.Changes{}, err
	}
	if err := dated(cmd, env.At); err != nil {
		return Document{}, act.Changes{}, err
	}
	d, err := newDocument(s, cmd, env)
	if err != nil {
		return d, act.Changes{}, err
	}
	wrapped, err := env.Secrets.DocumentKey(d.ID)
	if err != nil {
		return d, act.Changes{}, fmt.Errorf("make a key for the document: %w", err)
	}
	next := s.Envelope
	next.Document = d.ID
	target := fromReceipt(d)
	if d.ReturnBy != "" {
		by, err := calendar.ParseDate(d.ReturnBy)
		if err != nil {
			return d, act.Changes{}, refuse.Field("return_by", "bad_date")
		}
		target.Records["return_by"] = act.RecordedDate(by)
	}
	return d, act.Changes{
		Subject: string(d.ID), Document: d.ID,
		Rows:    []store.Change{Keys.Insert(Key{ID: d.ID, Wrapped: wrapped}), Documents.Insert(d), Envelopes.Update(s.Envelope, next)},
		Targets: []act.Target{target, {Kind: "piece", ID: string(s.Envelope.ID), CloseOnly: true}},
		Values:  map[string]string{"document": string(d.ID), "number": fmt.Sprintf("%d-%04d", d.Year, d.No)},
	}, nil
}

// fromReceipt is the item with the clocks that run from its receipt, whenever the duty opens.
func fromReceipt(d Document) act.Target {
	t := item(d)
	received := act.Recorded(d.ReceivedAt)
	t.Records = map[string]calendar.Recorded{"opened_at": received, "received_at": received}
	return t
}

// agrees holds a line against what was recorded at the receipt, before anybody had a clock to gain from it: the time
// (clocks run from it), level and urgency on the cover, and the copies that were counted. A paper may bear a lower level than
// its cover; then it was looked at once more.
func (e Envelope) agrees(cmd Register) error {
	var bad refuse.Invalid
	if cmd.ReceivedAt != nil && !cmd.ReceivedAt.Truncate(time.Minute).Equal(e.ReceivedAt.Truncate(time.Minute)) {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "received_at", Code: "not_as_received"})
	}
	if e.covers(cmd.level()) && !cmd.LevelChecked {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "level", Code: "below_the_cover_level"})
	}
	if e.presses(cmd.Urgency) {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "urgency", Code: "below_the_cover"})
	}
	if e.Counted != NotCounted && cmd.Copies != nil && *cmd.Copies != e.Counted {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "copies", Code: "not_as_counted"})
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// presses reports whether the cover is more urgent than a line would say. Nothing on the cover is 一般.
func (e Envelope) presses(line term.Urgency) bool {
	return line.Compare(e.Urgency) < 0
}

// covers reports whether the cover bears a higher level than a line would say.
func (e Envelope) covers(line term.Level) bool {
	return line.Valid() && e.Level.Above(line)
}

func missing(cmd Register) []refuse.FieldError {
	var out []refuse.FieldError
	if cmd.level() == "" {
		out = append(out, refuse.FieldError{Field: "level", Code: "required"})
	}
	if cmd.Copies == nil {
		out = append(out, refuse.FieldError{Field: "copies", Code: "required"})
	}
	return out
}

func newDocument(s RegisterState, cmd Register, env act.Env) (Document, error) {
	number, err := term.NormalizeDocNumber(cmd.DocNo)
	if err != nil {
		return Document{}, refuse.Field("doc_no", "bad_format")
	}
	token, err := docNoToken(env, cmd.DocNo)
	if err != nil {
		return Document{}, err
	}
	urgency, err := term.ParseUrgency(string(cmd.Urgency))
	if err != nil {
		return Document{}, refuse.Field("urgency", "not_in_list")
	}
	regime, err := regimeOf(cmd, env.Law)
	if err != nil {
		return Document{}, err
	}
	d := Document{
		ID: term.DocumentID(env.ID()), Series: term.Received, Origin: "received", Year: s.Envelope.ReceivedAt.Year(), No: s.Last + 1, Envelope: s.Envelope.ID,
		Issuer: store.Plain(cmd.Issuer), DocNo: store.Plain(string(number)), DocNoToken: token, Title: store.Plain(strings.TrimSpace(cmd.Title)),
		CodeName: store.Plain(strings.TrimSpace(cmd.CodeName)), Notes: store.Plain(cmd.Notes), DocumentKind: cmd.DocumentKind,
		Level: cmd.level(), Regime: regime, Period: cmd.Period, MarkText: cmd.MarkText, Urgency: urgency,
		IssuerSuperior: cmd.IssuerSuperior, IssuerLimit: cmd.IssuerLimit, Copies: *cmd.Copies, Pages: number0(cmd.Pages), Attachments: number0(cmd.Attachments),
		Medium: cmd.Medium, ContentKinds: cmd.ContentKinds, Channel: cmd.Channel, IssuedOn: cmd.IssuedOn, NotifiedOn: cmd.NotifiedOn,
		ReturnRequired: cmd.ReturnRequired, ReturnBy: cmd.ReturnBy, ReceivedAt: s.Envelope.ReceivedAt, RegisteredAt: env.At, RegisteredBy: env.Actor.Person,
		SignedBy: cmd.Signer, Steps: step(s.Envelope.steps(), "register"), NeedsAction: cmd.NeedsAction, State: Registered,
		Important: cmd.Important,
	}
	if cmd.Unclear {
		d.Steps = step(d.Steps, flagUnclear)
	}
	if d.PeriodEnd, err = periodEnd(cmd, env.Law); err != nil {
		return d, refuse.Field("period", "bad_format")
	}
	d.Class = class(d, env.Law)
	return d, nil
}

func number0(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
