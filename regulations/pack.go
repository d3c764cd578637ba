// Package regulations holds the law as data: one folder for each written regulation, and base for what every
// office has whatever it adopts. There is no code here beyond the embedding; internal/regulation reads it.
//
// Each folder is a pack:
//
//	pack.yaml       who it is: id, mark, parts that can be adopted alone, posts, parameters
//	clauses.yaml    every obligation: id, citation as printed, text, gloss, how it is enforced, what must happen
//	functions.yaml  who may do which act (base permits, the others narrow)
//	…               rules, approvals, visibility, obligations, records, checklists, consequences, proofs
//
// What must always hold: an id never changes its meaning and is never reused; a text is kept as its source has
// it; a pack names no post, parameter or number that its source or its own reading (marked reading: ours) does
// not have. The tests of this package hold the counts.
//
// Conventions that the files share: the name act/case in speaks and fallback means one case of an act, the bare
// act means the rest of it; where stricter is a list, its first value is the strictest; a default of none is a
// limit that the office has not set.
package regulations

import "embed"

// Names are the folders of FS, base first, then by mark.
var Names = []string{"base", "bureau", "district", "county", "school", "company"}

// FS holds every file of the six packs under its folder: county/clauses.yaml. Each pack has a model office under
// its own regulation alone (county/office.yaml); demo/office.yaml is the one that adopts four of them.
//
//go:embed coverage.json all:base all:bureau all:district all:county all:school all:company all:demo
var FS embed.FS
