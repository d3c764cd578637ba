package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed assets/*.css assets/*.js
var assetFiles embed.FS

// asset is one file with the address that its content gives it.
type asset struct {
	body  []byte
	kind  string
	url   string
	found bool
}

var assets, assetsByURL = loadAssets(assetFiles)

var assetKinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

func loadAssets(fsys fs.FS) (byName, byURL map[string]asset) {
	byName, byURL = map[string]asset{}, map[string]asset{}
	names, err := fs.Glob(fsys, "assets/*")
	if err != nil {
		panic("web: list assets: " + err.Error()) // part of the program: a defect of the build
	}
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			panic("web: read asset: " + err.Error())
		}
		sum := sha256.Sum256(body)
		base := path.Base(name)
		a := asset{body: body, kind: assetKinds[path.Ext(name)], found: true,
			url: "/assets/" + hex.EncodeToString(sum[:6]) + "/" + base}
		byName[base], byURL[a.url] = a, a
	}
	return byName, byURL
}

// AssetURL is the address of an asset, which changes with its content, so that browsers may keep it for ever.
// An unknown name gives an address that answers 404; a test renders every page and finds it.
func AssetURL(name string) string {
	if a, ok := assets[name]; ok {
		return a.url
	}
	return "/assets/none/" + strings.Trim(path.Base(name), "/.")
}

// serveAsset answers the exact addresses of AssetURL and nothing else; there is no listing.
func serveAsset(w http.ResponseWriter, r *http.Request) bool {
	a := assetsByURL[r.URL.Path]
	if !a.found || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(a.body) // the reader went away: nothing to tell him
	}
	return true
}
