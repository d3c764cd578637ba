package e2e

import (
	"io/fs"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/regulations"
)

// TestATripOfACompany leads a plan of the company out of the house and back: the carrier is named, confirms what he takes along
// for its safety, is late, carries nothing more, and brings it back. Then both keepers count their safe.
func TestATripOfACompany(t *testing.T) {
	file, err := fs.ReadFile(regulations.FS, "company/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o := founded(t, string(file), time.Date(2026, 11, 27, 9, 31, 0, 0, calendar.Zone))
	plan, _ := o.tellCompany()
	trip := trip{office: o, keeper: Browser(t), first: "/c/" + string(plan.copies[0]), second: "/c/" + string(plan.copies[1])}
	o.signIn(trip.keeper, "keeper")
	for _, part := range []struct {
		name string
		do   func(t *testing.T)
	}{{"carried out", trip.out}, {"late", trip.late}, {"brought back", trip.back}, {"counted", trip.counted}} {
		if !t.Run(part.name, part.do) {
			return
		}
	}
}

type trip struct {
	office        *office
	keeper        *Page
	first, second string
}

// asks fills the form of carrying a piece out, and hands it in.
func (s *trip) asks(piece, number string, back time.Time) {
	p := s.keeper
	s.office.open(p, piece)
	p.Enter("[href='#carry-out']")
	p.Has("dialog:modal")
	p.Choose("#carry-out-carriers-1", string(s.office.person("keeper")))
	p.Fill("#carry-out-copy_no", number)
	p.Choose("#carry-out-purpose", "deliver")
	p.Moment("#carry-out-return_by", back)
	p.Fill("#carry-out-route", "公司至某面料厂")
	p.Tick("dialog:modal input[name=measures][value='密封袋']")
	p.Fill("dialog:modal [name=first_secret]", s.office.pin("keeper"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
}

// confirms signs the sheet of measures that a refusal led to.
func (s *trip) confirms() {
	p := s.keeper
	name := eval[string](p, "document.querySelector('#measures form input[type=radio]').name")
	p.Pick(name, "yes")
	p.Fill("#measures form [name=own_secret]", s.office.pin("keeper"))
	p.Opens(func() { p.Enter("#measures form button.go") })
	p.See("安全措施已确认")
}

func (s *trip) out(t *testing.T) {
	p := s.keeper
	p.In(t)
	back := s.office.Time.Now().Add(4 * time.Hour)
	s.asks(s.first, "000001", back)
	p.See("安全措施确认")
	s.confirms()
	p.Has("dialog:modal, dialog[open]") // as it was typed
	if got := p.Value("#carry-out-return_by"); got != back.Format("2006-01-02 15:04") {
		t.Errorf("after the sheet the time to be back is %q", got)
	}
	p.Fill("#carry-out [name=first_secret]", s.office.pin("keeper"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已登记携带外出")
}

// late: the carrier sees what is due, and the second piece stays in the safe.
func (s *trip) late(t *testing.T) {
	p := s.keeper
	p.In(t)
	s.office.later(5 * time.Hour)
	s.office.signIn(p, "keeper")
	s.office.open(p, "/today")
	p.See("外出携带带回")
	s.asks(s.second, "000002", s.office.Time.Now().Add(time.Hour))
	p.See("“带回”，由机要员")
	s.office.open(p, s.second)
	p.See("1号保险柜")
}

// back: the other keeper takes it, both sign.
func (s *trip) back(t *testing.T) {
	p := s.keeper.Another()
	p.In(t)
	s.office.signIn(p, "keeper2")
	s.office.open(p, s.first)
	p.Enter("[href='#bring-back']")
	p.Has("dialog:modal")
	p.Fill("#bring-back-copy_no", "000001")
	p.Choose("#bring-back [name=cabinet]", "safe-1")
	p.Fill("#bring-back-pages_back", "12")
	p.Fill("#bring-back-attachments_back", "0")
	p.Tick("#bring-back [name=checked]")
	p.Fill("#bring-back [name=first_secret]", s.office.pin("keeper2"))
	p.Fill("#bring-back [name=second_secret]", s.office.pin("keeper"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("1号保险柜")
	s.keeper.In(t)
	s.asks(s.second, "000002", s.office.Time.Now().Add(time.Hour)) // nothing of his is away any more
	s.keeper.See("安全措施确认")
	s.keeper.Gone("“带回”，由机要员")
}
