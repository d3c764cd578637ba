package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/regulations"
)

const (
	actsPath = root + "/acts/{act}"
	// fieldSignatures is where signatures stand beside a command's own arguments.
	fieldSignatures = "_signatures"
	maxSignatures   = 8
)

// The headers of an act, and the arguments that answers name them by.
const (
	headerKey      = "Idempotency-Key"
	headerReplayed = "Idempotency-Replayed"
	headerAt       = "X-Occurred-At"
	headerLate     = "X-Late-Reason"
	maxLate        = 200 // characters
)

// Signing is one signature given beside a command. Who is named by neither user nor person signs for himself.
type Signing struct {
	Role   string        `json:"role"` // actor giver receiver …
	User   string        `json:"user"`
	Person term.PersonID `json:"person"`
	How    string        `json:"how" in:"sign_how"` // pin code password
	Secret string        `json:"secret"`
	Code   string        `json:"code"` // with how = password
}

// Receipt is the answer "done".
type Receipt struct {
	Reference term.Reference    `json:"reference"`
	Act       string            `json:"act"`
	Subject   string            `json:"subject,omitempty"`
	Values    map[string]string `json:"values,omitempty"`
	At        time.Time         `json:"at"`
	// Issued are secrets that the act has made, in clear this once.
	Issued *Issued `json:"issued,omitempty"`
	// Shown is what an act of looking allowed to be shown, this once.
	Shown map[string]string `json:"shown,omitempty"`
}

// Issued are the secrets of an account; those that were not made anew are absent.
type Issued struct {
	User       string   `json:"user"`
	Password   string   `json:"password,omitempty"`
	TOTPSecret string   `json:"totp_secret,omitempty"`
	TOTPURI    string   `json:"totp_uri,omitempty"`
	Codes      []string `json:"codes,omitempty"`
	PIN        string   `json:"pin,omitempty"`
}

// acts adds the one route of all acts, and describes each act by itself.
func (a *service) acts() error {
	base, err := regulation.Load(regulations.FS, "base") // every office has it
	if err != nil {
		return fmt.Errorf("load the table of functions: %w", err)
	}
	if a.doc.lists, err = packLists(); err != nil {
		return err
	}
	every := a.doc.operation(http.MethodPost, "/acts/{act}", "")
	a.doc.serve(every, a.signed(every, a.do))
	for _, name := range act.Catalogue() {
		t, ok := act.CommandType(name)
		if !ok || systemOnly(base, name) {
			continue
		}
		op := a.doc.operation(http.MethodPost, "/acts/"+name, name).
			takesSchema(a.doc.command(name, t, act.Asked(name, base))).gives(200, reflect.TypeFor[Receipt]()).
			fails(401, 403, 404, 409, 413, 415, 422, 429, 503).
			asks("header", headerKey, &huma.Schema{Type: huma.TypeString}).
			asks("header", headerAt, &huma.Schema{Type: huma.TypeString, Format: "date-time"}).
			asks("header", headerLate, &huma.Schema{Type: huma.TypeString})
		op.signedIn()
		op.Responses["200"].Headers = map[string]*huma.Param{headerReplayed: {Schema: &huma.Schema{Type: huma.TypeString}}}
		a.doc.api.OpenAPI().AddOperation(&op.Operation)
	}
	return nil
}

// packLists are the closed lists that the regulations themselves keep (act.argument), of all of them together: which of
// the words count in an office, its adopted regulations say.
func packLists() (map[string][]string, error) {
	out := map[string][]string{}
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			return nil, fmt.Errorf("load the closed lists of %s: %w", name, err)
		}
		for _, list := range p.Lists {
			for _, v := range list.Values {
				if !slices.Contains(out[list.Of], v.Value) {
					out[list.Of] = append(out[list.Of], v.Value)
				}
			}
		}
	}
	return out, nil
}

// systemOnly reports whether nobody but the system may do an act.
func systemOnly(base *regulation.Pack, name string) bool {
	i := slices.IndexFunc(base.Functions, func(f regulation.Function) bool { return f.Act == name })
	return i < 0 || base.Functions[i].System == "s"
}

func (a *service) do(w http.ResponseWriter, r *http.Request) error {
	p, err := holder(r.Context())
	if err != nil {
		return err
	}
	name := r.PathValue("act")
	t, ok := act.CommandType(name)
	if !ok {
		return refuse.ErrNotFound
	}
	command, signings, unread, err := readCommand(r, t)
	if err != nil {
		return err
	}
	q := act.Request{Act: name, By: act.Actor(p.Actor), Command: command}
	unread = refuse.Join(unread, readHeaders(r, &q))
	if err := a.Desk.Unfit(r.Context(), q, unread); err != nil {
		return err
	}
	if len(signings) > 0 && !strings.HasPrefix(name, "identity.") { // those commands are made anew each time
		if receipt, done, err := a.Desk.Replayed(r.Context(), q); err != nil || done {
			return answerReplayed(w, receipt, err)
		}
	}
	if q.Signatures, err = a.verify(r.Context(), p.Actor, name, command, signings); err != nil {
		return err
	}
	var office string
	if a.Named != nil {
		office = a.Named(r.Context())
	}
	ready, err := identityacts.Prepare(r.Context(), a.Gate, office, p.Actor, name, command)
	if err != nil {
		return err
	}
	q.Command = ready.Command
	receipt, err := a.Desk.Do(r.Context(), q)
	if err != nil {
		return err
	}
	out := Receipt{Reference: receipt.Reference, Act: receipt.Act, Subject: receipt.Subject, Values: receipt.Values, At: receipt.At.In(zone)}
	if receipt.Replayed {
		return answerReplayed(w, receipt, nil)
	}
	if s := ready.Plain; s != nil {
		out.Issued = &Issued{User: s.Login, Password: s.Password, TOTPSecret: s.Secret, TOTPURI: s.URI, Codes: s.Codes, PIN: s.PIN}
	}
	if a.Shown != nil {
		if out.Shown, err = a.Shown(r.Context(), q.By, receipt); err != nil {
			return err
		}
	}
	return answerJSON(w, out)
}

// answerReplayed gives the receipt of the first time again, and says so.
func answerReplayed(w http.ResponseWriter, receipt act.Receipt, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set(headerReplayed, "true")
	return answerJSON(w, Receipt{Reference: receipt.Reference, Act: receipt.Act, Subject: receipt.Subject, Values: receipt.Values, At: receipt.At.In(zone)})
}

// readCommand reads a body as a command with its signatures beside it. What of it cannot be read is named in unread and
// left out of the command; a body that is no object of JSON at all is an error.
func readCommand(r *http.Request, t reflect.Type) (command json.RawMessage, signings []Signing, unread *refuse.Invalid, err error) {
	b, err := readBody(r, t, map[string]reflect.Type{fieldSignatures: reflect.TypeFor[[]Signing]()})
	if err != nil && (!errors.As(err, &unread) || unread.Fields[0].Field == act.Whole) {
		return nil, nil, nil, err
	}
	members, err := legible(b, unread)
	if err != nil {
		return nil, nil, nil, refuse.Field(act.Whole, "bad_json")
	}
	if list, ok := members[fieldSignatures]; ok {
		raw, err := json.Marshal(list)
		if err != nil || json.Unmarshal(raw, &signings) != nil {
			unread = refuse.Join(unread, &refuse.Invalid{Fields: []refuse.FieldError{{Field: fieldSignatures, Code: "bad_type"}}})
		}
		delete(members, fieldSignatures)
	}
	if len(signings) > maxSignatures {
		unread = refuse.Join(unread, &refuse.Invalid{Fields: []refuse.FieldError{{Field: fieldSignatures, Code: "too_many"}}})
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(members); err != nil {
		return nil, nil, nil, fmt.Errorf("take the signatures out of a command: %w", err)
	}
	return out.Bytes(), signings, unread, nil
}

// legible is an object of JSON without the values that could not be read.
func legible(b []byte, unread *refuse.Invalid) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var members map[string]any
	if err := dec.Decode(&members); err != nil {
		return nil, err
	}
	if unread == nil {
		return members, nil
	}
	for _, f := range unread.Fields {
		drop(members, strings.Split(f.Field, "."))
	}
	return members, nil
}

// drop takes the value at a path out of an object or list; a line of a list stays, saying nothing.
func drop(v any, path []string) {
	last := len(path) == 1
	switch x := v.(type) {
	case map[string]any:
		for name := range x { // an unknown name is repeated in part
			switch {
			case act.Echo(name) != path[0]:
			case last:
				delete(x, name)
			default:
				drop(x[name], path[1:])
			}
		}
	case []any:
		n, err := strconv.Atoi(path[0])
		switch {
		case err != nil || n < 0 || n >= len(x):
		case last:
			x[n] = nil
		default:
			drop(x[n], path[1:])
		}
	}
}

// readHeaders reads what is not the act's own: the key against repeats, and both parts of a late entry (补登).
func readHeaders(r *http.Request, q *act.Request) *refuse.Invalid {
	var bad refuse.Invalid
	wrong := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	q.Key = r.Header.Get(headerKey)
	if strings.ContainsFunc(q.Key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		wrong("idempotency_key", "bad_character")
	}
	if text := r.Header.Get(headerAt); text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			wrong("occurred_at", "bad_format")
		}
		q.At = at
	}
	late := r.Header.Get(headerLate)
	if plain, err := url.PathUnescape(late); err == nil { // many clients send ASCII only
		late = plain
	}
	q.Late = strings.TrimSpace(late)
	switch {
	case !utf8.ValidString(late):
		wrong("late_reason", "not_utf8")
	case utf8.RuneCountInString(late) > maxLate:
		wrong("late_reason", "too_long")
	case strings.ContainsFunc(late, term.Forbidden):
		wrong("late_reason", "bad_character")
	}
	return refuse.Join(&bad)
}

// verify proves each signature for this one act, and uses them up together. A wrong one is answered at its field.
func (a *service) verify(ctx context.Context, by identity.Actor, name string, command json.RawMessage, list []Signing) ([]act.Signature, error) {
	if len(list) == 0 {
		return nil, nil
	}
	digest, err := identity.Digest(name, command)
	if err != nil {
		return nil, refuse.Field(act.Whole, "bad_json")
	}
	tickets := make([]string, len(list))
	for i, s := range list {
		at := fmt.Sprintf("%s.%d.", fieldSignatures, i)
		t, err := a.Gate.Sign(ctx, identity.SignRequest{
			Role: s.Role, Login: s.User, Person: s.Person, How: s.How, Secret: s.Secret, Code: s.Code,
			Terminal: by.Terminal, Digest: digest, By: by,
		})
		var invalid *refuse.Invalid
		switch {
		case errors.Is(err, refuse.ErrUnauthenticated):
			return nil, refuse.Field(at+"secret", "wrong_secret")
		case errors.As(err, &invalid):
			out := &refuse.Invalid{}
			for _, f := range invalid.Fields {
				f.Field = at + f.Field
				out.Fields = append(out.Fields, f)
			}
			return nil, out
		case err != nil:
			return nil, err
		}
		tickets[i] = t.ID
	}
	redeemed, err := a.Gate.Redeem(ctx, tickets, digest, by.Terminal)
	if err != nil {
		return nil, err
	}
	out := make([]act.Signature, len(redeemed))
	for i, s := range redeemed {
		out[i] = act.Signature(s)
	}
	return out, nil
}
