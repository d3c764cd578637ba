package document

import "jiyao/internal/act"

// ViewPage asks for a page. It is asked for every page about one item and leaves an entry only when it is
// refused or the item is hidden or absent.
type ViewPage struct {
	Look
	Page string `json:"page"`
}

// pageState is a page about an item, or about none.
type pageState struct {
	loaded
	about bool
}

var _ = act.Define("page.view", act.Act[ViewPage, pageState, itemFacts]{
	Load: func(tx *act.Tx, cmd ViewPage) (pageState, error) {
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
