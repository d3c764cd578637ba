package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/app/appapi"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/custody/placeweb"
	"jiyao/internal/custody/stockweb"
	"jiyao/internal/device"
	"jiyao/internal/device/deviceweb"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/document/documentweb"
	"jiyao/internal/identity/adminweb"
	"jiyao/internal/lawweb"
	"jiyao/internal/ledger/ledgerweb"
	"jiyao/internal/meeting/meetingweb"
	"jiyao/internal/people"
	"jiyao/internal/people/peopleweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/api"
	"jiyao/internal/web/counter"
	"jiyao/regulations"
)

// nouns mounts the pages of the nouns and the API, each with the counter and what its room needs of others, and notes
// the paths that the rail may show.
func (s *site) nouns() error {
	a, c := s.app, s.counter()
	asks := circulationweb.Deps{Counter: c, Sources: procedure.Board{People: a.directory}, Staff: a.staff, Told: toldOn(c, "/approvals"), Explain: s.explain, Devices: devices, Lists: listNamed, Undecided: undecided(c)}
	documentweb.Routes(s.server, documentweb.Deps{
		Counter: c, Index: s.index, Explain: s.explain, Ledger: a.Ledger, Lanes: custodyweb.Lanes, Ends: disposalweb.Ends, Place: placeweb.Scanned, Entrusted: peopleweb.Entrusted, Evening: custodyweb.Evening, Out: custodyweb.Out, Checkpoint: a.head,
		Told: toldOn(c, "/today"), DayEnd: custodyweb.DayEnd,
		ToDecide: func(r *http.Request) (templ.Component, error) { return circulationweb.ToDecide(r, asks) },
	})
	custodyweb.Routes(s.server, custodyweb.Deps{Counter: c, Explain: s.explain, Devices: devices, Outside: outside, Ends: disposalweb.Ends, Entrusted: peopleweb.Entrusted})
	deviceweb.Routes(s.server, deviceweb.Deps{Counter: c, Explain: s.explain, Staff: a.staff, Places: standingPlaces})
	meetingweb.Routes(s.server, meetingweb.Deps{Counter: c, Explain: s.explain, Pieces: pieces{}})
	disposalweb.Routes(s.server, disposalweb.Deps{Counter: c, Explain: s.explain, Staff: a.staff, Proofs: proofs{a.Ledger, a.Verifier}, Evidence: proofs{a.Ledger, a.Verifier}, Checkpoint: a.head})
	placeweb.Routes(s.server, placeweb.Deps{Counter: c, Explain: s.explain})
	stockweb.Routes(s.server, stockweb.Deps{Counter: c, Explain: s.explain, Checkpoint: a.head})
	asks.Drafts = func(r *http.Request) (templ.Component, error) { return documentweb.Steps(r, c) }
	circulationweb.Routes(s.server, asks)
	s.oversight(c)
	lawweb.Routes(s.server, lawweb.Deps{Counter: c, Adoptions: a.adoptions})
	ledgerweb.Routes(s.server, ledgerweb.Deps{Counter: c, Log: a.Ledger, Verifier: a.Verifier, Check: a.Check, Damage: a.damage, Office: a.named})
	peopleweb.Routes(s.server, peopleweb.Deps{Counter: c, Office: a.Office, Explain: s.explain, Held: withHim, Find: s.find, Numbers: numbers})
	adminweb.Routes(s.server, adminweb.Deps{
		Counter: c, Secrets: a.Gate, Office: a.named, Health: a.health, People: a.everybody, Zoning: a.zoning, Years: a.years, Explain: s.explain,
	})
	s.paths = []string{
		"/today", "/receive", documentweb.OutgoingPath, "/search", "/circulation", custodyweb.LoansPath, custodyweb.HoldingsPath, meetingweb.Path, "/approvals", stockweb.Path, placeweb.Path, deviceweb.Path,
		disposalweb.ArchivePath, disposalweb.DestroyPath,
		"/rules", "/ledger", "/people", peopleweb.AwayPath, "/posts", "/findings", "/incidents", reportPath, "/admin", calendarPath,
	}
	err := api.Mount(s.server, api.Deps{
		DB: a.DB, Desk: a.Desk, Gate: a.Gate, Office: a.Office, Ledger: a.Ledger, Verifier: a.Verifier, Clock: a.Clock, Clauses: clauses{a}, Log: a.Log,
		Named:    func(ctx context.Context) string { name, _ := a.named(ctx); return name },
		Coverage: func() ([]byte, error) { return fs.ReadFile(regulations.FS, "coverage.json") },
		Reads:    appapi.Reads(), Shown: appapi.Shown(a.DB),
	})
	if err != nil {
		return fmt.Errorf("mount the API: %w", err)
	}
	return nil
}

// devices lists what copies and recordings can be made on, by name.
func devices(tx *store.Tx) ([]web.Option, error) {
	list, err := device.Devices.Select(tx, "ORDER BY name LIMIT 500")
	if err != nil {
		return nil, fmt.Errorf("list the devices: %w", err)
	}
	var out []web.Option
	for _, d := range list {
		if d.InUse() {
			out = append(out, web.Option{Value: string(d.ID), Label: d.Name})
		}
	}
	return out, nil
}

// directory is who holds what now.
func (a *App) directory(tx *store.Tx) (act.Directory, error) {
	return a.Office.Directory(tx, a.Clock.Now())
}

// staff lists everybody who can be named in a business act.
func (a *App) staff(tx *store.Tx) ([]counter.Staff, error) {
	return a.listed(tx, (*people.Directory).Staffing)
}

// anybody lists everybody of the house: a case may concern an administrator too.
func (a *App) anybody(tx *store.Tx) ([]counter.Staff, error) {
	return a.listed(tx, (*people.Directory).Persons)
}

func (a *App) listed(tx *store.Tx, who func(*people.Directory) []people.Person) ([]counter.Staff, error) {
	d, err := a.Office.People(tx, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	units := map[string]string{}
	for _, u := range d.Units() {
		units[string(u.ID)] = u.Name
	}
	var out []counter.Staff
	for _, p := range who(d) {
		out = append(out, counter.Staff{ID: p.ID, Name: p.Name, Unit: units[string(p.Unit)]})
	}
	return out, nil
}

func (a *App) adoptions(tx *store.Tx) ([]lawweb.Adopted, error) {
	list, err := a.Office.Adoptions(tx)
	if err != nil {
		return nil, err
	}
	out := make([]lawweb.Adopted, len(list))
	for i, x := range list {
		out[i] = lawweb.Adopted{Pack: x.Pack, Parts: x.Parts, Version: x.Version, Basis: x.Basis, InForceFrom: x.InForceFrom, At: x.At}
	}
	return out, nil
}

func (a *App) everybody(tx *store.Tx) ([]adminweb.Person, error) {
	d, err := a.Office.People(tx, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	var out []adminweb.Person
	for _, p := range d.Persons() {
		out = append(out, adminweb.Person{ID: p.ID, Name: p.Name})
	}
	return out, nil
}

func (a *App) zoning(tx *store.Tx) (adminweb.Zoning, error) {
	z, err := a.Office.Zoning(tx)
	return adminweb.Zoning{Zone: string(z.Zone), ApprovalNo: z.ApprovalNo, Level: z.ApprovedLevel, TestedOn: z.TestedOn, ExpiresOn: z.ExpiresOn}, err
}

func (a *App) years(tx *store.Tx) ([]int, error) {
	book, err := a.Office.Calendar(tx)
	if err != nil {
		return nil, err
	}
	var out []int
	for _, y := range book.Years() {
		out = append(out, y.Number())
	}
	return out, nil
}

// health is how the machine does.
func (a *App) health(context.Context) adminweb.Health {
	status, checked := a.Ledger.Status(), a.Ledger.Health()
	h := adminweb.Health{
		Since: a.since, Unsealed: a.Ring.Unsealed(), Engine: a.DB.Engine(), Version: Version(),
		Outside: status.FolderError, Copies: status.Folder != "", Backup: a.folder.lastBackup(),
	}
	if checked.Known {
		h.Checked, h.Whole = checked.Report.StartedAt, checked.Report.Whole
	}
	return h
}

// lastBackup is when the last backup was verified, as its command left word; zero when none is known.
func (f folder) lastBackup() time.Time {
	b, err := readBounded(f.in(backupWord), maxConfig)
	var m manifest
	if errors.Is(err, fs.ErrNotExist) || err != nil || json.Unmarshal(b, &m) != nil {
		return time.Time{}
	}
	return m.MadeAt
}

// head is the newest checkpoint's size and root in hex, for the foot of printed forms.
func (a *App) head() (size uint64, root string) {
	s := a.Ledger.Status()
	return s.Size, hex.EncodeToString(s.Root)
}
