package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/ledger"
	"jiyao/internal/obligation"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// secrets stands for the keyring: a key is its id, a token its text.
type secrets struct{}

func (secrets) DocumentKey(id term.DocumentID) ([]byte, error) { return []byte(id), nil }
func (secrets) Blind(domain, plain string) ([]byte, error)     { return []byte(domain + plain), nil }

func n(i int) *int   { return &i }
func b(v bool) *bool { return &v }

// office is the school's model office with one 秘密 item of one labelled copy in cabinet-1, scope {leader1}.
type office struct {
	*peopletest.World
	document term.DocumentID
	copy     term.CopyID
}

func each(t *testing.T, fn func(o *office)) {
	t.Helper()
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	peopletest.Each(t, "school", func(w *peopletest.World) {
		w.Desk.Secrets = secrets{}
		for _, p := range w.Setup.Places {
			w.Must(act.Request{Act: "custody.create_place", Command: procedure.PlaceOf(p), By: act.System()})
		}
		in := w.Do("officer", "document.accept", accept("E-1"))
		r := w.Do("officer", "document.register", register(in.Values["envelope.E-1"]))
		o := &office{w, term.DocumentID(r.Subject), term.CopyID(r.Values["copy.1"])}
		w.Do("officer", "custody.label", custody.LabelCopy{Copy: o.copy})
		w.Do("officer", "custody.place", custody.Put{Copy: o.copy, Place: "cabinet-1"})
		w.Do("officer", "document.slip", document.MakeSlip{Document: o.document})
		w.Do("office_director", "document.opine", document.Opine{Document: o.document, Text: "请阅", Readers: []term.PersonID{"leader1"}})
		w.Do("office_director", "document.scope", document.Scope{Document: o.document, Persons: []term.PersonID{"leader1", "leader2"}, Level: term.Mimi, IssuerLimit: "无", Reason: "需要"})
		fn(o)
	})
}

func accept(no string) document.Accept {
	return document.Accept{Channel: "courier", Courier: "交通员", CourierSignature: "paper", Envelopes: []document.EnvelopeLine{{No: no, Issuer: "某厅", Listed: 1, Counted: n(1), SealIntact: b(true)}}}
}

func register(envelope string) document.Register {
	at := peopletest.Monday
	return document.Register{
		Envelope: term.EnvelopeID(envelope), ReceivedAt: &at, Issuer: "某厅", DocNo: "某厅〔2026〕1号", Title: "某事", Level: term.Mimi, Period: "5年", IssuedOn: "2026-02-20", MarkText: "秘密★5年",
		Urgency: term.Ordinary, Copies: n(1), CopyNos: []string{"000001"}, Pages: n(3), Attachments: n(0), Channel: "courier", Signer: "officer",
	}
}

func (o *office) handOut(to term.PersonID) custody.HandOut {
	back := o.Clock.Now().Add(48 * time.Hour)
	return custody.HandOut{Copy: o.copy, To: to, CopyNo: "000001", ReturnBy: &back}
}

func (o *office) request(by term.PersonID, name string, cmd any) act.Request {
	return act.Request{Act: name, Command: cmd, By: peopletest.By(by), Signatures: []act.Signature{{Role: "actor", Person: by, Strength: "pin"}}}
}

func TestReplayedRequestHasOneEffect(t *testing.T) {
	each(t, func(o *office) {
		q := o.request("officer", "document.accept", accept("E-9"))
		q.Key = "a double click"
		first, entries := o.Must(q), len(o.Entries)
		again := o.Must(q)
		if !again.Replayed || again.Reference != first.Reference || again.Values["envelope.E-9"] != first.Values["envelope.E-9"] {
			o.T.Errorf("replayed as %+v, first %+v", again, first)
		}
		if len(o.Entries) != entries {
			o.T.Error("the replay wrote an entry")
		}
		other := q
		other.Command = accept("E-10")
		if _, err := o.Desk.Do(context.Background(), other); fieldCode(err, "idempotency_key") != "used_for_another" {
			o.T.Errorf("another command under the same key: %v", err)
		}
		another := o.request("officer2", "document.accept", accept("E-11"))
		another.Key = q.Key
		if r := o.Must(another); r.Replayed {
			o.T.Error("a key of one account answered another")
		}
	})
}

func fieldCode(err error, field string) string {
	var bad *refuse.Invalid
	if errors.As(err, &bad) {
		for _, f := range bad.Fields {
			if f.Field == field {
				return f.Code
			}
		}
	}
	return ""
}

// What is hidden and what does not exist answer alike and leave entries of one shape.
func TestHiddenAndAbsentAreAlike(t *testing.T) {
	each(t, func(o *office) {
		try := func(id term.CopyID) (*ledger.Entry, int, error) {
			before := o.tries()
			_, err := o.Try("clerk_b", "custody.read", custody.ReadHere{Copy: id, Place: "room-203"})
			return o.Last(), o.tries() - before, err
		}
		hidden, lines1, err1 := try(o.copy)
		absent, lines2, err2 := try("0123456789AB")
		if !errors.Is(err1, refuse.ErrNotFound) || err1.Error() != err2.Error() {
			o.T.Errorf("hidden %v, absent %v", err1, err2)
		}
		if lines1 != 1 || lines2 != 1 {
			o.T.Errorf("lines in the register of tries: %d and %d", lines1, lines2)
		}
		if hidden.Subject != string(o.copy) || absent.Subject != "0123456789AB" {
			o.T.Errorf("subjects %q %q", hidden.Subject, absent.Subject)
		}
		if h, a := shape(hidden), shape(absent); !reflect.DeepEqual(h, a) {
			o.T.Errorf("entries differ:\n%+v\n%+v", h, a)
		}
	})
}

// shape is an entry without what differs from try to try.
func shape(e *ledger.Entry) ledger.Entry {
	s := *e
	s.Subject, s.Reference, s.RecordedAt, s.OccurredAt, s.Seq = "", "", 0, 0, 0
	s.Rows = append([]ledger.Row(nil), e.Rows...)
	for i := range s.Rows {
		s.Rows[i].Key = ""
		columns := append([]store.ColumnDigest(nil), s.Rows[i].Columns...)
		for j := range columns {
			columns[j].Digest = [16]byte{}
		}
		s.Rows[i].Columns = columns
	}
	return s
}

func (o *office) tries() (count int) {
	o.Read(func(tx *store.Tx) (err error) {
		count, err = act.Tries.Count(tx, "")
		return err
	})
	return count
}

// The three administrators know of no business, whatever posts somebody maps to them.
func TestAdministratorsKnowOfNothing(t *testing.T) {
	each(t, func(o *office) {
		q := o.request("officer", "custody.label", custody.LabelCopy{Copy: o.copy})
		q.By.Admin = []string{"sec_admin"}
		if _, err := o.Desk.Do(context.Background(), q); !errors.Is(err, refuse.ErrNotFound) {
			o.T.Errorf("answered %v", err)
		}
	})
}

func TestLateEntryNeedsAReason(t *testing.T) {
	each(t, func(o *office) {
		q := o.request("officer", "document.accept", accept("E-2"))
		q.At = o.Clock.Now().Add(-time.Hour)
		if _, err := o.Desk.Do(context.Background(), q); fieldCode(err, "late_reason") != "required" {
			o.T.Errorf("without a reason: %v", err)
		}
		q.Late = "停电"
		r := o.Must(q)
		e := o.Last()
		if e.OccurredAt != q.At.UnixMilli() || e.RecordedAt != o.Clock.Now().UnixMilli() || e.Late != "停电" {
			o.T.Errorf("entry %d %d %q", e.OccurredAt, e.RecordedAt, e.Late)
		}
		o.Read(func(tx *store.Tx) error {
			open, err := obligation.OpenOn(tx, "school/register", "piece", r.Values["envelope.E-2"])
			if err != nil || len(open) != 1 || !open[0].OpenedAt.Equal(q.At) {
				o.T.Errorf("the clock runs from %v %v", open, err)
			}
			return nil
		})
		q.At, q.Key = o.Clock.Now().Add(2*time.Minute), ""
		if _, err := o.Desk.Do(context.Background(), q); fieldCode(err, "occurred_at") != "in_the_future" {
			o.T.Errorf("in the future: %v", err)
		}
	})
}

// Two clerks hand out one copy at once: one wins, the other is told with whom it is.
func TestTwoClerksOneCopy(t *testing.T) {
	each(t, func(o *office) {
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, c := range []struct{ by, to term.PersonID }{{"officer", "leader1"}, {"officer2", "leader2"}} {
			wait.Go(func() {
				q := o.request(c.by, "custody.hand_out", o.handOut(c.to))
				q.Signatures = append(q.Signatures, act.Signature{Role: "giver", Person: c.by}, act.Signature{Role: "receiver", Person: c.to})
				_, errs[i] = o.Desk.Do(context.Background(), q)
			})
		}
		wait.Wait()
		var stale *refuse.Conflict
		var law *refuse.Refusal
		switch {
		case errs[0] == nil && errors.As(errs[1], &law): // leader2 is not named: the law speaks before the copy is looked at
		case errs[0] == nil && errors.As(errs[1], &stale) && stale.With == "leader1":
		default:
			o.T.Errorf("answers %v and %v", errs[0], errs[1])
		}
		_, err := o.Try("officer2", "custody.hand_out", o.handOut("leader1"), "giver", "officer2", "receiver", "leader1")
		if !errors.As(err, &stale) || stale.With != "leader1" || stale.By != "officer" {
			o.T.Errorf("the second is told %v", err)
		}
	})
}

// A refusal changes nothing but its own line and what the clause opens.
func TestRefusalLeavesOnlyItsEntry(t *testing.T) {
	each(t, func(o *office) {
		before, entries := o.rows(), len(o.Entries)
		_, err := o.Try("officer", "custody.leave_open", custody.LeaveOpen{Copy: o.copy, Where: "desk"})
		var refusal *refuse.Refusal
		if !errors.As(err, &refusal) || refusal.Reference == "" || refusal.Remedy().Kind != refuse.Nobody {
			o.T.Fatalf("answered %v", err)
		}
		if got := o.rows(); !reflect.DeepEqual(got, before) {
			o.T.Errorf("rows %v, before %v", got, before)
		}
		if len(o.Entries) != entries+1 || o.Last().Outcome != ledger.Refused || string(refusal.Reference) != o.Last().Reference {
			o.T.Errorf("entry %+v", o.Last())
		}
	})
}

func (o *office) rows() map[string]int {
	out := map[string]int{}
	o.Read(func(tx *store.Tx) error {
		for _, t := range store.Tables() {
			if !t.Recorded || t.Name == "refused_try" {
				continue
			}
			var count, revs int
			if err := tx.QueryRow("SELECT count(*), coalesce(sum(rev), 0) FROM "+t.Name).Scan(&count, &revs); err != nil {
				return err
			}
			out[t.Name] = count*1_000_000 + revs
		}
		return nil
	})
	return out
}

// Unknown means no: when the law in force cannot be found, or evidence cannot be written, nothing happens.
func TestFailsClosed(t *testing.T) {
	each(t, func(o *office) {
		before := o.rows()
		desk := *o.Desk
		desk.Ledger = broken{}
		if _, err := desk.Do(context.Background(), o.request("officer", "document.accept", accept("E-3"))); !errors.Is(err, refuse.ErrUnavailable) {
			o.T.Errorf("without evidence: %v", err)
		}
		if _, err := desk.Do(context.Background(), o.request("officer", "custody.leave_open", custody.LeaveOpen{Copy: o.copy, Where: "desk"})); !errors.Is(err, refuse.ErrUnavailable) {
			o.T.Errorf("a refusal without evidence: %v", err)
		}
		if _, err := o.Desk.Do(context.Background(), act.Request{Act: "document.accept", Command: accept("E-3")}); !errors.Is(err, refuse.ErrUnauthenticated) {
			o.T.Errorf("nobody signed in: %v", err)
		}
		if got := o.rows(); !reflect.DeepEqual(got, before) {
			o.T.Errorf("rows %v, before %v", got, before)
		}
	})
}

type broken struct{}

func (broken) Append(*store.Tx, *ledger.Entry) (uint64, error) { return 0, errors.New("disk full") }

// Hostile arguments are answered at the field; nothing is loaded or written.
func TestHostileCommands(t *testing.T) {
	long := make([]rune, 201)
	for i := range long {
		long[i] = '长'
	}
	quoted, err := json.Marshal(string(long))
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(o *office) {
		entries := len(o.Entries)
		for _, c := range []struct{ json, field, code string }{
			{`{"channel":"courier","envelopes":[],"surprise":1}`, "surprise", "unknown_field"},
			{`{"channel":7}`, "channel", "bad_type"},
			{`{"channel":` + string(quoted) + `}`, "channel", "too_long"},
			{"{\"channel\":\"\xff\"}", "channel", "not_utf8"},
			{`{"channel":"a"} {}`, "body", "one_object"},
			{`{"channel":"courier","envelopes":[{"envelope_no":"1"}],"channel":"post"}`, "channel", "twice"},
			{`{"channel":"courier","Channel":"post"}`, "Channel", "unknown_field"},
			{`{"channel":"courier","envelopes":[{"envelope_no":"1","listed":1,"listed":2}]}`, "envelopes.0.listed", "twice"},
			{`{"envelopes":[{"envelope_no":"1"},{"envelope_no":"2"}],"channel":7}`, "channel", "bad_type"},
			{`{"channel"`, "body", "bad_json"},
			{`{"channel":"a\u0000b"}`, "channel", "bad_character"},
			{`{"channel":"courier","envelopes":[{"envelope_no":"1","listed":100000}]}`, "envelopes.0.listed", "out_of_range"},
			{`{"channel":"courier","envelopes":[{"envelope_no":"1"},{"envelope_no":"1"}]}`, "envelopes.1.envelope_no", "twice"},
			{`{"channel":"courier","envelopes":[{"envelope_no":"1"},{"level":"绝密级"}]}`, "envelopes.1.level", "not_in_list"},
			{`{"envelopes":[{"envelope_no":"1","listed":100000}]}`, "channel", "wanted"}, // beside what is wrong
			{`{"channel":"机要交通","envelopes":[{"envelope_no":"1"}]}`, "channel", "not_in_list"},
		} {
			_, err := o.Desk.Do(context.Background(), o.request("officer", "document.accept", json.RawMessage(c.json)))
			if got := fieldCode(err, c.field); got != c.code {
				o.T.Errorf("%.60s: %v, want %s=%s", c.json, err, c.field, c.code)
			}
		}
		if len(o.Entries) != entries {
			o.T.Error("a malformed command left an entry")
		}
	})
}

// The timer performs each event once, at its own instant, however late it comes to it.
func TestTimerCatchesUp(t *testing.T) {
	each(t, func(o *office) {
		r := o.Do("officer", "document.accept", accept("E-5"))
		if err := o.Clock.To(peopletest.Monday.Add(72 * time.Hour)); err != nil {
			o.T.Fatal(err)
		}
		first, err := o.Desk.Tick(context.Background())
		if err != nil || first == 0 {
			o.T.Fatalf("tick %d %v", first, err)
		}
		again, err := o.Desk.Tick(context.Background())
		if err != nil || again != 0 {
			o.T.Errorf("a second round did %d %v", again, err)
		}
		o.Read(func(tx *store.Tx) error {
			open, err := obligation.OpenOn(tx, "school/register", "piece", r.Values["envelope.E-5"])
			want := time.Date(2026, 3, 3, 0, 1, 0, 0, peopletest.Monday.Location())
			if err != nil || len(open) != 1 || !open[0].LateAt.Equal(want) || open[0].ToldPost != "school/office_director" {
				o.T.Errorf("duty %+v %v", open, err)
			}
			return nil
		})
	})
}

// A receipt can be asked for again before any signature is looked at.
func TestReplayedIsKnownBeforehand(t *testing.T) {
	each(t, func(o *office) {
		q := o.request("officer", "document.accept", accept("E-7"))
		q.Key = "once"
		if _, done, err := o.Desk.Replayed(context.Background(), q); done || err != nil {
			o.T.Errorf("known before it was done: %v %v", done, err)
		}
		first := o.Must(q)
		again, done, err := o.Desk.Replayed(context.Background(), q)
		if err != nil || !done || again.Reference != first.Reference || !again.Replayed {
			o.T.Errorf("%+v %v %v", again, done, err)
		}
	})
}
