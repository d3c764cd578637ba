package web

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/a-h/templ"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// Asking is a form as the law sees it: the act it asks for, and what is known of it before anything is typed.
type Asking struct {
	Act   string
	Given map[string]any // facts of the act by name, for what the law asks for under a condition
	Err   error          // what was wrong with the last try
	// First has the browser ask for what the law wants before the form is sent: where two people would have to give
	// their secrets once more.
	First bool
}

// Wants gives the arguments that the law in force asks for in an act.
type Wants func(act string, given map[string]any) []regulation.Want

type asked struct {
	act   string
	wants []regulation.Want
	err   error
	first bool
}

type askingKey struct{}

// ForAct draws its children as the form of an act: a field that the law in force asks for bears the mark, and one that
// was wrong says so, with the clause.
func ForAct(a Asking) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		inside := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		q := asked{act: a.Act, err: a.Err, first: a.First}
		if wants := viewOf(ctx).wants; wants != nil {
			q.wants = wants(a.Act, a.Given)
		}
		return inside.Render(context.WithValue(ctx, askingKey{}, q), w)
	})
}

// asked completes a field with what the law says of it in the form it stands in.
func (f Input) asked(ctx context.Context) Input {
	q, ok := ctx.Value(askingKey{}).(asked)
	if !ok || f.Off {
		return f
	}
	arg := f.Arg
	if arg == "" {
		arg = f.Name
	}
	if i := slices.IndexFunc(q.wants, func(w regulation.Want) bool { return w.Field == arg }); i >= 0 {
		f.wanted = !f.Either
		switch or := q.wants[i].Or; {
		case or == "":
			f.Required = f.Required || q.first
		case f.Help == "":
			f.Help = T(ctx, "field.or_help", "or", fieldName(ctx, or))
		default:
			f.Help = T(ctx, "field.or_help_too", "help", f.Help, "or", fieldName(ctx, or))
		}
	}
	if f.Error == "" {
		f.Error = FieldError(ctx, q.err, arg)
	}
	if f.Error != "" {
		f.clauses = ErrorClauses(q.err, arg)
	}
	return f
}

// starred reports whether the field bears the mark of what must be filled in.
func (f Input) starred() bool { return f.Required || f.wanted }

// ofAct is what an act answered, so that wrong fields are called as in its form wherever they are listed.
type ofAct struct {
	error

	act string
}

func (e ofAct) Unwrap() error { return e.error }

// OfAct says which act answered so.
func OfAct(act string, err error) error {
	if err == nil {
		return nil
	}
	return ofAct{err, act}
}

// answering is the context of the act that answered, where the answer stands outside of its form.
func answering(ctx context.Context, err error) context.Context {
	var of ofAct
	if _, inside := ctx.Value(askingKey{}).(asked); inside || !errors.As(err, &of) {
		return ctx
	}
	return context.WithValue(ctx, askingKey{}, asked{act: of.act})
}

// Asks reports whether the law in force asks for an argument of the form around, for fields drawn by hand.
func Asks(ctx context.Context, arg string) bool {
	return Input{Name: arg}.asked(ctx).wanted
}

// Among are the only words that the law in force takes for an argument of the form around; none: any.
func Among(ctx context.Context, arg string) []string {
	q, ok := ctx.Value(askingKey{}).(asked)
	if !ok {
		return nil
	}
	if i := slices.IndexFunc(q.wants, func(w regulation.Want) bool { return w.Field == arg }); i >= 0 {
		return q.wants[i].Among
	}
	return nil
}

// ErrorClauses are the clauses that ask for what is wrong with a field.
func ErrorClauses(err error, field string) []term.Clause {
	for _, f := range WrongFields(err) {
		if f.Field == field {
			return f.Clauses
		}
	}
	return nil
}

// WrongFields are the fields that an answer names, of a refusal those that a clause asks for.
func WrongFields(err error) []refuse.FieldError {
	if inv := refuse.AtFields(err); inv != nil {
		return inv.Fields
	}
	if ref := refusalOf(err); ref != nil {
		return ref.Fields()
	}
	return nil
}
