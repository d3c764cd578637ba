package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
)

// IsFragment reports whether htmx asks, which wants a part of a page and not the page.
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true"
}

// Render writes a component as the whole answer. It renders into memory first: when a template fails, nothing
// has been sent and the error becomes a page of its own.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return fmt.Errorf("render the page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	retryAfter(r.Context(), w.Header(), status)
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = w.Write(b.Bytes()) // the reader went away: the act is done and recorded all the same
	return nil
}

// Redirect goes to a local path after a POST, also under htmx.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	path = LocalPath(path)
	if IsFragment(r) {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
