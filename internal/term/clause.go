package term

import (
	"fmt"
	"regexp"
	"strings"
)

// Clause is the id of one obligation of a regulation, such as B-3.3g: pack, article, item, letter.
// Ids never change; an office that renumbers its text changes only the citation.
type Clause string

var clausePattern = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,7}-[0-9]{1,3}(\.[0-9]{1,3})?[a-z]?$`)

// ParseClause accepts REG-article[.item][letter].
func ParseClause(s string) (Clause, error) {
	if !clausePattern.MatchString(s) {
		return "", fmt.Errorf("clause %q: want REG-article[.item][letter]: %w", s, ErrSpelling)
	}
	return Clause(s), nil
}

// Pack is the part before the dash: A1, A2, B, C, D, L, or an office's own.
func (c Clause) Pack() string {
	pack, _, _ := strings.Cut(string(c), "-")
	return pack
}

// Number is what is printed on a chip: the part after the dash without the letter ("3.3").
func (c Clause) Number() string {
	_, n, _ := strings.Cut(string(c), "-")
	return strings.TrimRight(n, "abcdefghijklmnopqrstuvwxyz")
}

// Article is the first number of the clause: 3 for B-3.3g.
func (c Clause) Article() int {
	n := 0
	for _, r := range c.Number() {
		if r < '0' || r > '9' {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}
