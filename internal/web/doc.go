// Package web is the shell of the interface: the mux with its guards, the frame of a page, the parts pages are
// built from, the assets, and the mapping of errors to answers. It decides nothing and knows no noun: pages
// live in <noun>/<noun>web, which import their noun and this package.
//
// # A page
//
//	func (p *Pages) today(w http.ResponseWriter, r *http.Request) error {
//		list, err := p.custody.Due(r.Context(), viewer)
//		if err != nil {
//			return err // Fail turns it into 403, 404, 422 …
//		}
//		return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.frame(r)), today(list)))
//	}
//	server.Handle("GET /today", p.today)
//
// In a templ file, inside @web.Page(f) { … } or any part, the language, the clock and the clauses come from
// the context: web.T(ctx, "key", "slot", value), web.Tongue(ctx).Date(t), @web.Clause(id). Pass texts that
// the catalogue made; nothing here glues sentences together.
//
// # Frames
//
//	Page(f)      rail, top bar with the scan box, phone tabs; with no rail the leader's page
//	Notice(f)    narrow, no rail: refusals, states, errors
//	Bare(f)      nothing around it; the children bring <main id="main">: sign-in, wall board, paper
//	Within(a, b) a with b as its children, for Go code
//
// # Parts
//
//	marks     Mark Urg Due Ring Clause ClauseChips State Masked MaskHint Icon
//	layout    PageHead Panel Go Plain Small NoteBox Empty Ticks Flow Stats Timeline Bar
//	tables    Table Headings Sorter Pager Pairs Matrix MatrixCell
//	forms     Field Radios Choices Hidden Submit FieldError ScanBox BigScan
//	answers   Refusal Failure NotFoundCard Missed InvalidNote RefusalPage NotFoundPage ErrorPage
//	signing   SignDialog (FieldPerson, FieldHow, FieldSecret, FieldTyped name what it sends)
//
// The class names are those of the mocks, and assets/jiyao.css is theirs: what has no part here is written
// with the classes .cols .stack .half .in .acts .big .unit .list .kv .tele .shot .sig .rh and so on. There is
// no inline style, handler or script anywhere (the CSP forbids it); widths from data are Width(percent).
//
// # Hooks for the script (assets/jiyao.js; every page works without it)
//
//	data-key="F4"        the element is clicked by this key; also drawn by Go, Plain and Radios
//	data-row             a row that J and K walk; Enter follows its first link
//	data-submit          the button that Ctrl+Enter presses: of the form with the focus, else the nearest one in sight
//	data-back            the link that Esc follows, after asking when something typed is not saved
//	data-nodirty         a form whose input is not worth asking about
//	data-open="#id"      opens a dialog; data-close closes it. Use <a href="#id" data-open="#id">: without
//	                     script the address opens it
//	data-scan            a scan box; what a wedge scanner types outside any field is sent there
//	data-reveal          holding Space posts this form and shows the answer while held
//	data-focus           takes the focus when it arrives (refusals, notes)
//	data-wrong           what is wrong with a field, within its .f, fieldset or td: the first such field takes the focus
//	                     before any data-focus (assets/focus.js)
//	data-fill="#id"      puts its text into a field; data-hide=".x", data-print, data-toast="…"
//	data-night, data-size-toggle
//	data-board="topic"   with hx-get and hx-trigger="board": fetched anew when Events.Publish(topic) says so;
//	                     the page needs Frame.Scripts = []string{"boards.js"}
//
// # Answers
//
// A HandlerFunc returns an error and Fail answers it: *refuse.Invalid 422, *refuse.Refusal 403, ErrNotFound 404
// (the same bytes whatever was asked), *refuse.Conflict 409, ErrUnauthenticated 303 to the sign-in (401 for a form and under
// htmx), a body over the limit 413, ErrTooMany 429, ErrUnavailable 503, else 500 with a number that only the
// log explains. Under htmx the answer is a fragment swapped into #flash, so that a form keeps what was typed;
// to show errors beside their fields, render the form again with Input.Error = FieldError(ctx, err, name).
// Form and Query read input and bound it; Narrow, ParseDay and ParseMinute read what was typed under a Chinese
// input method.
//
// What must always hold: no title, number or name in a window title, an address, a log or a notification;
// everything is no-store but the assets; a template that fails sends nothing; no answer of net/http itself
// reaches a reader.
package web
