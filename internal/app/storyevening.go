package app

import (
	"maps"
	"slices"
	"strconv"

	"jiyao/internal/custody"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// evening has whoever holds something lock it away, and whoever is asked for the sheet of the end of a day sign it.
func (s *story) evening() error {
	held, cabinets := map[term.PersonID][]custody.Copy{}, map[term.PersonID][]custody.Place{}
	err := s.app.DB.Read(s.ctx, func(tx *store.Tx) error {
		rows, err := custody.Copies.Select(tx, "WHERE state = 'held' ORDER BY id LIMIT 1000")
		for _, c := range rows {
			if held[c.Holder] = append(held[c.Holder], c); len(held[c.Holder]) == 1 && err == nil {
				cabinets[c.Holder], err = custody.CabinetsOf(tx, s.cast.directory, c.Holder)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	asked := map[term.PersonID]bool{}
	for _, sheet := range s.cast.law.Sheets(custody.DayEnd) {
		for _, post := range sheet.Askees() {
			for _, p := range s.cast.directory.Holders(post) {
				asked[p] = true
			}
		}
		if len(sheet.Askees()) > 0 {
			continue
		}
		for p := range held { // of everybody: of who holds something
			asked[p] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(asked)) {
		for _, c := range held[p] {
			to, err := s.keep(p, c, cabinets)
			if err != nil {
				return err
			}
			if _, _, err := s.try(nil, p, "custody.place", custody.Put{Copy: c.ID, Place: to, Reason: "本人保管"}); err != nil {
				return err
			}
		}
		if _, _, err := s.try(nil, p, "custody.sign_off", custody.SignOff{Lines: s.cast.answers(p, len(held[p]))}, self); err != nil {
			return err
		}
	}
	return nil
}

// answers are those of somebody who leaves everything in order.
func (c *cast) answers(p term.PersonID, held int) map[string]string {
	out := map[string]string{}
	for _, sheet := range c.law.Sheets(custody.DayEnd) {
		if !sheet.Asks(c.directory.Posts(p)) {
			continue
		}
		for _, line := range sheet.Lines {
			if out[line.Name] = "yes"; line.Answer == regulation.Figure || line.Answer == regulation.Holdings {
				out[line.Name] = strconv.Itoa(held)
			}
		}
	}
	return out
}

// keep is a cabinet in which somebody may keep a copy; who has none yet is given one.
func (s *story) keep(p term.PersonID, c custody.Copy, cabinets map[term.PersonID][]custody.Place) (term.PlaceID, error) {
	if len(cabinets[p]) > 0 {
		return cabinets[p][0].ID, nil
	}
	cmd := custody.CreatePlace{
		Name: s.cast.directory.Name(p) + "文件柜", Kind: "secure_cabinet", CabinetClass: "A", Lock: "combination", Room: "401", Keeper: p, InOffice: true,
		Class: []string{"level"}, ClassLevel: string(c.Level),
	}
	receipt, done, err := s.try(nil, s.cast.play(part{role: "officer", nth: 1}, c.Level), "custody.create_place", cmd)
	if err != nil || !done {
		return s.cast.cabinet(c.Level), err
	}
	cabinets[p] = []custody.Place{{ID: term.PlaceID(receipt.Subject)}}
	return cabinets[p][0].ID, nil
}
