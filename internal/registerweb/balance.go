package registerweb

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Balance is the account of all pieces that a viewer may know of, at the end of a day.
type Balance struct {
	Issued Tally
	Where  []Tally // by station
	Lines  []Tally // by kind of open line of 交接登记
	Holds  bool
}

// Tally is a number of pieces beside what the register says; not Registered: no register but the pieces' own says it.
type Tally struct {
	Name       string // a word of balance.*
	Pieces     int
	Book       int
	Registered bool
}

// book is the number in the register, as shown.
func (t Tally) book() string {
	if !t.Registered {
		return "—"
	}
	return strconv.Itoa(t.Book)
}

func (t Tally) differs() bool { return t.Registered && t.Book != t.Pieces }

// lost is how many pieces were reported lost: nobody knows where they are.
func (b Balance) lost() int {
	for _, t := range b.Where {
		if t.Name == "reported" {
			return t.Pieces
		}
	}
	return 0
}

// BalancePath is the page of the account of all pieces.
const BalancePath = Path + "/balance"

type balancePage struct {
	Balance
	Day   calendar.Date
	Today calendar.Date
	Wrong string
}

// balance counts every piece, for those who keep the registers: to everybody else there is no such page.
func (p *pages) balance(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	var b balancePage
	status := http.StatusOK
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !v.Keeps() {
			return refuse.ErrNotFound
		}
		b.Today = calendar.DateOf(v.Now)
		b.Day = b.Today
		at := v.Now
		if text := q.Get("day"); text != "" {
			day, err := calendar.ParseDate(text)
			switch {
			case err != nil:
				b.Wrong = "bad_date"
			case b.Today.Before(day):
				b.Wrong = "in_the_future"
			case day.Before(b.Today):
				b.Day, at = day, day.Add(1).Start().Add(-time.Millisecond)
			}
		}
		if b.Wrong != "" {
			status = http.StatusUnprocessableEntity
		}
		var err error
		b.Balance, err = p.Books.Balance(tx, v, at)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, nil, balanceOf(b))
}

func (b balancePage) wrong(ctx context.Context) string {
	if b.Wrong == "" {
		return ""
	}
	return web.T(ctx, "field."+b.Wrong)
}

// rows are the lines of the table, with what each is called.
func (b balancePage) rows(ctx context.Context) []balanceRow {
	out := []balanceRow{{web.T(ctx, "balance.issued"), b.Issued, true}}
	for _, t := range b.Where {
		out = append(out, balanceRow{web.T(ctx, "balance."+t.Name), t, false})
	}
	for _, t := range b.Lines {
		out = append(out, balanceRow{web.T(ctx, "balance.line."+t.Name), t, false})
	}
	return out
}

type balanceRow struct {
	Name string
	Tally
	Sum bool
}

func (b balancePage) verdict(ctx context.Context) web.Note {
	if lost := b.lost(); b.Holds && lost > 0 {
		return web.Note{Kind: "no", Lead: web.T(ctx, "balance.lost", "n", strconv.Itoa(lost)), Text: web.T(ctx, "balance.lost_text", "n", strconv.Itoa(lost), "of", strconv.Itoa(b.Issued.Pieces))}
	}
	if b.Holds {
		return web.Note{Kind: "ok", Lead: web.T(ctx, "balance.holds"), Text: web.T(ctx, "balance.holds_text", "n", strconv.Itoa(b.Issued.Pieces))}
	}
	return web.Note{Kind: "bad", Lead: web.T(ctx, "balance.broken"), Text: web.T(ctx, "balance.broken_text")}
}
