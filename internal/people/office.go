package people

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Office answers for the office what acts and pages ask: who is who, the law, the calendar and the zone. It
// implements act.Office over one database. It is safe for concurrent use; the zero value is ready.
//
// Law asks the database for the version of the tables, once for a transaction; the other three lean on its
// answer while they are given the same transaction, so that an act costs one small query.
type Office struct {
	last atomic.Pointer[asked]
	book lawbook

	mu    sync.Mutex
	rolls []*roll      // newest use first
	views []*Directory // newest use first
	dates dated
}

// asked is the answer of one transaction. The pointer is weak so that a later transaction at the same address is
// not taken for it.
type asked struct {
	tx   weak.Pointer[store.Tx]
	roll *roll
}

// dated is the calendar made for one version.
type dated struct {
	of   *roll
	book calendar.Book
}

// How much stays in memory: versions for readers on older snapshots, moments for late entries.
const (
	keptRolls = 3
	keptViews = 8
)

var _ act.Office = (*Office)(nil)

// at gives the rows as this transaction sees them. fresh asks again even where the transaction was asked before.
func (o *Office) at(tx *store.Tx, fresh bool) (*roll, error) {
	if a := o.last.Load(); !fresh && a != nil && a.tx == weak.Make(tx) {
		return a.roll, nil
	}
	version, err := readVersion(tx)
	if err != nil {
		return nil, err
	}
	r := o.kept(version)
	if r == nil {
		if r, err = readRoll(tx); err != nil {
			return nil, err
		}
		o.keep(r)
	}
	o.last.Store(&asked{weak.Make(tx), r})
	return r, nil
}

func (o *Office) kept(version string) *roll {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rolls {
		if r.version == version && version != "" {
			return r
		}
	}
	return nil
}

func (o *Office) keep(r *roll) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rolls = append([]*roll{r}, o.rolls...)
	o.rolls = o.rolls[:min(len(o.rolls), keptRolls)]
}

// Law is what binds the office at a moment.
func (o *Office) Law(tx *store.Tx, at time.Time) (*regulation.Law, error) {
	r, err := o.at(tx, true)
	if err != nil {
		return nil, err
	}
	return o.book.of(r, calendar.DateOf(at))
}

// Directory is who held what at a moment.
func (o *Office) Directory(tx *store.Tx, at time.Time) (act.Directory, error) {
	d, err := o.People(tx, at)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// People is Directory with all that the pages of this room want.
func (o *Office) People(tx *store.Tx, at time.Time) (*Directory, error) {
	r, err := o.at(tx, false)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	for _, d := range o.views {
		if d.roll == r && !at.Before(d.from) && at.Before(d.until) {
			o.mu.Unlock()
			return d, nil
		}
	}
	o.mu.Unlock()
	d, err := r.directory(at)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.views = append([]*Directory{d}, o.views...)
	o.views = o.views[:min(len(o.views), keptViews)]
	return d, nil
}

// Calendar is the built-in years with the imported ones in their place.
func (o *Office) Calendar(tx *store.Tx) (calendar.Book, error) {
	r, err := o.at(tx, false)
	if err != nil {
		return calendar.Book{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dates.of == r {
		return o.dates.book, nil
	}
	book := calendar.Builtin()
	for _, row := range r.years {
		y, err := parseYear(row.YAML)
		if err != nil {
			return calendar.Book{}, fmt.Errorf("read the imported year %s: %w", row.ID, err)
		}
		book = book.With(y)
	}
	o.dates = dated{r, book}
	return book, nil
}

func parseYear(text string) (calendar.Year, error) {
	return calendar.ParseYear("calendar.yaml", []byte(text))
}

// Zone is the zone as declared, `office` unless the declaration stands today by the store's clock.
func (o *Office) Zone(tx *store.Tx) (term.Zone, error) {
	r, err := o.at(tx, false)
	if err != nil {
		return "", err
	}
	return r.zoning().InForce(calendar.DateOf(tx.Now())), nil
}

// Zoning gives the declaration itself, for the instance's page and the facts about bodies.
func (o *Office) Zoning(tx *store.Tx) (Zoning, error) {
	r, err := o.at(tx, false)
	if err != nil {
		return Zoning{}, err
	}
	return r.zoning(), nil
}

// Profile is what the office calls itself; empty before the set-up.
type Profile struct {
	Name   string      `json:"name"`
	Room   string      `json:"room"`
	Regime term.Regime `json:"regime"`
}

// Profile gives the office's name, room and regime.
func (o *Office) Profile(tx *store.Tx) (Profile, error) {
	r, err := o.at(tx, false)
	if err != nil {
		return Profile{}, err
	}
	return Profile{r.settings[settingName], r.settings[settingRoom], term.Regime(r.settings[settingRegime])}, nil
}

// Adoptions lists every adoption there ever was, in order of its day in force.
func (o *Office) Adoptions(tx *store.Tx) ([]Adoption, error) {
	r, err := o.at(tx, false)
	if err != nil {
		return nil, err
	}
	return r.adoptions, nil
}

// Zoning is the declared network zone with what it leans on.
type Zoning struct {
	Zone          term.Zone  `json:"zone" yaml:"zone"`
	ApprovalNo    string     `json:"approval_no" yaml:"approval_no"`
	ApprovedLevel term.Level `json:"approved_level" yaml:"approved_level"`
	TestedOn      string     `json:"tested_on" yaml:"tested_on"`   // YYYY-MM-DD
	ExpiresOn     string     `json:"expires_on" yaml:"expires_on"` // inclusive
	CipherClass   string     `json:"cipher_class" yaml:"cipher_class"`
}

func (r *roll) zoning() Zoning {
	s := r.settings
	return Zoning{term.Zone(s[settingZone]), s[settingApproval], term.Level(s[settingLevel]), s[settingTested], s[settingExpires], s[settingCipher]}
}

// InForce is the zone that counts on a day: a classified one only with approval, level, test and an expiry that
// is not past, every other thing unknown is the office network.
func (z Zoning) InForce(day calendar.Date) term.Zone {
	switch z.Zone {
	case term.ZoneCompany:
		return term.ZoneCompany
	case term.ZoneClassified:
		today := day.String()
		if z.ApprovalNo != "" && z.ApprovedLevel.Valid() && z.TestedOn != "" && z.TestedOn <= today && z.ExpiresOn >= today {
			return term.ZoneClassified
		}
	case term.ZoneOffice:
	}
	return term.ZoneOffice
}

func yearID(y calendar.Year) string { return strconv.Itoa(y.Number()) }
