package app

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The command that checks a certificate, built as it is given out, with the key of the ledger from the folder: it says what a true
// one proves and exits with 0, and of one that was changed what is wrong, and exits with 3.
func TestTheCommandChecksACertificate(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "jiyao-verify")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "jiyao/cmd/jiyao-verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	o := atCounter(t, "", "base")
	it := o.takenIn(2)
	o.done("officer", "document.complete", map[string]any{"document": it.id, "result": "已办理", "disposition": "destroy"})
	var zips []string
	for n := range 2 {
		list := o.do("officer", "disposal.list_open", map[string]any{"kind": "destruction", "medium": "paper"}).Values["list"]
		o.do("officer", "disposal.list_add", map[string]any{"list": list, "copy": it.copies[n], "title": it.title, "doc_no": it.docNo, "level": "秘密", "copy_no": it.nos[n], "pages": 12, "copies": 1, "reason": "无保存价值"})
		o.do("officer", "disposal.list_count", map[string]any{"list": list, "copies": []string{it.copies[n]}})
		o.done("office_director", "disposal.list_approve", map[string]any{"list": list})
		o.done("officer", "disposal.destroy", map[string]any{"list": list, "method": "pulp", "place": "销毁间", "works": "own_equipment", "supervisors": []string{"officer2", "leader"}}, "supervisor_1", "officer2", "supervisor_2", "leader")
		_, body := o.send("officer", "/destroy/"+list+"/certificate")
		_, file, _ := strings.Cut(body, "\n")
		zips = append(zips, file)
	}
	key := o.app.folder.public()
	run := func(name string, data []byte, args ...string) (int, string) {
		path := filepath.Join(dir, name)
		if data != nil {
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), bin, append(args, path)...)
		cmd.Env, cmd.Dir = []string{}, dir // nothing but the file and the key
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), string(out)
	}
	good, strange := partsOf(t, zips[0]), partsOf(t, zips[1])
	with := func(change func(map[string]string)) []byte {
		parts := map[string]string{}
		for k, v := range good {
			parts[k] = v
		}
		change(parts)
		return zipped(t, parts)
	}
	spoilt := func(s string) string { // one character of what is proven
		i := len(s) / 2
		for s[i] < 'a' || s[i] > 'y' {
			i++
		}
		return s[:i] + string(s[i]+1) + s[i+1:]
	}
	for _, c := range []struct {
		name string
		data []byte
		args []string
		exit int
		says string
	}{
		{"true.zip", []byte(zips[0]), []string{"-key", key}, 0, `"proven":true`},
		{"packed-again.zip", with(func(map[string]string) {}), []string{"-key", key}, 0, `"act":"disposal.destroy"`},
		{"document.zip", with(func(p map[string]string) { p["certificate.pdf"] += "x" }), []string{"-key", key}, 3, `"error":`},
		{"another.zip", with(func(p map[string]string) { p["certificate.pdf"] = strange["certificate.pdf"] }), []string{"-key", key}, 3, `"error":`},
		{"proof.zip", with(func(p map[string]string) { p["proof.json"] = spoilt(p["proof.json"]) }), []string{"-key", key}, 3, `"error":`},
		{"less.zip", with(func(p map[string]string) { delete(p, "entries/0002.json") }), []string{"-key", key}, 3, `"error":`},
		{"other-entry.zip", with(func(p map[string]string) { p["entries/0002.json"] = strange["entries/0002.json"] }), []string{"-key", key}, 3, `"error":`},
		{"cut.zip", []byte(zips[0][:len(zips[0])/2]), []string{"-key", key}, 3, `"error":`},
		{"absent.zip", nil, []string{"-key", key}, 3, `"error":`},
		{"keyless.zip", []byte(zips[0]), nil, 2, "usage:"},
		{"bad-key.zip", []byte(zips[0]), []string{"-key", "someoffice+00000000+AAAA"}, 2, "jiyao-verify:"},
	} {
		exit, out := run(c.name, c.data, c.args...)
		if exit != c.exit || !strings.Contains(out, c.says) || c.exit == 3 && strings.Contains(out, `"proven":true`) {
			t.Errorf("%s: exit %d, want %d with %s: %.400s", c.name, exit, c.exit, c.says, out)
		}
	}
}

// partsOf unpacks an archive.
func partsOf(t *testing.T, file string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := io.Copy(&b, r); err != nil || r.Close() != nil {
			t.Fatal(err)
		}
		out[f.Name] = b.String()
	}
	return out
}
