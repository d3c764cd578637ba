package regulation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"sort"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"jiyao/internal/term"
)

// maxFile bounds one file of a pack.
const maxFile = 1 << 20

// A pack is loaded in these steps: read the header and the clauses, read each optional file strictly, name
// every carrier, and check that each carrier belongs to a clause of this pack. Whether the facts and acts it
// names exist is checked when a Law is made, because that needs the catalogue.

// Load reads the pack in one folder of fsys. Unknown keys, unknown clauses and carriers without a clause are
// errors that name file and line.
func Load(fsys fs.FS, folder string) (*Pack, error) {
	p := &Pack{sourceByName: map[string]string{}, refs: &references{lines: map[string]int{}}}
	l := loader{fsys: fsys, folder: folder, refs: p.refs}
	if err := l.strict("pack.yaml", &p.Header, true); err != nil {
		return nil, err
	}
	if p.Name != path.Base(folder) {
		return nil, fmt.Errorf("%s/pack.yaml: name %q: the folder's name %q is expected", folder, p.Name, path.Base(folder))
	}
	var clauses struct {
		Clauses []Clause `yaml:"clauses"`
	}
	var functions struct {
		Functions []Function `yaml:"functions"`
	}
	var approvals struct {
		Approvals []Approval `yaml:"approvals"`
	}
	var visibility struct {
		Visibility []Visibility `yaml:"visibility"`
	}
	var duties struct {
		Obligations []Obligation `yaml:"obligations"`
		Watches     []Watch      `yaml:"watches"`
	}
	var records struct {
		Records []Record `yaml:"records"`
		Lists   []List   `yaml:"lists"`
	}
	var checklists struct {
		Checklists []Checklist `yaml:"checklists"`
	}
	var consequences struct {
		Reactions []Reaction `yaml:"reactions"`
	}
	err := errors.Join(
		l.strict("clauses.yaml", &clauses, true), l.strict("functions.yaml", &functions, false),
		l.strict("approvals.yaml", &approvals, false), l.strict("visibility.yaml", &visibility, false),
		l.strict("obligations.yaml", &duties, false), l.strict("records.yaml", &records, false),
		l.strict("checklists.yaml", &checklists, false), l.strict("consequences.yaml", &consequences, false))
	if err != nil {
		return nil, err
	}
	p.Clauses, p.Functions, p.Approvals, p.Visibility = clauses.Clauses, functions.Functions, approvals.Approvals, visibility.Visibility
	p.Obligations, p.Watches, p.Records, p.Lists = duties.Obligations, duties.Watches, records.Records, records.Lists
	p.Checklists, p.Reactions = checklists.Checklists, consequences.Reactions
	if p.Rules, err = l.rules(); err != nil {
		return nil, err
	}
	p.refs.readRules(path.Join(folder, "rules.cedar"), p.Rules)
	if p.Digest, err = l.digest(); err != nil {
		return nil, err
	}
	if err := p.index(folder); err != nil {
		return nil, err
	}
	return p, nil
}

type loader struct {
	fsys   fs.FS
	folder string
	refs   *references
}

func (l loader) strict(name string, into any, must bool) error {
	file := path.Join(l.folder, name)
	b, err := l.read(file)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	if err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		if !utf8.Valid(b) {
			return fmt.Errorf("%s:%d: UTF-8 is expected", file, LineOf(b, err))
		}
		return misfit(file, err, into)
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(b, &tree); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	reading{l.refs, file}.read(&tree, reflect.TypeOf(into))
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: one document is expected", file)
	}
	return nil
}

func (l loader) read(file string) ([]byte, error) {
	f, err := l.fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer f.Close() //nolint:errcheck // opened for reading: nothing is lost
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s: at most %d bytes are expected", file, maxFile)
	}
	return b, nil
}

// digest covers every file of the folder, proofs included, in name order.
func (l loader) digest() (string, error) {
	var names []string
	err := fs.WalkDir(l.fsys, l.folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("list %s: %w", l.folder, err)
	}
	sort.Strings(names)
	h := sha256.New()
	for _, n := range names {
		b, err := l.read(n)
		if err != nil {
			return "", err
		}
		h.Write(fmt.Appendf(nil, "%d %s %d ", len(n), n, len(b))) // a hash never fails
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// index names the carriers and checks each against the clauses of the pack.
func (p *Pack) index(folder string) error {
	p.clauseByID, p.partOf = map[term.Clause]*Clause{}, map[term.Clause]string{}
	var errs []error
	place := func(file, key string, i int) string { return file + p.refs.line(folder+"/"+file, key, i) }
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(folder+"/"+format, args...)) }
	for i := range p.Clauses {
		c := &p.Clauses[i]
		at := place("clauses.yaml", "clauses", i)
		if _, err := term.ParseClause(string(c.ID)); err != nil {
			fail("%s: %w", at, err)
		}
		if c.ID.Pack() != p.ID {
			fail("%s: %s: an id of pack %s is expected", at, c.ID, p.ID)
		}
		if n := len(c.MustZh); n > 0 && n != len(c.Must) {
			fail("%s: %s: must_zh has %d sentences, %d are expected", at, c.ID, n, len(c.Must))
		}
		if p.clauseByID[c.ID] != nil {
			fail("%s: %s stands twice", at, c.ID)
		}
		c.Carried = map[string]bool{}
		p.clauseByID[c.ID], p.partOf[c.ID] = c, c.Part
	}
	if err := errors.Join(append(errs, p.resolveOwn())...); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, c := range p.carriers() {
		clause := p.clauseByID[c.clause]
		switch {
		case clause == nil:
			fail("%s: %s: clause %q: an id of this pack is expected", place(c.file, c.key, c.i), c.name, c.clause)
			continue
		case !strings.Contains(strings.Join(clause.How, ""), c.letter):
			fail("%s: %s: clause %s has no letter %s (how: %s)", place(c.file, c.key, c.i), c.name, c.clause, c.letter, strings.Join(clause.How, " "))
		}
		if seen[c.name] {
			fail("%s: %s is named twice", place(c.file, c.key, c.i), c.name)
		}
		seen[c.name] = true
		clause.Carried[c.letter] = true
	}
	return errors.Join(errs...)
}

// carrier is one thing in a pack that carries one letter of a clause.
type carrier struct {
	name, file string
	key        string // and where in the file it stands
	i          int
	clause     term.Clause
	letter     string
}

// carriers lists everything that carries a letter, under the names that proofs and mutants use.
func (p *Pack) carriers() []carrier {
	var out []carrier
	add := func(file, key string, i int, kind, name string, clause term.Clause, letter string) {
		out = append(out, carrier{p.Name + "/" + kind + "/" + name, file, key, i, clause, letter})
	}
	for i, r := range p.Rules {
		add("rules.cedar", "rules", i, "rule", r.Name, r.Clause, orLetter(r.Letter, "E"))
	}
	for i, f := range p.Functions {
		add("functions.yaml", "functions", i, "function", p.lineName(i), f.Clause, "E")
	}
	for i, a := range p.Approvals {
		add("approvals.yaml", "approvals", i, "approval", a.Name, a.Clause, "E")
	}
	for i, v := range p.Visibility {
		add("visibility.yaml", "visibility", i, "visibility", v.Name, v.Clause, "E")
	}
	for i, o := range p.Obligations {
		add("obligations.yaml", "obligations", i, "obligation", o.Name, o.Clause, orLetter(o.Letter, "S"))
	}
	for i, w := range p.Watches {
		add("obligations.yaml", "watches", i, "watch", w.Name, w.Clause, orLetter(w.Letter, "E"))
	}
	for i, r := range p.Records {
		add("records.yaml", "records", i, "record", fmt.Sprintf("%s/%s/%d", r.Clause, r.Act, i), r.Clause, orLetter(r.Letter, "R"))
	}
	for i, l := range p.Lists {
		for _, v := range l.Values {
			add("records.yaml", "lists", i, "list", l.Of+"/"+v.Value, v.Clause, p.listLetter(v.Clause))
		}
	}
	for i, c := range p.Checklists {
		for _, line := range c.Lines {
			add("checklists.yaml", "checklists", i, "checklist", c.Name+"/"+line.Name, line.Clause, "T")
		}
	}
	for i, r := range p.Reactions {
		add("consequences.yaml", "reactions", i, "reaction", r.Name, r.Clause, orLetter(r.Letter, "X"))
	}
	return out
}

// listLetter: a value of a closed list carries X where the clause has it (a kind of case), else R.
func (p *Pack) listLetter(id term.Clause) string {
	if c := p.clauseByID[id]; c != nil {
		for _, h := range c.How {
			if h == "X" {
				return "X"
			}
		}
	}
	return "R"
}

func orLetter(letter, fallback string) string {
	if letter == "" {
		return fallback
	}
	return letter
}

// Sum is the digest of the pack's files as bytes.
func (p *Pack) Sum() []byte {
	b, err := hex.DecodeString(p.Digest)
	if err != nil {
		return nil
	}
	return b
}
