package term

import (
	"fmt"
	"strings"
)

// Level is a secrecy level (密级). It is spelled 绝密 机密 秘密 内部 公开 everywhere outside the program.
// The zero value is no level at all and is never valid in a row.
type Level string

// The five levels, highest first. 内部 and 公开 are not secrets of the state.
const (
	Juemi Level = "绝密"
	Jimi  Level = "机密"
	Mimi  Level = "秘密"
	Neibu Level = "内部"
	Open  Level = "公开"
)

// Levels lists all levels, lowest first.
func Levels() []Level { return []Level{Open, Neibu, Mimi, Jimi, Juemi} }

// ParseLevel accepts the five spellings exactly.
func ParseLevel(s string) (Level, error) {
	l := Level(strings.TrimSpace(s))
	if l.Rank() < 0 {
		return "", fmt.Errorf("level %q: %w", s, ErrSpelling)
	}
	return l, nil
}

// Rank orders levels from 公开 = 0 to 绝密 = 4; -1 is no level. It is for storage and policy facts;
// compare in code through AtLeast and Above.
func (l Level) Rank() int {
	switch l {
	case Open:
		return 0
	case Neibu:
		return 1
	case Mimi:
		return 2
	case Jimi:
		return 3
	case Juemi:
		return 4
	}
	return -1
}

// AtLeast reports whether l is other or higher. An invalid level on either side is not at least anything.
func (l Level) AtLeast(other Level) bool {
	return l.Rank() >= 0 && other.Rank() >= 0 && l.Rank() >= other.Rank()
}

// Above reports whether l is strictly higher than other.
func (l Level) Above(other Level) bool { return l.AtLeast(other) && l != other }

// Classified reports whether l is 秘密 or above.
func (l Level) Classified() bool { return l.AtLeast(Mimi) }

// Valid reports whether l is one of the five.
func (l Level) Valid() bool { return l.Rank() >= 0 }

// Regime says whose secret a matter is: the state's, the office's work secret, or the company's.
type Regime string

// The three regimes (domain reference §1).
const (
	RegimeState   Regime = "state"
	RegimeWork    Regime = "work"
	RegimeCompany Regime = "company"
)

// Valid reports whether r is one of the three.
func (r Regime) Valid() bool { return r == RegimeState || r == RegimeWork || r == RegimeCompany }

// Mark is the mark of a level as it is written: 机密★10年 for a secret of the state, 公司机密 10年 for one of the company.
// The star stands on nothing else. period may be empty.
func (r Regime) Mark(l Level, period string) string {
	mark, between := string(l), " "
	if l.Classified() {
		if r == RegimeCompany {
			mark = "公司" + mark
		} else if r != RegimeWork {
			between = "★"
		}
	}
	if period == "" {
		return mark
	}
	return mark + between + period
}

// Urgency is 紧急程度 of a document. Telegrams have a scale of their own.
type Urgency string

// The document scale.
const (
	Ordinary    Urgency = "一般"
	Urgent      Urgency = "加急"
	ExtraUrgent Urgency = "特急"
)

// ParseUrgency accepts the three spellings; empty is 一般, as on paper.
func ParseUrgency(s string) (Urgency, error) {
	switch u := Urgency(strings.TrimSpace(s)); u {
	case Ordinary, Urgent, ExtraUrgent:
		return u, nil
	case "":
		return Ordinary, nil
	}
	return "", fmt.Errorf("urgency %q: %w", s, ErrSpelling)
}

// Compare puts urgencies in order: negative where u is the less urgent. Anything unknown is 一般.
func (u Urgency) Compare(other Urgency) int {
	rank := map[Urgency]int{Urgent: 1, ExtraUrgent: 2}
	return rank[u] - rank[other]
}

// Valid reports whether u is one of the three.
func (u Urgency) Valid() bool { return u == Ordinary || u == Urgent || u == ExtraUrgent }

// Zone is the kind of network this instance is declared to run on; an undeclared one counts as ZoneOffice.
type Zone string

// The three zones (architecture §6).
const (
	ZoneOffice     Zone = "office"
	ZoneClassified Zone = "classified"
	ZoneCompany    Zone = "company"
)

// Valid reports whether z is one of the three.
func (z Zone) Valid() bool { return z == ZoneOffice || z == ZoneClassified || z == ZoneCompany }
