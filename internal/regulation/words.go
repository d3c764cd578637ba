package regulation

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"jiyao/internal/term"
)

// names.txt is every act of the whole catalogue as it is designed, a line for each noun: those of this program and those
// to come. A clause may name one that is to come, and is not in force for it until then; every other name is a typo.
//
//go:embed names.txt
var namesText string

// KnownActs are the acts that packs may name, whether this program has them or not.
var KnownActs = sync.OnceValue(func() []string {
	var out []string
	for line := range strings.Lines(namesText) {
		noun, verbs, _ := strings.Cut(line, ":")
		for _, verb := range strings.Fields(verbs) {
			out = append(out, noun+"."+verb)
		}
	}
	return out
})

// facts.txt is every fact that a condition may look at, likewise: what the acts of this program have, and what those to come
// are designed to have.
//
//go:embed facts.txt
var factsText string

// KnownFacts are the facts that conditions of packs may name.
var KnownFacts = sync.OnceValue(func() []string { return strings.Fields(factsText) })

// sources.txt and columns.txt are what registers of packs may be made of and show, a word a line.
//
//go:embed sources.txt
var sourcesText string

//go:embed columns.txt
var columnsText string

// packWords are the closed lists of words that a pack may say, by name. Those of registers, finding kinds and flags are the
// rooms' own: a test holds these lists to what the rooms have.
var packWords = map[string][]string{
	"regime":    {"state", "work", "company"},
	"count":     {"1", "2", "0+", "1+", "2+", "3+", "each unit", "each device", "optional"},
	"set_up":    {"required"},
	"reading":   {"ours"},
	"direction": {"fewer", "more", "earlier", "later", "longer", "shorter", "lower", "higher", "fixed"},
	"letter":    {"E", "S", "R", "T", "X"},
	"all":       {"all"},
	"staged":    {"unit"},
	"sign":      {"none", "own", "2", "2*"},
	"signer": {"actor", "giver", "receiver", "holder", "carrier", "person", "hander", "taker", "proposer", "confirmer", "checker", "supervisor_1", "supervisor_2", "witness_1", "witness_2",
		"key_holder", "officer", "office_director", "duty", "unit_head", "sys_admin", "sec_admin", "audit_admin"},
	"needs_to_know": {"to", "actor", "rows", "none"},
	"admins":        {"in", "out", "only"},
	"system":        {"s", "s+"},
	"case":          {"outside", "reading", "juemi_abroad", "transfer"},
	"hides":         {"items"},
	"from":          {"everyone"},
	"unless":        {"in_scope", "register_posts", "holder", "asked", "keeps_case"},
	"for_each": {"item", "case", "copy", "in_leader_office", "keeper", "period", "delegation", "finding", "given", "handling", "instruction", "loan", "lost", "person", "piece", "post", "reader", "regulation",
		"staff", "stop", "turn", "unit", "year"},
	"of":       {"to_destroy", "held_done"},
	"owner":    {"self", "handler", "reader", "holder", "owner"},
	"each":     {"day", "working day", "day off", "period"},
	"at":       {"shift start", "closing time", "first act"},
	"recorded": {"discovered_at", "due", "fix_by", "found_at", "handle_by", "opened_at", "read_by", "received_at", "return_by"},
	"sub_kind": {"proxy", "lateral", "not_found", "publication_leak"},
	"flag":     {"stalled", "skipped"},
	"persons":  {"none", "actor", "target", "holder", "giver", "to"},
	"finding": {"not_locked", "left_open", "incomplete_return", "back_short", "not_received", "pages_not_whole", "attachments_not_whole",
		"marks_not_whole", "breach", "found"},
	"told":      {"not_dedicated", "periods_over", "permission_change", "repeated_requests", "top_secret_abroad", "waste_sale_asked", "told", "any"},
	"source":    strings.Fields(sourcesText),
	"column":    strings.Fields(columnsText),
	"kept":      {"for ever"},
	"unprinted": {"none", "长期"},
	"leak":      {"yes", "no"},
	"answer":    {"text", "number", "holdings"},
	"period":    {"week", "month", "quarter", "half-year", "year"},

	// The words of parameters, by their unit.
	"steps": {"accept", "count", "sign", "discrepancy", "register", "label", "slip", "opine", "classify", "complete", "check", "list_approve", "inquire",
		"decide", "draft", "scope", "review", "sign_off", "number", "print_run"},
	"attributes of a place":   {"cabinet_class", "lock", "room", "keeper", "watched", "last_checked_on"},
	"methods":                 {"shred", "pulp", "crush", "burn", "degauss_and_crush", "waste_sale"},
	"purposes":                {"read", "use", "deliver", "foreign_event", "other", "work", "visit", "会客"},
	"urgencies of a telegram": {"特提", "特急", "加急", "平急", "unmarked"},
	"holidays":                {"元旦", "春节", "清明", "五一", "端午", "中秋", "国庆"},
	"what is dedicated":       {"officer", "room", "cabinet"},
	"what is looked for":      {"level_marks", "doc_numbers", "titles", "keywords"},
	"tasks a day":             {"抹", "吸", "扫", "拖"},
	"kinds of cases": {"leak", "possible_leak", "known_by_unauthorised", "beyond_scope", "loss", "published_secret", "oral_disclosure", "private_disclosure",
		"public_place_talk", "private_correspondence", "private_retention", "proxy_delivery", "other_channel", "waste_sale", "overnight_leader_office",
		"guest_received", "confidential_comm_internet", "dual_network", "room_empty", "duty_breach", "idle_call", "line_blocked", "telegram_late",
		"telegram_missed", "telegram_wrong", "coercion", "data_restored"},
	"kind of day": {"natural", "working"},

	// The words of facts that term has no list of.
	"mark_state":    {"none", "marked", "stale", "struck"},
	"origin":        {"own", "derived", "received"},
	"receiver_kind": {"staff", "branch", "outsider"},
}

// termLists are the units of parameters whose words are a closed list of term.
var termLists = map[string]string{"channels": "channel", "kinds of place": "place_kind", "kinds of unit": "unit_kind", "level": "level"}

// factWords are the words that a fact may hold, for what a condition compares it with: of term, else of packWords.
var factWords = map[string]string{
	"level": "level", "carries_level": "level", "regime": "regime", "zone": "zone", "urgency": "urgency", "urgency_was": "urgency", "grade": "grade", "channel": "channel",
	"destination": "destination", "place_kind": "place_kind", "place_type": "place_type", "steps_done": "steps", "signers": "signer",
	"admin_roles": "admin_role", "roles_after": "admin_role", "roles_before": "admin_role", "confirmer_roles": "admin_role",
	"proposer_roles": "admin_role", "target_roles": "admin_role", "roles_signed": "admin_role", "what": "safeguard", "mark_state": "mark_state",
	"designated_acts": "designated_act", "designated_stages": "stage", "stage": "stage", "origin": "origin", "receiver_kind": "receiver_kind",
	"return_required": "yes_no", "method": "method", "works": "works", "medium": "medium",
	"unconsented_level": "level", "recording_kind": "recording_kind", "device_kind": "device_kind", "device_class": "device_class",
}

// factPosts are the facts that hold posts, with their pack.
var factPosts = []string{"actor_posts", "executor_posts", "person_posts", "business_posts", "posts_after", "signer_posts"}

// Closed gives a closed list by name: term's where it has one, else packWords'.
func Closed(name string) []string {
	if of, ok := termLists[name]; ok {
		name = of
	}
	if list := term.Closed(name); list != nil {
		return list
	}
	return slices.Clone(packWords[name])
}
