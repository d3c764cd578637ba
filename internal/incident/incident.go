// Package incident keeps cases (事件): leaks, losses, breaches, and whatever a clause calls one.
//
//	open (by anybody, or by a clause through the system) ─► annotate … ─► (decided and closed by a later issue)
//
// What must always hold:
//   - Reporting is never closed to anybody, and what is reported is never deleted and never merged away. Both can
//     be asked for, so that the asking is refused and stays in the ledger.
//   - A case cites the clause that opened it and every clause that the adopted packs attach to its kind; the posts
//     that these name are told at once.
//   - Whom a case concerns never sees it: not in a list, a count, a notice or an answer. For him, and for anybody
//     else who neither keeps cases nor was told nor reported it, it answers as a random id does.
//   - What happened and who came to know are sealed values; they stand in no fact, entry or log.
//   - Only the system tells further posts than the law does, and only it says that a case comes from the system.
//
// Attacks: a report that names a document to learn whether it exists (nothing is looked up, the answer is the
// same), one that names the officer so that he cannot see it (it stays with the other keepers), a flood (bounds of
// act; each report names who made it).
package incident
