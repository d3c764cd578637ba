package app

import (
	"jiyao/internal/app/appregisters"
	"jiyao/internal/registerweb"
)

// registers mounts the pages of the registers, whose lines belong to several nouns.
func (s *site) registers() {
	registerweb.Routes(s.server, registerweb.Deps{
		Counter: s.counter(), Books: appregisters.Books{Office: s.app.Office}, Explain: s.explain, Checkpoint: s.app.head, Jobs: &s.app.jobs,
	})
	s.paths = append(s.paths, registerweb.Path)
}
