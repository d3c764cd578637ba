package people

import (
	"fmt"
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Unit is a department, township or other unit of the office.
type Unit struct {
	ID    term.UnitID `col:"id,key"`
	Name  string      `col:"name"`
	Kind  string      `col:"kind"`  // office, department, 区直部门, 乡镇, other
	Slots []string    `col:"slots"` // pack units it stands for: county/hr …
	store.Meta
}

// Post is one of the office's own posts and the pack posts it stands for.
type Post struct {
	ID     term.PostID `col:"id,key"`
	Name   string      `col:"name"`
	Stands []string    `col:"stands"` // county/officer, base/officer …
	Unit   term.UnitID `col:"unit"`   // for posts of one unit (head of a department); may be empty
	store.Meta
}

// Person is somebody who can sign, read, hold or be named.
type Person struct {
	ID          term.PersonID `col:"id,key"`
	Name        string        `col:"name"`
	Unit        term.UnitID   `col:"unit"`
	Affiliation string        `col:"affiliation"` // staff, branch (a unit of the house elsewhere), system (another unit of the same 系统), stranger
	Grade       string        `col:"grade"`       // 核心 重要 一般, or empty
	ReviewedOn  string        `col:"reviewed_on"`
	TrainedOn   string        `col:"trained_on"`
	LeftAt      time.Time     `col:"left_at"`
	LeftPostAt  time.Time     `col:"left_post_at"` // 离岗 and no post or grade since; zero: not
	store.Meta
}

// Holding is one person in one post for a time.
type Holding struct {
	ID     string        `col:"id,key"`
	Post   term.PostID   `col:"post"`
	Person term.PersonID `col:"person"`
	From   time.Time     `col:"from_at"`
	Until  time.Time     `col:"until_at"` // zero: now
	DocNo  string        `col:"doc_no"`
	store.Meta
}

// Commitment is a signed 保密承诺书, for now a date.
type Commitment struct {
	ID       term.CommitmentID `col:"id,key"`
	Person   term.PersonID     `col:"person"`
	Version  string            `col:"version"`
	SignedOn string            `col:"signed_on"` // YYYY-MM-DD
	ValidTo  string            `col:"valid_to"`  // inclusive; empty: none
	store.Meta
}

// Delegation gives posts or acts of one person to others for some days.
type Delegation struct {
	ID       term.DelegationID `col:"id,key"`
	By       term.PersonID     `col:"given_by"`
	Post     string            `col:"post"` // pack/post whose holder signed it
	To       term.PersonID     `col:"given_to"`
	Acts     []string          `col:"acts"`
	FirstDay string            `col:"from_on"` // first day
	LastDay  string            `col:"to_on"`   // last day, inclusive
	Revoked  time.Time         `col:"revoked_at"`
	Year     int               `col:"year"` // with No the number of one that gives deeds: 2026-3
	No       int               `col:"no"`
	Deeds    []string          `col:"deeds,null"`  // words of the packs, beside or in place of acts
	Items    []string          `col:"items,null"`  // documents; none: all
	Signed   term.PersonID     `col:"signed,null"` // who has in fact signed
	GivenAt  time.Time         `col:"given_at"`
	store.Meta
}

// Number is that of a delegation of deeds, or of a designation: 2026-3.
func (d Delegation) Number() string { return numbered(d.Year, d.No) }

func numbered(year, no int) string {
	if no == 0 {
		return ""
	}
	return fmt.Sprintf("%d-%d", year, no)
}

// Designation names a person for acts, or a unit for stages, for some days.
type Designation struct {
	ID       string        `col:"id,key"`
	Year     int           `col:"year"`
	No       int           `col:"no"`
	Person   term.PersonID `col:"person"`
	Unit     term.UnitID   `col:"unit"`
	Acts     []string      `col:"acts"`   // words of the packs: 收发
	Stages   []string      `col:"stages"` // of the unit: 开发
	Items    []string      `col:"items"`  // documents; none: all
	FirstDay string        `col:"from_on"`
	LastDay  string        `col:"to_on"` // inclusive; empty: until revoked, of a unit alone
	By       term.PersonID `col:"given_by"`
	Signed   term.PersonID `col:"signed"`
	GivenAt  time.Time     `col:"given_at"`
	Revoked  time.Time     `col:"revoked_at"`
	store.Meta
}

// Adoption is one regulation, or parts of one, in force from a day on.
type Adoption struct {
	ID          string        `col:"id,key"`
	Pack        string        `col:"pack"` // folder name: county
	Parts       []string      `col:"parts"`
	Version     string        `col:"version"`
	Basis       string        `col:"basis"`
	Digest      string        `col:"text_digest"`
	InForceFrom string        `col:"in_force_from"`     // YYYY-MM-DD
	Units       []string      `col:"responsible_units"` // unit ids
	By          term.PersonID `col:"adopted_by"`        // empty: at set-up
	At          time.Time     `col:"adopted_at"`
	store.Meta
}

// Setting is one fact about the whole office: see the constants below.
type Setting struct {
	ID    string `col:"id,key"`
	Value string `col:"value"`
	store.Meta
}

// The settings. A parameter of the office stands under parameterPrefix and its name.
const (
	settingName     = "office_name"
	settingRoom     = "room"
	settingRegime   = "regime"
	settingVersion  = "people_version" // drawn anew by every act that changes a table of this room
	settingZone     = "zone"
	settingApproval = "zone_approval_no"
	settingLevel    = "zone_approved_level"
	settingTested   = "zone_tested_on"
	settingExpires  = "zone_expires_on"
	settingCipher   = "zone_cipher_class"
	parameterPrefix = "parameter/"
)

// Reading is 已阅知: one person has read one version of a regulation.
type Reading struct {
	ID      string        `col:"id,key"` // person/pack/version
	Person  term.PersonID `col:"person"`
	Pack    string        `col:"pack"`
	Version string        `col:"version"`
	At      time.Time     `col:"read_at"`
	store.Meta
}

// Journey is one reported trip of a person (出行报告).
type Journey struct {
	ID          string        `col:"id,key"`
	Person      term.PersonID `col:"person"`
	Destination string        `col:"destination"` // premises outside abroad private
	Country     string        `col:"country"`
	FirstDay    string        `col:"from_on"` // YYYY-MM-DD
	LastDay     string        `col:"to_on"`   // inclusive
	Purpose     store.Sealed  `col:"purpose,sealed"`
	Items       []string      `col:"items"` // documents he takes along
	ReportedAt  time.Time     `col:"reported_at"`
	store.Meta
}

// Away is leave of a person, from a day to a day.
type Away struct {
	ID         string        `col:"id,key"`
	Person     term.PersonID `col:"person"`
	FirstDay   string        `col:"from_on"` // YYYY-MM-DD
	LastDay    string        `col:"to_on"`   // inclusive
	Reason     store.Sealed  `col:"reason,sealed"`
	RecordedAt time.Time     `col:"recorded_at"`
	store.Meta
}

// CalendarYear is an imported notice of days off; it stands before a built-in one of the same year.
type CalendarYear struct {
	ID   string        `col:"id,key"` // the year, 2027
	YAML string        `col:"yaml"`
	By   term.PersonID `col:"imported_by"` // an administrator who is no person of the house: his account
	At   time.Time     `col:"imported_at"`
	store.Meta
}

// The tables.
var (
	Units       = store.Define[Unit]("unit")
	Posts       = store.Define[Post]("post")
	Persons     = store.Define[Person]("person")
	Holdings    = store.Define[Holding]("holding")
	Commitments = store.Define[Commitment]("commitment")
	Delegations = store.Define[Delegation]("delegation")
	Designated  = store.Define[Designation]("designation")
	Adoptions   = store.Define[Adoption]("adoption")
	Settings    = store.Define[Setting]("setting")
	Journeys    = store.Define[Journey]("journey")
	Aways       = store.Define[Away]("away")
	Readings    = store.Define[Reading]("regulation_read")
	Years       = store.Define[CalendarYear]("calendar_year")
)
