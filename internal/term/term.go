// Package term holds the words of the field: secrecy levels, regimes, urgencies, document numbers,
// copy numbers, label codes, clause ids and the ids of everything that is recorded.
//
// Only words live here. A type of this package knows how it is spelled, how it compares and whether a text
// is a valid spelling; it never knows what is allowed. Levels compare through methods and never by "<",
// because published translations of 绝密 机密 秘密 differ by one step and an off-by-one level is the worst
// bug this program could have.
package term

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
)

// ErrSpelling is wrapped by every parse error of this package.
var ErrSpelling = errors.New("not a valid spelling")

// crockford is the alphabet of ids and receipt references: no I, L, O, U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// IDLen is the length of an id in characters (60 bits).
const IDLen = 12

// Ids are 12 characters of Crockford base32 drawn at random; they carry no meaning and no order.
// The one exception is a PersonID or PostID that the set-up file names itself.
type (
	DocumentID string // 收文、发文
	EnvelopeID string // 信封: what a courier hands over
	CopyID     string // 份: one carrier
	CountID    string // one stock-taking
	// DisposalListID is 清退清单, 移交清单 or 销毁清册.
	DisposalListID string
	HandOverID     string // one line of 交接
	PlaceID        string // 存放处
	CirculationID  string // 传阅
	StopID         string // one reader's turn in a circulation
	InstructionID  string // 批示
	PersonID       string
	UnitID         string // 部门
	PostID         string // 岗位
	DelegationID   string
	CommitmentID   string // 保密承诺书
	AccountID      string
	SessionID      string
	TerminalID     string
	ObligationID   string // 时限义务
	NoticeID       string
	LeaveID        string // 批准
	CaseID         string // 事件
	FindingID      string // 问题
	DeviceID       string // 设备
	SlipID         string // 收文处理签
)

// NewID draws an id from r (crypto/rand.Reader in the running program, a counter in proofs).
// It fails only when r fails.
func NewID(r io.Reader) (string, error) {
	if r == nil {
		r = rand.Reader
	}
	var b [IDLen]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", fmt.Errorf("draw an id: %w", err)
	}
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return string(b[:]), nil
}

// ValidID reports whether s is spelled as NewID spells ids.
func ValidID(s string) bool {
	if len(s) != IDLen {
		return false
	}
	for i := range len(s) {
		if !isCrockford(s[i]) {
			return false
		}
	}
	return true
}

func isCrockford(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' && c != 'I' && c != 'L' && c != 'O' && c != 'U'
}
