package openingweb

import (
	"net/http"

	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// batchLine is one of the officer's files on the first page.
type batchLine struct {
	ID, Name, Book, Stage string // Stage empty: it is worked on
	Lines                 int
}

// going are the files that an officer has brought and not done away with, the last touched first.
func (p *pages) going(v counter.Viewer) []batchLine {
	var out []batchLine
	for _, j := range p.Jobs.Under(v.Actor.Person, kind) {
		l := batchLine{ID: j.ID, Name: j.About}
		value, _ := j.Value()
		if b, ok := value.(*batch); ok {
			b.mu.Lock()
			l.Book, l.Stage, l.Lines = b.Book, b.stage, len(b.Table.Rows)
			b.mu.Unlock()
		}
		out = append(out, l)
	}
	return out
}

// room lets the oldest files go whose import is over; false where so many others are open that there is no room for one more.
func (p *pages) room(v counter.Viewer) bool {
	going := p.going(v)
	n := len(going)
	for i := n - 1; i >= 0 && n >= maxBatches; i-- {
		if j, ok := p.Jobs.Of(v.Actor.Person, kind+going[i].ID, going[i].ID); ok && going[i].Stage == stageSigned {
			p.Jobs.Drop(j)
			n--
		}
	}
	return n < maxBatches
}

// drop does away with a file that is not worked on at the moment. What was brought in of it stays.
func (p *pages) drop(w http.ResponseWriter, r *http.Request) error {
	d, err := p.find(r)
	if err != nil {
		return err
	}
	if j, ok := p.Jobs.Of(d.Viewer.Actor.Person, kind+d.ID, d.ID); ok && d.State.Over {
		p.Jobs.Drop(j)
	}
	return web.Redirect(w, r, Path)
}
