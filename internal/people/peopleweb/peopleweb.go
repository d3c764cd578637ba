// Package peopleweb shows who is who: persons with their posts, grades and commitments, the posts with who holds them
// and what is vacant, delegations, the leading group; and the forms that change these by acts.
//
// What must always hold:
//   - Who holds which post is open to everybody of the house. Grades, commitments and dates are for those who keep
//     the register or decide about them, and each sees his own.
//   - Nothing of any document stands here.
//   - An administrator finds none of these pages, but for the sheet that everybody signs for himself.
package peopleweb

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/people"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Office *people.Office
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	// Held lists the items that the viewer has with him and could take along; may be nil.
	Held func(tx *store.Tx, v counter.Viewer) ([]web.Option, error)
	// Find is the item that a label or a number names to the viewer, empty where he knows of none; may be nil.
	Find func(tx *store.Tx, v counter.Viewer, code string) (term.DocumentID, error)
	// Numbers are those of the items of which the viewer may know; may be nil.
	Numbers func(tx *store.Tx, v counter.Viewer, ids []string) (map[string]string, error)
}

type pages struct{ Deps }

// Routes adds the pages of this room.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET /people", p.people)
	s.Handle("POST /people/register", p.register)
	s.Handle("POST /people/grade", p.grade)
	s.Handle("POST /people/commit", p.commit)
	s.Handle("POST /people/delegate", p.delegate)
	s.Handle("POST /people/revoke", p.revoke)
	s.Handle("GET "+EntrustPath, p.entrust)
	s.Handle("POST /people/deeds", p.delegateDeeds)
	s.Handle("POST /people/designate", p.designatePersons)
	s.Handle("POST /people/unit", p.designateUnit)
	s.Handle("POST /people/zone", p.setZone)
	s.Handle("GET /self-check", p.selfCheck)
	s.Handle("POST /self-check", p.signSelfCheck)
	s.Handle("GET "+AwayPath, p.absent)
	s.Handle("POST "+AwayPath, p.goAway)
	s.Handle("POST "+AwayPath+"/travel", p.travel)
	s.Handle("GET "+LeavingPath, p.leavingPage)
	s.Handle("POST "+LeavingPath, p.leavePost)
	s.Handle("GET /posts", p.posts)
	s.Handle("POST /posts/assign", p.assign)
	s.Handle("POST /posts/end", p.end)
	s.Handle("POST /posts/unit", p.unitCreate)
	s.Handle("POST /posts/post", p.postCreate)
}

// room is everything both pages show.
type room struct {
	Viewer    counter.Viewer
	Directory *people.Directory
	Standings []people.Standing
	Grades    bool // he may see everybody's grade and commitment
	Key       string
	zoning    *zoning // for who may declare the network
	typed.Tried
}

func (p *pages) load(r *http.Request, failed error, which string, form url.Values) (room, error) {
	m := room{Tried: typed.Tried{Which: which, Form: typed.Form(form), Err: failed}}
	var err error
	if m.Key, err = p.Key(); err != nil {
		return m, err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		m.Viewer = v
		m.Grades = v.Keeps() || v.Offered("people.grade") || v.Offered("people.person_register")
		if m.Directory, err = p.Office.People(tx, v.Now); err != nil {
			return err
		}
		if m.Standings, err = people.Standings(tx, m.Directory); err != nil {
			return err
		}
		m.zoning, err = zoningOf(tx, v)
		return err
	})
	return m, err
}

func (p *pages) people(w http.ResponseWriter, r *http.Request) error {
	return p.showPeople(w, r, nil, "", nil)
}

func (p *pages) showPeople(w http.ResponseWriter, r *http.Request, failed error, which string, form url.Values) error {
	m, err := p.load(r, failed, which, form)
	if err != nil {
		return err
	}
	return p.Form(w, r, p.Frame(w, r), failed, p.Explain, peoplePage(m))
}

func (p *pages) posts(w http.ResponseWriter, r *http.Request) error {
	return p.showPosts(w, r, nil, "", nil)
}

func (p *pages) showPosts(w http.ResponseWriter, r *http.Request, failed error, which string, form url.Values) error {
	m, err := p.load(r, failed, which, form)
	if err != nil {
		return err
	}
	return p.Form(w, r, p.Frame(w, r), failed, p.Explain, postsPage(m))
}

// sees reports whether the viewer may see a person's grade and commitment.
func (m room) sees(s people.Standing) bool {
	return m.Grades || s.Person.ID == m.Viewer.Actor.Person
}

// mine is the viewer's own line.
func (m room) mine() (people.Standing, bool) {
	i := slices.IndexFunc(m.Standings, func(s people.Standing) bool { return s.Person.ID == m.Viewer.Actor.Person })
	if i < 0 {
		return people.Standing{}, false
	}
	return m.Standings[i], true
}

func (m room) name(id term.PersonID) string { return m.Directory.Name(id) }

func (m room) personOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, s := range m.Standings {
		out = append(out, web.Option{Value: string(s.Person.ID), Label: s.Person.Name + "　" + s.Unit})
	}
	return out
}

// businessOptions leaves out the three administrators: they hold nothing and stand in for nobody.
func (m room) businessOptions() []web.Option {
	return slices.DeleteFunc(m.personOptions(), func(o web.Option) bool { return o.Value != "" && !m.Directory.Business(term.PersonID(o.Value)) })
}

// deputies leaves out also who is of another unit than the office's own: a post's acts are done by its own staff.
func (m room) deputies() []web.Option {
	return slices.DeleteFunc(m.personOptions(), func(o web.Option) bool {
		id := term.PersonID(o.Value)
		return o.Value != "" && (!m.Directory.Deputises(id) || id == m.Viewer.Actor.Person)
	})
}

func (m room) unitOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, u := range m.Directory.Units() {
		out = append(out, web.Option{Value: string(u.ID), Label: u.Name})
	}
	return out
}

// postOptions are the office's own posts, each with its unit: several units have one of the same name.
func (m room) postOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, p := range m.Directory.OfficePosts() {
		out = append(out, web.Option{Value: string(p.ID), Label: strings.TrimRight(p.Name+"　"+m.unitName(p.Unit), "　")})
	}
	return out
}

// ownPosts are the posts the viewer holds himself that may do one of the acts he can give away.
func (m room) ownPosts() []web.Option {
	var out []web.Option
	for _, post := range m.Viewer.People.Posts(m.Viewer.Actor.Person) {
		if slices.ContainsFunc(m.givable(), func(name string) bool {
			f, _ := m.Viewer.Law.Function(name)
			return falls(f, post)
		}) {
			out = append(out, web.Option{Value: post, Label: counter.PostTitle(m.Viewer.Law, post)})
		}
	}
	return out
}

// givable are the acts of the viewer's own posts that base lets be given away, that this version has, and that no adopted
// regulation keeps to the post itself. What he does as a holder or reader comes with no post.
func (m room) givable() []string {
	posts := m.Viewer.People.Posts(m.Viewer.Actor.Person)
	var out []string
	for _, name := range act.Catalogue() {
		f, ok := m.Viewer.Law.Function(name)
		if ok && f.Delegable && slices.ContainsFunc(posts, func(post string) bool { return falls(f, post) }) && m.Viewer.Offered(name) && !m.kept(name) {
			out = append(out, name)
		}
	}
	return out
}

// falls reports whether an act falls to a post of base.
func falls(f regulation.Function, post string) bool {
	bare, base := strings.CutPrefix(post, "base/")
	return base && slices.Contains(f.Posts, bare)
}

// kept reports whether a regulation names who does an act and lets nobody stand in for him.
func (m room) kept(name string) bool {
	for _, p := range m.Viewer.Law.Packs() {
		if slices.ContainsFunc(p.Functions, func(f regulation.Function) bool {
			return f.Act == name && !f.Delegable && m.Viewer.Law.Adopted(f.Clause)
		}) {
			return true
		}
	}
	return false
}

// given are the delegations that stand or are to come, each once.
func (m room) given() []people.Delegation {
	var out []people.Delegation
	for _, s := range m.Standings {
		out = append(out, s.Delegations...)
	}
	return out
}

// unitHead signs beside who proposes.
const unitHead = "base/unit_head"

// head is the head of the office; empty when nobody is.
func (m room) head() term.PersonID {
	if h := m.Viewer.People.Holders(unitHead); len(h) > 0 {
		return h[0]
	}
	return ""
}

// proposers are who may propose a post to the head: himself, unless he is the head.
func (m room) proposers() []web.Option {
	if m.Viewer.Actor.Person != m.head() {
		return []web.Option{{Value: string(m.Viewer.Actor.Person), Label: m.name(m.Viewer.Actor.Person)}}
	}
	var out []web.Option
	for _, post := range []string{"base/hr", "base/office_director"} {
		for _, id := range m.Viewer.People.Holders(post) {
			if id != m.head() && !slices.ContainsFunc(out, func(o web.Option) bool { return o.Value == string(id) }) {
				out = append(out, web.Option{Value: string(id), Label: m.name(id)})
			}
		}
	}
	return out
}

// vacant are the office's posts that nobody holds.
func (m room) vacant() []people.Post {
	return slices.DeleteFunc(slices.Clone(m.Directory.OfficePosts()), func(p people.Post) bool { return len(m.Directory.Assigned(p.ID)) > 0 })
}

// group are the posts of the leading group with who holds them.
func (m room) group() []people.Post {
	return slices.DeleteFunc(slices.Clone(m.Directory.OfficePosts()), func(p people.Post) bool {
		return !slices.ContainsFunc(p.Stands, func(s string) bool {
			return strings.HasSuffix(s, "/group_leader") || strings.HasSuffix(s, "/leading_group") || strings.HasSuffix(s, "/group_member")
		})
	})
}

func (m room) holderNames(id term.PostID) string {
	var out []string
	for _, p := range m.Directory.Assigned(id) {
		out = append(out, m.name(p))
	}
	return strings.Join(out, "、")
}

// stands are the pack posts a post stands for, as the regulations call them.
func (m room) stands(p people.Post) string {
	var out []string
	for _, s := range p.Stands {
		if t := counter.PostTitle(m.Viewer.Law, s); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return strings.Join(out, "、")
}

func (m room) unitName(id term.UnitID) string {
	for _, u := range m.Directory.Units() {
		if u.ID == id {
			return u.Name
		}
	}
	return ""
}

func (m room) today() string { return calendar.DateOf(m.Viewer.Now).String() }

// ticked reports whether an act was chosen in the form that failed.
func (m room) ticked(name string) bool {
	return m.Which == "delegate" && slices.Contains(m.Form["acts"], name)
}

// gradeOptions are the grades of the law's table, the highest first.
func (m room) gradeOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	table, ok := m.Viewer.Law.Param("grade_levels")
	if !ok {
		return out
	}
	grades := slices.Collect(maps.Keys(table.Map))
	slices.SortFunc(grades, func(a, b string) int {
		return term.Level(table.Map[b]).Rank() - term.Level(table.Map[a]).Rank()
	})
	for _, g := range grades {
		out = append(out, web.Option{Value: g, Label: g, Small: table.Map[g]})
	}
	return out
}
