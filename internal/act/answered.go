package act

import "jiyao/internal/approval"

// The kinds of notice by which an applicant is told what became of his request. They name no document: whether he
// may still know of it is looked up when he reads.
const (
	LeaveGranted   = "leave_granted"
	LeaveDenied    = "leave_denied"
	LeaveWithdrawn = "leave_withdrawn"
	LeaveExpired   = "leave_expired"
	StepDone       = "step_done" // a post did itself what was asked of it
	StepDeclined   = "step_declined"
)

// answers are the kinds of notice by the state of a leave: of a leave, and of a step that a post takes itself.
var answers = map[approval.State]struct{ leave, step string }{
	approval.Granted: {LeaveGranted, StepDone}, approval.Denied: {LeaveDenied, StepDeclined}, approval.Withdrawn: {LeaveWithdrawn, LeaveWithdrawn},
}

// answered is the kind of notice for a leave as it was decided; empty for one that is still open.
func answered(l approval.Leave) string {
	if l.Approval == "" {
		return answers[l.State].step
	}
	return answers[l.State].leave
}
