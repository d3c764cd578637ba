package app

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/custody/placeweb"
	"jiyao/internal/custody/stockweb"
	"jiyao/internal/device/deviceweb"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/document"
	"jiyao/internal/document/documentweb"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityweb"
	"jiyao/internal/meeting/meetingweb"
	"jiyao/internal/people"
	"jiyao/internal/people/peopleweb"
	"jiyao/internal/registerweb"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// entry is one line of the rail: who sees it. A post is the bare name that packs give it.
type entry struct {
	group, icon, href, label string
	posts                    []string // nobody's where empty, unless staff
	staff                    bool     // everybody with a person
	admins                   []string
	keeps                    func(watched) bool // who may by the law what is done there; nil: posts say it
}

var (
	officers = []string{"officer", "duty", "room_chief", "office_director"}
	keepers  = []string{"officer", "office_director", "inspector", "archivist"}
	readers  = []string{"leader", "unit_head", "office_director", "department_head", "discipline_head"}
	admins   = []string{identity.SysAdmin, identity.SecAdmin, identity.AuditAdmin}
)

// atDesk is what is done at a desk: on a phone it gives way to what is read and approved in a corridor.
var atDesk = []string{documentweb.OutgoingPath, meetingweb.Path}

// calendarPath is where a notice of days off is imported.
const calendarPath = "/admin/calendar"

// allPath is the last tab of a phone, which leads to everything; maxTabs is how many a phone has room for.
const (
	allPath = "/all"
	maxTabs = 5
)

// rail is every entry, in order; a page that is not built is left out.
var rail = []entry{
	{"rail.work", "home", "/today", "rail.today", nil, true, nil, nil},
	{"rail.work", "inbox", "/receive", "rail.receive", nil, false, nil, func(w watched) bool { return w.receives }},
	{"rail.work", "send", documentweb.OutgoingPath, "rail.outgoing", nil, true, nil, nil},
	{"rail.work", "arrows-right-left", "/circulation", "rail.circulation", append(slices.Clone(keepers), "leader"), false, nil, nil},
	{"rail.work", "notes", custodyweb.LoansPath, "rail.loans", nil, false, nil, func(w watched) bool { return w.lends }},
	{"rail.work", "users", meetingweb.Path, "rail.disclosed", nil, false, nil, func(w watched) bool { return w.gives }},
	{"rail.work", "writing-sign", "/approvals", "rail.approvals", readers, true, nil, nil},
	{"rail.work", "id-badge", custodyweb.HoldingsPath, "rail.holdings", nil, true, nil, nil},
	{"rail.work", "search", "/search", "rail.search", nil, true, nil, nil},
	{"rail.work", "clock", peopleweb.AwayPath, "rail.away", nil, true, nil, nil},
	{"rail.carriers", "scan", stockweb.Path, "rail.inventory", nil, false, nil, func(w watched) bool { return w.counts }},
	{"rail.carriers", "archive", disposalweb.ArchivePath, "rail.archive", nil, false, nil, func(w watched) bool { return w.lists }},
	{"rail.carriers", "flame", disposalweb.DestroyPath, "rail.destroy", nil, false, nil, func(w watched) bool { return w.lists }},
	{"rail.carriers", "lock", placeweb.Path, "rail.places", nil, false, nil, func(w watched) bool { return w.places }},
	{"rail.carriers", "device-desktop", deviceweb.Path, "rail.devices", nil, false, nil, func(w watched) bool { return w.devices }},
	{"rail.oversight", "book-2", "/rules", "rail.rules", nil, true, admins, nil},
	{"rail.oversight", "clipboard-check", registerweb.Path, "rail.registers", nil, false, nil, func(w watched) bool { return w.registers }},
	{"rail.oversight", "clipboard-check", "/findings", "rail.findings", nil, false, nil, func(w watched) bool { return w.findings }},
	{"rail.oversight", "alert-triangle", "/incidents", "rail.incidents", nil, false, nil, func(w watched) bool { return w.cases }},
	{"rail.oversight", "users", "/people", "rail.people", append(slices.Clone(keepers), "unit_head", "hr"), false, nil, nil},
	{"rail.oversight", "clock", calendarPath, "rail.calendar", nil, false, nil, func(w watched) bool { return w.imports }},
	{"rail.oversight", "link", "/ledger", "rail.ledger", keepers, false, admins, nil},
	{"rail.oversight", "shield-check", "/admin", "rail.admin", nil, false, admins, nil},
	{"rail.oversight", "send", reportPath, "rail.report", nil, true, admins, nil},
}

// home is the first page of whoever signed in.
func (s *site) home(p identity.Principal) string {
	first := func(paths ...string) string {
		for _, path := range paths {
			if s.has(path) {
				return path
			}
		}
		return "/password"
	}
	switch {
	case slices.Contains(p.Actor.Admin, identity.AuditAdmin):
		return first("/ledger", "/admin")
	case len(p.Actor.Admin) > 0:
		return first("/admin", "/ledger")
	}
	posts := s.posts(p)
	switch {
	case holds(posts, []string{"office_director", "unit_head", "leader"}):
		return first("/approvals", "/circulation", "/rules")
	case holds(posts, officers):
		return first("/today", "/receive", "/rules")
	case holds(posts, []string{"inspector"}):
		return first("/ledger", "/rules")
	}
	return first("/approvals", "/search", "/rules")
}

func (s *site) posts(p identity.Principal) []string {
	var posts []string
	err := s.app.DB.Read(context.Background(), func(tx *store.Tx) error {
		d, err := s.app.Office.Directory(tx, s.app.Clock.Now())
		if err != nil {
			return err
		}
		posts = d.Posts(p.Actor.Person)
		return nil
	})
	if err != nil {
		return nil // then he has no posts: the shortest rail
	}
	return posts
}

// holds reports whether any of the posts (pack/post) is one of the names.
func holds(posts, names []string) bool {
	return slices.ContainsFunc(posts, func(p string) bool {
		_, bare, ok := strings.Cut(p, "/")
		return ok && slices.Contains(names, bare)
	})
}

// frame is the chrome of a page for whoever asks: what the office is called, who he is, where he may go. What
// cannot be read is left out; it decides nothing.
func (s *site) frame(r *http.Request) web.Frame {
	f := web.Frame{Theme: web.Theme(r), Path: r.URL.Path, Now: s.app.Clock.Now()}
	if r.Method != http.MethodGet {
		f.Path = "/"
	}
	v, err := identityweb.Viewer(r)
	if err != nil {
		f.Office, f.Room = s.app.named(r.Context())
		f.Zone = s.app.zone(r.Context())
		return f
	}
	var look counter.Viewer
	var counts document.Counts
	var kept watched
	err = s.counter().See(r, func(tx *store.Tx, seen counter.Viewer) error {
		look = seen
		profile, err := s.app.Office.Profile(tx)
		if err != nil {
			return err
		}
		f.Office, f.Room, f.Zone = profile.Name, profile.Room, seen.Zone
		d, err := s.app.Office.People(tx, f.Now)
		if err != nil {
			return err
		}
		f.Person = person(v, d, seen.Law)
		if len(v.Actor.Admin) > 0 {
			kept.registers = registerweb.Any(seen) // a regulation may name him as reader
			return nil
		}
		if kept, err = watch(tx, seen); err == nil && seen.Keeps() {
			counts, err = document.Count(tx, act.Viewer{Person: v.Actor.Person, Sight: seen.Sight}, true)
		}
		return err
	})
	if err != nil {
		s.app.Log.Error("read for the frame of a page", slog.Any("error", err))
	}
	s.fillRail(&f, r, v, look, kept, map[string]int{
		"/receive": counts.ToRegister, "/approvals": counts.ToOpine, "/circulation": counts.Circulating, "/incidents": kept.open, "/findings": kept.unfixed,
	})
	if s.has(reportPath) {
		f.Report = web.Link{Href: reportPath, Label: web.T(r.Context(), "rail.report"), Icon: "send"}
	}
	s.fillState(&f, r, v, look.Posts)
	return f
}

func person(v identity.Principal, d *people.Directory, law *regulation.Law) web.Person {
	p := web.Person{Name: d.Name(v.Actor.Person), Href: "/password"}
	if p.Name == "" {
		p.Name = v.Login
	}
	for _, post := range d.OfficePosts() {
		if slices.Contains(d.Assigned(post.ID), v.Actor.Person) {
			p.Post = post.Name
			return p
		}
	}
	if held := d.Posts(v.Actor.Person); len(held) > 0 {
		p.Post = counter.PostTitle(law, held[0])
	}
	return p
}

func (s *site) fillRail(f *web.Frame, r *http.Request, v identity.Principal, look counter.Viewer, kept watched, counts map[string]int) {
	business := v.Actor.Person != "" && len(v.Actor.Admin) == 0
	var last []web.RailEntry
	for _, e := range rail {
		may := business && (e.staff || holds(look.Posts, e.posts)) || e.keeps != nil && e.keeps(kept) || slices.ContainsFunc(v.Actor.Admin, func(a string) bool { return slices.Contains(e.admins, a) })
		if !may || !s.has(e.href) {
			continue
		}
		line := web.RailEntry{Icon: e.icon, Href: e.href, Label: e.label, Current: e.current(r.URL.Path)}
		if n := counts[e.href]; n > 0 {
			line.Count, line.Hot = strconv.Itoa(n), e.href == "/receive" || e.href == "/incidents" && kept.fresh > 0 || e.href == "/findings" && kept.due > 0
		}
		if n := len(f.Rail); n == 0 || f.Rail[n-1].Label != e.group {
			f.Rail = append(f.Rail, web.RailGroup{Label: e.group})
		}
		g := &f.Rail[len(f.Rail)-1]
		g.Entries = append(g.Entries, line)
		if slices.Contains(atDesk, e.href) {
			last = append(last, line)
		} else {
			f.Tabs = append(f.Tabs, line)
		}
	}
	f.Tabs = append(f.Tabs, last...)
	first := s.home(v)
	if i := slices.IndexFunc(f.Tabs, func(e web.RailEntry) bool { return e.Href == first }); i >= maxTabs-1 { // where he begins is among them
		f.Tabs[maxTabs-2] = f.Tabs[i]
	}
	f.Tabs = f.Tabs[:min(len(f.Tabs), maxTabs-1)]
	f.Tabs = append(f.Tabs, web.RailEntry{Icon: "dots", Href: allPath, Label: "frame.all", Current: r.URL.Path == allPath})
}

// all is the page of everything that the rail holds on a desk: the last tab of a phone.
func (s *site) all(w http.ResponseWriter, r *http.Request) error {
	f := s.frame(r)
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(f), web.Everything(f)))
}

// current reports whether a page is one of the entry's. The form on which anybody reports has an entry of its own.
func (e entry) current(path string) bool {
	return path == e.href || strings.HasPrefix(path, e.href+"/") && path != reportPath
}

// fillState says whether the evidence holds, and what the last sign-in was.
func (s *site) fillState(f *web.Frame, r *http.Request, v identity.Principal, posts []string) {
	health := s.app.Ledger.Health()
	f.Ledger.Broken = health.Broken()
	if health.Known && health.Report.Whole {
		f.Ledger.Verified = health.Report.StartedAt
	}
	if s.has("/ledger") && (len(v.Actor.Admin) > 0 || holds(posts, keepers)) {
		f.Ledger.Href = "/ledger"
	}
	ctx := r.Context()
	switch {
	case s.app.Broken():
		f.Banner = &web.Note{Kind: "no", Lead: web.T(ctx, "banner.broken.lead"), Text: web.T(ctx, "banner.broken.text")}
	case !s.seal.Unsealed():
		f.Banner = &web.Note{Lead: web.T(ctx, "banner.sealed.lead"), Text: web.T(ctx, "banner.sealed.text"),
			Link: web.Link{Href: "/unseal", Label: web.T(ctx, "banner.sealed.link")}}
	}
	f.Notice = identityweb.LastNote(r)
}
