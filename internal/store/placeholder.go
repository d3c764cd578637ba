package store

import (
	"errors"
	"fmt"
	"strings"
)

// ErrQuery is wrapped where the text of a statement breaks a rule that keeps it the same on both engines.
var ErrQuery = errors.New("not a statement both engines understand alike")

// control are the words that would take the transaction, or the connection's settings, out of our hands.
var control = map[string]bool{
	"BEGIN": true, "START": true, "COMMIT": true, "END": true, "ROLLBACK": true, "ABORT": true, "SAVEPOINT": true,
	"RELEASE": true, "ATTACH": true, "DETACH": true, "PRAGMA": true, "VACUUM": true, "SET": true, "RESET": true,
	"COPY": true, "LISTEN": true,
}

// checkQuery holds a statement to the rules of the essay: $n numbered from 1 in the order of first use, no
// other kind of placeholder, one command, no transaction control. It runs once for each text and connection.
func checkQuery(q string) error {
	first := strings.ToUpper(strings.TrimLeft(q, " \t\r\n"))
	if i := strings.IndexFunc(first, func(r rune) bool { return r < 'A' || r > 'Z' }); i >= 0 {
		first = first[:i]
	}
	if control[first] {
		return fmt.Errorf("%s belongs to the writer: %w", first, ErrQuery)
	}
	next := 1
	for i := 0; i < len(q); {
		j := skipQuoted(q, i)
		if j < 0 {
			return fmt.Errorf("a quote or comment is not closed: %w", ErrQuery)
		}
		if j > i {
			i = j
			continue
		}
		switch q[i] {
		case ';':
			return fmt.Errorf("more than one command: %w", ErrQuery)
		case '?':
			return fmt.Errorf("placeholders are $1, $2: %w", ErrQuery)
		case '$':
			n, end := 0, i+1
			for end < len(q) && q[end] >= '0' && q[end] <= '9' && n < 1e6 {
				n = n*10 + int(q[end]-'0')
				end++
			}
			if n < 1 || n > next {
				return fmt.Errorf("placeholder $%d where $%d or an earlier one was expected: %w", n, next, ErrQuery)
			}
			if n == next {
				next++
			}
			i = end
			continue
		}
		i++
	}
	return nil
}

// skipQuoted returns the end of the string, quoted name or comment that starts at i; i where none does; -1
// where it does not end.
func skipQuoted(q string, i int) int {
	rest := q[i:]
	switch {
	case rest[0] == '\'' || rest[0] == '"':
		// A doubled quote ends one string and starts the next, which comes to the same here.
		if n := strings.IndexByte(rest[1:], rest[0]); n >= 0 {
			return i + n + 2
		}
		return -1
	case strings.HasPrefix(rest, "--"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n + 1
		}
		return len(q)
	case strings.HasPrefix(rest, "/*"):
		if n := strings.Index(rest, "*/"); n >= 0 {
			return i + n + 2
		}
		return -1
	}
	return i
}
