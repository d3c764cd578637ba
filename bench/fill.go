package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"jiyao/internal/app"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/ledger"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// plan is how full an office is.
type plan struct {
	documents   int
	copies      int // of each document
	lines       int // closed lines of hand-over for each document
	circulated  bool
	open        int // documents in work, the newest; the others are completed
	everInScope int // of how many readers each document has in its scope
}

// shelf is what the office holds, as far as the runs need it.
type shelf struct {
	pieces  []piece
	open    []term.DocumentID // in work
	seen    map[term.PersonID][]term.DocumentID
	readers []term.PersonID
}

// piece is a copy with the readers it may go to.
type piece struct {
	id    term.CopyID
	scope []term.PersonID
}

// filler writes documents with all that belongs to them straight into the tables, each chunk with an entry of its
// rows: thousands of registered documents in the time of some acts, and the ledger still verifies.
type filler struct {
	app     *app.App
	plan    plan
	readers []term.PersonID
	shelf   shelf
	rows    []store.Change
}

// chunkRows is how many rows one entry of the filling names, about; it may name 4,096 and take 1 MiB.
const chunkRows = 2400

func (f *filler) run(ctx context.Context) error {
	f.shelf.seen = map[term.PersonID][]term.DocumentID{}
	for i := range f.plan.documents {
		if err := f.document(i); err != nil {
			return err
		}
		if len(f.rows) >= chunkRows || i == f.plan.documents-1 {
			if err := f.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *filler) flush(ctx context.Context) error {
	rows := f.rows
	f.rows = nil
	return f.app.DB.Write(ctx, "bench.fill", func(tx *store.Tx) error {
		written, err := store.Put(tx, rows)
		if err != nil {
			return err
		}
		_, err = f.app.Ledger.Append(tx, &ledger.Entry{Act: "bench.fill", Outcome: ledger.System, Rows: written})
		return err
	})
}

func (f *filler) add(c ...store.Change) { f.rows = append(f.rows, c...) }

func id() string {
	s, err := term.NewID(rand.Reader)
	if err != nil {
		panic(err) // the system has no randomness
	}
	return s
}

// document adds one received document: 内部, every fourth one 秘密.
func (f *filler) document(i int) error {
	level, period, mark := term.Neibu, "", ""
	if i%4 == 0 {
		level, period, mark = term.Mimi, "10年", "秘密★10年"
	}
	doc := term.DocumentID(id())
	wrapped, err := f.app.Desk.Secrets.DocumentKey(doc)
	if err != nil {
		return err
	}
	inWork := i >= f.plan.documents-f.plan.open
	at := monday.Add(-time.Duration(f.plan.documents-i) * time.Minute)
	item := regulation.NewItem(level, term.RegimeState)
	item.ScopeFixed = true
	class := int(regulation.NewClass(item))
	state, completed := document.Completed, at.Add(time.Second)
	if inWork {
		state, completed = document.Registered, time.Time{}
		f.shelf.open = append(f.shelf.open, doc)
	}
	f.add(document.Keys.Insert(document.Key{ID: doc, Wrapped: wrapped}), document.Documents.Insert(document.Document{
		ID: doc, Series: term.Received, Origin: "received", Year: 2026, No: i + 1, Issuer: store.Plain("某省局"), DocNo: store.Plain(fmt.Sprintf("某局发〔2026〕%d号", i+1)), DocNoToken: []byte(id()),
		Title: store.Plain(fmt.Sprintf("关于第%d号事项的通知", i+1)), DocumentKind: "通知", Level: level, Regime: term.RegimeState, Class: class, Period: period, MarkText: mark,
		Urgency: "一般", IssuerLimit: "本系统", Copies: f.plan.copies, Pages: 12, Attachments: 2, Medium: "paper", ContentKinds: []string{"text"},
		Channel: "courier", ReceivedAt: at, RegisteredAt: at, RegisteredBy: "officer", SignedBy: "officer",
		Steps: []string{"count", "sign", "register", "slip", "opine", "scope"}, ScopeFixed: true, CompletedAt: completed, State: state,
	}))
	scope := f.scope(i)
	readers := make([]string, len(scope))
	for n, p := range scope {
		readers[n] = string(p)
		f.shelf.seen[p] = append(f.shelf.seen[p], doc)
		f.add(document.Knowers.Insert(document.Knower{ID: string(doc) + "/" + string(p), Document: doc, Person: p, Since: at, How: "scope"}))
	}
	f.add(document.Opinions.Insert(document.Opinion{ID: id(), Document: doc, Text: store.Plain("请阅"), Readers: readers, Units: []string{}, By: "office_director", At: at, InForce: true}))
	copies := f.copies(doc, i, level, class, at, scope)
	f.lines(doc, copies, class, at, scope)
	if f.plan.circulated {
		f.circulation(doc, class, at, scope, inWork)
	}
	return nil
}

// scope is a few readers, others for the next document.
func (f *filler) scope(i int) []term.PersonID {
	n := f.plan.everInScope
	out := make([]term.PersonID, n)
	for k := range n {
		out[k] = f.readers[(i*7+k*5)%len(f.readers)]
	}
	return out
}

func (f *filler) copies(doc term.DocumentID, i int, level term.Level, class int, at time.Time, scope []term.PersonID) []term.CopyID {
	out := make([]term.CopyID, f.plan.copies)
	for n := range out {
		out[n] = term.CopyID(id())
		f.shelf.pieces = append(f.shelf.pieces, piece{out[n], scope})
		f.add(custody.Copies.Insert(custody.Copy{
			ID: out[n], Document: doc, Seq: n + 1, Label: term.MakeLabelCode(term.Received, 2026, i+1, n+1), LabelledAt: at, Level: level, Class: class, Medium: "paper",
			Pages: 12, Attachments: 2, Custodian: "officer", State: custody.InPlace, Place: "cabinet-1", Since: at,
		}))
	}
	return out
}

func (f *filler) lines(doc term.DocumentID, copies []term.CopyID, class int, at time.Time, scope []term.PersonID) {
	for n := range f.plan.lines {
		out := at.Add(time.Duration(n) * time.Minute)
		f.add(custody.HandOvers.Insert(custody.HandOver{
			ID: term.HandOverID(id()), Copy: copies[n%len(copies)], Document: doc, Class: class, Kind: "hand_out", Giver: "officer", Receiver: scope[n%len(scope)],
			OutAt: out, ReturnBy: out.Add(48 * time.Hour), BackAt: out.Add(time.Minute), TakenBy: "officer", Place: "cabinet-1",
			CopiesBack: 1, PagesBack: 12, AttachmentsBack: 2, Checked: true, CheckedBy: "officer", Whole: true,
		}))
	}
}

// circulation adds 传阅 with its readers; one in work has a duty for each reader and one for the post.
func (f *filler) circulation(doc term.DocumentID, class int, at time.Time, scope []term.PersonID, inWork bool) {
	c := circulation.Circulation{ID: term.CirculationID(id()), Document: doc, Class: class, OpenedAt: at, OpenedBy: "officer", ClosedAt: at.Add(time.Hour), ClosedBy: "officer", State: circulation.Closed}
	stop := circulation.Back
	if inWork {
		c.State, c.ClosedAt, c.ClosedBy, stop = circulation.Open, time.Time{}, "", circulation.Waiting
	}
	f.add(circulation.Circulations.Insert(c))
	for n, p := range scope {
		f.add(circulation.Stops.Insert(circulation.Stop{ID: term.StopID(id()), Circulation: c.ID, Document: doc, Class: class, Seq: n + 1, Reader: p, AddedAt: at, State: stop}))
		if inWork {
			f.add(obligation.Duties.Insert(f.duty(doc, p, "", at)))
		}
	}
	if inWork {
		f.add(obligation.Duties.Insert(f.duty(doc, "", "county/officer", at)))
	}
}

func (f *filler) duty(doc term.DocumentID, p term.PersonID, post string, at time.Time) obligation.Duty {
	return obligation.Duty{
		ID: term.ObligationID(id()), Name: "county/supervise_reading", Clause: "T-1", SubjectKind: "reader", Subject: string(doc) + "/" + string(p), Document: doc,
		OwnerPost: post, OwnerPerson: p, OpenedAt: at, DueAt: at.Add(72 * time.Hour), Plan: []string{}, State: obligation.Open,
	}
}
