package document

import (
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// AskBack notes that the issuer wants an item back (清退通知), and until when.
type AskBack struct {
	Document term.DocumentID `json:"document" req:"true"`
	ReturnBy string          `json:"return_by" req:"true"` // YYYY-MM-DD
	NoticeNo string          `json:"notice_no"`            // of the issuer's notice
}

var _ = act.Define("document.ask_back", act.Act[AskBack, loaded, itemFacts]{
	Live: true,
	Check: func(cmd AskBack) error {
		if cmd.ReturnBy != "" {
			if _, err := calendar.ParseDate(cmd.ReturnBy); err != nil {
				return refuse.Field("return_by", "bad_date")
			}
		}
		return nil
	},
	Load:  func(tx *act.Tx, cmd AskBack) (loaded, error) { return load(tx, cmd.Document) },
	Knows: func(s loaded, _ AskBack, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s loaded, _ AskBack) []act.Event { return s.registered() },
	Facts: func(s loaded, _ AskBack, env act.Env) itemFacts { return s.facts(env) },
	Decide: func(s loaded, cmd AskBack, env act.Env) (act.Changes, error) {
		by, err := calendar.ParseDate(cmd.ReturnBy)
		switch {
		case err != nil:
			return act.Changes{}, refuse.Field("return_by", "bad_date")
		case cmd.ReturnBy < env.Today().String():
			return act.Changes{}, refuse.Field("return_by", "in_the_past")
		case !s.doc.SettledAt.IsZero():
			return act.Changes{}, refuse.Field("document", "nothing_left")
		}
		next := s.doc
		next.ReturnRequired, next.ReturnBy = "yes", cmd.ReturnBy
		t := item(s.doc)
		t.Records = map[string]calendar.Recorded{"return_by": act.RecordedDate(by)}
		return act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Documents.Update(s.doc, next)}, Targets: []act.Target{t}}, nil
	},
})

// Settle follows the end of the last live copy of documents.
type Settle struct {
	Documents []term.DocumentID `json:"documents"`
	Shred     []term.DocumentID `json:"shred"` // of these, those of which nothing is kept
}

type systemFacts struct{}

var _ = act.Define("document.settle", act.Act[Settle, []Document, systemFacts]{
	Load: func(tx *act.Tx, cmd Settle) ([]Document, error) {
		var out []Document
		for _, id := range cmd.Documents {
			d, err := Documents.Get(tx.Tx, id)
			if err != nil {
				return nil, err
			}
			out = append(out, d)
		}
		return out, nil
	},
	Facts: func([]Document, Settle, act.Env) systemFacts { return systemFacts{} },
	Decide: func(docs []Document, cmd Settle, env act.Env) (act.Changes, error) {
		c := act.Changes{}
		for _, d := range docs {
			if c.Subject == "" {
				c.Subject, c.Document = string(d.ID), d.ID
			}
			next := d
			next.SettledAt = env.At
			c.Ends = append(c.Ends, act.Ending{Document: d.ID})
			c.Rows = append(c.Rows, Documents.Update(d, next))
		}
		if len(cmd.Shred) > 0 {
			c.Then = []act.Follow{{Act: "body.shred", Command: Shred{Documents: cmd.Shred}}}
		}
		return c, nil
	},
})

// Shred destroys the keys of documents whose last copy was destroyed: what is sealed under them says nothing any more, here
// and in every history. See docs/design/shredding.md.
type Shred struct {
	Documents []term.DocumentID `json:"documents"`
}

type shredding struct {
	docs []Document
	keys []Key
}

var _ = act.Define("body.shred", act.Act[Shred, shredding, systemFacts]{
	Load: func(tx *act.Tx, cmd Shred) (shredding, error) {
		var s shredding
		for _, id := range cmd.Documents {
			d, err := Documents.Get(tx.Tx, id)
			if err != nil {
				return s, err
			}
			k, err := Keys.Get(tx.Tx, id)
			if err != nil {
				return s, fmt.Errorf("find the key of a document: %w", err)
			}
			s.docs, s.keys = append(s.docs, d), append(s.keys, k)
		}
		return s, nil
	},
	Facts: func(shredding, Shred, act.Env) systemFacts { return systemFacts{} },
	Decide: func(s shredding, _ Shred, env act.Env) (act.Changes, error) {
		c := act.Changes{}
		for i, d := range s.docs {
			if c.Subject == "" {
				c.Subject, c.Document = string(d.ID), d.ID
			}
			next, key := d, s.keys[i]
			next.ShreddedAt = env.At
			key.Wrapped = []byte{}
			c.Rows = append(c.Rows, Documents.Update(d, next), Keys.Update(s.keys[i], key))
		}
		return c, nil
	},
})

func init() { act.OpensFor("to_destroy", toDestroy) }

// toDestroy are the items finished in the year before that are to be destroyed, of which a copy lives, and for which no duty
// of that name was opened at that time.
func toDestroy(tx *store.Tx, name string, at time.Time, limit int) ([]act.Thing, error) {
	from, to := yearOf(strconv.Itoa(at.In(calendar.Zone).Year() - 1))
	docs, err := Documents.Select(tx, "WHERE completed_at >= $1 AND completed_at < $2 AND disposition = 'destroy' AND settled_at IS NULL AND NOT EXISTS "+
		"(SELECT 1 FROM obligation o WHERE o.document = document.id AND o.name = $3 AND o.opened_at = $4) ORDER BY completed_at, id LIMIT "+strconv.Itoa(limit),
		from, to, name, at.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("find what is to be destroyed: %w", err)
	}
	out := make([]act.Thing, len(docs))
	for i, d := range docs {
		out[i] = act.Thing{ID: string(d.ID), Document: d.ID}
	}
	return out, nil
}

// yearOf gives the first millisecond of a year in Asia/Shanghai and that of the next.
func yearOf(year string) (from, to int64) {
	n, err := strconv.Atoi(year)
	if err != nil {
		return 0, 0
	}
	start := func(y int) int64 { return calendar.Date{Year: y, Month: time.January, Day: 1}.Start().UnixMilli() }
	return start(n), start(n + 1)
}

// FinishedIn is the condition that an item (column prefix d.) was finished in a year, with its arguments from $n on.
func FinishedIn(year string, n int) (string, []any) {
	from, to := yearOf(year)
	return "d.completed_at >= $" + strconv.Itoa(n) + " AND d.completed_at < $" + strconv.Itoa(n+1), []any{from, to}
}
