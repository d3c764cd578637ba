package people

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, calendar.Zone)
}

// small is an office of five with a delegation of 3 to 5 March and a head who leaves on the 10th at noon.
func small() *roll {
	r := &roll{
		settings: map[string]string{},
		units:    []Unit{{ID: "office", Kind: KindOffice}, {ID: "dept", Kind: KindDepartment}},
		posts: []Post{
			{ID: "chief", Stands: []string{"base/unit_head", "county/unit_head"}},
			{ID: "clerk", Stands: []string{"base/officer", "county/officer"}, Unit: "office"},
			{ID: "director", Stands: []string{"base/office_director", "county/department_head"}, Unit: "office"},
			{ID: "liaison", Stands: []string{"county/liaison"}, Unit: "dept"},
		},
		persons: []Person{
			{ID: "ann", Affiliation: "staff", Unit: "office", Grade: "核心"}, {ID: "ben", Affiliation: "staff", Unit: "office"},
			{ID: "cay", Affiliation: "system", Unit: "dept", LeftAt: at(10, 12, 0)}, {ID: "dan", Affiliation: "staff", Unit: "dept"},
		},
		holdings: []Holding{
			{ID: "1", Post: "clerk", Person: "ann"},
			{ID: "2", Post: "director", Person: "ben", From: at(2, 9, 0), Until: at(4, 18, 0)},
			{ID: "3", Post: "liaison", Person: "cay"},
			{ID: "4", Post: "liaison", Person: "dan", From: at(6, 0, 0)},
			{ID: "5", Post: "chief", Person: "gone"},
		},
		commitments: []Commitment{
			{ID: "1", Person: "ann", SignedOn: "2026-01-10", ValidTo: "2026-03-05"},
			{ID: "2", Person: "ben", SignedOn: "2026-03-04"},
		},
		delegations: []Delegation{{
			ID: "d", By: "ben", Post: "base/office_director", To: "dan", Acts: []string{"document.register"}, FirstDay: "2026-03-03", LastDay: "2026-03-05",
		}},
	}
	r.sort()
	return r
}

func directoryAt(t *testing.T, r *roll, when time.Time) *Directory {
	t.Helper()
	d, err := r.directory(when)
	if err != nil {
		t.Fatal(err)
	}
	if when.Before(d.from) || !when.Before(d.until) {
		t.Fatalf("directory of %s says it is true from %s until %s", when, d.from, d.until)
	}
	return d
}

func TestWhoHoldsWhatAtEachInstant(t *testing.T) {
	for _, c := range []struct {
		when    time.Time
		person  term.PersonID
		holds   []string
		acts    []string
		signed  bool
		promise bool
	}{
		{at(2, 8, 59), "ben", nil, nil, false, false},
		{at(2, 9, 0), "ben", []string{"base/office_director"}, nil, false, false},
		{at(4, 17, 59), "ben", []string{"base/office_director"}, nil, true, true},
		{at(4, 18, 0), "ben", nil, nil, true, true},
		{at(2, 23, 59), "dan", nil, nil, false, false},
		{at(3, 0, 0), "dan", nil, []string{"document.register"}, false, false},
		{at(4, 17, 59), "dan", nil, []string{"document.register"}, false, false},
		{at(4, 18, 0), "dan", nil, nil, false, false}, // who gave it holds the post no more
		{at(6, 0, 0), "dan", []string{"county/liaison"}, nil, false, false},
		{at(5, 23, 59), "ann", []string{"base/officer", "county/officer"}, nil, true, true},
		{at(6, 0, 0), "ann", []string{"base/officer", "county/officer"}, nil, true, false},
		{at(10, 11, 59), "cay", []string{"county/liaison"}, nil, false, false},
		{at(10, 12, 0), "cay", nil, nil, false, false},
		{at(3, 9, 0), "gone", nil, nil, false, false},
	} {
		d := directoryAt(t, small(), c.when)
		facts, _ := d.Facts(c.person)
		_, acts := d.Acting(c.person)
		held := without(d.Posts(c.person), "base/archivist")
		// What falls from vacant optional posts is asked below.
		held = slices.DeleteFunc(held, func(p string) bool {
			post, _ := packPost(p)
			return post.FallsTo != ""
		})
		if !slices.Equal(held, c.holds) || !slices.Equal(acts, c.acts) || facts.CommitmentSigned != c.signed || facts.Committed != c.promise {
			t.Errorf("%s at %s: posts %v acts %v signed %v committed %v, want %+v", c.person, c.when.Format("02 15:04"), held, acts, facts.CommitmentSigned, facts.Committed, c)
		}
	}
}

func without(list []string, s string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return x == s })
}

func TestAVacantPostFallsToTheOneItsPackNames(t *testing.T) {
	d := directoryAt(t, small(), at(3, 9, 0))
	for post, want := range map[string][]term.PersonID{
		"base/archivist":      {"ann"}, // officer
		"base/hr":             {"ben"}, // office_director
		"base/liaison":        nil,     // department_head, who is vacant too
		"base/publisher":      nil,     // nobody
		"base/authority":      nil,     // unit_head is held by somebody unknown
		"county/liaison":      {"cay"}, // nothing falls in this pack
		"county/group_leader": nil,
	} {
		if got := d.Holders(post); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", post, got, want)
		}
	}
	if facts, _ := d.Facts("ann"); !slices.Contains(facts.PersonPosts, "base/archivist") {
		t.Errorf("the facts leave out what falls to a person: %v", facts.PersonPosts)
	}
}

func TestARevokedDelegationGivesNothing(t *testing.T) {
	r := small()
	r.delegations[0].Revoked = at(3, 8, 0)
	if _, acts := directoryAt(t, r, at(3, 9, 0)).Acting("dan"); len(acts) != 0 {
		t.Errorf("acts %v", acts)
	}
}

func TestUnitsAndWhoStandsInThem(t *testing.T) {
	before, after := directoryAt(t, small(), at(3, 9, 0)), directoryAt(t, small(), at(12, 9, 0))
	if !before.InOffice("ann") || before.InOffice("dan") || before.InOffice("nobody") {
		t.Error("who is in the office")
	}
	if got := before.Members("dept"); !slices.Equal(got, []term.PersonID{"cay", "dan"}) {
		t.Errorf("members %v", got)
	}
	if got := after.Members("dept"); !slices.Equal(got, []term.PersonID{"dan"}) {
		t.Errorf("members after one left %v", got)
	}
	if before.HeadOf("office") != "ben" || before.HeadOf("dept") != "" || after.HeadOf("office") != "" {
		t.Error("heads")
	}
	if got := after.Liaisons("dept"); !slices.Equal(got, []term.PersonID{"dan"}) {
		t.Errorf("liaisons %v", got)
	}
	if _, ok := after.Facts("cay"); ok || after.Affiliation("cay") != "" || before.Affiliation("cay") != "system" {
		t.Error("one who left still has facts")
	}
	if len(before.Persons()) != 4 || len(after.Persons()) != 3 {
		t.Error("persons")
	}
}

func TestTheNewestAdoptionOfAPackBinds(t *testing.T) {
	r := &roll{adoptions: []Adoption{
		{ID: "b", Pack: "district", Parts: []string{"3"}, InForceFrom: "2026-11-01"},
		{ID: "a", Pack: "county", InForceFrom: "2026-01-01", At: at(1, 0, 0)},
		{ID: "c", Pack: "county", Parts: []string{"1"}, InForceFrom: "2026-06-01", At: at(2, 0, 0)},
		{ID: "d", Pack: "county", Parts: []string{"2"}, InForceFrom: "2026-06-01", At: at(3, 0, 0)},
	}}
	r.sort()
	for day, want := range map[string][]string{"2025-12-31": {}, "2026-01-01": {"a"}, "2026-05-31": {"a"}, "2026-06-01": {"d"}, "2026-10-31": {"d"}, "2026-11-01": {"b", "d"}} {
		got := []string{}
		for _, a := range r.inForce(day) {
			got = append(got, a.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
}

func TestADeclaredZoneCountsOnlyWhileItStands(t *testing.T) {
	whole := Zoning{Zone: term.ZoneClassified, ApprovalNo: "1", ApprovedLevel: term.Jimi, TestedOn: "2026-01-10", ExpiresOn: "2026-06-30"}
	last := calendar.Date{Year: 2026, Month: 6, Day: 30}
	for name, c := range map[string]struct {
		change func(*Zoning)
		day    calendar.Date
		want   term.Zone
	}{
		"last day":     {func(*Zoning) {}, last, term.ZoneClassified},
		"day after":    {func(*Zoning) {}, last.Add(1), term.ZoneOffice},
		"untested yet": {func(*Zoning) {}, calendar.Date{Year: 2026, Month: 1, Day: 9}, term.ZoneOffice},
		"unapproved":   {func(z *Zoning) { z.ApprovalNo = "" }, last, term.ZoneOffice},
		"no level":     {func(z *Zoning) { z.ApprovedLevel = "" }, last, term.ZoneOffice},
		"no test":      {func(z *Zoning) { z.TestedOn = "" }, last, term.ZoneOffice},
		"no expiry":    {func(z *Zoning) { z.ExpiresOn = "" }, last, term.ZoneOffice},
		"undeclared":   {func(z *Zoning) { z.Zone = "" }, last, term.ZoneOffice},
		"unknown":      {func(z *Zoning) { z.Zone = "secret" }, last, term.ZoneOffice},
		"company":      {func(z *Zoning) { *z = Zoning{Zone: term.ZoneCompany} }, last, term.ZoneCompany},
	} {
		z := whole
		c.change(&z)
		if got := z.InForce(c.day); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Who is one of the three administrators, or has left, is named in no business act.
func TestWhoCanBeNamedInABusinessAct(t *testing.T) {
	r := small()
	r.posts = append(r.posts, Post{ID: "keys", Stands: []string{"base/key_holder"}}, Post{ID: "audit", Stands: []string{"base/audit_admin"}})
	r.persons = append(r.persons, Person{ID: "eve", Affiliation: "staff"}, Person{ID: "fay", Affiliation: "staff"})
	r.holdings = append(r.holdings, Holding{ID: "6", Post: "audit", Person: "eve", Until: at(12, 0, 0)}, Holding{ID: "7", Post: "keys", Person: "fay"})
	r.sort()
	for when, want := range map[time.Time]string{
		at(10, 11, 59): "ann ben cay dan fay", at(10, 12, 0): "ann ben dan fay", at(12, 0, 0): "ann ben dan eve fay",
	} {
		d := directoryAt(t, r, when)
		var got []string
		for _, p := range d.Staffing() {
			got = append(got, string(p.ID))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("at %s: %s, want %s", when.Format(time.DateTime), s, want)
		}
		if d.Business("nobody") || d.Business("eve") != strings.Contains(want, "eve") {
			t.Errorf("at %s: nobody %v, eve %v", when.Format(time.DateTime), d.Business("nobody"), d.Business("eve"))
		}
	}
}
