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
	refs         *references // nil in a mutant
}

// Header is pack.yaml.
type Header struct {
	Version    string               `yaml:"version" is:"text"` // of the text; empty is 1
	ID         string               `yaml:"id" is:"text"`      // A1, A2, B, C, D, L
	Name       string               `yaml:"name" is:"text"`    // folder, and the prefix of posts: county
	Mark       string               `yaml:"mark" is:"text"`    // 甲 乙 丙 丁 戊
	Title      string               `yaml:"title" is:"text"`
	Regime     term.Regime          `yaml:"regime" is:"word:regime"`
	Parts      []Part               `yaml:"parts"`
	Posts      map[string]Post      `yaml:"posts"`
	Units      map[string]Post      `yaml:"units"`
	Parameters map[string]Parameter `yaml:"parameters"`
	Speaks     []string             `yaml:"speaks" is:"case"`
	Fallback   map[string]string    `yaml:"fallback" is:"case=voice"` // act → post, or ✗
	// NoLeave names acts, or cases of them (act/case), that a clause lets be done without leave: base's fallback yields.
	NoLeave  map[string]term.Clause `yaml:"no_leave" is:"case=clause"`
	ChainEnd *ChainEnd              `yaml:"chain_end"`
	// AdminsClause is cited when the line between the three administrators and business is crossed.
	AdminsClause term.Clause `yaml:"admins_clause" is:"clause"`
	// FallbackClause is cited for leave that a company's regulation names a post for without a clause.
	FallbackClause term.Clause `yaml:"fallback_clause" is:"clause"`
}

// Part is what an office can adopt alone.
type Part struct {
	ID       string `yaml:"id" is:"text"`
	Title    string `yaml:"title" is:"text"`
	Articles []int  `yaml:"articles"`
	Unit     string `yaml:"unit" is:"unit"`
}

// Post is one that the pack requires; the office maps it to a post of its own.
type Post struct {
	Title   string `yaml:"title" is:"text"`
	Count   string `yaml:"count" is:"word:count"`
	SetUp   string `yaml:"set_up" is:"word:set_up"`
	FallsTo string `yaml:"falls_to" is:"heir"`
	Note    string `yaml:"note" is:"text"`
}

// Parameter is a number, date, time or list that a clause leaves to the office, never looser than the source.
type Parameter struct {
	Default  Value       `yaml:"default" is:"value"`
	Unit     string      `yaml:"unit" is:"text"`
	Stricter any         `yaml:"stricter" is:"stricter"` // fewer more earlier later longer shorter lower higher fixed, or the order of a list
	Clause   term.Clause `yaml:"clause" is:"clause"`
	Reading  string      `yaml:"reading" is:"word:reading"`
	Readings []string    `yaml:"readings" is:"ranked"`
	Outside  []string    `yaml:"outside" is:"value"` // values that a list leaves out on purpose: each let in is one value looser
	Note     string      `yaml:"note" is:"text"`
}

// ChainEnd is the post appended to every escalation of the pack.
type ChainEnd struct {
	Post   string      `yaml:"post" is:"post"`
	Clause term.Clause `yaml:"clause" is:"clause"`
	Note   string      `yaml:"note" is:"text"`
}

// Clause is one obligation of the regulation.
type Clause struct {
	ID    term.Clause `yaml:"id" is:"own"`
	Cite  string      `yaml:"cite" is:"text"` // as the regulation prints it
	Text  string      `yaml:"text" is:"text"`
	Gloss string      `yaml:"gloss" is:"text"`
	How   []string    `yaml:"how" is:"word:letter"` // letters of E S R T X
	Part  string      `yaml:"part" is:"part"`
	// Regime is all where a clause of base binds under every regime, and not under that of its header alone.
	Regime string   `yaml:"regime" is:"word:all"`
	Must   []string `yaml:"must" is:"text"` // the testable sentences of "must happen"
	// MustZh says the same in Chinese, sentence by sentence; empty where nobody has written it yet.
	MustZh []string `yaml:"must_zh" is:"text"`
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
	// Instead is the argument to fill in place of Field, where the rule wants that one empty.
	Instead string
	Letter  string // E unless the clause says otherwise
	// Whom it spares, each declared beside it and none read out of its text: who holds a post, or is delegated a deed, or
	// whose unit is designated for the stage asked for.
	HeldBy string
	Deed   string
	Staged string // unit, or empty
	Text   string
	Line   int
	Acts   []string // empty: every act
}

// Function narrows or, in base, permits one act.
type Function struct {
	Act         string      `yaml:"act" is:"act"`
	Posts       []string    `yaml:"posts" is:"doer"`
	When        string      `yaml:"when" is:"when"`
	Person      bool        `yaml:"person"` // himself, no delegate
	Delegable   bool        `yaml:"delegable"`
	Sign        string      `yaml:"sign" is:"word:sign"` // none own 2 2*
	Signers     []string    `yaml:"signers" is:"word:signer"`
	NeedsToKnow string      `yaml:"needs_to_know" is:"word:needs_to_know"` // to actor rows none
	Admins      string      `yaml:"admins" is:"word:admins"`               // in out only
	System      string      `yaml:"system" is:"word:system"`               // "" s s+
	Clause      term.Clause `yaml:"clause" is:"clause"`
	Remedy      string      `yaml:"remedy" is:"remedy"`
	Note        string      `yaml:"note" is:"text"`
}

// Approval says whose leave an act needs.
type Approval struct {
	Name          string      `yaml:"name" is:"text"`
	Act           string      `yaml:"act" is:"act"`
	When          string      `yaml:"when" is:"when"`
	Posts         []string    `yaml:"posts" is:"approver"`
	Default       string      `yaml:"default" is:"post"`
	Names         []string    `yaml:"names" is:"bound"`
	WhenApplicant string      `yaml:"when_applicant" is:"superior"`
	OwnDecision   bool        `yaml:"own_decision"`
	Quorum        int         `yaml:"quorum"`             // different persons whose grant it takes; 0 is 1
	Delegable     *bool       `yaml:"delegable"`          // whether a delegate of the post may give it; no where nothing is written
	Before        string      `yaml:"before" is:"moment"` // the grant is recorded strictly before this time of the act
	Fallback      bool        `yaml:"fallback"`
	Case          string      `yaml:"case" is:"word:case"` // of the act, where packs name it as act/case
	Clause        term.Clause `yaml:"clause" is:"clause"`
	pack          *Pack
}

// Visibility is one predicate that hides.
type Visibility struct {
	Name   string      `yaml:"name" is:"text"`
	Hides  string      `yaml:"hides" is:"word:hides"`
	From   string      `yaml:"from" is:"word:from"`
	Unless []string    `yaml:"unless" is:"word:unless"` // in_scope register_posts holder keeps_case asked
	When   string      `yaml:"when" is:"sight"`
	Posts  []string    `yaml:"posts" is:"post"` // the register posts
	Clause term.Clause `yaml:"clause" is:"clause"`
	pack   *Pack
}

// Obligation is a timed duty: what opens it, who owes it, by when, who is told, what closes it.
type Obligation struct {
	Name     string      `yaml:"name" is:"text"`
	Opens    []Opening   `yaml:"opens"`
	ForEach  string      `yaml:"for_each" is:"word:for_each"`
	Who      string      `yaml:"who" is:"posts"`   // of a duty that opens by itself for each person: whose, with a comma between; empty: everybody
	Owner    string      `yaml:"owner" is:"owner"` // a post of the pack, or person: FIELD of the record
	Due      string      `yaml:"due" is:"due"`
	Warn     string      `yaml:"warn" is:"warn"`
	WarnThen []Effect    `yaml:"warn_then"`
	Every    string      `yaml:"every" is:"span"`
	Step     bool        `yaml:"step"`
	Chain    []ChainStep `yaml:"chain"`
	ClosedBy []Closing   `yaml:"closed_by"`
	Guard    *Guard      `yaml:"guard"`
	OnLate   []Effect    `yaml:"on_late"`
	OnOpen   []Effect    `yaml:"on_open"`          // of one that opens by itself: what the system does then
	Shown    []string    `yaml:"shown" is:"shown"` // also on these boards: reader, …
	Clause   term.Clause `yaml:"clause" is:"clause"`
	Letter   string      `yaml:"letter" is:"word:letter"`
	Fallback bool        `yaml:"fallback"` // opened only by acts from which no adopted pack has the same owner owe one for each of the same
	pack     *Pack
}

// Opening is one thing that opens a duty.
type Opening struct {
	On       string `yaml:"on" is:"act"` // an act
	When     string `yaml:"when" is:"when"`
	Date     string `yaml:"date" is:"due"`
	Of       string `yaml:"of" is:"word:of"`     // of date: what there is one duty for each of, where no person owes it
	Each     string `yaml:"each" is:"word:each"` // day, working day, day off, or period: that of the due rule
	At       string `yaml:"at" is:"word:at"`     // of each: shift start (also where empty), or closing time; of a day off: first act
	Before   string `yaml:"before" is:"text"`
	Adoption bool   `yaml:"adoption"`
	Watch    string `yaml:"watch" is:"watch"`
}

// Closing is one act that closes it.
type Closing struct {
	Act   string `yaml:"act" is:"act"`
	When  string `yaml:"when" is:"when"`
	Count int    `yaml:"count"`
}

// ChainStep is one step of an escalation; an empty After is the first late instant, AtOnce the opening.
type ChainStep struct {
	Post   string `yaml:"post" is:"post"`
	After  string `yaml:"after" is:"after"`
	AtOnce bool   `yaml:"at_once"`
}

// Guard is a condition under which an act is refused with the duty's clause.
type Guard struct {
	Act    string `yaml:"act" is:"act"`
	When   string `yaml:"when" is:"when"`
	Remedy string `yaml:"remedy" is:"remedy"`
	Step   string `yaml:"step" is:"act"`
}

// Effect is what a reaction does, in the same transaction.
type Effect struct {
	Notify  []string          `yaml:"notify" is:"post"` // posts
	Kind    string            `yaml:"kind" is:"effect"`
	Case    string            `yaml:"case" is:"kind"`
	SubKind string            `yaml:"sub_kind" is:"word:sub_kind"`
	Finding *FindingEffect    `yaml:"finding"`
	Act     string            `yaml:"act" is:"act"`
	With    map[string]string `yaml:"with" is:"argument=text"`
	Flag    string            `yaml:"flag" is:"word:flag"`
	Persons string            `yaml:"persons" is:"persons"` // actor, holder, … with a comma between
	After   string            `yaml:"after" is:"after"`
	At      string            `yaml:"at" is:"hour"` // not at the first late instant, but after this time of the day of the deadline
}

// FindingEffect opens a finding.
type FindingEffect struct {
	Owner  string `yaml:"owner" is:"owner"` // a post, or person: whom the effect may name
	FixBy  string `yaml:"fix_by" is:"due"`
	Names  string `yaml:"names" is:"word:persons"`
	Notify string `yaml:"notify" is:"post"`
	Holds  bool   `yaml:"holds"` // the copy it is about goes to nobody until it was found mended
}

// Watch is a condition that must hold after every act it names.
type Watch struct {
	Name       string      `yaml:"name" is:"text"`
	After      []string    `yaml:"after" is:"act"`
	Always     bool        `yaml:"always"`
	Holds      string      `yaml:"holds" is:"holds"`
	ForMore    string      `yaml:"for_more_than" is:"span"`
	OnBroken   []Effect    `yaml:"on_broken"`
	OnRestored []Effect    `yaml:"on_restored"`
	Clause     term.Clause `yaml:"clause" is:"clause"`
	Letter     string      `yaml:"letter" is:"word:letter"`
	pack       *Pack
}

// Record says which fields of an act must be filled, what it inherits, and the register it feeds.
type Record struct {
	Act     string      `yaml:"act" is:"act"`
	Needs   []Need      `yaml:"needs"`
	Inherit []string    `yaml:"inherit" is:"inherited"`
	Locked  bool        `yaml:"locked"`
	Report  *Report     `yaml:"report"`
	Clause  term.Clause `yaml:"clause" is:"clause"`
	Letter  string      `yaml:"letter" is:"word:letter"` // R where empty
	pack    *Pack
}

// Need is one required field.
type Need struct {
	Field  string   `yaml:"field" is:"argument"`
	Or     string   `yaml:"or" is:"argument"` // this field instead is enough
	When   string   `yaml:"when" is:"when"`
	OneOf  []string `yaml:"one_of" is:"must"`
	MustBe string   `yaml:"must_be" is:"must"`
	Least  string   `yaml:"at_least" is:"text"` // of a list: so many, a parameter ($name); empty: one
}

// Report is a register or report: which columns of which source are shown, to whom.
type Report struct {
	Name    string      `yaml:"name" is:"text"`          // 收文登记簿
	Source  string      `yaml:"source" is:"word:source"` // the register of a noun: incoming, hand_overs …
	Acts    []string    `yaml:"acts" is:"act"`           // each leaves a line of who came to know; of source knowings
	When    string      `yaml:"when" is:"when"`          // of these acts, only such
	Columns []string    `yaml:"columns" is:"word:column"`
	Lines   []string    `yaml:"lines" is:"parameter"` // count and sum lines
	SeenBy  []string    `yaml:"seen_by" is:"post"`
	Kept    string      `yaml:"kept" is:"word:kept"`
	Clause  term.Clause `yaml:"-"`
	pack    *Pack
}

// List is a closed list of an argument.
type List struct {
	Of     string      `yaml:"of" is:"list"`   // act.field
	Also   []string    `yaml:"also" is:"list"` // arguments of other acts that are bound by the same values
	Values []ListValue `yaml:"values"`
}

// ListValue is one value of a closed list.
type ListValue struct {
	Value  string      `yaml:"value" is:"listed"`
	Clause term.Clause `yaml:"clause" is:"clause"`
	Notify []string    `yaml:"notify" is:"post"`
	Leak   string      `yaml:"leak" is:"word:leak"`
	Needs  []string    `yaml:"needs" is:"argument"`
	pack   *Pack
}

// Checklist is a sheet of lines that somebody signs.
type Checklist struct {
	Name    string          `yaml:"name" is:"text"`
	Title   string          `yaml:"title" is:"text"`
	Opens   *Opening        `yaml:"opens"`
	Due     string          `yaml:"due" is:"due"`
	Warn    string          `yaml:"warn" is:"warn"`
	Chain   []ChainStep     `yaml:"chain"`
	Who     string          `yaml:"who" is:"posts"` // posts, with a comma between; empty: everybody
	ForEach string          `yaml:"for_each" is:"word:for_each"`
	Lines   []ChecklistLine `yaml:"lines"`
	Signed  []string        `yaml:"signed_by" is:"post"`
	Signs   string          `yaml:"signs" is:"act"`
	Gate    []string        `yaml:"gate" is:"act"`
	When    string          `yaml:"when" is:"when"`      // of the gated act
	Chosen  string          `yaml:"chosen_by" is:"text"` // an argument of the gated act and of what signs: its words pick the lines
	Own     bool            `yaml:"own"`                 // only a sheet that the actor himself has signed opens the gate
	OnNo    []Effect        `yaml:"on_no"`
	Clause  term.Clause     `yaml:"clause" is:"clause"`
	pack    *Pack
}

// Answers of a line that are no yes or no: a whole number, and one that is to be what the signer has by the book.
const (
	Figure   = "number"
	Holdings = "holdings"
)

// ChecklistLine is one line; an empty Answer is yes or no.
type ChecklistLine struct {
	Name   string      `yaml:"name" is:"text"`
	Title  string      `yaml:"title" is:"text"`
	Clause term.Clause `yaml:"clause" is:"clause"`
	Answer string      `yaml:"answer" is:"word:answer"`
	For    string      `yaml:"for" is:"text"` // the chosen word that picks it; empty: its name
}

// Reaction happens after an act was refused, answered as hidden, or done.
type Reaction struct {
	Name      string      `yaml:"name" is:"text"`
	OnRefused []string    `yaml:"on_refused" is:"act"`
	OnHidden  []string    `yaml:"on_hidden" is:"act"`
	OnDone    []string    `yaml:"on_done" is:"act"`
	Clauses   bool        `yaml:"only_own"` // only when the refusal cites this clause
	When      string      `yaml:"when" is:"when"`
	Then      []Effect    `yaml:"then"`
	Fallback  bool        `yaml:"fallback"` // of a finding: only where no other reaction to the same finds anything
	Clause    term.Clause `yaml:"clause" is:"clause"`
	Letter    string      `yaml:"letter" is:"word:letter"`
	pack      *Pack
}
