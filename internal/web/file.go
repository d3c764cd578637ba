package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"unicode/utf8"

	"jiyao/internal/refuse"
)

// Upload is the one file of a form, in memory, with the few fields beside it that were asked for.
type Upload struct {
	Name   string // as the browser calls it
	Data   []byte // at most one byte more than was allowed, so that the reader of it can say so
	Fields map[string]string
}

// File reads a form with one file in the field file (multipart/form-data), at most max bytes of it, within the bounds of the
// route. A form that cannot be read, and one without a file, is a *refuse.Invalid at the field file.
func File(r *http.Request, max int64, fields ...string) (Upload, error) {
	out := Upload{Fields: map[string]string{}}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return out, refuse.Field("file", "bad_format")
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	for range 4 + len(fields) { // the file, and little beside it
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, brokenUpload(err)
		}
		limit := int64(maxName)
		switch {
		case part.FormName() == "file":
			limit = max
		case !slices.Contains(fields, part.FormName()):
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, limit+1))
		if err != nil {
			return out, brokenUpload(err)
		}
		if part.FormName() != "file" {
			if int64(len(b)) <= limit && utf8.Valid(b) {
				out.Fields[part.FormName()] = string(b)
			}
			continue
		}
		if part.FileName() != "" {
			out.Name, out.Data = part.FileName(), b
		}
		if int64(len(b)) > limit { // it is too large, whatever comes after it
			return out, nil
		}
	}
	if out.Name == "" {
		return out, refuse.Field("file", "no_file")
	}
	return out, nil
}

// brokenUpload keeps an error of size, and answers any other as a form that cannot be read.
func brokenUpload(err error) error {
	var size *http.MaxBytesError
	if errors.As(err, &size) {
		return fmt.Errorf("read an upload: %w", err)
	}
	return refuse.Field("file", "bad_format")
}
