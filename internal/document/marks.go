package document

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Mark is what a register shows of an item beside its line: its marks, and what was struck out of its own line.
type Mark struct {
	Number  string // 机收〔2026〕0417
	Level   term.Level
	Period  string
	Urgency term.Urgency
	Regime  term.Regime
	Voided  bool
	// Old are the former values of fields of the line, the oldest first (划线更正); closed ones are left out.
	Old map[string][]string
}

// Marks gives what registers show of items. The ids must have been held against the viewer's sight. masked leaves
// former texts of 绝密 closed too.
func Marks(tx *store.Tx, ids []term.DocumentID, masked bool) (map[term.DocumentID]Mark, error) {
	out := map[term.DocumentID]Mark{}
	err := inPieces(ids, func(marks string, args []any) error {
		docs, err := Documents.Select(tx, "WHERE id IN ("+marks+")", args...)
		if err != nil {
			return err
		}
		for _, d := range docs {
			out[d.ID] = Mark{
				Number: Number(d), Level: d.Level, Period: d.Period, Urgency: d.Urgency, Regime: d.Regime, Voided: d.State == Voided, Old: map[string][]string{},
			}
		}
		notes, err := Notes.Select(tx, "WHERE kind = 'correct' AND document IN ("+marks+") ORDER BY noted_at, id", args...)
		for _, n := range notes {
			if masked && out[n.Document].Level == term.Juemi && sealedField(n.Field) {
				continue
			}
			if err := Notes.Reveal(tx, &n, "old"); err != nil {
				return fmt.Errorf("open a former value: %w", err)
			}
			was, err := text(n.Old)
			if err != nil {
				return fmt.Errorf("open a former value: %w", err)
			}
			out[n.Document].Old[n.Field] = append(out[n.Document].Old[n.Field], was)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the marks of items: %w", err)
	}
	return out, nil
}

// sealedField reports whether a field of the line is one that masking closes.
func sealedField(name string) bool {
	return name == "title" || name == "code_name" || name == "notes" || name == "result"
}

// documentsOf are the items of lines.
func documentsOf[R any](list []R, of func(R) term.DocumentID) []term.DocumentID {
	out := make([]term.DocumentID, len(list))
	for i, r := range list {
		out[i] = of(r)
	}
	return out
}

// openText opens one sealed text of a line; nothing where it is left closed or was never written.
func openText(shut bool, sealed store.Sealed, open func() (store.Sealed, error)) (string, error) {
	if shut || sealed.Empty() {
		return "", nil
	}
	opened, err := open()
	if err != nil {
		return "", err
	}
	return text(opened)
}

// masked says of a line whether its texts were left closed.
func masked(shut bool) string {
	if shut {
		return "yes"
	}
	return ""
}

// Known tells which of these items the viewer may know of; others are absent, as what there is not.
func Known(tx *store.Tx, v act.Viewer, ids []term.DocumentID) (map[term.DocumentID]bool, error) {
	out := map[term.DocumentID]bool{}
	err := inPieces(ids, func(marks string, args []any) error {
		cond, more := v.Visible("class", "id", len(args)+1)
		docs, err := Documents.Select(tx, "WHERE id IN ("+marks+") AND "+cond, append(args, more...)...)
		for _, d := range docs {
			out[d.ID] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find which items may be known: %w", err)
	}
	return out, nil
}

// coveredLine is Line with title, notes and result left closed, as a list shows 绝密.
func coveredLine(tx *store.Tx, d Document) (map[string]string, error) {
	d.Title, d.CodeName, d.Notes, d.Result = store.Sealed{}, store.Sealed{}, store.Sealed{}, store.Sealed{}
	out, err := Line(tx, d)
	if err == nil {
		out["masked"] = masked(true)
	}
	return out, err
}
