package regulation

import "jiyao/internal/term"

// Pack is one written regulation as data. Every field comes from a file of its folder.
type Pack struct {
	Header
	Clauses      []Clause
	Rules        []RuleText
	Functions    []Function
	Approvals    []Approval
	Visibility   []Visibility
	Obligations  []Obligation
	Watches      []Watch
	Records      []Record
	Lists        []List
	Checklists   []Checklist
	Reactions    []Reaction
	Digest       string // hex; Sum() gives the bytes. SHA-256 over all files of the folder, in name order
	clauseByID   map[term.Clause]*Clause
	partOf       map[term.Clause]string
	sourceByName map[string]string
}

// Header is pack.yaml.
type Header struct {
	Version    string               `yaml:"version"` // of the text; empty is 1
	ID         string               `yaml:"id"`      // A1, A2, B, C, D, L
	Name       string               `yaml:"name"`    // folder, and the prefix of posts: county
	Mark       string               `yaml:"mark"`    // 甲 乙 丙 丁 戊
	Title      string               `yaml:"title"`
	Regime     term.Regime          `yaml:"regime"`
	Parts      []Part               `yaml:"parts"`
	Posts      map[string]Post      `yaml:"posts"`
	Units      map[string]Post      `yaml:"units"`
	Parameters map[string]Parameter `yaml:"parameters"`
	Speaks     []string             `yaml:"speaks"`
	Fallback   map[string]string    `yaml:"fallback"` // act → post, or ✗
	// NoLeave names acts, or cases of them (act/case), that a clause lets be done without leave: base's fallback yields.
	NoLeave  map[string]term.Clause `yaml:"no_leave"`
	ChainEnd *ChainEnd              `yaml:"chain_end"`
	// AdminsClause is cited when the line between the three administrators and business is crossed.
	AdminsClause term.Clause `yaml:"admins_clause"`
}

// Part is what an office can adopt alone.
type Part struct {
	ID       string `yaml:"id"`
	Title    string `yaml:"title"`
	Articles []int  `yaml:"articles"`
	Unit     string `yaml:"unit"`
}

// Post is one that the pack requires; the office maps it to a post of its own.
type Post struct {
	Title   string `yaml:"title"`
	Count   string `yaml:"count"`
	SetUp   string `yaml:"set_up"`
	FallsTo string `yaml:"falls_to"`
	Note    string `yaml:"note"`
}

// Parameter is a number, date, time or list that a clause leaves to the office, never looser than the source.
type Parameter struct {
	Default  Value       `yaml:"default"`
	Unit     string      `yaml:"unit"`
	Stricter any         `yaml:"stricter"` // fewer more earlier later longer shorter lower higher fixed, or the order of a list
	Clause   term.Clause `yaml:"clause"`
	Reading  string      `yaml:"reading"`
	Readings []string    `yaml:"readings"`
	Outside  []string    `yaml:"outside"` // values that a list leaves out on purpose: each let in is one value looser
	Note     string      `yaml:"note"`
}

// ChainEnd is the post appended to every escalation of the pack.
type ChainEnd struct {
	Post   string      `yaml:"post"`
	Clause term.Clause `yaml:"clause"`
	Note   string      `yaml:"note"`
}

// Clause is one obligation of the regulation.
type Clause struct {
	ID    term.Clause `yaml:"id"`
	Cite  string      `yaml:"cite"` // as the regulation prints it
	Text  string      `yaml:"text"`
	Gloss string      `yaml:"gloss"`
	How   []string    `yaml:"how"` // letters of E S R T X
	Part  string      `yaml:"part"`
	// Regime is all where a clause of base binds under every regime, and not under that of its header alone.
	Regime string   `yaml:"regime"`
	Must   []string `yaml:"must"` // the testable sentences of "must happen"
	// MustZh says the same in Chinese, sentence by sentence; empty where nobody has written it yet.
	MustZh []string `yaml:"must_zh"`
	// Carried lists the letters that something in this pack carries; filled at load.
	Carried map[string]bool `yaml:"-"`
}

// RuleText is one policy of rules.cedar before parameters are filled in.
type RuleText struct {
	Name   string
	Clause term.Clause
	Remedy string // a post, force, nobody, correct
	Step   string // the act that cures a missing step
	Field  string // the argument that cures it
	Letter string // E unless the clause says otherwise
	Text   string
	Line   int
	Acts   []string // empty: every act
}

// Function narrows or, in base, permits one act.
type Function struct {
	Act         string      `yaml:"act"`
	Posts       []string    `yaml:"posts"`
	When        string      `yaml:"when"`
	Person      bool        `yaml:"person"` // himself, no delegate
	Delegable   bool        `yaml:"delegable"`
	Sign        string      `yaml:"sign"` // none own 2 2*
	Signers     []string    `yaml:"signers"`
	NeedsToKnow string      `yaml:"needs_to_know"` // to actor rows none
	Admins      string      `yaml:"admins"`        // in out only
	System      string      `yaml:"system"`        // "" s s+
	Clause      term.Clause `yaml:"clause"`
	Remedy      string      `yaml:"remedy"`
	Note        string      `yaml:"note"`
}

// Approval says whose leave an act needs.
type Approval struct {
	Name          string      `yaml:"name"`
	Act           string      `yaml:"act"`
	When          string      `yaml:"when"`
	Posts         []string    `yaml:"posts"`
	Default       string      `yaml:"default"`
	Names         []string    `yaml:"names"`
	WhenApplicant string      `yaml:"when_applicant"`
	OwnDecision   bool        `yaml:"own_decision"`
	Fallback      bool        `yaml:"fallback"`
	Case          string      `yaml:"case"` // of the act, where packs name it as act/case
	Clause        term.Clause `yaml:"clause"`
	pack          *Pack
}

// Visibility is one predicate that hides.
type Visibility struct {
	Name   string      `yaml:"name"`
	Hides  string      `yaml:"hides"`
	From   string      `yaml:"from"`
	Unless []string    `yaml:"unless"` // in_scope register_posts holder keeps_case asked
	When   string      `yaml:"when"`
	Posts  []string    `yaml:"posts"` // the register posts
	Clause term.Clause `yaml:"clause"`
	pack   *Pack
}

// Obligation is a timed duty: what opens it, who owes it, by when, who is told, what closes it.
type Obligation struct {
	Name     string      `yaml:"name"`
	Opens    []Opening   `yaml:"opens"`
	ForEach  string      `yaml:"for_each"`
	Owner    string      `yaml:"owner"` // a post of the pack, or person: FIELD of the record
	Due      string      `yaml:"due"`
	Warn     string      `yaml:"warn"`
	WarnThen []Effect    `yaml:"warn_then"`
	Every    string      `yaml:"every"`
	Step     bool        `yaml:"step"`
	Chain    []ChainStep `yaml:"chain"`
	ClosedBy []Closing   `yaml:"closed_by"`
	Guard    *Guard      `yaml:"guard"`
	OnLate   []Effect    `yaml:"on_late"`
	Shown    []string    `yaml:"shown"` // also on these boards: reader, …
	Clause   term.Clause `yaml:"clause"`
	Letter   string      `yaml:"letter"`
	pack     *Pack
}

// Opening is one thing that opens a duty.
type Opening struct {
	On       string `yaml:"on"` // an act
	When     string `yaml:"when"`
	Date     string `yaml:"date"`
	Each     string `yaml:"each"` // day, or working day
	At       string `yaml:"at"`   // of each: shift start (also where empty), or closing time
	Before   string `yaml:"before"`
	Adoption bool   `yaml:"adoption"`
	Watch    string `yaml:"watch"`
}

// Closing is one act that closes it.
type Closing struct {
	Act   string `yaml:"act"`
	When  string `yaml:"when"`
	Count int    `yaml:"count"`
}

// ChainStep is one step of an escalation; an empty After is the first late instant, AtOnce the opening.
type ChainStep struct {
	Post   string `yaml:"post"`
	After  string `yaml:"after"`
	AtOnce bool   `yaml:"at_once"`
}

// Guard is a condition under which an act is refused with the duty's clause.
type Guard struct {
	Act    string `yaml:"act"`
	When   string `yaml:"when"`
	Remedy string `yaml:"remedy"`
	Step   string `yaml:"step"`
}

// Effect is what a reaction does, in the same transaction.
type Effect struct {
	Notify  []string          `yaml:"notify"` // posts
	Kind    string            `yaml:"kind"`
	Case    string            `yaml:"case"`
	SubKind string            `yaml:"sub_kind"`
	Finding *FindingEffect    `yaml:"finding"`
	Act     string            `yaml:"act"`
	With    map[string]string `yaml:"with"`
	Flag    string            `yaml:"flag"`
	Persons string            `yaml:"persons"` // actor, holder, …
	After   string            `yaml:"after"`
}

// FindingEffect opens a finding.
type FindingEffect struct {
	Owner  string `yaml:"owner"`
	FixBy  string `yaml:"fix_by"`
	Names  string `yaml:"names"`
	Notify string `yaml:"notify"`
}

// Watch is a condition that must hold after every act it names.
type Watch struct {
	Name       string      `yaml:"name"`
	After      []string    `yaml:"after"`
	Always     bool        `yaml:"always"`
	Holds      string      `yaml:"holds"`
	ForMore    string      `yaml:"for_more_than"`
	OnBroken   []Effect    `yaml:"on_broken"`
	OnRestored []Effect    `yaml:"on_restored"`
	Clause     term.Clause `yaml:"clause"`
	Letter     string      `yaml:"letter"`
	pack       *Pack
}

// Record says which fields of an act must be filled, what it inherits, and the register it feeds.
type Record struct {
	Act     string      `yaml:"act"`
	Needs   []Need      `yaml:"needs"`
	Inherit []string    `yaml:"inherit"`
	Locked  bool        `yaml:"locked"`
	Report  *Report     `yaml:"report"`
	Clause  term.Clause `yaml:"clause"`
	Letter  string      `yaml:"letter"` // R where empty
	pack    *Pack
}

// Need is one required field.
type Need struct {
	Field  string   `yaml:"field"`
	Or     string   `yaml:"or"` // this field instead is enough
	When   string   `yaml:"when"`
	OneOf  []string `yaml:"one_of"`
	MustBe string   `yaml:"must_be"`
}

// Report is a register or report: which columns of which source are shown, to whom.
type Report struct {
	Name    string      `yaml:"name"`   // 收文登记簿
	Source  string      `yaml:"source"` // the register of a noun: incoming, hand_overs …
	Acts    []string    `yaml:"acts"`   // each leaves a line of who came to know; of source knowings
	When    string      `yaml:"when"`   // of these acts, only such
	Columns []string    `yaml:"columns"`
	Lines   []string    `yaml:"lines"` // count and sum lines
	SeenBy  []string    `yaml:"seen_by"`
	Kept    string      `yaml:"kept"`
	Clause  term.Clause `yaml:"-"`
	pack    *Pack
}

// List is a closed list of an argument.
type List struct {
	Of     string      `yaml:"of"` // act.field
	Values []ListValue `yaml:"values"`
}

// ListValue is one value of a closed list.
type ListValue struct {
	Value  string      `yaml:"value"`
	Clause term.Clause `yaml:"clause"`
	Notify []string    `yaml:"notify"`
	Leak   string      `yaml:"leak"`
	Needs  []string    `yaml:"needs"`
	pack   *Pack
}

// Checklist is a sheet of lines that somebody signs.
type Checklist struct {
	Name    string          `yaml:"name"`
	Title   string          `yaml:"title"`
	Opens   *Opening        `yaml:"opens"`
	Due     string          `yaml:"due"`
	Warn    string          `yaml:"warn"`
	Chain   []ChainStep     `yaml:"chain"`
	Who     string          `yaml:"who"` // posts, with a comma between; empty: everybody
	ForEach string          `yaml:"for_each"`
	Lines   []ChecklistLine `yaml:"lines"`
	Signed  []string        `yaml:"signed_by"`
	Signs   string          `yaml:"signs"`
	Gate    []string        `yaml:"gate"`
	OnNo    []Effect        `yaml:"on_no"`
	Clause  term.Clause     `yaml:"clause"`
	pack    *Pack
}

// ChecklistLine is one line; an empty Answer is yes or no.
type ChecklistLine struct {
	Name   string      `yaml:"name"`
	Title  string      `yaml:"title"`
	Clause term.Clause `yaml:"clause"`
	Answer string      `yaml:"answer"`
}

// Reaction happens after an act was refused, answered as hidden, or done.
type Reaction struct {
	Name      string      `yaml:"name"`
	OnRefused []string    `yaml:"on_refused"`
	OnHidden  []string    `yaml:"on_hidden"`
	OnDone    []string    `yaml:"on_done"`
	Clauses   bool        `yaml:"only_own"` // only when the refusal cites this clause
	When      string      `yaml:"when"`
	Then      []Effect    `yaml:"then"`
	Clause    term.Clause `yaml:"clause"`
	Letter    string      `yaml:"letter"`
	pack      *Pack
}
