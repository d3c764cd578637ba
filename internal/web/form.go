package web

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Input describes one field of a form. Texts are sentences already made.
type Input struct {
	Name     string
	ID       string // defaults to "f-" + Name
	Label    string
	Kind     string // text (default), password, date, moment, number, area, select
	Value    string // what was typed; never shown again for a password
	Help     string
	Error    string
	Required bool
	Span     string // f6, f8, f12, wide; empty is a third
	Class    string // of the input: title, song, fang, mono; of Radios: k-urg
	Mode     string // inputmode: numeric, decimal
	Max      int    // maxlength in characters; 0 is 500
	Rows     int    // of an area; 0 is 3
	Options  []Option
	Focus    bool
	Off      bool   // shown, cannot be changed
	Arg      string // the argument of the act, where the field is called otherwise
	Either   bool   // only one of the buttons of the form asks for it: no mark, and its error when that one was pressed
	Key      string
	Data     map[string]string // further attributes for the script, by full name

	wanted  bool          // the law in force asks for it
	clauses []term.Clause // that ask for it, where it was wrong
}

// Option is one choice of a field, a sorter or a segmented control.
type Option struct {
	Value string
	Label string
	Small string // beside the label
	Text  string // one sentence, on a card
	Off   string // why it cannot be chosen; empty when it can
	On    bool
	Class string // k-lv4 and the like
	Key   string // keyboard key that chooses it
}

func (f Input) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

// kind is the type of the input. Days and moments are typed as text, in any way people write them: a browser's own
// box for them shows nothing of what it does not take.
func (f Input) kind() string {
	switch f.Kind {
	case "", "date", "moment":
		return "text"
	}
	return f.Kind
}

// dated gives a day or a moment its length and its example.
func (f Input) dated(ctx context.Context) Input {
	if f.Kind != "date" && f.Kind != "moment" {
		return f
	}
	if f.Max == 0 {
		f.Max = 30
	}
	if f.Help == "" {
		f.Help = T(ctx, "field."+f.Kind+"_help")
	}
	return f
}

func (f Input) rows() string {
	if f.Rows == 0 {
		return "3"
	}
	return strconv.Itoa(f.Rows)
}

func (f Input) shown() string {
	if f.Kind == "password" {
		return ""
	}
	return f.Value
}

// List is the id of the suggestions of a text field that has options, else empty.
func (f Input) List() string {
	if f.Kind != "" && f.Kind != "text" || len(f.Options) == 0 {
		return ""
	}
	return f.id() + "-list"
}

// describe ties the field to its help and its error for those who cannot see them.
func (f Input) describe() templ.Attributes {
	a := templ.Attributes{}
	by := ""
	if f.Help != "" {
		by = f.id() + "-help"
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
		if by != "" {
			by += " "
		}
		by += f.id() + "-err"
	}
	if by != "" {
		a["aria-describedby"] = by
	}
	return a
}

func (f Input) attrs() templ.Attributes {
	a := f.describe()
	a["id"], a["name"], a["autocomplete"], a["spellcheck"] = f.id(), f.Name, "off", "false"
	a["required"], a["autofocus"], a["disabled"] = f.Required, f.Focus, f.Off
	if f.wanted && !f.Required {
		a["aria-required"] = "true" // not required: whoever asks for less is answered with the clause
	}
	if f.Kind != "select" {
		n := f.Max
		if n == 0 {
			n = 500
		}
		a["maxlength"] = strconv.Itoa(n)
	}
	if f.Mode != "" {
		a["inputmode"] = f.Mode
	}
	maps.Copy(a, f.more())
	return a
}

// keyRange is the keys of radio buttons: 1–4.
func (f Input) keyRange() string {
	var keys []string
	for _, o := range f.Options {
		if o.Key != "" {
			keys = append(keys, o.Key)
		}
	}
	if len(keys) < 2 {
		return strings.Join(keys, "")
	}
	return keys[0] + "–" + keys[len(keys)-1]
}

// more are the further attributes of a field.
func (f Input) more() templ.Attributes {
	a := templ.Attributes{}
	for k, v := range f.Data {
		a[k] = v
	}
	return a
}

// FieldError is the sentence for the first error of a field in err, or empty. err may be any error; only a
// *refuse.Invalid and a refusal for want of an argument have fields.
func FieldError(ctx context.Context, err error, field string) string {
	for _, f := range WrongFields(err) {
		if f.Field == field {
			return fieldSentence(ctx, f)
		}
	}
	return ""
}

func fieldSentence(ctx context.Context, f refuse.FieldError) string {
	key := "field." + f.Code
	if plain := key + "_plain"; len(f.Args) == 0 && Tongue(ctx).Has(plain) {
		key = plain // the bound is not known here
	}
	if !Tongue(ctx).Has(key) {
		key = "field.wrong"
	}
	args := make([]any, 0, 2*len(f.Args))
	for k, v := range f.Args {
		if f.Code == refuse.WantedOr || f.Code == refuse.WantedEmpty {
			v = fieldName(ctx, v)
		}
		args = append(args, k, v)
	}
	return T(ctx, key, args...)
}

// fieldName is the label of a field for the list of what is wrong: label.<act>.<field> or label.<field> when a catalogue has
// one, since the same word can be a person in one act and a day in another. Signatures stand in fields with a prefix of their own.
func fieldName(ctx context.Context, field string) string {
	if q, ok := ctx.Value(askingKey{}).(asked); ok && Tongue(ctx).Has("label."+q.act+"."+field) {
		return T(ctx, "label."+q.act+"."+field)
	}
	if strings.HasSuffix(field, FieldSecret) && !Tongue(ctx).Has("label."+field) {
		return T(ctx, "label.secret")
	}
	list, last, nested := strings.Cut(field, ".")
	if at, arg, _ := strings.Cut(last, "."); nested {
		if n, err := strconv.Atoi(at); err == nil { // envelopes.1.level: what is wrong in a line
			if arg == "" {
				arg = list
			}
			return T(ctx, "field.on_line", "n", n+1, "field", fieldName(ctx, arg))
		}
	}
	for _, name := range []string{field, last, list} {
		if key := "label." + name; (name == field || nested) && Tongue(ctx).Has(key) {
			return T(ctx, key)
		}
	}
	return field
}
