package act

import (
	"strconv"
	"strings"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// Viewer is who looks, as far as reading goes: whom he is related to items as, and what the law lets him know.
type Viewer struct {
	Person term.PersonID // empty: an administrator, who is related to nothing
	Sight  regulation.Sight
}

// Visible is the one condition that leaves of a list what the viewer may know: Sight.Sees of Item.Matter in SQL, over
// sets, so that a page costs the same whoever asks. class and document are the list's columns for an item's class and
// id; placeholders begin at first.
func (v Viewer) Visible(class, document string, first int) (string, []any) {
	var or []string
	var args []any
	if len(v.Sight.Open) > 0 {
		classes := make([]string, len(v.Sight.Open))
		for i, c := range v.Sight.Open {
			classes[i] = strconv.Itoa(int(c)) // of the law, never of the reader
		}
		or = append(or, class+" IN ("+strings.Join(classes, ", ")+")")
	}
	for _, from := range v.Kin("$" + strconv.Itoa(first)) {
		or = append(or, akin(from, document))
		args = []any{string(v.Person)}
	}
	if len(or) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(or, " OR ") + ")", args
}

// Kin are the rows that relate the viewer to documents, each with a column document, by the ways of knowing that
// Item.Matter names; person is the placeholder of his id.
func (v Viewer) Kin(person string) []string {
	if v.Person == "" {
		return nil
	}
	var out []string
	for _, way := range v.Sight.By {
		switch way {
		case "in_scope":
			out = append(out, "knower WHERE person = "+person+" AND until IS NULL",
				"knower WHERE unit <> '' AND unit = (SELECT unit FROM person WHERE id = "+person+") AND until IS NULL")
		case "holder":
			out = append(out, HeldBy(person))
		}
	}
	return out
}

// HeldBy are the copies that somebody has with him; person is the placeholder of his id.
func HeldBy(person string) string { return "copy WHERE holder = " + person + " AND state = 'held'" }

// akin is true of a document that is among those of a table. It looks each up in turn: what a reader has ever been
// given grows with the years, and a page must not. Whether he has any at all is asked once, since few hold something and
// few units are named. The inner name keeps column from meaning the table's own.
func akin(from, column string) string {
	return "EXISTS (SELECT 1 FROM " + from + ") AND EXISTS (SELECT 1 FROM (SELECT document AS known FROM " + from + ") AS own WHERE own.known = " + column + ")"
}
