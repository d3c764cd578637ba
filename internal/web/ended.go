package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// secretFields are the fields that hold a secret, apart from those of signatures (FieldSecret).
var secretFields = []string{"password", "old_password", "secret"}

// ended answers a form that came in after the session was over: nothing was done, and what was typed is kept on this
// page and nowhere else. He signs in beside it and sends the form once more; secrets are asked for anew. A form
// about secrets, a file, and what is no clean form are not kept.
func (s *Server) ended(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, s.cfg.Limit)
	kept, err := Form(r)
	if err != nil || slices.ContainsFunc(secretFields, kept.Has) {
		kept = nil
	}
	maps.DeleteFunc(kept, func(name string, _ []string) bool { return strings.HasSuffix(name, FieldSecret) })
	s.fail(w, r, failure{status: http.StatusUnauthorized, part: endedCard(s.cfg.Login, r.URL.Path, kept)})
}

// names are the names of fields in one order.
func names(form url.Values) []string { return slices.Sorted(maps.Keys(form)) }
