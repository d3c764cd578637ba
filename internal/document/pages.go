package document

import (
	"database/sql"
	"errors"
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// ViewPage asks for a page. It is asked for every page about one item and leaves an entry only when it is
// refused, or when the item is hidden or absent; then its subject is what was asked for.
type ViewPage struct {
	Document term.DocumentID `json:"document"`
	Copy     string          `json:"copy"` // id or label of a copy, asked for instead of its document
	Matter   string          `json:"id"`   // id of a case or finding for which its own room has found nothing: hidden and absent alike
	Page     string          `json:"page"`
}

// pageState is a page about an item, or about none.
type pageState struct {
	loaded
	about bool
}

var _ = act.Define("page.view", act.Act[ViewPage, pageState, itemFacts]{
	Check: func(cmd ViewPage) error {
		if cmd.Document == "" && cmd.Copy == "" && cmd.Matter == "" {
			return refuse.Field("document", "required") // a page about nothing is no page about an item
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd ViewPage) (pageState, error) {
		if cmd.Matter != "" {
			return pageState{}, refuse.ErrNotFound
		}
		if cmd.Copy != "" {
			var id string
			err := tx.QueryRow("SELECT document FROM copy WHERE id = $1 OR label = $1", cmd.Copy).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return pageState{}, refuse.ErrNotFound
			}
			if err != nil {
				return pageState{}, fmt.Errorf("find the document of a copy: %w", err)
			}
			cmd.Document = term.DocumentID(id)
		}
		if cmd.Document == "" {
			return pageState{}, nil
		}
		l, err := load(tx, cmd.Document)
		return pageState{l, true}, err
	},
	Knows: func(s pageState, _ ViewPage, env act.Env) []act.Matter {
		if !s.about {
			return nil
		}
		return s.matters(env)
	},
	Facts:  func(s pageState, _ ViewPage, env act.Env) itemFacts { return s.facts(env) },
	Decide: func(pageState, ViewPage, act.Env) (act.Changes, error) { return act.Changes{}, nil },
})

// SearchPage is one search: who and when, never the words.
type SearchPage struct{}

type searchFacts struct{}

var _ = act.Define("page.search", act.Act[SearchPage, struct{}, searchFacts]{
	Load:   func(*act.Tx, SearchPage) (struct{}, error) { return struct{}{}, nil },
	Facts:  func(struct{}, SearchPage, act.Env) searchFacts { return searchFacts{} },
	Decide: func(struct{}, SearchPage, act.Env) (act.Changes, error) { return act.Changes{}, nil },
})
