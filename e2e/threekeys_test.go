package e2e

import (
	"io/fs"
	"testing"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/disposal"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/regulations"
)

// most is how many clicks or keys lie between the desk of who decides and what he has decided.
const most = 3

// TestADecisionTakesThreeKeys counts what the one who decides does: from the first look at his desk, where the request stands
// as a thing to do, until it is granted. Tab moves and the PIN is typed; everything else counts.
func TestADecisionTakesThreeKeys(t *testing.T) {
	file, err := fs.ReadFile(regulations.FS, "bureau/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &pieceStory{office: founded(t, string(file), morning)}
	s.asked = s.takes(arrived{no: "JT-0731", issuer: "某省主管厅", docNo: "某厅发〔2026〕50号", title: "关于下达年度计划的通知", level: term.Mimi, period: "5年", copies: 2, pages: 7, readers: []string{"clerk_a"}})
	director, head := Browser(t), Browser(t)
	s.signIn(director, "office_director")
	s.signIn(head, "unit_head")
	for _, c := range []struct {
		name   string
		ask    func() string // what is asked; gives the id of what waits
		p      *Page
		login  string
		button string // leads from the desk to where he signs
		done   func(id string) bool
	}{
		{"a loan", s.asksToLend, director, "office_director", "a[href^='/approvals/']", s.isGranted},
		{"a copy", s.asksToCopy, director, "office_director", "a[href^='/approvals/']", s.isGranted},
		{"a list", s.listsWhatIsDone, head, "unit_head", "a.btn[href^='/destroy/']", s.isApproved},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.p.In(t)
			id := c.ask()
			s.open(c.p, "/today")
			h := hand{p: c.p}
			h.opens("#to-decide " + c.button)
			h.signs(s.pin(c.login))
			if !c.done(id) {
				t.Errorf("after %d keys it is not granted\n%s", h.n, c.p.where())
			}
			if h.n > most {
				t.Errorf("%d keys from the desk to the decision, at most %d are to be", h.n, most)
			}
		})
	}
}

// hand counts the keys that act.
type hand struct {
	p *Page
	n int
}

// opens goes to a link and presses Enter on it.
func (h *hand) opens(link string) {
	h.p.t.Helper()
	h.n++
	h.p.Opens(func() { h.p.Enter(link) })
}

// signs types the PIN where the page has put him, else where he must go himself, and hands in with Enter.
func (h *hand) signs(pin string) {
	h.p.t.Helper()
	if secret := "input[name$='secret']"; !h.p.Focused(secret) {
		h.n++
		h.p.TabTo(secret)
	}
	h.p.Type(pin)
	h.n++
	h.p.Opens(func() { h.p.Press("Enter") })
}

func (s *pieceStory) asksToLend() string {
	due := time.Date(2026, 12, 1, 17, 0, 0, 0, morning.Location())
	r := s.does("officer", "approval.request", args{"act": "custody.lend", "reason": "科室承办需要", "with": args{"copy": s.asked.copies[0], "to": s.person("clerk_a"), "due": due, "purpose": "read"}})
	return newest(r.Values)
}

func (s *pieceStory) asksToCopy() string {
	r := s.does("officer", "approval.request", args{"act": "custody.duplicate", "reason": "科室承办需要", "with": args{"source_copy": s.asked.copies[1], "copies": 1, "purpose": "承办", "recipients": []term.PersonID{s.person("clerk_a")},
		"issuer_rule": "allows"}})
	return newest(r.Values)
}

// newest is the id of what a request made.
func newest(values map[string]string) (id string) {
	for _, v := range values {
		id = v
	}
	return id
}

// listsWhatIsDone puts what is done with on a list for destruction and counts it.
func (s *pieceStory) listsWhatIsDone() string {
	i := s.takes(arrived{no: "JT-0701", issuer: "某市统计局", docNo: "某统函〔2026〕5号", title: "关于报送季度数据的函", level: term.Neibu, copies: 1, pages: 6})
	s.does("officer", "document.complete", args{"document": i.id, "result": "已阅，无需办理。", "disposition": "destroy"})
	r := s.does("officer", "disposal.list_open", args{"kind": "destruction", "year": "2026", "reason": "保存期满"})
	s.does("officer", "disposal.list_count", args{"list": r.Values["list"], "copies": i.copies})
	return r.Values["list"]
}

func (s *pieceStory) isGranted(id string) (granted bool) {
	s.read(func(tx *store.Tx) error {
		l, err := approval.Leaves.Get(tx, term.LeaveID(id))
		granted = l.State == approval.Granted
		return err
	})
	return granted
}

func (s *pieceStory) isApproved(id string) (approved bool) {
	s.read(func(tx *store.Tx) error {
		l, err := disposal.Lists.Get(tx, term.DisposalListID(id))
		approved = !l.ApprovedAt.IsZero()
		return err
	})
	return approved
}
