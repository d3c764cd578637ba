package documentweb

import (
	"strconv"

	"jiyao/internal/document"
)

// figure is a count as a page says it: one too high to be counted out ends in a plus.
func figure(n int) string {
	if n >= document.MaxCount {
		return strconv.Itoa(document.MaxCount-1) + "+"
	}
	return strconv.Itoa(n)
}
