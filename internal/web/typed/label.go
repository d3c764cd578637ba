package typed

import (
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// What is wrong with what was scanned, the same at every box: it is damaged, it is no label at all, or it is whole and of
// nothing here that the viewer may know of: another office's.
const (
	Misread      = "misread"
	NoLabel      = "no_such_label"
	UnknownLabel = "unknown_label"
)

// Label reads the label that was scanned into a box. wrong is what is wrong with it, a code of a field: required, Misread,
// NoLabel. Whether anything here bears it is for the noun to find out.
func Label(text string) (label term.LabelCode, wrong string) {
	label, err := term.ParseLabelCode(text)
	switch {
	case err == nil:
		return label, ""
	case strings.TrimSpace(text) == "":
		return "", "required"
	case term.MisreadLabel(text):
		return "", Misread
	}
	return "", NoLabel
}

// Unlabelled is what is wrong with one code of a box that takes several: it is named.
func Unlabelled(field, code, wrong string) refuse.FieldError {
	const most = 32
	if r := []rune(code); len(r) > most {
		code = string(r[:most]) + "…"
	}
	return refuse.FieldError{Field: field, Code: wrong, Args: map[string]string{"code": code}}
}

// LabelNotFound is what is wrong with a box whose text the noun has found nothing by.
func LabelNotFound(text string) string {
	if _, wrong := Label(text); wrong != "" {
		return wrong
	}
	return UnknownLabel
}
