// Package appapi answers the reads of the HTTP API that are about nouns: documents, copies, circulations and
// duties. It stands in app because it joins several nouns, which never import each other.
//
// It decides nothing. What a viewer may know is the condition of the noun's own query; a read by id of what is
// hidden or absent leaves the same entry as a page does, through the act page.view. A masked title is null here:
// document.reveal is done as an act, and its receipt shows the title once (Shown).
package appapi

import (
	"context"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/api"
	"jiyao/internal/web/counter"
)

// Reads are all reads of nouns, for api.Deps.
func Reads() []api.Read {
	return []api.Read{
		api.List("/documents", "document.list", documents, "state"),
		api.One("/documents/{id}", "document.read", oneDocument),
		api.List("/documents/{id}/copies", "document.copies", copiesOf),
		api.One("/copies/{id}", "copy.read", oneCopy),
		api.List("/circulations", "circulation.list", circulations, "state"),
		api.One("/circulations/{id}", "circulation.read", oneCirculation),
		api.List("/obligations", "obligation.list", obligations, "state", "late"),
	}
}

// Shown gives the title that document.reveal has just allowed to be shown.
func Shown(db *store.DB) func(ctx context.Context, by act.Actor, receipt act.Receipt) (map[string]string, error) {
	return func(ctx context.Context, _ act.Actor, receipt act.Receipt) (map[string]string, error) {
		if receipt.Act != "document.reveal" {
			return nil, nil
		}
		out := map[string]string{}
		err := db.Read(ctx, func(tx *store.Tx) error {
			d, err := document.Documents.Get(tx, term.DocumentID(receipt.Subject)) // the act has asked whether he may
			if err != nil {
				return err
			}
			covers, err := document.Covers(tx, []document.Document{d}, true)
			if err != nil {
				return err
			}
			if covers[0].Title != "" {
				out["title"] = covers[0].Title
			}
			if covers[0].CodeName != "" {
				out["code_name"] = covers[0].CodeName
			}
			return nil
		})
		return out, err
	}
}

// Person is somebody named in an answer.
type Person struct {
	ID   term.PersonID `json:"id"`
	Name string        `json:"name"`
}

func person(v counter.Viewer, id term.PersonID) *Person {
	if id == "" {
		return nil
	}
	return &Person{ID: id, Name: v.People.Name(id)}
}

func people(v counter.Viewer, ids []string) []Person {
	out := make([]Person, 0, len(ids))
	for _, id := range ids {
		out = append(out, *person(v, term.PersonID(id)))
	}
	return out
}

// at is null for a time that is not there; times are in Asia/Shanghai.
func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(calendar.Zone)
	return &t
}

// text is null for what is empty or masked.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// view asks for one item as a page does: what is hidden, absent or refused leaves its entry, what may be seen
// leaves none.
func view(q api.Asked, page document.ViewPage) error {
	actor, err := q.Who(q.Request)
	if err != nil {
		return err
	}
	request := act.Request{Act: "page.view", By: actor, Command: page}
	if err := q.Desk.May(q.Request.Context(), request); err == nil {
		return nil
	}
	_, err = q.Desk.Do(q.Request.Context(), request)
	return err
}

// moment spells a time in where a page ended, to the millisecond.
func moment(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func fromMoment(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms <= 0 || ms > 1<<50 {
		return time.Time{}, refuse.Field("after", "bad_format")
	}
	return time.UnixMilli(ms), nil
}
