package disposalweb_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/ledger"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// evidence is the ledger of the world, as the program plugs it in.
type evidence struct{ w *countertest.World }

func (e evidence) References(tx *store.Tx, act, subject string) (out []string, err error) {
	list, err := e.w.Log.Find(tx, ledger.Filter{Act: act, Subject: subject, Outcome: ledger.Done, Limit: 100})
	for _, x := range list {
		out = append(out, x.Reference)
	}
	return out, err
}

func (e evidence) Digest(document []byte) string {
	digest, _ := leaf.DigestOf(e.w.Log.Suite(), document)
	return digest
}

func (e evidence) File(tx *store.Tx, reference string) ([]byte, error) {
	list, err := e.w.Log.Find(tx, ledger.Filter{Reference: reference, Outcome: ledger.Done, Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, fmt.Errorf("no entry %s: %w", reference, err)
	}
	return e.w.Log.ProofFile(tx, list[0].Seq, e.w.Verifier)
}

// unzipped are the files of an archive, and zipped puts such together again.
func unzipped(t *testing.T, body string) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close() // read whole
	}
	return out
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A certificate is checked with the key of the ledger alone; one that was changed, or that lacks an entry it rests on, proves nothing.
func TestACertificateIsCheckedWithoutTheProgram(t *testing.T) {
	countertest.Each(t, "county", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: evidence{w}, Evidence: evidence{w}})
	}, func(w *countertest.World) {
		page, other := destroyed(w, "0001"), destroyed(w, "0002")
		want(w, w.Get("officer", page+"/certificate"), 200, "下载证明和凭证")
		a := w.Post("officer", page+"/certificate")
		if a.Code != 200 || !strings.HasPrefix(a.Header.Get("Content-Disposition"), `attachment; filename="certificate-R-`) {
			w.T.Fatalf("the certificate: %d %v %.800s", a.Code, a.Header, a.Body)
		}
		good, err := leaf.VerifyCertificate([]byte(a.Body), w.Verifier)
		if err != nil {
			w.T.Fatalf("a true certificate: %v", err)
		}
		if good.Given.Actor != "officer" || len(good.Entries) != 2 || good.Entries[0].Act != "disposal.list_approve" || good.Entries[1].Act != "disposal.destroy" {
			w.T.Errorf("what it proves: %+v", good)
		}
		files := unzipped(w.T, a.Body)
		if dir := os.Getenv("PAPER_OUT"); dir != "" {
			_ = os.WriteFile(filepath.Join(dir, "certificate.pdf"), files[leaf.CertificateDocument], 0o600) // to be looked at
		}
		inOrder(w.T, onPaper(w.T, countertest.Answer{Code: 200, Body: string(files[leaf.CertificateDocument])}, "certificate"), "秘密载体销毁证明", "序号", "名称、文号", "密级", "份号", "页数", "销毁方式",
			"销毁地点", "销毁日期", "000001", "化浆", "销毁间", "2026-03-02", "以下空白", "监销人", "孟机要员、郑副局长", "台账凭证", good.Entries[0].Reference, "盖章", "jiyao-verify", "第1页，共1页")
		w.T.Run("changed", func(t *testing.T) {
			strange := unzipped(t, w.Post("officer", other+"/certificate").Body)
			for name, change := range map[string]func(map[string][]byte){
				"a byte of the document":      func(f map[string][]byte) { f[leaf.CertificateDocument][len(f[leaf.CertificateDocument])/2] ^= 1 },
				"another's document":          func(f map[string][]byte) { f[leaf.CertificateDocument] = strange[leaf.CertificateDocument] },
				"another's proof":             func(f map[string][]byte) { f[leaf.CertificateProof] = strange[leaf.CertificateProof] },
				"no proof":                    func(f map[string][]byte) { delete(f, leaf.CertificateProof) },
				"proof of another act":        func(f map[string][]byte) { f[leaf.CertificateProof] = f["entries/0001.json"] },
				"an entry left out":           func(f map[string][]byte) { delete(f, "entries/0002.json") },
				"an entry changed":            func(f map[string][]byte) { f["entries/0002.json"] = strange["entries/0002.json"] },
				"an entry added":              func(f map[string][]byte) { f["entries/0003.json"] = strange["entries/0002.json"] },
				"an entry twice":              func(f map[string][]byte) { f["entries/0003.json"] = f["entries/0002.json"] },
				"a file that belongs nowhere": func(f map[string][]byte) { f["run.exe"] = []byte("x") },
			} {
				copied := map[string][]byte{}
				for k, v := range files {
					copied[k] = bytes.Clone(v)
				}
				change(copied)
				if _, err := leaf.VerifyCertificate(zipped(t, copied), w.Verifier); err == nil {
					t.Errorf("%s: it verifies", name)
				}
			}
			if _, err := leaf.VerifyCertificate(zipped(t, files), w.Verifier); err != nil {
				t.Errorf("packed again as it was: %v", err)
			}
		})
		for _, who := range []string{"clerk_a", "head_a"} {
			if a := w.Post(who, page+"/certificate"); a.Code != 404 {
				w.T.Errorf("the certificate for %s: %d", who, a.Code)
			}
		}
	})
}

// destroyed plays a list of destruction of one piece to its end, and gives its page.
func destroyed(w *countertest.World, no string) string {
	w.T.Helper()
	i := w.Registered(no, term.Mimi, "关于喆镕堃玥事项的通知", 1)
	w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办"})
	page := goes(w, "officer", "/destroy", "medium", "paper")
	goes(w, "officer", page+"/add", "code", label(w, i.Copies[0]), "reason", "无保存价值")
	goes(w, "officer", page+"/count", "copies", string(i.Copies[0]))
	goes(w, "office_director", page+"/approve", signed("own")...)
	var l string
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT no FROM disposal_list WHERE id = $1", strings.TrimPrefix(page, "/destroy/")).Scan(&l)
	}); err != nil {
		w.T.Fatal(err)
	}
	goes(w, "officer", page+"/destroy", append([]string{"method", "pulp", "place", "销毁间", "at", "2026-03-02", "works", "own_equipment", "typed", "销毁〔2026〕" + l + "号",
		"supervisor_1_person", "officer2", "supervisor_2_person", "leader"}, signed("first", "supervisor_1", "supervisor_2")...)...)
	return page
}
