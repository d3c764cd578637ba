package web

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"

	"github.com/a-h/templ"
)

// The drawings are from Tabler Icons 3.51.0 (MIT), one symbol a line; icons.svg holds only those in use.
//
//go:embed icons.svg
var iconSheet string

// icons maps the name of an icon ("hand-stop") to the inside of its symbol.
var icons = parseIcons(iconSheet)

var symbolPattern = regexp.MustCompile(`<symbol id="i-([a-z0-9-]+)" viewBox="0 0 24 24">(.*?)</symbol>`)

func parseIcons(sheet string) map[string]string {
	out := map[string]string{}
	for _, m := range symbolPattern.FindAllStringSubmatch(sheet, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// iconsUsed collects the names of the icons drawn on one page.
type iconsUsed map[string]bool

// Icon draws one icon of icons.svg by name, without the "i-". On a page it points into the sprite that Page
// and Bare put at the end; in a fragment, where there is no sprite, it carries its own drawing. An unknown
// name fails the rendering.
func Icon(name string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		inside, ok := icons[name]
		if !ok {
			return fmt.Errorf("draw icon %q: not in icons.svg", name)
		}
		if used := viewOf(ctx).icons; used != nil {
			used[name] = true
			_, err := io.WriteString(w, `<svg class="i" aria-hidden="true"><use href="#i-`+name+`"></use></svg>`)
			return err
		}
		_, err := io.WriteString(w, `<svg class="i" viewBox="0 0 24 24" aria-hidden="true">`+inside+`</svg>`)
		return err
	})
}

// sprite writes the symbols of the icons drawn so far; it stands at the end of the body.
func sprite() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		used := viewOf(ctx).icons
		names := make([]string, 0, len(used))
		for name := range used {
			names = append(names, name)
		}
		sort.Strings(names)
		var b strings.Builder
		b.WriteString(`<svg class="sprite" width="0" height="0" aria-hidden="true">`)
		for _, name := range names {
			b.WriteString(`<symbol id="i-` + name + `" viewBox="0 0 24 24">` + icons[name] + `</symbol>`)
		}
		b.WriteString(`</svg>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// run writes a marked run of text and what follows it without a space between, which a template would put
// there and Chinese text must not have. An empty run leaves its element out.
func run(element, marked, after string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		out := templ.EscapeString(after)
		if marked != "" {
			out = "<" + element + ">" + templ.EscapeString(marked) + "</" + element + ">" + out
		}
		_, err := io.WriteString(w, out)
		return err
	})
}
