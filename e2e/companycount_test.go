package e2e

import (
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/store"
)

// counted: what came home is found where it should lie, and the two keepers close the count of their safe.
func (s *trip) counted(t *testing.T) {
	o, p := s.office, s.keeper
	p.In(t)
	o.open(p, "/inventory")
	p.Tick("input[name=places][value=safe-1]")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	var labels []string
	o.read(func(tx *store.Tx) error {
		list, err := custody.Copies.Select(tx, "WHERE place = 'safe-1' ORDER BY label")
		for _, c := range list {
			labels = append(labels, string(c.Label))
		}
		return err
	})
	if len(labels) != 3 {
		t.Fatalf("in the safe lie %v", labels)
	}
	for _, label := range labels {
		p.Press("F2")
		p.Type(label)
		p.Press("Enter")
	}
	p.until("every scan is answered", "document.querySelector('[data-tally=found]')?.textContent === '3'")
	p.Enter("a[href='#close']")
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	p.Choose("dialog:modal [name=second_person]", "keeper2")
	p.Fill("dialog:modal [name=second_secret]", o.pin("keeper2"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("孟专人")
	o.read(func(tx *store.Tx) error {
		list, err := custody.Counts.Select(tx, "ORDER BY opened_at DESC")
		if err == nil && (len(list) != 1 || list[0].ClosedAt.IsZero()) {
			t.Errorf("the count is not closed: %+v", list)
		}
		return err
	})
}
