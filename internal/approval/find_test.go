package approval_test

import (
	"testing"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// The arguments are spelt in one way, whatever their order; what was not given is left out, and so is what is not bound.
func TestBinding(t *testing.T) {
	for name, c := range map[string]struct {
		names  []string
		fields map[string]any
		want   string
	}{
		"sorted":             {[]string{"to", "copy"}, map[string]any{"copy": "c", "to": "a"}, `{"copy":"c","to":"a"}`},
		"left out":           {[]string{"to", "copy"}, map[string]any{"copy": "c"}, `{"copy":"c"}`},
		"not bound":          {[]string{"copy"}, map[string]any{"copy": "c", "reason": "r"}, `{"copy":"c"}`},
		"to nothing":         {nil, map[string]any{"copy": "c"}, `{}`},
		"empty is an answer": {[]string{"copy"}, map[string]any{"copy": ""}, `{"copy":""}`},
	} {
		if got, err := approval.Bind(c.names, c.fields); got != c.want || err != nil {
			t.Errorf("%s: %s, want %s; %v", name, got, c.want, err)
		}
	}
}

func TestSpending(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := approval.Leave{ID: "1", State: approval.Granted, GrantedBy: "head"}
	if s := approval.Spend(l, at); s.State != approval.Spent || !s.SpentAt.Equal(at) || s.GrantedBy != "head" || l.State != approval.Granted {
		t.Errorf("%+v, before %+v", s, l)
	}
}

// One leave serves one act: granted, unspent, of the same approval and arguments, in time, and recorded before what it is for.
func TestWhichLeaveServes(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	granted := approval.Leave{Approval: "p/a", Bound: "{}", State: approval.Granted, DecidedAt: at.Add(-time.Hour), RecordedAt: at.Add(-time.Hour)}
	with := func(change func(*approval.Leave)) approval.Leave {
		l := granted
		change(&l)
		return l
	}
	state := func(s approval.State) approval.Leave { return with(func(l *approval.Leave) { l.State = s }) }
	older := with(func(l *approval.Leave) { l.DecidedAt = at.Add(-2 * time.Hour) })
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for name, c := range map[string]struct {
			leaves []approval.Leave
			before time.Time
			want   int // of the leaves, from 1; 0: none
		}{
			"granted":                     {[]approval.Leave{granted}, time.Time{}, 1},
			"asked for":                   {[]approval.Leave{state(approval.Asked)}, time.Time{}, 0},
			"denied":                      {[]approval.Leave{state(approval.Denied)}, time.Time{}, 0},
			"withdrawn":                   {[]approval.Leave{state(approval.Withdrawn)}, time.Time{}, 0},
			"spent":                       {[]approval.Leave{state(approval.Spent)}, time.Time{}, 0},
			"over":                        {[]approval.Leave{state(approval.Expired)}, time.Time{}, 0},
			"of another approval":         {[]approval.Leave{with(func(l *approval.Leave) { l.Approval = "p/b" })}, time.Time{}, 0},
			"for something else":          {[]approval.Leave{with(func(l *approval.Leave) { l.Bound = `{"copy":"c"}` })}, time.Time{}, 0},
			"until this instant":          {[]approval.Leave{with(func(l *approval.Leave) { l.ExpiresAt = at })}, time.Time{}, 1},
			"until the instant before":    {[]approval.Leave{with(func(l *approval.Leave) { l.ExpiresAt = at.Add(-time.Millisecond) })}, time.Time{}, 0},
			"recorded before what it is":  {[]approval.Leave{granted}, at.Add(-time.Hour + time.Millisecond), 1},
			"recorded at that time":       {[]approval.Leave{granted}, at.Add(-time.Hour), 0},
			"the oldest of two":           {[]approval.Leave{granted, older}, time.Time{}, 2},
			"the next, once one is spent": {[]approval.Leave{granted, approval.Spend(older, at)}, time.Time{}, 1},
		} {
			t.Run(name, func(t *testing.T) {
				var changes []store.Change
				for i, l := range c.leaves {
					l.ID, l.Approval = term.LeaveID(name+string(rune('1'+i))), name+l.Approval
					changes = append(changes, approval.Leaves.Insert(l))
				}
				if err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error { _, err := store.Put(tx, changes); return err }); err != nil {
					t.Fatal(err)
				}
				var got []approval.Leave
				err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
					got, err = approval.Find(tx, name+"p/a", "{}", at, c.before)
					return err
				})
				if want := term.LeaveID(name + string(rune('0'+c.want))); err != nil || (len(got) > 0) != (c.want > 0) || len(got) > 0 && got[0].ID != want {
					t.Errorf("%v; %v", got, err)
				}
			})
		}
	})
}
