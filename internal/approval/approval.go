// Package approval is leave: a request, a grant by the post that the pack names, and its one use.
//
//	asked ──grant──► granted ──the act──► spent
//	  ├──deny──► denied      └──withdraw──► withdrawn
//	  └──withdraw──► withdrawn
//
// A leave names the act and the arguments it is bound to, serves one approval of one pack, and is spent once.
// The applicant never grants his own; who benefits neither. Which posts may grant, how many, and for which
// acts stands in the packs alone.
package approval

import (
	"encoding/json"
	"fmt"
	"sort"
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

// Find gives the oldest granted, unspent leave for one approval with these arguments.
func Find(tx *store.Tx, approval, bound string) (Leave, bool, error) {
	return Leaves.One(tx, "WHERE approval = $1 AND bound = $2 AND state = 'granted' ORDER BY decided_at, id LIMIT 1", approval, bound)
}

// Waiting lists the requests on an item for an act that nobody has answered, the oldest first.
func Waiting(tx *store.Tx, document term.DocumentID, act string) ([]Leave, error) {
	return Leaves.Select(tx, "WHERE document = $1 AND act = $2 AND state = 'asked' ORDER BY asked_at, id LIMIT 100", string(document), act)
}

// Unused lists an applicant's granted, unspent leaves for an act, the oldest first.
func Unused(tx *store.Tx, applicant term.PersonID, act string) ([]Leave, error) {
	return Leaves.Select(tx, "WHERE applicant = $1 AND act = $2 AND state = 'granted' ORDER BY decided_at, id LIMIT 100", string(applicant), act)
}

// Spend uses a leave up.
func Spend(l Leave, at time.Time) Leave {
	l.State, l.SpentAt = Spent, at
	return l
}
