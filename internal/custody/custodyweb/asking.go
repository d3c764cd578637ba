package custodyweb

import (
	"strings"

	"jiyao/internal/custody"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// actOf is the act that a form of the page hands in as the copy stands.
func (d carrier) actOf(which string) string {
	switch which {
	case "place":
		if d.State == custody.InPlace {
			return "custody.move"
		}
		return "custody.place"
	case "take-back", "unsigned":
		if d.lent() {
			return "custody.return"
		}
		return "custody.take_back"
	}
	return "custody." + strings.ReplaceAll(which, "-", "_")
}

// asking is a form of the page as the law sees it.
func (d carrier) asking(which string) web.Asking {
	l := d.Level
	return web.Asking{Act: d.actOf(which), Err: d.ErrIn(which), Given: map[string]any{
		"level": string(l), "level_rank": l.Rank(), "classified": l.Classified(), "internal": l == term.Neibu, "regime": string(d.Regime),
	}}
}
