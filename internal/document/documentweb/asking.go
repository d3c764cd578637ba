package documentweb

import (
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// asking is a form of a document's page as the law sees it.
func (d item) asking(which string) web.Asking {
	f := d.In(which)
	given := levelFacts(d.Cover.Level, d.Cover.HeldAs())
	given["unclear"] = d.Cover.Unclear()
	given["needs_action"] = f.Or("needs_action", yesNo(d.Cover.NeedsAction)) == "yes"
	given["scope_named_only"] = len(f["units"]) == 0
	return web.Asking{Act: itemActs[which].act, Given: given, Err: d.ErrIn(which)}
}

// asking is the form of registering as the law sees it: what hangs on the level is known once the cover or the form
// says one.
func (d registering) asking() web.Asking {
	f := d.In("register")
	given := map[string]any{}
	if l := term.Level(f.Or("level", string(d.envelope.Level))); l != "" {
		given = levelFacts(l, term.RegimeState)
	}
	given["medium"] = d.medium()
	given["unclear"] = false // the form has no way to say so
	return web.Asking{Act: "document.register", Given: given, Err: d.ErrIn("register")}
}

// levelFacts are the facts that follow from a level and a regime.
func levelFacts(l term.Level, r term.Regime) map[string]any {
	return map[string]any{"regime": string(r), "level": string(l), "level_rank": l.Rank(), "classified": l.Classified(), "internal": l == term.Neibu}
}
