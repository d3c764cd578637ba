package disposalweb

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/disposal"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// certified is the page of a certificate.
type certified struct {
	disposal.Certificate
	v counter.Viewer
}

// certificate shows what was destroyed by a list, who was there, and by which entries of the ledger that can be checked.
func (p pages) certificate(w http.ResponseWriter, r *http.Request) error {
	d, err := p.certified(r)
	if err != nil {
		return err
	}
	return p.Show(w, r, http.StatusOK, nil, certificatePage(d))
}

func (p pages) certified(r *http.Request) (d certified, err error) {
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		id, err := counter.PathID[term.DisposalListID](r)
		if err != nil {
			return err
		}
		d.Certificate, err = disposal.CertificateOf(tx, viewer(v), p.Proofs, id)
		return err
	})
	return d, err
}

// keeps reports whether the viewer may take the certificate with its proofs: they name places in the ledger, which are for who
// keeps the registers.
func (d certified) keeps() bool { return d.v.Keeps() && registerOf(d.v, disposal.Destruction) != "" }

// takeCertificate gives the certificate on A4 and the proofs of what it says in one file, which is checked without this program's
// data. That it was given out is recorded first, with the digest of the document: a document that was changed proves nothing.
func (p pages) takeCertificate(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Form(r)
	if err != nil {
		return err
	}
	d, err := p.certified(r)
	if err != nil {
		return err
	}
	if !d.keeps() || p.Evidence == nil || len(d.References) == 0 {
		return refuse.ErrNotFound
	}
	ctx := web.WithTongue(r.Context(), locale.Zh, d.v.Now, nil)
	f := d.form(ctx, p.Frame(w, r).Office)
	if p.Checkpoint != nil {
		f.Frame.Checkpoint, f.Frame.Root = p.Checkpoint()
	}
	var document bytes.Buffer
	if err := paper.Register(&document, f); err != nil {
		return fmt.Errorf("print a certificate: %w", err)
	}
	top := d.top()
	asked, err := json.Marshal(map[string]any{
		"register": registerOf(d.v, disposal.Destruction), "lines": len(d.Lines), "level": top, "regime": d.regime(top), "digest": p.Evidence.Digest(document.Bytes()), "entries": d.References,
	})
	if err != nil {
		return fmt.Errorf("spell what is printed: %w", err)
	}
	receipt, err := p.Do(r, counter.Try{Act: "document.print", Command: json.RawMessage(asked), Form: raw})
	if err != nil {
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.Show(w, r, status, problem, certificatePage(d))
		})
	}
	proofs, err := p.proofsOf(r.Context(), append([]string{string(receipt.Reference)}, d.References...))
	if err != nil {
		return err
	}
	file, err := packed(ctx, document.Bytes(), proofs)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="certificate-`+string(receipt.Reference)+`.zip"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) // the reader went away: what was given out is recorded all the same
	return nil
}

// patience is how long a certificate waits for the checkpoint that covers its own entry.
const patience = 3 * time.Second

// proofsOf gives the proof files of entries, in their order.
func (p pages) proofsOf(ctx context.Context, references []string) (out [][]byte, err error) {
	for end := time.After(patience); ; {
		out = nil
		err = p.DB.Read(ctx, func(tx *store.Tx) error {
			for _, ref := range references {
				b, err := p.Evidence.File(tx, ref)
				if err != nil {
					return err
				}
				out = append(out, b)
			}
			return nil
		})
		if !errors.Is(err, refuse.ErrNotFound) {
			return out, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-end:
			return nil, fmt.Errorf("prove a certificate: %w", refuse.ErrUnavailable)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// packed makes the certificate file; the first proof is that of the entry by which the document was given out.
func packed(ctx context.Context, document []byte, proofs [][]byte) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, content []byte) error {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			return fmt.Errorf("pack a certificate: %w", err)
		}
		return nil
	}
	err := errors.Join(put(leaf.CertificateReadme, []byte(web.T(ctx, "certificate.readme")+"\n")), put(leaf.CertificateDocument, document), put(leaf.CertificateProof, proofs[0]))
	for i, p := range proofs[1:] {
		err = errors.Join(err, put(fmt.Sprintf("%s%04d.json", leaf.CertificateEntries, i+1), p))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// top is the highest level of what was destroyed.
func (d certified) top() (top term.Level) {
	for _, l := range d.Lines {
		if level := term.Level(l["level"]); top == "" || level.Above(top) {
			top = level
		}
	}
	return top
}

// regime is that of the lines of a level.
func (d certified) regime(level term.Level) term.Regime {
	for _, l := range d.Lines {
		if l["level"] == string(level) && l["regime"] != "" {
			return term.Regime(l["regime"])
		}
	}
	return term.RegimeState
}

// form lays the certificate out.
func (d certified) form(ctx context.Context, office string) paper.RegisterForm {
	name := d.v.People.Name
	t := func(key string) string { return web.T(ctx, key) }
	title := t("certificate.title")
	f := paper.RegisterForm{
		Title: title, Lead: []string{web.T(ctx, "certificate.lead", "number", d.Number, "n", len(d.Lines))},
		Frame: paper.Frame{
			Office: office, Mark: d.regime(d.top()).Mark(d.top(), ""), Serial: []string{d.Number, t("form.list.kept")}, FormNo: title, PrintedBy: name(d.v.Actor.Person), PrintedAt: d.v.Now, Stamp: true,
		},
	}
	electronic := !slices.ContainsFunc(d.Lines, func(l map[string]string) bool {
		return !(list{Shown: disposal.Shown{Opened: disposal.Opened{List: disposal.List{Medium: l["medium"]}}}}).electronic()
	})
	number, size := "copy_no", "pages"
	if electronic {
		number, size = "serial_no", "capacity"
	}
	f.Columns = []paper.Column{
		{Title: t("form.list.seq"), Width: 10}, {Title: t("form.list.name"), Width: 40, Left: true}, {Title: t("form.list.level"), Width: 20}, {Title: t("form.list." + number), Width: 20},
		{Title: t("form.list." + size), Width: 11}, {Title: t("form.list.method"), Width: 16}, {Title: t("destroy.place"), Width: 20, Left: true}, {Title: t("destroy.day"), Width: 22},
	}
	for _, l := range d.Lines {
		mark := d.regime(term.Level(l["level"])).Mark(term.Level(l["level"]), l["period"])
		f.Rows = append(f.Rows, paper.Row{Texts: []string{l["seq"], itemOf(l), mark, l[number], l[size], counter.Words(ctx, "method.", l["method"]), l["place"], strings.Replace(l["time"], " ", "\n", 1)}})
	}
	f.Facts = []paper.Fact{
		{Label: t("disposal.applicant"), Text: name(d.List.Applicant)}, {Label: t("disposal.approver"), Text: name(d.List.ApprovedBy)},
		{Label: t("form.list.supervisors"), Text: strings.Join(d.supervisors(), "、"), Wide: true}, {Label: t("form.list.escort"), Text: d.said("escort")},
		{Label: t("form.list.works"), Text: strings.Join(nonEmpty(d.List.PartyText, d.said("works_no"), d.List.ReceiptNo), "　")},
		{Label: t("destroy.proof"), Text: strings.Join(d.References, "　"), Wide: true}, {Label: t("certificate.seal"), Sign: paper.SealDay, Wide: true},
	}
	f.Notes = []string{t("certificate.note")}
	return f
}

func (d certified) supervisors() []string {
	var out []string
	for _, l := range d.Lines {
		for id := range strings.SplitSeq(l["supervisors"], "、") {
			if n := d.v.People.Name(term.PersonID(id)); n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// said gives what the lines say in a field, each text once.
func (d certified) said(field string) string {
	var out []string
	for _, l := range d.Lines {
		if l[field] != "" && !slices.Contains(out, l[field]) {
			out = append(out, l[field])
		}
	}
	return strings.Join(out, "；")
}
