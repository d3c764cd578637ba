package archtest

// reasons lists which mechanism imports which other one, "from -> to", and why. Anything not here needs an
// interface at the consumer, or a line here.
var reasons = map[string]string{
	"ledger -> store":      "entries are rows of the same transaction; store tells it what each put wrote",
	"notify -> store":      "notices are recorded rows",
	"identity -> store":    "accounts and factors are recorded rows, sessions plain ones",
	"obligation -> store":  "duties are recorded rows",
	"obligation -> notify": "a duty that warns or is late writes the notice in the same change",
	"approval -> store":    "requests and leaves are recorded rows",
	"act -> store":         "the write path runs in the writer's transaction",
	"act -> ledger":        "every act writes its entry",
	"act -> obligation":    "acts open and close duties; the timer's own acts advance them",
	"act -> approval":      "acts spend leave",
	"checklist -> store":   "signed sheets are recorded rows",
	"act -> checklist":     "a line answered no has its effects in the act that signed the sheet",
	"identity -> act":      "identityacts, its acts, stand on the write path; identity itself does not",
	"act -> notify":        "what a refusal or a duty tells someone commits with the act",
}

// thirdParty lists what the words import beyond the standard library, "package -> import", and why.
var thirdParty = map[string]string{
	"jiyao/internal/calendar -> gopkg.in/yaml.v3":    "a year's notice is a hand-written file, read strictly",
	"jiyao/internal/term -> golang.org/x/text/width": "full-width digits and brackets of typed numbers fold to one spelling",
}
