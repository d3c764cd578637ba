package document

import (
	"fmt"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/notify"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Told lists what a person and his posts were told and have not seen, newest first; notices about items that he
// may not know, and about cases that concern him, are left out. With ids it lists these alone, seen or not.
func Told(tx *store.Tx, v act.Viewer, posts []string, ids ...term.NoticeID) ([]notify.Notice, error) {
	args := []any{string(v.Person)}
	cond := "(person = $1 AND person <> '')"
	if len(posts) > 0 {
		marks := make([]string, len(posts))
		for i, p := range posts {
			args = append(args, p)
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		cond = "(" + cond + " OR post IN (" + strings.Join(marks, ", ") + "))"
	}
	if len(ids) == 0 {
		cond += " AND seen_at IS NULL"
	} else {
		marks := make([]string, len(ids))
		for i, id := range ids {
			args = append(args, string(id))
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		cond += " AND id IN (" + strings.Join(marks, ", ") + ")"
	}
	visible, more := v.Visible("d.class", "d.id", len(args)+1)
	cond += " AND NOT EXISTS (SELECT 1 FROM obligation o WHERE o.id = notice.duty AND " + concerns("o", "$1") + ")"
	list, err := notify.Notices.Select(tx, "WHERE "+cond+" AND (document = '' OR EXISTS (SELECT 1 FROM document d WHERE d.id = notice.document AND "+
		visible+")) ORDER BY at DESC, id LIMIT "+strconv.Itoa(notify.MaxSeen), append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("read the notices: %w", err)
	}
	return list, nil
}

// concerns is the condition that a duty hangs on a case which concerns a person: he sees nothing of it, though the
// duty may be his post's.
func concerns(duty, person string) string {
	return duty + ".subject_kind = 'case' AND EXISTS (SELECT 1 FROM incident_party c WHERE c.case_id = " + duty + ".subject AND c.role = 'subject' AND c.who = " + person + ")"
}
