package custodyweb

import (
	"context"
	"slices"

	"jiyao/internal/refuse"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// reasons are what stood against the loan: the leave or the sheet it waits for, each fact that was in the way, and what is empty.
func (x piece) reasons(ctx context.Context, ref *refuse.Refusal) (out []string) {
	if at := slices.IndexFunc(ref.Violations, func(v refuse.Violation) bool { return v.Remedy.Kind == refuse.ByPost }); at >= 0 {
		out = append(out, web.T(ctx, "loans.needs_leave", "post", counter.PostTitle(x.v.Law, ref.Violations[at].Remedy.Post)))
	} else if waitsForSheet(ref) {
		out = append(out, web.T(ctx, "measures.first", "sheet", x.sheet.Heading(ctx)))
	}
	for _, v := range ref.Violations {
		if v.Remedy.Kind == refuse.ByPost || v.Remedy.Kind == refuse.Correct {
			continue // said by its post, or by its field
		}
		for _, words := range web.InTheWay(ctx, v, x.v.People.Name) {
			if !slices.Contains(out, words) {
				out = append(out, words)
			}
		}
	}
	return append(out, web.WrongIn(ctx, "custody.lend", ref)...)
}

// wrong is what was wrong with the last try, and before any what the law finds wrong with the fields of the first copy in order.
func (d desk) wrong() error {
	if d.Err != nil {
		return d.Err
	}
	if at := d.against(); at >= 0 {
		if fields := web.WrongFields(d.pieces[at].verdict); len(fields) > 0 {
			return ofPiece(&refuse.Invalid{Fields: slices.Clone(fields)}, d.pieces[at].ID)
		}
	}
	return nil
}
