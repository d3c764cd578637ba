package procedure

import (
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/disposal"
	"jiyao/internal/document"
	"jiyao/internal/meeting"
	"jiyao/internal/people"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Book asks for lines of registers, as far as a viewer may know of them.
type Book struct {
	store.Window
	Now    time.Time
	People act.Directory // who belongs where; what needs it stays empty without
	// Masked leaves title and free text of 绝密 closed: such a line has "masked" = yes, or = title where the title alone is.
	Masked bool
}

// Lines gives the lines of a source of some noun: what that noun keeps, then what others know of the same pieces and items, so
// that a register has the columns of its form. Values are as the nouns give them. A name that no noun has is an error.
func (b Book) Lines(tx *store.Tx, v act.Viewer, source string) ([]map[string]string, error) {
	rows, err := b.own(tx, v, source)
	if err != nil {
		return nil, err
	}
	if complete, ok := completing[source]; ok && len(rows) > 0 {
		if err := complete(b, tx, rows); err != nil {
			return nil, fmt.Errorf("complete the register %s: %w", source, err)
		}
	}
	return rows, nil
}

func (b Book) own(tx *store.Tx, v act.Viewer, source string) ([]map[string]string, error) {
	if kinds, ok := leaveBooks[source]; ok {
		return b.leaves(tx, v, kinds)
	}
	if read, ok := document.Registers[source]; ok {
		return read(tx, v.Sight, v.Person, document.Filter{Window: b.Window, Masked: b.Masked})
	}
	if read, ok := disposal.Registers[source]; ok {
		return read(tx, v.Sight, v.Person, disposal.Filter{Window: b.Window, Masked: b.Masked})
	}
	if read, ok := custody.Registers[source]; ok {
		return read(tx, v.Sight, v.Person, custody.Filter{Window: b.Window, Masked: b.Masked})
	}
	if read, ok := people.Registers[source]; ok {
		return read(tx, v.Sight, v.Person, b.Window)
	}
	if source == meeting.SourceOfSupplies {
		return meeting.Given(tx, v, b.Window, b.Now)
	}
	return nil, fmt.Errorf("register %q: a source of some noun is expected", source)
}

// unit is the unit of a person; empty where nobody says it.
func (b Book) unit(person string) string {
	if b.People == nil || person == "" {
		return ""
	}
	return string(b.People.Unit(term.PersonID(person)))
}
