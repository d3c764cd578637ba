package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Issue is a document of the office's own with what 发文登记簿 keeps of it, opened.
type Issue struct {
	Cover
	Outgoing       Outgoing
	MainTo, CopyTo string
	Left           int // printed copies that never went out and still live
}

// Sent reports whether all that were printed to go out have gone: those that are left are kept on file.
func (i Issue) Sent() bool { return !i.Outgoing.PrintedAt.IsZero() && i.Left <= i.Outgoing.Kept }

// Issues gives the documents of the office's own that the viewer may know of, newest first.
func Issues(tx *store.Tx, v act.Viewer, p Page) ([]Issue, error) {
	cond, args := v.Visible("class", "id", 2)
	args = append([]any{string(term.Issued)}, args...)
	tail := "WHERE series = $1 AND " + cond
	if !p.At.IsZero() {
		n := len(args)
		at, id := "$"+strconv.Itoa(n+1), "$"+strconv.Itoa(n+2)
		args = append(args, p.At.UnixMilli(), string(p.ID))
		tail += " AND (registered_at < " + at + " OR registered_at = " + at + " AND id < " + id + ")"
	}
	list, err := Documents.Select(tx, tail+" ORDER BY registered_at DESC, id DESC LIMIT "+strconv.Itoa(p.limit()), args...)
	if err != nil {
		return nil, fmt.Errorf("list what goes out: %w", err)
	}
	covers, err := Covers(tx, list, false)
	if err != nil {
		return nil, err
	}
	out := make([]Issue, len(covers))
	for i, c := range covers {
		if out[i], err = IssueOf(tx, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// IssueOf adds to a document of the office's own what 发文登记簿 keeps of it; of a masked one nobody is named.
func IssueOf(tx *store.Tx, c Cover) (Issue, error) {
	o, err := Outgoings.Get(tx, c.ID)
	if err != nil {
		return Issue{Cover: c}, fmt.Errorf("read what goes out: %w", err)
	}
	out := Issue{Cover: c, Outgoing: o}
	if !o.PrintedAt.IsZero() {
		row := tx.QueryRow("SELECT count(*) FROM copy WHERE document = $1 AND seq <= $2 AND state NOT IN ('transit', 'away', 'supplied', 'missing', 'ended')", string(c.ID), o.Printed)
		if err := row.Scan(&out.Left); err != nil {
			return out, fmt.Errorf("count what has not gone out: %w", err)
		}
	}
	if c.Masked {
		return out, nil
	}
	if err := Outgoings.Reveal(tx, &o, "main_to", "copy_to"); err != nil {
		return out, fmt.Errorf("open to whom it goes: %w", err)
	}
	if out.MainTo, err = text(o.MainTo); err != nil {
		return out, err
	}
	out.CopyTo, err = text(o.CopyTo)
	return out, err
}

// Sources are the secrets that a document may be made from, work on them done or not, the newest first.
func Sources(tx *store.Tx, v act.Viewer) ([]Cover, error) {
	args := []any{string(Registered), string(Completed)}
	var levels []string
	for _, l := range term.Levels() {
		if l.Classified() {
			args = append(args, string(l))
			levels = append(levels, "$"+strconv.Itoa(len(args)))
		}
	}
	cond, more := v.Visible("class", "id", len(args)+1)
	list, err := Documents.Select(tx, "WHERE state IN ($1, $2) AND level IN ("+strings.Join(levels, ", ")+") AND "+cond+
		" ORDER BY registered_at DESC, id DESC LIMIT "+strconv.Itoa(maxSources), append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list what a document may be made from: %w", err)
	}
	return Covers(tx, list, false)
}

// maxSources bounds the choices of what a document was made from.
const maxSources = 200

// Drafts are the documents of the office's own that are not printed yet, as far as the viewer may know of them, the oldest first.
func Drafts(tx *store.Tx, v act.Viewer, limit int) ([]Cover, error) {
	cond, args := v.Visible("class", "id", 3)
	list, err := Documents.Select(tx, "WHERE state = $1 AND series = $2 AND "+cond+" ORDER BY registered_at, id LIMIT "+strconv.Itoa(min(max(limit, 1), MaxPage)),
		append([]any{string(Drafting), string(term.Issued)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list the drafts: %w", err)
	}
	return Covers(tx, list, false)
}

// NumberRulesNow are the rules for 发文字号 that are in use, by prefix.
func NumberRulesNow(tx *store.Tx) ([]NumberRule, error) {
	list, err := NumberRules.Select(tx, "WHERE ended_at IS NULL ORDER BY prefix LIMIT 100")
	if err != nil {
		return nil, fmt.Errorf("list the rules for numbers: %w", err)
	}
	return list, nil
}

// For reports whether a rule numbers documents of a kind.
func (r NumberRule) For(kind string) bool {
	return len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind)
}
