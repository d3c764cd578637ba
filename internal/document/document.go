// Package document keeps what came in: the envelopes of a courier, the lines of 收文登记簿, the processing
// slip, the handling opinion, the scope, leaders' instructions and their results.
//
// The life of a received document:
//
//	accept ─► sign_for ─► register (with its copies) ─► slip ─► opine ─► scope ─► circulation … ─► complete
//	  │                     │                             │
//	  └─ discrepancy        └─ correct, void (the number stays)
//
// What must always hold:
//   - Title, issuer and document number are sealed values; they stand in no fact, entry, log or address.
//   - Receipt numbers of one year have no gap: a voided line keeps its number.
//   - A document has one slip. A scope names persons, or units with a reason.
//   - Steps are only added. What a clause asks to stand before something else is looked up there.
//
// Custody holds the copies and circulation the stops; both know a document only as an act.Item.
package document
