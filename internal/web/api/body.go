package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
)

// maxBody bounds a body, in bytes.
const maxBody = 1 << 20

// readBody reads a JSON body that is to become a t: within bounds, and held against t strictly. The error is
// errUnsupported, an *http.MaxBytesError or a *refuse.Invalid that names every wrong argument.
//
// beside are arguments of the outermost object that t does not have.
func readBody(r *http.Request, t reflect.Type, beside map[string]reflect.Type) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, errUnsupported
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		var size *http.MaxBytesError
		if errors.As(err, &size) {
			return nil, err
		}
		return nil, refuse.Field(act.Whole, "bad_json") // cut off on the way
	}
	return b, act.Strictly(b, t, beside)
}
