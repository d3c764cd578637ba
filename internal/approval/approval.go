// Package approval is leave: a request, a grant by the post that the pack names, and its one use.
//
//	asked ──grant──► granted ──the act──► spent
//	  ├──deny──► denied      ├──withdraw──► withdrawn
//	  └──withdraw──► withdrawn └──its time is over──► expired
//
// A leave names the act and the arguments it is bound to, serves one approval of one pack, and is spent once. Where a pack
// wants several different persons, each grant counts one and the last makes it granted. It keeps everything it was asked
// with, since its limits (how many, on which device, to whom) are held against what is done. One request may need several
// leaves; who grants one grants all of it that is his to grant. The applicant never grants his own; who benefits neither.
// Which posts may grant, how many, and for which acts stands in the packs alone.
package approval

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// State of a leave.
type State string

// The states, and what may follow what: see the package essay.
const (
	Asked     State = "asked"
	Granted   State = "granted"
	Denied    State = "denied"
	Withdrawn State = "withdrawn"
	Spent     State = "spent"
	Expired   State = "expired"
)

// Leave is one request for one approval.
type Leave struct {
	ID        term.LeaveID    `col:"id,key"`
	Approval  string          `col:"approval"` // pack/name
	Act       string          `col:"act"`
	Bound     string          `col:"bound"` // canonical JSON of the arguments it is bound to
	Document  term.DocumentID `col:"document"`
	Applicant term.PersonID   `col:"applicant"`
	Reason    store.Sealed    `col:"reason,sealed"`
	AskedAt   time.Time       `col:"asked_at"`
	Posts     []string        `col:"posts"` // who may grant, pack/post
	GrantedBy term.PersonID   `col:"granted_by"`
	DecidedAt time.Time       `col:"decided_at"`
	SpentAt   time.Time       `col:"spent_at"`
	State     State           `col:"state"`

	Request    string          `col:"request,null"`      // one for the leaves that were asked for together
	With       store.Sealed    `col:"asked_with,sealed"` // canonical JSON of every argument it was asked with
	Quorum     int             `col:"quorum"`            // different persons whose grant it takes
	Grantors   []term.PersonID `col:"grantors,null"`     // who has granted it so far, in order
	RecordedAt time.Time       `col:"granted_recorded"`  // recorded_at of the grant that was enough
	ExpiresAt  time.Time       `col:"expires_at"`        // 24:00 of its last day; zero: never
	Answer     store.Sealed    `col:"answer,sealed"`     // why it was granted or denied
	LeaveNo    string          `col:"leave_no,null"`     // of a superior's leave in writing
	LeaveDate  string          `col:"leave_date,null"`   // its date, 2006-01-02
	store.Meta
}

// Leaves is the table.
var Leaves = store.Define[Leave]("leave")

// Bind spells the arguments a leave is bound to, in one way: names sorted, absent ones left out.
func Bind(names []string, fields map[string]any) (string, error) {
	sorted := append([]string{}, names...)
	sort.Strings(sorted)
	bound := map[string]any{}
	for _, n := range sorted {
		if v, ok := fields[n]; ok {
			bound[n] = v
		}
	}
	b, err := json.Marshal(bound)
	if err != nil {
		return "", fmt.Errorf("spell the arguments of a leave: %w", err)
	}
	return string(b), nil
}

// maxAlike is the most leaves with the same bound arguments that are looked through for the one that fits.
const maxAlike = 20

// Find gives the granted, unspent leaves for one approval with these arguments that hold at a moment, recorded strictly
// before another; zero: whenever. The oldest first.
func Find(tx *store.Tx, approval, bound string, at, before time.Time) ([]Leave, error) {
	if before.IsZero() {
		return Leaves.Select(tx, fmt.Sprintf("WHERE approval = $1 AND bound = $2 AND state = 'granted' AND (expires_at IS NULL OR expires_at >= $3)"+
			" ORDER BY decided_at, id LIMIT %d", maxAlike), approval, bound, at.UnixMilli())
	}
	return Leaves.Select(tx, fmt.Sprintf("WHERE approval = $1 AND bound = $2 AND state = 'granted' AND (expires_at IS NULL OR expires_at >= $3)"+
		" AND granted_recorded < $4 ORDER BY decided_at, id LIMIT %d", maxAlike), approval, bound, at.UnixMilli(), before.UnixMilli())
}

// Siblings are the leaves that were asked for together with one, itself left out.
func Siblings(tx *store.Tx, l Leave) ([]Leave, error) {
	if l.Request == "" {
		return nil, nil
	}
	return Leaves.Select(tx, "WHERE request = $1 AND id <> $2 ORDER BY id LIMIT 100", l.Request, string(l.ID))
}

// Over lists granted leaves whose time was over before a moment, the first of them first.
func Over(tx *store.Tx, now time.Time, most int) ([]Leave, error) {
	return Leaves.Select(tx, fmt.Sprintf("WHERE state = 'granted' AND expires_at < $1 ORDER BY expires_at, id LIMIT %d", most), now.UnixMilli())
}

// Grant counts one person's grant; the last that is needed makes the leave granted, until expires.
func Grant(l Leave, by term.PersonID, at, recorded, expires time.Time) Leave {
	l.Grantors = append(slices.Clone(l.Grantors), by)
	if len(l.Grantors) < l.Quorum {
		return l
	}
	l.State, l.GrantedBy, l.DecidedAt, l.RecordedAt, l.ExpiresAt = Granted, by, at, recorded, expires
	return l
}

// Waiting lists the requests on an item for an act that nobody has answered, the oldest first.
func Waiting(tx *store.Tx, document term.DocumentID, act string) ([]Leave, error) {
	return Leaves.Select(tx, "WHERE document = $1 AND act = $2 AND state = 'asked' ORDER BY asked_at, id LIMIT 100", string(document), act)
}

// Unused lists an applicant's granted, unspent leaves for an act, the oldest first.
func Unused(tx *store.Tx, applicant term.PersonID, act string) ([]Leave, error) {
	return Leaves.Select(tx, "WHERE applicant = $1 AND act = $2 AND state = 'granted' ORDER BY decided_at, id LIMIT 100", string(applicant), act)
}

// Open lists an applicant's leaves for an act that wait for an answer or for their use, the oldest first.
func Open(tx *store.Tx, applicant term.PersonID, act string) ([]Leave, error) {
	return Leaves.Select(tx, "WHERE applicant = $1 AND act = $2 AND state IN ('asked', 'granted') ORDER BY asked_at, id LIMIT 100", string(applicant), act)
}

// DecidedBy lists what a person has granted or denied, the newest first.
func DecidedBy(tx *store.Tx, person term.PersonID, most int) ([]Leave, error) {
	return Leaves.Select(tx, fmt.Sprintf("WHERE granted_by = $1 AND state <> 'withdrawn' AND decided_at IS NOT NULL ORDER BY decided_at DESC, id LIMIT %d", most), string(person))
}

// About lists the requests for leave on an item for some acts, the newest first; of those asked for together the first stands
// for all.
func About(tx *store.Tx, document term.DocumentID, acts []string, most int) ([]Leave, error) {
	marks, args := make([]string, len(acts)), []any{string(document)}
	for i, a := range acts {
		args = append(args, a)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	return Leaves.Select(tx, fmt.Sprintf("WHERE document = $1 AND approval <> '' AND (request IS NULL OR request = '' OR request = id) AND act IN (%s) ORDER BY asked_at DESC, id LIMIT %d",
		strings.Join(marks, ", "), most), args...)
}

// Spend uses a leave up.
func Spend(l Leave, at time.Time) Leave {
	l.State, l.SpentAt = Spent, at
	return l
}
