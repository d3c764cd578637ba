package document

import (
	"fmt"
	"strings"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// slipParts adds what was written on a slip below its register line: opinion 拟办, instruction 批示, read 阅签 (who
// signed), handling 承办 (who), chase 催办 (when), completion 办结. shut leaves the texts of 绝密 closed.
func slipParts(tx *store.Tx, d Document, shut bool, line map[string]string) error {
	var detail Detail
	for _, part := range []func(*store.Tx, term.DocumentID, *Detail) error{readOpinion, readInstructions} {
		if err := part(tx, d.ID, &detail); err != nil {
			return err
		}
	}
	turns, err := Turns(tx, d.ID)
	if err != nil {
		return err
	}
	var words, chases, readers []string
	for _, i := range detail.Instructions {
		words = append(words, i.Words)
		for _, c := range i.Chases {
			chases = append(chases, minute(c.At))
		}
	}
	for _, t := range turns {
		if !t.ReadAt.IsZero() {
			readers = append(readers, string(t.Reader))
		}
	}
	line["opinion"], line["instruction"] = detail.OpinionText, strings.Join(words, "、")
	line["read"], line["handling"], line["chase"] = strings.Join(readers, "、"), string(d.Handler), strings.Join(chases, "、")
	if shut {
		line["opinion"], line["instruction"], line["completion"] = "", "", ""
		return nil
	}
	if err := Documents.Reveal(tx, &d, "result"); err != nil {
		return fmt.Errorf("open a result: %w", err)
	}
	line["completion"], err = text(d.Result)
	return err
}
