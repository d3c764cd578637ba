package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// The bounds of a form; a body is bounded in bytes by its route before.
const (
	maxFields = 400    // values of all fields together
	maxName   = 64     // characters of a field's name
	maxValue  = 20_000 // characters of one value
)

// Form reads the fields of a POST (application/x-www-form-urlencoded; the query is not looked at). A body over
// the route's limit is an *http.MaxBytesError; bytes that are not UTF-8, control and direction-changing
// characters, too many fields or too long values are a *refuse.Invalid. Line ends come back as \n and nothing
// else is changed.
func Form(r *http.Request) (url.Values, error) {
	form, err := posted(r)
	if err != nil {
		return nil, err
	}
	return cleaned(form)
}

// faults is where Typed notes what is wrong with values; no field of a form can be called so.
const faults = "\x00"

// Typed is Form for a handler that shows its form once more: a value that is wrong in itself comes back without what
// is wrong in it, and Faults tells of it. Whoever uses such values asks Faults first; counter.Do does.
func Typed(r *http.Request) (url.Values, error) {
	form, err := posted(r)
	if err != nil {
		return nil, err
	}
	wrong, err := faulted(form)
	if err != nil {
		return nil, err
	}
	for _, f := range wrong.Fields {
		form[faults] = append(form[faults], f.Field, f.Code)
		for i, v := range form[f.Field] {
			form[f.Field][i] = strings.Map(func(r rune) rune {
				if forbidden(r) {
					return -1
				}
				return r
			}, strings.ToValidUTF8(v, ""))
		}
	}
	return form, nil
}

// Faults is what was wrong with the values of a form read by Typed; nil when nothing was.
func Faults(form url.Values) *refuse.Invalid {
	var bad refuse.Invalid
	for i := 0; i+1 < len(form[faults]); i += 2 {
		bad.Fields = append(bad.Fields, fault(form[faults][i], form[faults][i+1]))
	}
	if len(bad.Fields) == 0 {
		return nil
	}
	return &bad
}

func fault(field, code string) refuse.FieldError {
	return refuse.FieldError{Field: field, Code: code, Args: map[string]string{"max": strconv.Itoa(maxValue)}}
}

func posted(r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, refuse.Field("form", "bad_format")
	}
	if err := r.ParseForm(); err != nil {
		var size *http.MaxBytesError
		if errors.As(err, &size) {
			return nil, err
		}
		return nil, refuse.Field("form", "bad_format") // the message would repeat what was typed
	}
	return r.PostForm, nil
}

// Query reads the query of a GET within the same bounds. No query ever holds a title, a number or a name.
func Query(r *http.Request) (url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse.Field("query", "bad_format")
	}
	return cleaned(q)
}

func cleaned(in url.Values) (url.Values, error) {
	bad, err := faulted(in)
	if err != nil {
		return nil, err
	}
	if len(bad.Fields) > 0 {
		return nil, &bad
	}
	return in, nil
}

// faulted brings the line ends of all values to \n, and lists the values that are wrong in themselves.
func faulted(in url.Values) (bad refuse.Invalid, err error) {
	n := 0
	for name, values := range in {
		n += len(values)
		if n > maxFields {
			return bad, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "form", Code: "too_many", Args: map[string]string{"max": "400"}}}}
		}
		if !validName(name) {
			return bad, refuse.Field("form", "unknown_field")
		}
		for i, v := range values {
			v = strings.ReplaceAll(v, "\r\n", "\n")
			if code := faulty(v); code != "" {
				bad.Fields = append(bad.Fields, fault(name, code))
				break
			}
			values[i] = v
		}
	}
	return bad, nil
}

func validName(s string) bool {
	return s != "" && len(s) <= maxName && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.[]", r))
	}) < 0
}

// faulty is the code of what is wrong with a value, or empty.
func faulty(v string) string {
	switch {
	case !utf8.ValidString(v):
		return "not_utf8"
	case utf8.RuneCountInString(v) > maxValue:
		return "too_long"
	case strings.ContainsFunc(v, forbidden):
		return "bad_character"
	}
	return ""
}

// forbidden is what no text of a form has; line ends have been made one by then.
func forbidden(r rune) bool { return r == '\r' || term.Forbidden(r) }

// Narrow brings full-width letters and signs, and digits of any script, to ASCII and trims: for numbers, dates and codes typed
// under a Chinese input method. It is not for titles, whose punctuation it would change.
func Narrow(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - 0xfee0
		case r == '　':
			return ' '
		case r == '。':
			return '.'
		}
		return term.Digit(r)
	}, s))
}

var dayLayouts = []string{"2006-1-2", "2006年1月2日", "2006/1/2", "2006.1.2", "20060102"}

// ParseDay reads a day as people write it: 2026-11-23, 2026年11月23日, 2026/11/23, 20261123. It is midnight in
// loc. Anything else is a *refuse.Invalid for field.
func ParseDay(field, s string, loc *time.Location) (time.Time, error) {
	s = Narrow(s)
	for _, layout := range dayLayouts {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil && plausible(t) {
			return t, nil
		}
	}
	return time.Time{}, refuse.Field(field, "bad_format")
}

// ParseMinute reads a day and a time to the minute: 2026-11-23 09:31, 2026-11-23T09:31, 2026年11月23日 09:31.
func ParseMinute(field, s string, loc *time.Location) (time.Time, error) {
	s = strings.Replace(Narrow(s), "T", " ", 1)
	for _, layout := range dayLayouts {
		for _, gap := range []string{" ", ""} {
			if t, err := time.ParseInLocation(layout+gap+"15:04", s, loc); err == nil && plausible(t) {
				return t, nil
			}
		}
	}
	return time.Time{}, refuse.Field(field, "bad_format")
}

// plausible keeps mistyped years out: no document of an office is from before 1900 or due after 2200.
func plausible(t time.Time) bool { return t.Year() >= 1900 && t.Year() < 2200 }
