package checklist

import (
	"fmt"

	"jiyao/internal/calendar"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Newest is the sheet of a name that a person signed last, on or after a day; ok is false where he signed none.
func Newest(tx *store.Tx, name string, person term.PersonID, since calendar.Date) (s Sheet, ok bool, err error) {
	if person == "" {
		return Sheet{}, false, nil
	}
	s, ok, err = Sheets.One(tx, "WHERE person = $1 AND day >= $2 AND name = $3 ORDER BY signed_at DESC, id DESC LIMIT 1", string(person), since.String(), name)
	if err != nil {
		return Sheet{}, false, fmt.Errorf("find a signed sheet: %w", err)
	}
	return s, ok, nil
}
