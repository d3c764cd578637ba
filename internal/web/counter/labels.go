package counter

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/web"
)

// LabelsOn reads the paper of labels and the first place on it out of a form; nothing given is the first paper and its first
// place.
func LabelsOn(form url.Values) (on paper.LabelPaper, first int, err error) {
	on, ok := paper.LabelPaperNamed(form.Get("paper"))
	if !ok {
		return on, 1, refuse.Field("paper", "not_in_list")
	}
	first = 1
	if text := form.Get("first"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > on.Places() {
			return on, 1, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "first", Code: "out_of_range", Args: map[string]string{"min": "1", "max": strconv.Itoa(on.Places())}}}}
		}
		first = n
	}
	return on, first, nil
}

func labelPapers(ctx context.Context) []web.Option {
	out := make([]web.Option, len(paper.LabelPapers))
	for i, l := range paper.LabelPapers {
		key := "labels.sheet"
		if l.Roll {
			key = "labels.roll"
		}
		out[i] = web.Option{Value: l.Name, Label: web.T(ctx, key, "columns", l.Columns, "rows", l.Rows, "width", millimetres(l.Width), "height", millimetres(l.Height))}
	}
	return out
}

// millimetres to a tenth, as on the boxes: 63.5, 37.1, 70.
func millimetres(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// PrintLabels sends labels as a PDF. Its name is an id, never a title.
func PrintLabels(w http.ResponseWriter, name string, labels []paper.Label, on paper.LabelPaper, first int) error {
	var b bytes.Buffer
	if err := paper.LabelsOn(&b, labels, on, first); err != nil {
		return fmt.Errorf("print labels: %w", err)
	}
	return SendPDF(w, "labels-"+name+".pdf", b.Bytes())
}

// SendPDF sends a form. Its name is an id, never a title.
func SendPDF(w http.ResponseWriter, name string, b []byte) error {
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // the reader went away: the print is recorded all the same
	return nil
}
