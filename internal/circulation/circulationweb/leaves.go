package circulationweb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// request is one request: for leave, or that a post take a step itself.
type request struct {
	Leave   approval.Leave
	Brief   circulation.Brief // zero: he may not know of the item
	Piece   circulation.Piece // zero: it is not about one piece
	List    List              // zero: it is not about a list, or he may not know of it
	Reason  string
	Asked   bool          // he may know of the item only as one who is asked: its title stays masked, its pages closed
	Own     bool          // his own: never his to decide
	Given   bool          // he has granted it, and others have not yet
	With    []web.Pair    // what it was asked with, beside what stands elsewhere
	Clauses []term.Clause // behind it, of every leave that was asked for together with it and stands alike
	Source  term.CopyID   // the first copy that something is to be made of, of his own alone
	Step    bool          // no leave: the post does Leave.Act itself
	To      []term.PersonID
	Due     time.Time
	// ItemDue is the deadline of the item itself.
	ItemDue web.Deadline
}

// href is where the act of a request is done.
func (q request) href() string {
	switch {
	case q.List.Href != "":
		return q.List.Href
	case q.Asked:
		return ""
	case q.Source != "" && q.Leave.Act == "custody.compile":
		return "/c/" + string(q.Source) + "/copying?leave=" + string(q.Leave.ID)
	case q.Piece.Copy != "" && slices.Contains([]string{"custody.duplicate", "custody.excerpt", "custody.record"}, q.Leave.Act):
		return "/c/" + string(q.Piece.Copy) + "/copying?leave=" + string(q.Leave.ID)
	case q.Leave.Act == "custody.send_compilation" && q.Own:
		return "/d/" + string(q.Leave.Document) + "/send-compilation?leave=" + string(q.Leave.ID)
	case q.Leave.Act == "meeting.disclose" && q.Own:
		return "/disclosed/new?leave=" + string(q.Leave.ID)
	case q.Piece.Copy != "" && q.Leave.Act == "custody.lend":
		return "/loans?copy=" + string(q.Piece.Copy)
	case q.Piece.Copy != "":
		return "/c/" + string(q.Piece.Copy)
	case q.Brief.Document != "":
		return "/d/" + string(q.Brief.Document)
	}
	return ""
}

// formed reports whether the request has a form on paper, and the viewer may know what it is about.
func (q request) formed() bool {
	return !q.Asked && !q.Step && slices.Contains([]string{"custody.duplicate", "custody.excerpt", "custody.record", "custody.compile", "custody.carry_out"}, q.Leave.Act)
}

// what names the piece or document, the persons and the day, as far as the viewer may know.
func (q request) what(ctx context.Context, people interface{ Name(term.PersonID) string }) string {
	var out []string
	if q.List.ID != "" {
		out = append(out, q.List.About, web.T(ctx, "disposal.pieces", "n", q.List.Lines))
	} else if q.Piece.Copy != "" {
		out = append(out, pieceSaid(ctx, q.Piece))
	} else if q.Brief.Document != "" {
		out = append(out, receiptNo(q.Brief))
	}
	for _, id := range q.To {
		out = append(out, web.T(ctx, "approve.to", "name", people.Name(id)))
	}
	if !q.Due.IsZero() {
		out = append(out, web.T(ctx, "approve.until", "time", web.Tongue(ctx).Until(q.Due)))
	}
	return strings.Join(out, "　")
}

// pieceSaid is a piece where nothing else says that its number is one.
func pieceSaid(ctx context.Context, p circulation.Piece) string {
	if p.CopyNo != "" {
		return web.T(ctx, "item.copy_nos", "range", string(p.CopyNo))
	}
	return pieceName(p)
}

// maxRequests is how many requests one page lists.
const maxRequests = 50

// place is where a page of requests begins: behind this one. The zero value is the oldest.
type place struct {
	at time.Time
	id term.LeaveID
}

func placeOf(text string) (p place, err error) {
	if text == "" {
		return p, nil
	}
	ms, id, ok := strings.Cut(text, "-")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil || !ok || n < 0 {
		return p, refuse.Field("after", "bad_format")
	}
	return place{time.UnixMilli(n), term.LeaveID(id)}, nil
}

// String is the place as it stands in an address; empty at the beginning.
func (p place) String() string {
	if p.id == "" {
		return ""
	}
	return strconv.FormatInt(p.at.UnixMilli(), 10) + "-" + string(p.id)
}

// his are the requests that a viewer decides, and his own, the oldest first, one page of them and where the next begins: what is
// asked of others is passed over before the page is full, so that it hides nothing of his. Only is one of them alone.
func his(tx *store.Tx, v counter.Viewer, after place, only term.LeaveID) (out []approval.Leave, next place, err error) {
	last := approval.Leave{ID: after.id, AskedAt: after.at}
	for {
		where, args := "WHERE (state = 'asked' OR state = 'granted' AND applicant = $1) AND (asked_at > $2 OR asked_at = $2 AND id > $3)", []any{string(v.Actor.Person), last.AskedAt.UnixMilli(), string(last.ID)}
		if only != "" {
			where, args = where+" AND id = $4", append(args, string(only))
		}
		rows, err := approval.Leaves.Select(tx, where+" ORDER BY asked_at, id LIMIT "+strconv.Itoa(maxRequests), args...)
		if err != nil {
			return nil, next, fmt.Errorf("list the requests: %w", err)
		}
		for _, l := range rows {
			if l.Applicant != v.Actor.Person && !act.Decides(v.Law, v.People, v.Actor.Person, l) {
				continue
			}
			if len(out) == maxRequests {
				end := out[maxRequests-1]
				return out, place{end.AskedAt, end.ID}, nil
			}
			out = append(out, l)
		}
		if len(rows) < maxRequests {
			return out, next, nil
		}
		last = rows[len(rows)-1]
	}
}

// requests lists what is asked of the viewer's posts, and of his own what is not answered or not used: a page of them, or one.
func (p *pages) requests(ctx context.Context, tx *store.Tx, v counter.Viewer, after place, only term.LeaveID) ([]request, place, error) {
	rows, next, err := his(tx, v, after, only)
	if err != nil {
		return nil, next, err
	}
	out, err := p.described(ctx, tx, v, rows)
	return out, next, err
}

// described adds to requests what they are about, as far as the viewer may know.
func (p *pages) described(ctx context.Context, tx *store.Tx, v counter.Viewer, rows []approval.Leave) (out []request, err error) {
	var devices []web.Option
	if p.Devices != nil && len(rows) > 0 {
		if devices, err = p.Devices(tx); err != nil {
			return nil, err
		}
	}
	for _, l := range rows {
		own := l.Applicant == v.Actor.Person
		q := request{Own: own, Step: l.Approval == "", Given: slices.Contains(l.Grantors, v.Actor.Person), Clauses: approvalClause(v.Law, l.Approval)}
		if i := slices.IndexFunc(out, func(o request) bool {
			return l.Request != "" && o.Leave.Request == l.Request && o.Leave.State == l.State && o.Given == q.Given && o.Leave.Quorum == l.Quorum
		}); i >= 0 { // who decides one decides all of them that are his
			out[i].Clauses = append(out[i].Clauses, q.Clauses...)
			continue
		}
		if own && q.Step && l.State == approval.Granted {
			continue // done by the post: nothing is left to use
		}
		if err := approval.Leaves.Reveal(tx, &l, "reason", "asked_with"); err != nil {
			return nil, err
		}
		if q.Reason, err = counter.Opened(l.Reason); err != nil {
			return nil, err
		}
		q.Leave = l
		if own && l.Act == "custody.compile" && l.State == approval.Granted {
			if q.Source, err = sourceOf(l); err != nil {
				return nil, err
			}
		}
		if err := p.about(ctx, tx, v, &q); err != nil {
			return nil, err
		}
		if q.With, err = askedWith(ctx, v, q, devices); err != nil {
			return nil, err
		}
		of, err := p.compiledOf(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		q.With = append(q.With, of...)
		out = append(out, q)
	}
	return out, nil
}

// sourceOf is the first copy that a request names as a source.
func sourceOf(l approval.Leave) (term.CopyID, error) {
	text, err := counter.Opened(l.With)
	if err != nil {
		return "", err
	}
	var with struct {
		Sources []struct {
			Copy term.CopyID `json:"copy"`
		} `json:"sources"`
	}
	if err := json.Unmarshal([]byte(text), &with); err != nil {
		return "", fmt.Errorf("read what a leave was asked with: %w", err)
	}
	if len(with.Sources) == 0 {
		return "", nil
	}
	return with.Sources[0].Copy, nil
}

// about looks up what a request is about, no more than the viewer may know.
func (p *pages) about(ctx context.Context, tx *store.Tx, v counter.Viewer, q *request) error {
	var bound struct {
		List    term.DisposalListID `json:"list"`
		Copy    term.CopyID         `json:"copy"`
		Source  term.CopyID         `json:"source_copy"`
		Items   []term.CopyID       `json:"items"`
		To      term.PersonID       `json:"to"`
		Person  term.PersonID       `json:"person"`
		Persons []term.PersonID     `json:"persons"`
		Readers []term.PersonID     `json:"readers"`
		Due     time.Time           `json:"due"`
	}
	if err := json.Unmarshal([]byte(q.Leave.Bound), &bound); err != nil {
		return fmt.Errorf("read what a leave is bound to: %w", err)
	}
	for _, id := range slices.Concat([]term.PersonID{bound.To, bound.Person}, bound.Persons, bound.Readers) {
		if id != "" && !slices.Contains(q.To, id) {
			q.To = append(q.To, id)
		}
	}
	if len(q.To) == 0 && q.Step && q.Leave.Act == "document.widen" { // who wants to know is himself
		q.To = []term.PersonID{q.Leave.Applicant}
	}
	q.Due = bound.Due
	if bound.List != "" && p.Lists != nil {
		var err error
		if q.List, err = p.Lists(ctx, tx, v, bound.List); err != nil && !errors.Is(err, refuse.ErrNotFound) {
			return err
		}
	}
	if bound.Copy == "" {
		bound.Copy = bound.Source
	}
	if bound.Copy == "" && len(bound.Items) > 0 {
		bound.Copy = bound.Items[0]
	}
	if q.Leave.Document == "" {
		return nil
	}
	known, err := circulation.Knows(tx, look(v), q.Leave.Document)
	if err != nil || !known && q.Own {
		return err
	}
	ids := []term.DocumentID{q.Leave.Document}
	briefs, err := p.Sources.Briefs(tx, ids)
	if err != nil {
		return err
	}
	q.Brief = briefs[q.Leave.Document]
	duties, err := dutiesOf(tx, ids)
	if err != nil {
		return err
	}
	q.ItemDue = itemDue(duties, q.Leave.Document)
	if !known { // who is asked sees which item it is, of which level and with whom, and nothing that says what it is
		q.Brief.Title, q.Brief.Issuer, q.Brief.DocNo, q.Brief.Masked, q.Asked = "", "", "", true, true
	}
	if bound.Copy == "" {
		return nil
	}
	pieces, err := p.Sources.Pieces(tx, ids)
	if err != nil {
		return err
	}
	for _, piece := range pieces[q.Leave.Document] {
		if piece.Copy == bound.Copy {
			q.Piece = piece
		}
	}
	return nil
}

// approvalClause is the clause behind a request, for its chip.
func approvalClause(law *regulation.Law, name string) []term.Clause {
	if id := law.ClauseOfLeave(name); id != "" {
		return []term.Clause{id}
	}
	return nil
}

// answers are the acts that answer a request, by the button pressed.
var answers = map[string]string{"grant": "approval.grant", "deny": "approval.deny", "withdraw": "approval.withdraw"}

// decide grants, denies or withdraws a request.
func (p *pages) decide(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, err := counter.PathID[string](r)
	if err != nil {
		return err
	}
	name := answers[form.Get("answer")]
	if form.Get("answer") == "step" {
		return p.takeStep(w, r, term.LeaveID(id), form)
	}
	if name == "" {
		return p.showApprovals(w, r, refuse.Field("answer", "not_in_list"), id, form)
	}
	var v counter.Viewer
	if err := p.Business(r, func(_ *store.Tx, viewer counter.Viewer) error { v = viewer; return nil }); err != nil {
		return err
	}
	cmd, err := command(map[string]any{"leave": id, "reason": form.Get("reason")})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: name, Command: cmd, Form: form, Signs: []counter.Role{{Name: "actor", Person: v.Actor.Person}}})
	if err != nil {
		return p.showApprovals(w, r, err, id, form)
	}
	return p.Done(w, r, "/approvals", "done.approve.decide", receipt)
}
