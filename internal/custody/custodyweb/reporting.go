package custodyweb

import (
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// readCustodian names who answers for the carrier.
func readCustodian(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	return counter.Try{
		Act: "custody.set_custodian", Command: custody.SetCustodian{Copy: d.ID, To: receiver(d, f, bad)},
		Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "first"}},
	}
}

// readFound reports a copy that lay about, or that was missing.
func readFound(d carrier, f typed.Form, _ *refuse.Invalid) counter.Try {
	return counter.Try{Act: "custody.report_found", Command: custody.ReportFound{
		Copy: d.ID, Where: f.Get("place_kind"), Place: term.PlaceID(f.Get("place")), State: f.Get("state"), FoundBy: f.Text("found_by"), FoundWith: f.Text("found_with"),
	}}
}

// readMissing reports a copy that is not where it should be: the search for it begins.
func readMissing(d carrier, f typed.Form, _ *refuse.Invalid) counter.Try {
	return counter.Try{Act: "custody.report_missing", Command: custody.ReportMissing{Copy: d.ID, Note: f.Text("note")}}
}
