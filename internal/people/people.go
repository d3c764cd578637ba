// Package people keeps who is who: units, posts, persons, who holds which post and since when, grades, signed
// commitments (保密承诺书), delegations, and what the office has set about itself: the regulations it adopted,
// its own parameters, its declared zone, the years of the calendar it imported.
//
//	found ─► unit_create ─► post_create ─► post_assign ─► … ─► post_end
//	 │        person_register ─► grade, commit, read_regulation
//	 │        delegate ─► revoke
//	 └──────► adopt, amend_parameter, set_zone, calendar.import
//
// Posts are the office's own; each says for which posts of the packs it stands (county/officer, base/officer).
// A pack is asked about its own names alone, so one person at one desk can be what three regulations call him.
// While an optional post is vacant, its work falls to the post that the pack names for it.
//
// What must always hold:
//   - A Directory is a snapshot of one moment and never changes; what cannot be found in it is not so.
//   - Whoever left, whose post ended, whose delegation ran out or was given by somebody who no longer holds the
//     post, has none of it from that instant on. Days are inclusive, in Asia/Shanghai.
//   - The law of a day is made of the regulations adopted for that day. The newest adoption of a pack says all
//     that is adopted of it. An office's own parameter is never looser than the source.
//   - An administrator (三员) holds no business post.
//   - A declared zone counts only while its approval, test and expiry stand; an undeclared one is `office`.
//
// Caches hang on one row, people_version, which every act of this room draws anew: an act inside a batch sees
// what the act before it did, another node sees it with the commit, and what was rolled back is never met again.
//
// Attacks: an office file with names that do not fit (strict, with the line), a post that makes an administrator
// of an officer, a delegation of what its line does not let go, a parameter that loosens, a law dated back.
package people
