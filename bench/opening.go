package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/keyring"
	"jiyao/internal/procedure"
)

const (
	broughtIn = 2400 // lines of one turn
	sideBy    = 24   // callers of the acts that they are held against: as many as bring lines in
)

// openings brings old books in, by turns with hand-overs and returns on a like office.
func openings(ctx context.Context, b *bench) error {
	m, err := b.found(ctx, keyring.GM, "", plan{documents: 600, copies: 2, open: 10, everInScope: 3})
	if err != nil {
		return err
	}
	var shares, rates []float64
	for turn := range turns {
		acts, err := m.handedOver(ctx)
		if err != nil {
			return err
		}
		lines, err := m.broughtIn(ctx, turn)
		if err != nil {
			return err
		}
		shares, rates = append(shares, lines/acts), append(rates, lines)
	}
	b.atLeast("opening_lines_of_audited_acts", median(shares), 0.5)
	b.note("opening balance: %.0f lines a second by %d hands", median(rates), sideBy)
	return nil
}

func (m *model) fresh(ctx context.Context, do func(o *opened) (float64, error)) (rate float64, err error) {
	dsn, drop, err := m.copy()
	if err != nil {
		return 0, err
	}
	o, err := m.open(ctx, variant{dsn: dsn, audited: true})
	if err != nil {
		return 0, errors.Join(err, drop())
	}
	if err = o.warm(ctx); err == nil {
		rate, err = do(o)
	}
	return rate, errors.Join(err, o.close(), drop())
}

func (m *model) handedOver(ctx context.Context) (float64, error) {
	return m.fresh(ctx, func(o *opened) (float64, error) { return o.acts(ctx, m.shelf.orders(sideBy, broughtIn/sideBy)) })
}

func (m *model) broughtIn(ctx context.Context, turn int) (float64, error) {
	var text bytes.Buffer
	text.WriteString("收文号,收文日期,来文机关,来文字号,文件标题,密级,保密期限,份数,份号,页数\n")
	for i := range broughtIn {
		fmt.Fprintf(&text, "机收〔2019〕%04d,2019-03-01,某厅,某厅发〔2019〕%d号,关于第%d号事项的通知,秘密,10年,1,000001,12\n", i+1, i+1, i+1)
	}
	table, faults := procedure.ReadBook("x.csv", text.Bytes())
	if len(faults) > 0 {
		return 0, fmt.Errorf("read the lines: %s", faults[0].Code)
	}
	lines := procedure.ReadOpening(table, procedure.OpeningBooks[0], fmt.Sprint(turn), procedure.GuessMapping(table), procedure.Known{})
	return m.fresh(ctx, func(o *opened) (float64, error) {
		signed := []act.Signature{{Role: "officer", Person: "officer", Strength: "pin", Terminal: "counter", At: monday}, {Role: procedure.OpeningDirector, Person: "office_director", Strength: "pin", Terminal: "counter", At: monday}}
		var run procedure.OpeningRun
		took, err := timed(func() (err error) {
			run, err = procedure.BringIn(ctx, o.desk, officer(), signed, lines, func(int) {})
			return err
		})
		if err == nil && run.Good != broughtIn {
			err = fmt.Errorf("%d of %d lines were brought in", run.Good, broughtIn)
			if len(run.Faults) > 0 {
				err = errors.Join(err, run.Faults[0].Err)
			}
		}
		return broughtIn / took.Seconds(), err
	})
}
