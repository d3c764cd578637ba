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

// OwnNo is the number that a piece bears itself: its 份号, or the 复印件编号 of one that was made of another; empty where it has none.
func (c Copy) OwnNo() string {
	if c.CopyNo == "" {
		return c.DuplicateNo
	}
	return string(c.CopyNo)
}

// Called is how lines name a piece: by its own number, else by its label.
func (c Copy) Called() string {
	if no := c.OwnNo(); no != "" {
		return no
	}
	return string(c.Label)
}

// Bears reports whether a number that was read from a piece is one of this piece's.
func (c Copy) Bears(no string) bool {
	return no != "" && (no == string(c.CopyNo) || no == string(c.Label) || no == c.DuplicateNo)
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
