package custodyweb

import (
	"context"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Back says what should have come back of a copy at a moment and what did; nothing where nothing came, and alike where the
// viewer may not know of the copy.
func Back(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.CopyID, at time.Time) ([]web.Pair, error) {
	c, line, ok, err := custody.BackAt(tx, viewer(v), id, at)
	if err != nil || !ok {
		return nil, err
	}
	counted := func(label string, should, came int) web.Pair {
		p := web.Pair{Term: web.T(ctx, label), Text: web.T(ctx, "back.uncounted", "should", should)}
		if came >= 0 {
			p.Text = web.T(ctx, "back.counted", "should", should, "came", came)
		}
		if came != should {
			p.Class = "b"
		}
		return p
	}
	out := []web.Pair{
		{Term: web.T(ctx, "label.copy_no"), Text: c.OwnNo(), Class: "mono"},
		counted("copy.copies_back", 1, line.CopiesBack), counted("copy.pages_back", c.Pages, line.PagesBack),
		counted("copy.attachments_back", c.Attachments, line.AttachmentsBack),
	}
	if c.OwnNo() == "" {
		out = out[1:]
	}
	if !line.Checked {
		out = append(out, web.Pair{Term: web.T(ctx, "copy.checked"), Text: web.T(ctx, "back.unchecked")})
	}
	return out, nil
}
