package custody

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// reproductions are the lines of what was made of others, of these kinds.
func reproductions(kinds ...string) Source {
	return func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
		where := []string{"kind IN ('" + strings.Join(kinds, "', '") + "')"}
		var args []any
		if f.Document != "" {
			where, args = append(where, "document = $1"), append(args, string(f.Document))
		}
		cond, more := act.Viewer{Person: person, Sight: sight}.Visible("d.class", "d.id", len(args)+1)
		where = append(where, "EXISTS (SELECT 1 FROM document d WHERE d.id = reproduction.document AND "+cond+")")
		tail, args := f.Tail("made_at", "id", where, append(args, more...), maxRegister)
		list, err := Reproductions.Select(tx, tail, args...)
		if err != nil {
			return nil, fmt.Errorf("read what was made of others: %w", err)
		}
		out := make([]map[string]string, len(list))
		for i, r := range list {
			line, err := madeTexts(tx, r, f.Masked && r.Level == term.Juemi)
			if err != nil {
				return nil, err
			}
			out[i] = store.Stand(line, r.MadeAt, r.ID)
		}
		return out, nil
	}
}

func madeTexts(tx *store.Tx, r Reproduction, masked bool) (map[string]string, error) {
	out := map[string]string{
		"document": string(r.Document), "copy": string(r.Copy), "kind": r.Kind, "number": r.Number, "source_copy": string(r.SourceCopy),
		"sources": strings.Join(r.Sources, "、"), "device": string(r.Device), "medium": r.Medium, "recording_kind": r.RecordingKind, "stamp": r.Stamp,
		"approver": strings.Join(r.ApprovedBy, "、"), "approved_at": minute(r.ApprovedAt), "made_by": string(r.MadeBy), "made_at": minute(r.MadeAt),
		"consent_date": r.ConsentDate, "level": string(r.Level),
	}
	if masked {
		out["masked"] = "yes"
		return out, nil
	}
	if err := Reproductions.Reveal(tx, &r); err != nil {
		return nil, fmt.Errorf("open a line of what was made of others: %w", err)
	}
	for name, s := range map[string]store.Sealed{"purpose": r.Purpose, "passages": r.Passages, "recipients": r.Recipients, "consent_no": r.ConsentNo} {
		text, err := s.Text()
		if err != nil {
			return nil, fmt.Errorf("open a line of what was made of others: %w", err)
		}
		out[name] = text
	}
	return out, nil
}
