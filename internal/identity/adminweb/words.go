package adminweb

import (
	"context"
	"strconv"
	"strings"

	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

func tr(ctx context.Context, key string) string { return web.T(ctx, key) }

// stats are the four tiles: nothing in them comes from the business.
func (h homePage) stats(ctx context.Context) []web.Stat {
	ok := func(good bool) string {
		if good {
			return "ok"
		}
		return "ochre"
	}
	seal, ledger, text := web.T(ctx, "admin.sealed"), web.T(ctx, "admin.ledger_unknown"), ""
	if h.Health.Unsealed {
		seal = web.T(ctx, "admin.unsealed")
	}
	class := "ochre"
	if !h.Health.Checked.IsZero() {
		ledger, class = web.T(ctx, "admin.ledger_whole"), "ok"
		if !h.Health.Whole {
			ledger, class = web.T(ctx, "admin.ledger_broken"), "red"
		}
		text = web.T(ctx, "admin.checked", "time", web.Tongue(ctx).Moment(h.Health.Checked, h.Viewer.Now))
	}
	backup := web.T(ctx, "admin.unknown")
	if !h.Health.Backup.IsZero() {
		backup = web.Tongue(ctx).Span(h.Viewer.Now.Sub(h.Health.Backup))
	}
	return []web.Stat{
		{Label: web.T(ctx, "admin.service"), Figure: web.T(ctx, "admin.running"), Class: "ok", Text: web.T(ctx, "admin.uptime", "span", web.Tongue(ctx).Span(h.Viewer.Now.Sub(h.Health.Since)))},
		{Label: web.T(ctx, "admin.seal"), Figure: seal, Class: ok(h.Health.Unsealed)},
		{Label: web.T(ctx, "admin.ledger"), Figure: ledger, Class: class, Text: text},
		{Label: web.T(ctx, "admin.since_backup"), Figure: backup, Class: ok(!h.Health.Backup.IsZero())},
	}
}

func (h homePage) zoning(ctx context.Context) []web.Pair {
	zone := string(h.Viewer.Zone)
	out := []web.Pair{{Term: web.T(ctx, "admin.zone_now"), Text: web.T(ctx, "admin.zone_is", "zone", web.T(ctx, "frame.zone."+zone), "note", web.T(ctx, "admin.zone_note."+zone))}}
	if h.Zoning.ApprovalNo != "" {
		out = append(out,
			web.Pair{Term: web.T(ctx, "admin.approval_no"), Text: h.Zoning.ApprovalNo},
			web.Pair{Term: web.T(ctx, "admin.approved_level"), Text: string(h.Zoning.Level)},
			web.Pair{Term: web.T(ctx, "admin.expires"), Text: h.Zoning.ExpiresOn})
	}
	return out
}

func (h homePage) machine(ctx context.Context) []web.Pair {
	outside := web.T(ctx, "admin.outside_none")
	class := "ochre"
	switch {
	case h.Health.Copies && h.Health.Outside == "":
		outside, class = web.T(ctx, "admin.outside_good"), "ok"
	case h.Health.Outside != "":
		outside, class = web.T(ctx, "admin.outside_bad"), "red"
	}
	version := h.Health.Version
	if version == "" {
		version = web.T(ctx, "admin.version_none")
	}
	return []web.Pair{
		{Term: web.T(ctx, "admin.engine"), Text: h.Health.Engine, Class: "mono"},
		{Term: web.T(ctx, "admin.version"), Text: version, Class: "mono"},
		{Term: web.T(ctx, "admin.outside"), Text: outside, Class: class},
	}
}

func yearWords(years []int) string {
	var out []string
	for _, y := range years {
		out = append(out, strconv.Itoa(y))
	}
	return strings.Join(out, " ")
}

func whats(ctx context.Context) []web.Option {
	var out []web.Option
	for _, w := range term.Closed("reset") {
		out = append(out, web.Option{Value: w, Label: web.T(ctx, "admin.what."+w)})
	}
	return out
}

func roleOptions(ctx context.Context) []web.Option {
	var out []web.Option
	for _, r := range term.Closed("admin_role") {
		out = append(out, web.Option{Value: r, Label: roleName(ctx, r)})
	}
	return out
}

func (o onePage) confirmers(ctx context.Context) []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, l := range o.Others {
		out = append(out, web.Option{Value: string(l.Account.ID), Label: l.Account.Login + "　" + roleNames(ctx, l.Account.Roles)})
	}
	return out
}

func (o onePage) terminals(ctx context.Context) []web.Option {
	out := []web.Option{{Value: "", Label: web.T(ctx, "admin.all_terminals")}}
	for _, l := range o.Account.Locks {
		out = append(out, web.Option{Value: string(l.Terminal), Label: string(l.Terminal)})
	}
	return out
}

// adminsClause is the clause that keeps the three apart, as the always present pack names it.
func adminsClause(v counter.Viewer) term.Clause {
	for _, p := range v.Law.Packs() {
		if p.AdminsClause != "" {
			return p.AdminsClause
		}
	}
	return ""
}
