package store

import "context"

// maxRounds bounds the round trips of a rehearsal.
const maxRounds = 8

// taken gives the next act that has its place already.
func (w *writer) taken() *request {
	if len(w.ready) == 0 {
		return nil
	}
	r := w.ready[0]
	w.ready = w.ready[1:]
	return r
}

// rehearse takes the acts that wait behind r, and reads for all of them what they will read: what one act asks in turn
// is asked for all at once, in as many round trips as the longest of them needs. It is worth it on PostgreSQL alone,
// and only changes how long acts take: an act that finds no answer asks for itself.
func (w *writer) rehearse(r *request) {
	m := w.sess.recall
	if w.sess.lite || m == nil || !m.sole || w.single > 0 {
		return
	}
	acts := []*request{r}
	for len(w.batch)+len(acts) < w.db.opt.MaxBatch {
		next := w.waiting()
		if next == nil {
			break
		}
		w.ready = append(w.ready, next)
		acts = append(acts, next)
	}
	if len(acts) < 2 {
		return
	}
	// What is read now is as committed or as written by acts that stay: no act is running.
	for range maxRounds {
		var wishes []question
		seen := map[string]bool{}
		rest := acts[:0:0]
		for _, a := range acts {
			found, more := w.wishes(a)
			if more && len(found) > 0 {
				rest = append(rest, a)
			}
			for _, q := range found {
				if !seen[q.key] {
					seen[q.key] = true
					wishes = append(wishes, q)
				}
			}
		}
		if len(wishes) == 0 {
			return
		}
		acts = rest
		tx := &Tx{db: w.db, sess: w.sess, ctx: context.Background(), write: true}
		if _, err := tx.fetch(wishes); err != nil {
			return // the transaction is spoilt, and the next act says so
		}
	}
}

func (w *writer) waiting() *request {
	for {
		select {
		case r := <-w.db.queue:
			if r.claim() {
				return r
			}
		default:
			return nil
		}
	}
}

// wishes are the questions of an act that have no answer yet, and whether more will follow from their answers.
func (w *writer) wishes(r *request) (found []question, more bool) {
	if r.warm == nil {
		return nil, false
	}
	tx := &Tx{db: w.db, sess: w.sess, ctx: context.Background(), wishing: true}
	defer func() { _ = recover() }() // the act itself panics again, and is heard
	more = !r.warm(tx)
	return tx.wishes, more
}
