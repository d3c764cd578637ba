package disposalweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/disposal"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// list is the page of one list.
type list struct {
	typed.Tried
	disposal.Shown
	v          counter.Viewer
	staff      []counter.Staff
	approves   bool         // it waits for his leave
	leave      bool         // it has been approved, or the law wants that before it ends
	asked      term.LeaveID // his own request to approve it, which waits for another; empty: none
	unfinished []disposal.Left
	more       bool // there is more that keeps it open than these
}

func (p pages) list(base string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.listPage(w, r, base, http.StatusOK, nil, list{})
	}
}

func (p pages) listPage(w http.ResponseWriter, r *http.Request, base string, status int, problem templ.Component, d list) error {
	if err := p.read(r, base, &d); err != nil {
		return err
	}
	f := p.Frame(w, r)
	if d.IsOpen() {
		f.Scripts = append(f.Scripts, "tick.js")
		f.NoScan = d.makes()
	}
	return web.Render(w, r, status, web.Within(web.Page(f), counter.Above(problem, listPage(d))))
}

// read finds the list that the path names, where the path is that of its kind.
func (p pages) read(r *http.Request, base string, d *list) error {
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		id, err := counter.PathID[term.DisposalListID](r)
		if err != nil {
			return err
		}
		if d.Shown, err = disposal.ListOf(tx, reader(v), id); err != nil {
			return err
		}
		if !slices.Contains(kindsOf(base), d.Kind) || !Sees(v) && !reader(v).Part(d.List) {
			return refuse.ErrNotFound
		}
		if d.asked, err = askedFor(tx, v, d.ID); err != nil {
			return err
		}
		if whys := disposal.Because(d.Err); len(whys) > 0 && d.IsOpen() && (d.Which == "close" || d.Which == "destroy") {
			if d.unfinished, d.more, err = disposal.LeftOf(tx, reader(v), v.People, d.Shown, whys, maxLeft); err != nil {
				return err
			}
		}
		d.staff, err = p.Staff(tx)
		return err
	})
	if err == nil && d.asked == "" && d.IsOpen() && d.ApprovedAt.IsZero() && d.List.Lines > 0 && d.Agrees() && !d.someGone() && d.v.Actor.Person != d.Applicant {
		me := act.Signature{Role: "actor", Person: d.v.Actor.Person}
		d.approves = d.decides(p.May(r.Context(), d.v, disposal.ActApprove, disposal.ListApprove{List: d.ID, Rev: d.Rev}, me))
	}
	if err == nil {
		d.leave = !d.ApprovedAt.IsZero() || d.destroys() || d.IsOpen() && p.owes(r.Context(), *d)
	}
	return err
}

// maxLeft is how many pieces are named that keep a list open.
const maxLeft = 10

// ending is the command that ends the list, with nothing filled in yet.
func (d list) ending() any {
	if d.Kind == disposal.Archive {
		return disposal.ArchiveSign{List: d.ID}
	}
	return disposal.ListClose{List: d.ID}
}

// owesLeave reports whether the law's answer to ending the list is that it must be approved before.
func (list) owesLeave(answer error) bool {
	var refusal *refuse.Refusal
	return errors.As(answer, &refusal) && slices.ContainsFunc(refusal.Violations, func(v refuse.Violation) bool { return v.Remedy.Step == disposal.ActApprove })
}

// decides reports whether the list waits for the viewer, by what the law answers to his leave: nothing is in the way, or only
// the leave of another that he can ask for, where several regulations name several posts.
func (d list) decides(answer error) bool {
	var refusal *refuse.Refusal
	switch {
	case answer == nil:
		return true
	case !errors.As(answer, &refusal) || !slices.ContainsFunc(d.v.Law.Deciders(disposal.ActApprove), func(p string) bool { return slices.Contains(d.v.Posts, p) }):
		return false
	}
	return !slices.ContainsFunc(refusal.Violations, func(v refuse.Violation) bool { return v.Remedy.Kind != refuse.ByPost })
}

// makes reports whether the viewer works on the list.
func (d list) makes() bool { return d.v.Offered("disposal.list_add") }

// awaitsReceipt reports whether the issuer's receipt is still to be entered by the viewer; it may come after the list was closed.
func (d list) awaitsReceipt() bool {
	return d.Kind == disposal.Return && d.ReceiptAt.IsZero() && d.makes()
}

func (d list) path() string { return PathOf(d.List) }

// destroys reports whether it is a list of destruction.
func (d list) destroys() bool { return d.Kind == disposal.Destruction }

// waitsForWork reports whether its pieces go only when the work on them is done (办结).
func (d list) waitsForWork() bool { return d.destroys() || d.Kind == disposal.Archive }

// steps is how far the list has come.
func (d list) steps(ctx context.Context) []web.Step {
	all, counted, gone := d.Count()
	n, day := strconv.Itoa, web.Tongue(ctx).Date
	step := func(name, figure, class, small, smallClass string) web.Step {
		return web.Step{Href: "#lines", Label: web.T(ctx, "disposal.step."+name), Figure: figure, FigureClass: class, Small: small, SmallClass: smallClass}
	}
	out := []web.Step{step("made", web.T(ctx, "disposal.pieces", "n", all), "", day(d.OpenedAt)+" "+d.v.People.Name(d.Applicant), "dim")}
	count := step("counted", n(counted)+" / "+n(all), "", web.T(ctx, "disposal.not_counted"), "dim")
	switch {
	case d.Agrees() && all > 0:
		count.FigureClass, count.Small = "ok", web.T(ctx, "disposal.agrees")
	case !d.CountedAt.IsZero():
		count.Small, count.SmallClass = web.T(ctx, "disposal.differs"), "red"
	}
	out = append(out, count)
	switch {
	case !d.ApprovedAt.IsZero():
		out = append(out, step("approved", day(d.ApprovedAt), "ok", d.v.People.Name(d.ApprovedBy), "dim"))
	case d.leave:
		out = append(out, step("approved", web.T(ctx, "disposal.not_yet"), "dim", "", ""))
	}
	switch {
	case d.destroys():
		out = append(out, step("destroyed", n(gone)+" / "+n(all), "", "", ""))
	case d.Kind == disposal.Return:
		receipt := step("receipt", web.T(ctx, "disposal.not_yet"), "dim", "", "")
		if !d.ReceiptAt.IsZero() {
			receipt = step("receipt", d.ReceiptOn, "ok", d.ReceiptNo, "dim")
		}
		out = append(out, receipt)
	}
	end := step("closed", web.T(ctx, "disposal.not_yet"), "dim", "", "")
	if !d.IsOpen() {
		end = step("closed", day(d.ClosedAt), "ok", d.v.People.Name(d.ClosedBy), "dim")
	}
	return append(out, end)
}

// people are who can be named beside somebody.
func (d list) people(but ...term.PersonID) []web.Option {
	return counter.Persons(d.staff, func(id term.PersonID) bool { return slices.Contains(but, id) })
}

// takes reports whether the viewer is who takes for the archive: then who hands over signs beside him.
func (d list) takes() bool { return d.Kind == disposal.Archive && !d.v.Offered("disposal.destroy") }

// gives is who hands over: whose hand-over it is, or who has its pieces with him; else the viewer.
func (d list) gives() term.PersonID {
	if d.Kind != disposal.Transfer {
		return d.v.Actor.Person
	}
	if d.Person != "" {
		return d.Person
	}
	for _, l := range d.Lines {
		if l.State == disposal.Listed && l.Holder != "" {
			return l.Holder
		}
	}
	return d.v.Actor.Person
}

// methods are the ways in which pieces of the list can be destroyed; what the law refuses of them is its answer.
func (d list) methods(ctx context.Context) []web.Option {
	out := []web.Option{{Label: "—"}}
	allowed, ok := d.v.Law.Param("media_methods")
	for _, m := range term.Closed("method") {
		electronic := slices.Contains(term.Electronic(), d.Medium)
		if m == "waste_sale" || electronic && ok && !slices.Contains(allowed.List, m) || !electronic && m == "degauss_and_crush" {
			continue
		}
		out = append(out, web.Option{Value: m, Label: counter.Words(ctx, "method.", m)})
	}
	return out
}

// methodWords names the methods that are left to choose from.
func (d list) methodWords(ctx context.Context) string {
	var out []string
	for _, m := range d.methods(ctx)[1:] {
		out = append(out, m.Label)
	}
	return strings.Join(out, web.T(ctx, "list.separator"))
}

// ends is the act in which the list ends.
func (d list) ends() string {
	switch d.Kind {
	case disposal.Destruction:
		return "disposal.destroy"
	case disposal.Archive:
		return "disposal.archive_sign"
	}
	return "disposal.list_close"
}

// stuck are the lines whose pieces cannot go as things are.
func (d list) stuck() []disposal.ShownLine {
	return slices.DeleteFunc(slices.Clone(d.Lines), func(l disposal.ShownLine) bool {
		here := !l.Missing && !l.Out && !l.Held && l.State == disposal.Listed && (d.CountedAt.IsZero() || l.There())
		return here || l.State == disposal.Gone
	})
}

// whyLeft says why a piece keeps the list open, and with whom it is.
func (d list) whyLeft(ctx context.Context, l disposal.Left) string {
	switch {
	case l.Missing:
		return web.T(ctx, "copy_state.missing")
	case l.Holder != "" && (l.Why == disposal.LeftOut || l.Why == disposal.LeftUnlisted):
		return web.T(ctx, "disposal.left_with", "what", web.T(ctx, "disposal.left."+l.Why), "name", d.v.People.Name(l.Holder))
	}
	return web.T(ctx, "disposal.left."+l.Why)
}

// went is a line whose piece is gone; the pieces of a list go one way.
func (d list) went() (disposal.ShownLine, bool) {
	i := slices.IndexFunc(d.Lines, func(l disposal.ShownLine) bool { return l.State == disposal.Gone })
	if i < 0 {
		return disposal.ShownLine{}, false
	}
	return d.Lines[i], true
}

// now is where the piece of a line is.
func (d list) now(ctx context.Context, l disposal.ShownLine) (kind, text string) {
	switch {
	case l.State == disposal.Gone:
		return "ok", web.T(ctx, "disposal.gone."+d.Kind)
	case l.State == disposal.Lost:
		return "no", web.T(ctx, "disposal.lost")
	case l.Missing:
		return "no", web.T(ctx, "copy_state.missing")
	case l.Held && l.State == disposal.Listed && l.PagesBack > 0 && l.PagesBack != l.Pages:
		return "no", web.T(ctx, "year.pages", "n", l.PagesBack, "of", l.Pages)
	case l.Held && l.State == disposal.Listed:
		return "no", web.T(ctx, "year.short")
	case l.Holder != "" && l.Holder == d.Person: // whose hand-over it is
		return "wait", web.T(ctx, "count.with", "name", d.v.People.Name(l.Holder))
	case l.Holder != "":
		return "no", web.T(ctx, "count.with", "name", d.v.People.Name(l.Holder))
	case d.CountedAt.IsZero():
		return "", l.Place
	case l.Moved:
		return "no", web.T(ctx, "disposal.moved")
	case l.Counted:
		return "ok", web.T(ctx, "disposal.there")
	}
	return "no", web.T(ctx, "disposal.not_there")
}
