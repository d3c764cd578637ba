package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// pieceStory is what the pages of pieces have on them beside the week of the demo: one of each thing that runs.
type pieceStory struct {
	*office
	done, wanted, lent, asked, draft, sent, bound item
	returns, handing, burning                     string // ids of lists
	count, box                                    string
}

// args are the arguments of an act, by name.
type args map[string]any

func (a args) raw(o *office) json.RawMessage {
	o.t.Helper()
	b, err := json.Marshal(a)
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

// does is do, with arguments by name.
func (o *office) does(login, name string, a args, others ...string) act.Receipt {
	o.t.Helper()
	return o.do(login, name, a.raw(o), others...)
}

func (o *office) person(login string) term.PersonID { return o.account(login).Person }

// at is a time of a day after the morning of the pictures.
func hours(days, hour, minute int) time.Time {
	d := morning.AddDate(0, 0, days)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, d.Location())
}

// tellPieces fills the office of the demo for the pages of issue 4.
func (o *office) tellPieces() *pieceStory {
	o.t.Helper()
	s := &pieceStory{office: o}
	for _, part := range s.parts() {
		part()
	}
	return s
}

func (s *pieceStory) parts() []func() {
	return []func(){s.finished, s.askedBack, s.loans, s.copying, s.outgoing, s.boxes, s.counted, s.shownOutside, s.people, s.compiled}
}

// arrived is a document that comes in with what its line says.
type arrived struct {
	no, issuer, docNo, title, code, period string
	level                                  term.Level
	copies, pages, attachments             int
	readers                                []string
}

// takes takes a document in, registers it, puts its pieces into cabinet 1 and has the director let its readers know of it.
func (s *pieceStory) takes(d arrived) item {
	s.t.Helper()
	intact, now := true, s.Time.Now()
	e := s.do("officer", "document.accept", document.Accept{Channel: "courier", Courier: "机要交通员", CourierSignature: "paper", Envelopes: []document.EnvelopeLine{
		{No: d.no, Issuer: d.issuer, Level: d.level, Urgency: "一般", Listed: d.copies, Counted: &d.copies, SealIntact: &intact}}})
	line := document.Register{
		Envelope: term.EnvelopeID(e.Values["envelope."+d.no]), ReceivedAt: &now, Issuer: d.issuer, IssuerLimit: "本系统", DocNo: d.docNo, Title: d.title, CodeName: d.code,
		DocumentKind: "通知", Level: d.level, IssuedOn: "2026-11-20", Urgency: "一般", Copies: &d.copies, Pages: &d.pages, Attachments: &d.attachments,
		Medium: "paper", ContentKinds: []string{"text"}, Channel: "courier", Signer: s.person("officer"),
	}
	if d.level.Classified() {
		line.Period, line.MarkText = d.period, string(d.level)+"★"+d.period
		for n := range d.copies {
			line.CopyNos = append(line.CopyNos, fmt.Sprintf("%06d", 300+n))
		}
	}
	r := s.do("officer", "document.register", line)
	i := item{id: term.DocumentID(r.Values["document"])}
	for n := range d.copies {
		id := term.CopyID(r.Values[fmt.Sprintf("copy.%d", n+1)])
		s.does("officer", "custody.label", args{"copy": id})
		s.does("officer", "custody.place", args{"copy": id, "place": "cabinet-1"})
		i.copies = append(i.copies, id)
	}
	s.does("officer", "document.slip", args{"document": i.id})
	opinion, persons := args{"document": i.id, "text": "请阅。"}, []term.PersonID{}
	for _, login := range d.readers {
		persons = append(persons, s.person(login))
	}
	if len(persons) > 0 {
		opinion["readers"] = persons
	}
	s.does("office_director", "document.opine", opinion)
	if len(persons) > 0 {
		s.does("office_director", "document.scope", args{"document": i.id, "persons": persons, "level": d.level, "issuer_limit": "本系统", "reason": "工作需要"})
	}
	return i
}

// finished are documents whose pieces are to be destroyed, on a list.
func (s *pieceStory) finished() {
	for _, d := range []arrived{
		{no: "JT-0701", issuer: "某市统计局", docNo: "某统函〔2026〕5号", title: "关于报送季度数据的函", level: term.Neibu, copies: 2, pages: 6},
		{no: "JT-0702", issuer: "某省档案部门", docNo: "某档〔2026〕3号", title: "关于档案检查安排的通知", level: term.Mimi, period: "5年", copies: 3, pages: 9, attachments: 2},
		{no: "JT-0703", issuer: "某市财政局", docNo: "某财〔2026〕12号", title: "关于办公用房调整期间涉密文件集中存放和逐件清点工作有关事项的通知", level: term.Neibu, copies: 1, pages: 22},
	} {
		s.done = s.takes(d)
		s.does("officer", "document.complete", args{"document": s.done.id, "result": "已阅，无需办理。", "disposition": "destroy"})
	}
	r := s.does("officer", "disposal.list_open", args{"kind": "destruction", "year": "2026", "reason": "保存期满"})
	s.burning = r.Values["list"]
	var pieces []string
	for n := 1; r.Values[fmt.Sprintf("copy.%d", n)] != ""; n++ {
		pieces = append(pieces, r.Values[fmt.Sprintf("copy.%d", n)])
	}
	s.does("officer", "disposal.list_count", args{"list": s.burning, "copies": pieces})
	approve := args{"list": s.burning} // one regulation names the head, another the director: the one decides with the other's leave
	s.granted("unit_head", "disposal.list_approve", "保存期满", approve, "office_director")
	s.does("unit_head", "disposal.list_approve", approve)
}

func (s *pieceStory) askedBack() {
	for n, d := range []arrived{
		{no: "JT-0711", issuer: "某省主管厅", docNo: "某厅〔2026〕95号", code: "丁字五号", level: term.Jimi, period: "10年", copies: 2, pages: 14, attachments: 1},
		{no: "JT-0712", issuer: "某省主管厅", docNo: "某厅发〔2026〕47号", title: "关于征求工作意见的函", level: term.Mimi, period: "5年", copies: 1, pages: 5},
	} {
		s.wanted = s.takes(d)
		s.does("officer", "document.ask_back", args{"document": s.wanted.id, "return_by": hours(7*(n+1), 9, 0).Format(time.DateOnly), "notice_no": "某厅退〔2026〕3号"})
	}
	r := s.does("officer", "disposal.list_open", args{"kind": "return", "issuer": "某省主管厅", "due": "2026-12-31", "party": "某省主管厅机要室"})
	s.returns = r.Values["list"]
}

// loans are pieces with people of the house, one that is back, and the list by which one of them hands over what he has.
func (s *pieceStory) loans() {
	s.lent = s.takes(arrived{no: "JT-0721", issuer: "某省主管厅", docNo: "某厅发〔2026〕49号", title: "关于修订业务工作规程的通知", level: term.Neibu, copies: 5, pages: 31, attachments: 1,
		readers: []string{"head_business", "liaison_general", "liaison_business", "liaison_hr"}})
	labels := s.labels(s.lent)
	for n, to := range []string{"liaison_general", "liaison_business", "liaison_hr"} {
		s.does("officer", "custody.lend", args{"copy": s.lent.copies[n], "to": s.person(to), "purpose": "use", "due": hours(n*3, 17, 0), "department": "dept_" + to[len("liaison_"):], "copy_no": labels[n],
			"approver": s.person("office_director")}, "giver", "officer", "receiver", to)
	}
	s.does("officer", "custody.return", args{"copy": s.lent.copies[2], "copies_back": 1, "pages_back": 31, "attachments_back": 1, "checked": true, "cabinet": "cabinet-1", "copy_no": labels[2],
		"pages_result": "whole", "attachments_result": "whole", "marks_result": "whole"}, "giver", "liaison_hr", "receiver", "officer")
	r := s.does("officer", "disposal.list_open", args{"kind": "transfer", "person": s.person("liaison_business"), "reason": "调离岗位"})
	s.handing = r.Values["list"]
}

func (s *pieceStory) copying() {
	s.asked = s.takes(arrived{no: "JT-0731", issuer: "某省主管厅", docNo: "某厅发〔2026〕50号", title: "关于下达年度计划的通知", level: term.Mimi, period: "5年", copies: 2, pages: 7,
		readers: []string{"head_business", "leader_a"}})
	s.does("officer", "device.register", args{"id": "copier-1", "name": "文印室复印机", "kind": "copier", "place": "room-203", "custodian": s.person("officer2")})
	s.does("officer", "device.register", args{"id": "recorder-1", "name": "会议录音笔", "kind": "recorder", "place": "room-203", "custodian": s.person("officer")})
	s.does("officer", "device.register", args{"id": "fax-1", "name": "保密传真机", "kind": "fax", "class": "confidential_comm", "place": "room-203", "custodian": s.person("officer")})
	s.does("officer", "device.repair", args{"device": "recorder-1", "repairer": "某市涉密设备维修点", "fault": "不能开机"})
	s.does("officer", "approval.request", args{"act": "custody.duplicate", "reason": "业务科承办需要", "with": args{"source_copy": s.asked.copies[0], "copies": 2, "device": "copier-1", "purpose": "业务科承办",
		"recipients": []term.PersonID{s.person("head_business"), s.person("leader_a")}, "issuer_rule": "allows"}})
	s.granted("officer", "custody.carry_out", "到省里报送材料", args{"copy": s.asked.copies[1], "carriers": []term.PersonID{s.person("officer2"), s.person("head_business")}, "purpose": "deliver",
		"destination": "outside", "route": "乘单位公务车往返，全程不离人", "measures": []string{"locked_case", "two_persons", "own_car"}, "return_by": hours(3, 18, 0)}, "office_director")
}

// outgoing is a document of the office's own, sent to two; one receipt is still missing.
func (s *pieceStory) outgoing() {
	s.does("office_director", "document.number_rule", args{"prefix": "某区办发"})
	rule := s.rule()
	r := s.does("officer", "document.draft", args{"title": "关于做好年终清退工作的通知", "document_kind": "通知", "level": "内部", "urgency": "一般", "main_to": "某区统计局，某镇党政办",
		"persons": []term.PersonID{s.person("leader_a"), s.person("office_director")}, "pages": 4, "attachments": 1})
	s.draft = item{id: term.DocumentID(s.does("officer", "document.draft", args{"title": "关于年终盘点安排的通知", "document_kind": "通知", "level": "内部", "urgency": "一般", "main_to": "各科室",
		"persons": []term.PersonID{s.person("office_director")}, "pages": 2}).Values["document"])}
	s.sent = item{id: term.DocumentID(r.Values["document"])}
	s.does("office_director", "document.review", args{"document": s.sent.id, "result": "pass"})
	s.does("leader_a", "document.sign_off", args{"document": s.sent.id})
	s.does("officer", "document.number", args{"document": s.sent.id, "rule": rule})
	r = s.does("officer", "document.print_run", args{"document": s.sent.id, "copies": 3, "numbered": "yes", "pages": 4, "attachments": 1, "kept": 1, "proofread_by": s.person("officer2")})
	for n := range 3 {
		s.sent.copies = append(s.sent.copies, term.CopyID(r.Values[fmt.Sprintf("copy.%d", n+1)]))
		s.does("officer", "custody.label", args{"copy": s.sent.copies[n]})
	}
	for n, to := range []string{"某区统计局", "某镇党政办"} {
		s.does("officer", "document.despatch", args{"document": s.sent.id, "copies": s.sent.copies[n : n+1], "channel": "confidential_post", "recipient": to, "envelope_no": fmt.Sprintf("机寄-%04d", 121+n), "seal": "密封章"})
	}
	s.does("officer", "document.acknowledge", args{"document": s.sent.id, "copies": s.sent.copies[:1], "received_at": s.Time.Now(), "receipt_no": "HZ-0087"})
}

// rule is the id of the office's only number rule.
func (o *office) rule() (id string) {
	o.t.Helper()
	o.read(func(tx *store.Tx) error {
		list, err := document.NumberRules.Select(tx, "LIMIT 1")
		for _, r := range list {
			id = r.ID
		}
		return err
	})
	return id
}

// boxes are a box in a cabinet, with pieces in it.
func (s *pieceStory) boxes() {
	r := s.does("officer", "custody.create_place", args{"name": "2026年清退盒", "place_kind": "box", "cabinet_class": "A", "class": []string{"year"}, "class_year": 2026, "lock": "none", "room": "203", "keeper": s.person("officer"), "in_office": true, "inside": "cabinet-1"})
	s.box = r.Values["place"]
	for _, c := range s.lent.copies[3:] {
		s.does("officer", "custody.place", args{"copy": c, "place": s.box})
	}
}

// counted is a count of a cabinet that is over, and one that runs: found, missing, one that is with somebody, one of a place
// that is not counted, a label of nothing here.
func (s *pieceStory) counted() {
	r := s.does("officer", "custody.count_open", args{"kind": "part", "places": []string{"cabinet-2"}})
	s.does("officer", "custody.count_close", args{"count": r.Values["count"], "counted_by": s.person("officer"), "checked_by": s.person("officer2")}, "checker", "officer2")
	s.count = s.does("officer", "custody.count_open", args{"kind": "part", "places": []string{"cabinet-1"}}).Values["count"]
	scan := func(a args) {
		a["count"] = s.count
		s.does("officer", "custody.count_scan", a)
	}
	var here, elsewhere []custody.Copy
	s.read(func(tx *store.Tx) (err error) {
		if here, err = custody.Copies.Select(tx, "WHERE place = 'cabinet-1' AND state = 'in_place' ORDER BY label"); err == nil {
			elsewhere, err = custody.Copies.Select(tx, "WHERE place = 'safe-1' AND state = 'in_place'")
		}
		return err
	})
	for _, c := range here[4:] {
		scan(args{"copy": c.ID})
	}
	scan(args{"copy": here[0].ID, "result": "missing"})
	for _, c := range elsewhere {
		scan(args{"copy": c.ID, "place": "cabinet-1"})
	}
	scan(args{"label": s.labels(s.lent)[0]})
	scan(args{"label": string(term.MakeLabelCode(term.Received, 2025, 914, 2))})
}

// shownOutside are pieces given to another unit for work done together, and one that is back.
func (s *pieceStory) shownOutside() {
	i := s.takes(arrived{no: "JT-0741", issuer: "某市统计局", docNo: "某统〔2026〕61号", title: "关于联合调查有关数据口径的函", level: term.Neibu, copies: 2, pages: 12})
	s.does("officer", "meeting.disclose", args{"items": i.copies, "recipient": "某市调查队", "recipient_person": "田组长", "purpose": "联合调查", "basis": "某市联调〔2026〕2号", "agreement_no": "BM-2026-07",
		"return_by": "2026-12-18", "recipient_signature": "田组长"})
}

// people are one who leaves his post, and one who is away.
func (s *pieceStory) people() {
	s.does("head_business", "people.away", args{"from": "2026-11-30", "to": "2026-12-04", "reason": "培训"})
	s.does("leader_a", "people.travel_report", args{"destination": "outside", "from": "2026-12-07", "to": "2026-12-09", "purpose": "参加全省会议"})
}

// compiled is a compilation of two documents, made with leave and not yet sent.
func (s *pieceStory) compiled() {
	made := args{"sources": []args{{"copy": s.lent.copies[3], "issuer_rule": "silent"}, {"copy": s.lent.copies[4], "issuer_rule": "silent"}}, "title": "业务规程汇编", "copies": 2,
		"purpose": "科室学习", "recipients": []term.PersonID{s.person("head_business")}, "medium": "paper", "content_kinds": []string{"text"}}
	s.granted("officer", "custody.compile", "汇编成册便于学习", made, "office_director")
	r := s.does("officer", "custody.compile", made)
	s.bound = item{id: term.DocumentID(r.Values["document"])}
	s.granted("officer", "custody.send_compilation", "送业务科使用", args{"document": s.bound.id, "recipients": []term.PersonID{s.person("head_business")}}, "discipline_head")
}

// granted has somebody ask for leave, and somebody else give it.
func (s *pieceStory) granted(asks, name, reason string, with args, by string) {
	s.t.Helper()
	r := s.does(asks, "approval.request", args{"act": name, "reason": reason, "with": with})
	for _, id := range slices.Sorted(maps.Values(r.Values)) {
		var open bool
		s.read(func(tx *store.Tx) error {
			l, err := approval.Leaves.Get(tx, term.LeaveID(id))
			open = l.State == approval.Asked
			return err
		})
		if open { // who grants one grants all that is his of the request
			s.does(by, "approval.grant", args{"leave": id, "reason": "同意"})
		}
	}
}

// labels are what stands on the pieces of an item.
func (o *office) labels(i item) (out []string) {
	o.t.Helper()
	o.read(func(tx *store.Tx) error {
		list, err := custody.Copies.Select(tx, "WHERE document = $1 ORDER BY seq", string(i.id))
		for _, c := range list {
			out = append(out, string(c.Label))
		}
		return err
	})
	return out
}
