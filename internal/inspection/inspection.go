// Package inspection keeps findings (问题): what is wrong, where, whose it is to mend, by when, and who says that it
// is mended.
//
//	find ─► open ──measure (owner)──► measured ──recheck fixed──► rechecked ──close──► closed
//	          ▲                           │                                    ▲
//	          └────── recheck not_fixed ──┘            close ──────────────────┘
//
// What must always hold:
//   - Anybody may report a finding, and a clause may, through the system.
//   - The owner mends; another one than the owner looks again and closes. Who is the owner by his post is the owner.
//   - What was found and what was done are sealed values; a finding names a document by its id only.
//   - A finding is never deleted. Its states follow the diagram and nothing else.
//
// Attacks: an owner who closes his own finding through a second post, a report that fills the board of another
// (bounds of act; each names who made it), a report that tells posts of its own choosing (the system alone may).
package inspection
