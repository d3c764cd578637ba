package web

import (
	"context"
	"errors"
	"slices"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// RefusalView is a refusal as a document: what is not done, what was asked, the clauses, who may allow it, what
// happens then, and its reference.
type RefusalView struct {
	Title     string // 不予借出
	Asked     string // what was asked, a sentence; empty leaves the line out
	Clauses   []ClauseView
	Remedy    refuse.RemedyKind
	Anew      bool       // no leave that was given fits; one that is asked for as it is to be done would
	Approvers []Approver // for ByPost; the first who is present is offered
	Post      string     // the post that may allow it, when nobody in it is known
	After     string     // what happens once it is allowed
	First     []string   // what has to be done before, and by whom, where no leave stands for it
	Reference term.Reference
	Ledger    string // address of the ledger entry for those who may open it
	Also      string // who was told, a sentence
	Request   *Request
	Back      string // where 返回 leads
}

// Approver is one person who may, or may not, allow it.
type Approver struct {
	Name      string
	May       bool
	Here      bool
	Until     string // away until then, already spelled; empty when unknown
	Applicant bool   // it is his own request
	Why       string // why else he may not; a sentence
}

// Request is the form that asks for leave in one step: a reason and the asker's own signature.
type Request struct {
	Action string            // POST
	Label  string            // empty takes 呈…审批 with the first approver who is here
	Hidden map[string]string // the command once more, by field
	Reason string            // what was typed, when it is shown again
	Error  error             // of this form
	// Written asks for the number and the date of a superior's leave in writing, since nobody here may give it.
	Written            bool
	LeaveNo, LeaveDate string
}

// elsewhere reports whether what is wrong stands in the form of the act itself, which is not on the page of the request.
func (r Request) elsewhere() bool {
	return slices.ContainsFunc(WrongFields(r.Error), func(f refuse.FieldError) bool {
		return !slices.Contains([]string{"act", "way", "reason", "leave_no", "leave_date", FieldSecret, FieldHow}, f.Field)
	})
}

// names lists the fields of the request in a fixed order.
func (r Request) names() []string {
	out := make([]string, 0, len(r.Hidden))
	for k := range r.Hidden {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Explain completes the view of a refusal with what only the application knows: the sentence of what was
// asked, the people of the post, the request. It must not fail: what it does not know it leaves.
type Explain func(ctx context.Context, ref *refuse.Refusal, v *RefusalView)

// ViewRefusal turns a refusal into its view, with the clauses from the context of the request.
func ViewRefusal(ctx context.Context, ref *refuse.Refusal) RefusalView {
	v := RefusalView{
		Title: T(ctx, "refusal.title"), Remedy: ref.Remedy().Kind, Post: ref.Remedy().Post,
		Reference: ref.Reference, Back: "/",
	}
	if key := "refused." + ref.Act; Tongue(ctx).Has(key) {
		v.Title = T(ctx, key)
	}
	for _, id := range ref.Clauses() {
		if c, ok := clauseOf(ctx, id); ok {
			v.Clauses = append(v.Clauses, c)
		} else {
			v.Clauses = append(v.Clauses, ClauseView{ID: id, Cite: string(id), Text: T(ctx, "refusal.no_clause")})
		}
	}
	if key := "post." + v.Post; v.Post != "" && Tongue(ctx).Has(key) {
		v.Post = T(ctx, key)
	}
	return v
}

// remedyWords says who may allow it when no names are known.
func (v RefusalView) remedyWords(ctx context.Context) string {
	switch v.Remedy {
	case refuse.ByPost:
		return T(ctx, "refusal.by_post", "post", v.Post)
	case refuse.ByForce:
		return T(ctx, "refusal.force")
	case refuse.Correct:
		return T(ctx, "refusal.correct")
	case refuse.Nobody:
	}
	if v.Anew {
		return T(ctx, "refusal.anew")
	}
	return T(ctx, "refusal.nobody")
}

// named reports whether people are listed: only where a post may allow it.
func (v RefusalView) named() bool { return v.Remedy == refuse.ByPost && len(v.Approvers) > 0 }

// after is empty where no leave will ever come.
func (v RefusalView) after(ctx context.Context) string {
	switch {
	case v.Remedy != refuse.ByPost:
		return ""
	case v.After != "":
		return v.After
	}
	return T(ctx, "refusal.after_by_post")
}

// request is offered only where somebody may allow it.
func (v RefusalView) request() *Request {
	if v.Anew || v.Remedy == refuse.ByPost || v.Remedy == refuse.ByForce {
		return v.Request
	}
	return nil
}

func (a Approver) words(ctx context.Context) string {
	switch {
	case a.Here:
		return T(ctx, "refusal.present")
	case a.Until != "":
		return T(ctx, "refusal.away_until", "until", a.Until)
	}
	return T(ctx, "refusal.away")
}

func (a Approver) why(ctx context.Context) string {
	switch {
	case a.Applicant:
		return T(ctx, "refusal.applicant")
	case a.Why != "":
		return a.Why
	}
	return T(ctx, "refusal.may_not")
}

// label names the first approver who is here, else the first who may, else the post.
func (v RefusalView) label(ctx context.Context, r *Request) string {
	if r.Label != "" {
		return r.Label
	}
	name := v.Post
	for _, here := range []bool{true, false} {
		for _, a := range v.Approvers {
			if a.May && a.Here == here {
				return T(ctx, "refusal.request", "name", a.Name)
			}
		}
	}
	return T(ctx, "refusal.request", "name", name)
}

func refusalOf(err error) *refuse.Refusal {
	var ref *refuse.Refusal
	if errors.As(err, &ref) {
		return ref
	}
	return nil
}
