// Package appacts is what is done to the instance itself, as acts: that its data were restored from a backup, and
// that the three administrators let work go on although old entries fail verification.
//
// What must always hold:
//   - A restore is an entry of the restored ledger and opens a case: what happened between the backup and now is
//     gone, and somebody must say what that was.
//   - Work resumes by the three administrators together, each with his own signature, and only in the face of the
//     damage they were shown: further damage stops it again.
package appacts

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// The acts by name.
const (
	ActRestored = "ledger.restored"
	ActResume   = "ledger.resume"
)

// Restored says that the data came out of a backup.
type Restored struct {
	MadeAt time.Time `json:"made_at"` // when the backup was made
	Size   int64     `json:"size"`    // entries in it
	Root   string    `json:"root"`    // of the tree, hex
}

type none struct{}

var _ = act.Define(ActRestored, act.Act[Restored, none, none]{
	Load:  func(*act.Tx, Restored) (none, error) { return none{}, nil },
	Facts: func(none, Restored, act.Env) none { return none{} },
	Decide: func(_ none, cmd Restored, env act.Env) (act.Changes, error) {
		open, err := command("incident.open", map[string]any{
			"kind": "data_restored", "discovered_at": env.At, "source": "system",
		})
		if err != nil {
			return act.Changes{}, err
		}
		return act.Changes{Subject: cmd.Root, Then: []act.Follow{{Act: "incident.open", Command: open}}}, nil
	},
})

// command makes the command of an act of another package from its arguments.
func command(name string, args map[string]any) (any, error) {
	t, ok := act.CommandType(name)
	if !ok {
		return nil, fmt.Errorf("act %s: not in the catalogue", name)
	}
	b, err := json.Marshal(args)
	if err != nil {
		return nil, fmt.Errorf("spell the arguments of %s: %w", name, err)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(b, v.Interface()); err != nil {
		return nil, fmt.Errorf("arguments of %s: %w", name, err)
	}
	return v.Elem().Interface(), nil
}

// Resume lets stopped acts go on. Damage is the name of the findings that were shown.
type Resume struct {
	Damage string `json:"damage" max:"4000"`
	Reason string `json:"reason" req:"true"`
}

// Resumption is the decision to go on in the face of one damage.
type Resumption struct {
	Damage string    `col:"damage,key"`
	Reason string    `col:"reason"`
	By     []string  `col:"resumed_by"` // accounts, one for each of the three roles
	At     time.Time `col:"resumed_at"`
	store.Meta
}

// Resumptions is the table.
var Resumptions = store.Define[Resumption]("ledger_resumption")

// resuming is who signed.
type resuming struct {
	done  bool
	roles map[string][]term.AccountID
}

type resumeFacts struct {
	RolesSigned []string `fact:"roles_signed"`
}

var _ = act.Define(ActResume, act.Act[Resume, resuming, resumeFacts]{
	Check: func(cmd Resume) error {
		if b, err := hex.DecodeString(cmd.Damage); err != nil || len(b) != sha256.Size {
			return refuse.Field("damage", "bad_format")
		}
		return nil
	},
	Load: loadResume,
	Facts: func(s resuming, _ Resume, _ act.Env) resumeFacts {
		var f resumeFacts
		for role := range s.roles {
			f.RolesSigned = append(f.RolesSigned, role)
		}
		sort.Strings(f.RolesSigned)
		return f
	},
	Decide: decideResume,
})

func loadResume(tx *act.Tx, cmd Resume) (resuming, error) {
	s := resuming{roles: map[string][]term.AccountID{}}
	var err error
	if _, s.done, err = Resumptions.One(tx.Tx, "WHERE damage = $1", cmd.Damage); err != nil {
		return s, fmt.Errorf("look for an earlier resumption: %w", err)
	}
	for _, sign := range tx.Env.Signatures {
		account, ok, err := identity.BySigner(tx.Tx, sign.Person)
		if err != nil {
			return s, fmt.Errorf("find who signed: %w", err)
		}
		if !ok || !account.Active {
			continue
		}
		for _, role := range account.Roles {
			if !slices.Contains(s.roles[role], account.ID) {
				s.roles[role] = append(s.roles[role], account.ID)
			}
		}
	}
	return s, nil
}

func decideResume(s resuming, cmd Resume, env act.Env) (act.Changes, error) {
	switch {
	case strings.TrimSpace(cmd.Reason) == "":
		return act.Changes{}, refuse.Field("reason", "required")
	case s.done:
		return act.Changes{}, &refuse.Conflict{Table: "ledger_resumption", Key: cmd.Damage}
	}
	var by []string
	for _, role := range []string{identity.SysAdmin, identity.SecAdmin, identity.AuditAdmin} {
		i := slices.IndexFunc(s.roles[role], func(id term.AccountID) bool { return !slices.Contains(by, string(id)) })
		if i < 0 {
			return act.Changes{}, refuse.Field("signed", "three_administrators")
		}
		by = append(by, string(s.roles[role][i]))
	}
	row := Resumption{Damage: cmd.Damage, Reason: cmd.Reason, By: by, At: env.At}
	return act.Changes{Subject: cmd.Damage, Rows: []store.Change{Resumptions.Insert(row)}}, nil
}

// DamageID names a set of findings: equal for the same ones in any order.
func DamageID(total int, findings []string) string {
	sorted := slices.Sorted(slices.Values(findings))
	sum := sha256.Sum256([]byte(fmt.Sprint(total) + "\x00" + strings.Join(sorted, "\x00")))
	return hex.EncodeToString(sum[:])
}
