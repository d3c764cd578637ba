package approval_test

import (
	"testing"
	"time"

	"jiyao/internal/approval"
)

// Each grant counts one person; the last that is needed makes the leave granted, with its times.
func TestAQuorum(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := approval.Leave{State: approval.Asked, Quorum: 2}
	l = approval.Grant(l, "a", at, at.Add(time.Minute), at.Add(time.Hour))
	if l.State != approval.Asked || len(l.Grantors) != 1 || !l.RecordedAt.IsZero() {
		t.Errorf("after one of two: %+v", l)
	}
	l = approval.Grant(l, "b", at, at.Add(time.Minute), at.Add(time.Hour))
	if l.State != approval.Granted || l.GrantedBy != "b" || len(l.Grantors) != 2 || !l.RecordedAt.Equal(at.Add(time.Minute)) || !l.ExpiresAt.Equal(at.Add(time.Hour)) {
		t.Errorf("after two of two: %+v", l)
	}
	if of := approval.Grant(approval.Leave{State: approval.Asked}, "a", at, at, at); of.State != approval.Granted {
		t.Errorf("a leave of before takes one: %+v", of)
	}
}
