package custody

import (
	"jiyao/internal/act"
	"jiyao/internal/term"
)

// Twin is a copy that is made of another, of the same document.
type Twin struct {
	Of            Copy
	Series        term.Series
	Year, No, Seq int
	Material      Material
	Nth           int // of those that are made together, from 1
	Level         term.Level
	Number, Stamp string // 复印件编号, and the stamp of the unit that made it
}

// Duplicated gives the new copy: a piece like the one it was made of, not yet labelled nor put away.
func Duplicated(t Twin, env act.Env) Copy {
	c := Copy{
		ID: term.CopyID(env.ID()), Document: t.Of.Document, Seq: t.Seq, Label: term.MakeLabelCode(t.Series, t.Year, t.No, t.Seq), Level: t.Level, Class: t.Of.Class,
		Pages: t.Of.Pages, Attachments: t.Of.Attachments, State: Received, Since: env.At,
		Source: t.Of.ID, DuplicateNo: t.Number, Stamp: t.Stamp,
	}
	t.Material.make(&c, t.Nth)
	return c
}
