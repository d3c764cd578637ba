package document

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Opening is one line of the books that the office kept before the program (期初建账). One of 收文登记簿 keeps its number; a
// carrier of 载体台账 takes the next number of a series of its own.
type Opening struct {
	Book         string        `json:"book" in:"opening_book" req:"true"`
	List         string        `json:"list" req:"true" max:"64"` // SHA-256 of the file that was signed, in hexadecimal
	Line         int           `json:"line" req:"true"`          // of that file
	Number       string        `json:"number" max:"60"`          // as in the old book: 收文号, 载体编号
	ReceivedOn   string        `json:"received_on"`              // when it was received, or came to be: YYYY-MM-DD
	Issuer       string        `json:"issuer" secret:"true"`
	DocNo        string        `json:"doc_no" secret:"true"`
	Title        string        `json:"title" secret:"true"`
	CodeName     string        `json:"code_name" secret:"true" max:"60"` // 代号, where the title may not be kept
	DocumentKind string        `json:"document_kind"`
	Level        term.Level    `json:"level"`
	Period       string        `json:"period"`
	IssuedOn     string        `json:"issued_on"`
	Urgency      term.Urgency  `json:"urgency"`
	Copies       *int          `json:"copies"`
	CopyNos      []string      `json:"copy_nos"`
	Pages        *int          `json:"pages"`
	Attachments  *int          `json:"attachments"`
	Medium       string        `json:"medium" in:"medium"`
	ContentKinds []string      `json:"content_kinds" in:"content"`
	Form         string        `json:"form" in:"carrier_form"`
	SerialNo     string        `json:"serial_no"`
	Described    string        `json:"described" max:"60"`
	Channel      string        `json:"channel" in:"channel_in"`
	Custodian    term.PersonID `json:"custodian"`
	Place        term.PlaceID  `json:"place"`                   // where it lies, or where its holder keeps it; empty: it is put away later
	Holder       term.PersonID `json:"holder"`                  // who has it now; empty: nobody
	LentOn       string        `json:"lent_on,omitempty"`       // when it went to him: YYYY-MM-DD; empty: the book does not say
	ReturnBy     string        `json:"return_by"`               // when he has to give it back: YYYY-MM-DD; empty: no day is set
	Lost         string        `json:"lost,omitempty" in:"yes"` // yes: the book has it as lost; place and holder are the last that are known
	Notes        string        `json:"notes" secret:"true" max:"400"`
}

// The books that are brought in.
const (
	BookIncoming = "incoming"
	BookCarriers = "carriers"
)

// OpeningLine remembers which lines were brought in, so that none is brought in twice.
type OpeningLine struct {
	ID       string          `col:"id,key"` // keyed token of what the line says, whatever file it stands in
	List     string          `col:"list"`
	Line     int             `col:"line_no"`
	Book     string          `col:"book"`
	Document term.DocumentID `col:"document"`
	At       time.Time       `col:"brought_at"`
	store.Meta
}

// OpeningLines is the table.
var OpeningLines = store.Define[OpeningLine]("opening_line")

// register is the line as document.register knows one.
func (o Opening) register() Register {
	return Register{
		Issuer: o.Issuer, DocNo: o.DocNo, Title: o.Title, CodeName: o.CodeName, DocumentKind: o.DocumentKind, Level: o.Level, Period: o.Period, IssuedOn: o.IssuedOn, Urgency: o.Urgency,
		Copies: o.Copies, CopyNos: o.CopyNos, Pages: o.Pages, Attachments: o.Attachments, Medium: o.Medium, ContentKinds: o.ContentKinds, Form: o.Form,
		SerialNo: o.SerialNo, Described: o.Described, Channel: o.Channel, Custodian: o.Custodian, Notes: o.Notes,
	}
}

// CheckOpening answers malformed arguments before anything is looked up.
func CheckOpening(o Opening) error {
	var bad refuse.Invalid
	add := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	if at := refuse.AtFields(CheckRegister(o.register())); at != nil {
		bad.Fields = append(bad.Fields, at.Fields...)
	}
	if strings.TrimSpace(o.Title+o.CodeName) == "" {
		add("title", "required")
	}
	if !o.Level.Valid() {
		add("level", "required")
	}
	if o.Copies == nil {
		add("copies", "required")
	}
	if o.Book == BookIncoming && o.Level.Classified() && strings.TrimSpace(o.Issuer) == "" { // whose secret it is stands in every register of them
		add("issuer", "required")
	}
	for field, day := range map[string]string{"lent_on": o.LentOn, "return_by": o.ReturnBy} {
		if day == "" {
			continue
		}
		if _, err := calendar.ParseDate(day); err != nil {
			add(field, "bad_date")
		}
	}
	if o.Holder == "" && o.LentOn+o.ReturnBy != "" {
		add("holder", "required")
	}
	if o.ReturnBy != "" && o.LentOn > o.ReturnBy {
		add("lent_on", "after_due")
	}
	received, err := calendar.ParseDate(o.ReceivedOn)
	switch {
	case o.ReceivedOn == "":
		add("received_on", "required")
	case err != nil:
		add("received_on", "bad_date")
	case received.Year < 1949:
		add("received_on", "too_long_ago")
	}
	if o.Book == BookIncoming && err == nil {
		if of, _, _, err := term.ParseRegisterNumber(o.Number, received.Year); err != nil || of != term.Received {
			add("number", "bad_format")
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// past answers days of the old book that are still to come.
func (o Opening) past(today calendar.Date) error {
	var bad refuse.Invalid
	if o.ReceivedOn > today.String() {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "received_on", Code: "in_the_future"})
	}
	if o.LentOn > today.String() {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "lent_on", Code: "in_the_future"})
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// OpeningState is what bringing in a line looks at.
type OpeningState struct {
	Before   *OpeningLine // the same line was brought in
	Token    string
	Year, No int
	Taken    bool              // the number of the old book is another document's
	Same     []term.DocumentID // of the same 发文字号
}

// LoadOpening looks for the line and for its numbers.
func LoadOpening(tx *act.Tx, o Opening) (OpeningState, error) {
	s := OpeningState{}
	received, err := calendar.ParseDate(o.ReceivedOn)
	if err != nil {
		return s, refuse.Field("received_on", "bad_date")
	}
	if s.Token, err = o.token(tx.Env); err != nil {
		return s, err
	}
	before, err := OpeningLines.Get(tx.Tx, s.Token)
	if err == nil {
		s.Before = &before
		return s, nil
	}
	if !errors.Is(err, refuse.ErrNotFound) {
		return s, fmt.Errorf("look for a line that was brought in: %w", err)
	}
	if s.Year = received.Year; o.Book == BookIncoming {
		if _, s.Year, s.No, err = term.ParseRegisterNumber(o.Number, received.Year); err != nil {
			return s, refuse.Field("number", "bad_format")
		}
		_, s.Taken, err = Documents.One(tx.Tx, "WHERE series = $1 AND year = $2 AND no = $3", string(term.Received), s.Year, s.No)
	} else {
		var last Document
		last, _, err = Documents.One(tx.Tx, "WHERE series = $1 AND year = $2 ORDER BY no DESC LIMIT 1", string(term.Kept), s.Year)
		s.No = last.No + 1
	}
	if err != nil {
		return s, fmt.Errorf("look for a number of the old books: %w", err)
	}
	return s, s.same(tx, o)
}

// same finds the documents that bear the same 发文字号.
func (s *OpeningState) same(tx *act.Tx, o Opening) error {
	if o.DocNo == "" || o.DocNo == string(term.NoDocNumber) {
		return nil
	}
	token, err := docNoToken(tx.Env, o.DocNo)
	if err != nil {
		return err
	}
	list, err := Documents.Select(tx.Tx, "WHERE doc_no_token = $1 AND state <> 'voided' ORDER BY id LIMIT 200", token)
	if err != nil {
		return fmt.Errorf("look for the same number: %w", err)
	}
	for _, d := range list {
		s.Same = append(s.Same, d.ID)
	}
	return nil
}

// token is the same for two lines that say the same, in whichever file and place they stand.
func (o Opening) token(env act.Env) (string, error) {
	o.List, o.Line = "", 0
	b, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("spell a line: %w", err)
	}
	t, err := env.Secrets.Blind("opening", string(b))
	if err != nil {
		return "", fmt.Errorf("blind a line: %w", err)
	}
	return hex.EncodeToString(t), nil
}

// stated is the line as the law and newDocument look at it: what it was received in is over.
func (s OpeningState) stated(o Opening) RegisterState {
	received, err := calendar.ParseDate(o.ReceivedOn)
	if err != nil {
		return RegisterState{}
	}
	e := Envelope{ReceivedAt: received.Start(), Counted: number0(o.Copies), Listed: number0(o.Copies)}
	return RegisterState{Envelope: e, Last: s.No - 1}
}

// FactsOfOpening are pure.
func FactsOfOpening(s OpeningState, o Opening, env act.Env) RegisterFacts {
	f := FactsOfRegister(s.stated(o), o.register(), env)
	if o.Book == BookCarriers {
		f.Origin = Own
	}
	return f
}

// DecideOpening gives the line and its rows; the copies are the caller's. Work on it is done, on the day of the book for want of
// another: what stands in the old books was dealt with, and its carriers are kept or go the way of their year. Who signed for it
// then is not said: nobody here did.
func DecideOpening(s OpeningState, o Opening, env act.Env) (Document, act.Changes, error) {
	if s.Before != nil {
		return Document{}, act.Changes{}, &refuse.Conflict{Table: "opening_line", Key: string(s.Before.Document)}
	}
	if s.Taken {
		return Document{}, act.Changes{}, refuse.Field("number", "number_taken")
	}
	cmd := o.register()
	if err := o.past(calendar.DateOf(env.At)); err != nil {
		return Document{}, act.Changes{}, err
	}
	if err := dated(cmd, env.At); err != nil {
		return Document{}, act.Changes{}, err
	}
	d, err := newDocument(s.stated(o), cmd, env)
	if err != nil {
		return d, act.Changes{}, err
	}
	d.Year, d.State, d.CompletedAt, d.Steps = s.Year, Completed, s.stated(o).Envelope.ReceivedAt, step(nil, "register")
	if o.Book == BookCarriers {
		d.Series, d.Origin = term.Kept, Own
	}
	if d.Level.Classified() { // the old book has level and period from the mark on the piece
		d.MarkText = d.Regime.Mark(d.Level, d.Period)
	}
	d.Class = class(d, env.Law)
	wrapped, err := env.Secrets.DocumentKey(d.ID)
	if err != nil {
		return d, act.Changes{}, fmt.Errorf("make a key for the document: %w", err)
	}
	line := OpeningLine{ID: s.Token, List: o.List, Line: o.Line, Book: o.Book, Document: d.ID, At: env.At}
	return d, act.Changes{
		Subject: string(d.ID), Document: d.ID,
		Rows:   []store.Change{Keys.Insert(Key{ID: d.ID, Wrapped: wrapped}), Documents.Insert(d), OpeningLines.Insert(line)},
		Values: map[string]string{"document": string(d.ID), "number": Number(d)},
	}, nil
}
