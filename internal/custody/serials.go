package custody

import (
	"slices"
	"strings"

	"golang.org/x/text/width"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// A serial number stands for one thing: two living carriers of one number are the same thing twice in the books, or one of them
// is misread. Paper bears 份号 instead. Once its bearer has ended the number may come again: a line that was struck is registered
// anew, what was returned is sent again, tapes bear the office's own numbers, and what lies on the table must be let into the
// books whatever they say of its past. Books of before may hold one number twice, so that acts look, and no index forbids.

// maxSerial bounds the serial number of one carrier, in characters.
const maxSerial = 60

// Serials reads the serial numbers of n carriers, one a piece, with a comma or a semicolon between them, in half width.
func Serials(text string, n int) ([]string, error) {
	var out []string
	for _, no := range SplitSerials(text) {
		if len([]rune(no)) > maxSerial {
			return nil, refuse.Field("serial_no", "too_long")
		}
		if slices.ContainsFunc(out, func(other string) bool { return SerialKey(other) == SerialKey(no) }) {
			return nil, refuse.Field("serial_no", "twice")
		}
		out = append(out, no)
	}
	if len(out) > 0 && len(out) != n {
		return nil, refuse.Field("serial_no", "one_a_copy")
	}
	return out, nil
}

// SplitSerials gives the numbers of a text, as far as it has any.
func SplitSerials(text string) []string {
	var out []string
	for _, no := range strings.FieldsFunc(width.Fold.String(text), func(r rune) bool { return strings.ContainsRune("、,;\n", r) }) {
		if no = strings.TrimSpace(no); no != "" {
			out = append(out, no)
		}
	}
	return out
}

// SerialOf is a serial number as it is kept: in half width, without spaces around it.
func SerialOf(no string) string { return strings.TrimSpace(width.Fold.String(no)) }

// SerialKey is the same for two spellings of one serial number.
func SerialKey(no string) string { return strings.ToUpper(SerialOf(no)) }

// OneOfItsNumber reports whether carriers of a medium are told apart by their serial number.
func OneOfItsNumber(medium string) bool { return medium != paper }

const paper = "paper"

// SerialInUse reports whether any of some serial numbers is that of a carrier that lives.
func SerialInUse(tx *store.Tx, serials []string) (bool, error) {
	for _, no := range serials {
		n, err := Copies.Count(tx, "WHERE upper(serial_no) = upper($1) AND serial_no <> '' AND state <> 'ended' AND medium <> 'paper'", SerialOf(no))
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
