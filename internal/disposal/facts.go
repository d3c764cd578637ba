package disposal

import (
	"slices"
	"strconv"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// openFacts are the facts of opening a list. Which items it will name is not known then.
type openFacts struct {
	Kind string `fact:"kind"`
}

// pieceFacts are the facts of acts on one piece. kind is that of the list.
type pieceFacts struct {
	regulation.Item
	Medium    string `fact:"medium"`
	relations []string
}

// ActorRelations says how the actor stands to the item.
func (f pieceFacts) ActorRelations() []string { return f.relations }

func (p Piece) facts(env act.Env) pieceFacts {
	return pieceFacts{Item: p.Item.Item, Medium: p.Medium, relations: p.Item.Relations(env.Actor.Person)}
}

// lineFacts are the facts of putting a piece on a list.
type lineFacts struct {
	pieceFacts
	Method       string `fact:"method"`
	LineItemised bool   `fact:"line_itemised"` // the line names one copy
}

// listFacts are the facts of acts on a whole list. Of its items they say the highest level, and only the steps that were done
// for all of them.
type listFacts struct {
	regulation.Item
	CountsEqual      bool              `fact:"counts_equal"`
	OpenLines        int               `fact:"open_lines"` // what keeps it from being closed
	ReceiptSet       bool              `fact:"receipt_set"`
	HeldBack         bool              `fact:"held_back"`     // a finding holds back one of its pieces; of a count: one that was counted
	MissingLines     int               `fact:"missing_lines"` // of a count: listed pieces that are not there
	ApplicantIsActor bool              `fact:"applicant_is_actor"`
	ApplicantPosts   []string          `fact:"applicant_posts"`
	beside           []regulation.Item // its items of another regime
	relations        []string
	signs            map[string]term.PersonID
	paper            []string
}

// ActorRelations says whether the actor is one who may approve.
func (f listFacts) ActorRelations() []string { return f.relations }

// Others are the facts of the list as one of each other regime: the law is asked for each.
func (f listFacts) Others() (out []any) {
	for _, i := range f.beside {
		other := f
		other.Item = i
		out = append(out, other)
	}
	return out
}

// closeFacts are those of handing over what is on a list.
type closeFacts struct {
	listFacts
	ReceiverKind string `fact:"receiver_kind"` // outsider: nobody of the house takes them
	ItemYear     int    `fact:"item_year"`     // of an archive list: of 办结, the latest, or the year of the list; 0: of none
}

// Others are the facts of the list as one of each other regime.
func (f closeFacts) Others() (out []any) {
	for _, i := range f.beside {
		other := f
		other.Item = i
		out = append(out, other)
	}
	return out
}

// archiveFacts are those of a hand-over to the archive: who takes it is asked for.
type archiveFacts struct {
	closeFacts
	Persons []regulation.Person `fact:",each"`
}

// Others are the facts of the list as one of each other regime.
func (f archiveFacts) Others() (out []any) {
	for _, i := range f.beside {
		other := f
		other.Item = i
		out = append(out, other)
	}
	return out
}

// SignsFor says whose signature a role is.
func (f listFacts) SignsFor() map[string]term.PersonID { return f.signs }

// SignedOnPaper are the roles signed on paper by somebody from outside.
func (f listFacts) SignedOnPaper() []string { return f.paper }

// destroyFacts are the facts of destroying pieces of one medium.
type destroyFacts struct {
	pieceFacts
	Method           string            `fact:"method"`
	Works            string            `fact:"works"`
	Supervisors      int               `fact:"supervisors"`
	SupervisorsOther int               `fact:"supervisors_other"` // of them, without the applicant
	ItemYear         int               `fact:"item_year"`         // of 办结, the latest; 0: one is not finished
	HeldBack         bool              `fact:"held_back"`         // a finding holds back one of the pieces
	beside           []regulation.Item // pieces of another regime
	signs            map[string]term.PersonID
}

// Others are the facts of the pieces of each other regime: the law is asked for each.
func (f destroyFacts) Others() (out []any) {
	for _, i := range f.beside {
		other := f
		other.Item = i
		out = append(out, other)
	}
	return out
}

// SignsFor says whose signature a role is.
func (f destroyFacts) SignsFor() map[string]term.PersonID { return f.signs }

// together is what the law may look at of several items at once: the highest level, what one of them is, and the steps that
// were done for each.
func together(items []act.Item, kind string) regulation.Item {
	if len(items) == 0 {
		return regulation.Item{Kind: kind, Regime: term.RegimeState, Level: term.Open}
	}
	out := items[0].Item
	out.StepsDone = slices.Clone(out.StepsDone)
	for _, i := range items[1:] {
		if i.Level.Above(out.Level) {
			out.Level, out.LevelRank, out.Regime = i.Level, i.LevelRank, i.Regime
		}
		out.Classified, out.Internal, out.Unclear = out.Classified || i.Classified, out.Internal || i.Internal, out.Unclear || i.Unclear
		out.IssuerSuperior = out.IssuerSuperior || i.IssuerSuperior
		out.StepsDone = slices.DeleteFunc(out.StepsDone, func(s string) bool { return !slices.Contains(i.StepsDone, s) })
	}
	out.Kind = kind
	return out
}

// apart is what the law may look at of several items at once, for each regime that they are of: that of the highest first.
// What a pack of one regime lets somebody do is so never done to an item of another.
func apart(items []act.Item, kind string) []regulation.Item {
	of := map[term.Regime][]act.Item{}
	var regimes []term.Regime
	for _, i := range items {
		if of[i.Regime] == nil {
			regimes = append(regimes, i.Regime)
		}
		of[i.Regime] = append(of[i.Regime], i)
	}
	if len(regimes) == 0 {
		return []regulation.Item{together(nil, kind)}
	}
	var out []regulation.Item
	for _, r := range regimes {
		out = append(out, together(of[r], kind))
	}
	slices.SortStableFunc(out, func(a, b regulation.Item) int { return b.LevelRank - a.LevelRank })
	return out
}

// stepApproved is noted for items whose list was approved.
const stepApproved = "list_approve"

// ofLines is what the lines of a list say of their items, apart.
func ofLines(lines []Line, kind string) []regulation.Item {
	out := make([]act.Item, len(lines))
	for i, l := range lines {
		out[i].Item = regulation.NewItem(l.Level, l.Regime)
	}
	return apart(out, kind)
}

// facts of a list; unsettled is what keeps it from being closed beside its own lines.
func (s listed) facts(env act.Env, unsettled int) listFacts {
	items := ofLines(s.lines, s.list.Kind)
	if !s.list.ApprovedAt.IsZero() || len(s.lines) == 0 { // of an empty list nothing waits for leave
		allApproved(items)
	}
	f := listFacts{
		Item: items[0], beside: items[1:], CountsEqual: s.countsEqual(), OpenLines: unsettled, ReceiptSet: !s.list.ReceiptAt.IsZero(), HeldBack: len(s.held) > 0,
		ApplicantIsActor: s.list.Applicant != "" && s.list.Applicant == env.Actor.Person,
	}
	if s.list.Applicant != "" {
		f.ApplicantPosts = env.People.Posts(s.list.Applicant)
	}
	return f
}

func allApproved(items []regulation.Item) {
	for i := range items {
		items[i].StepsDone = append(items[i].StepsDone, stepApproved)
	}
}

// countsEqual: the pieces were counted, each line once or with a reason and a case, and nothing beside them; and they lie where
// they were counted.
func (s listed) countsEqual() bool {
	if s.list.CountedAt.IsZero() || len(s.list.Extra) > 0 {
		return false
	}
	return !slices.ContainsFunc(s.lines, func(l Line) bool { return !s.there(l) && l.State != Lost && l.State != Gone })
}

// there reports whether the piece of a line was counted and has not left its place since.
func (s listed) there(l Line) bool { return l.Counted && !s.moved[l.Copy] }

// latestYear is the year in which the last of some items was finished; 0 where one is not.
func latestYear(pieces []Piece) int {
	year := 0
	for _, p := range pieces {
		if p.CompletedAt.IsZero() {
			return 0
		}
		year = max(year, p.CompletedAt.In(calendar.Zone).Year())
	}
	return year
}

// goodYear reports whether a text is a year that lists may be of.
func goodYear(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) == 4 && n >= 1900
}
