package prove

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"jiyao/internal/people"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/regulations"
)

// Book is one pack with its model office, scenes and proofs, read and checked.
type Book struct {
	Pack   *regulation.Pack
	base   *regulation.Pack
	packs  map[string]*regulation.Pack // what the model office adopts, Pack among it unless it is base
	office people.Setup
	scenes map[string]*scene
	proofs []*proof // in the order of files and lines
}

// scene is a situation that proofs start from.
type scene struct {
	where
	name  string
	Use   string      `yaml:"use"`   // the scene it is built on
	At    string      `yaml:"at"`    // where the clock stands; needed without use
	Steps []yaml.Node `yaml:"steps"` // see step

	steps []step
	names []string // what `as` gave, those of the scenes before included
}

// proof is one executable example of a clause.
type proof struct {
	where
	id      string            // C-6a 1: the clause and a running number
	Clause  term.Clause       `yaml:"clause"`
	Title   string            `yaml:"title"`
	Use     string            `yaml:"use"`
	At      string            `yaml:"at"`
	Set     map[string]string `yaml:"set"`     // parameters as the office has set them: name → value
	Letters []string          `yaml:"letters"` // of the clause's how that it shows; all when empty
	Covers  []int             `yaml:"covers"`  // sentences of the clause's must, from 1
	Steps   []yaml.Node       `yaml:"steps"`

	steps []step
}

// shows reports whether the proof speaks of a letter.
func (p *proof) shows(letter string) bool {
	return len(p.Letters) == 0 || slices.Contains(p.Letters, letter)
}

// basePack is the folder of the pack that every office has.
const basePack = "base"

// Load reads a pack with its office, scenes and proofs from a folder of fsys. Every name they use is checked: an
// unknown key, act, argument, person, post, clause, duty or variable is an error "file:line: … is expected".
func Load(fsys fs.FS, name string) (*Book, error) {
	p, err := regulation.Load(fsys, name)
	if err != nil {
		return nil, err
	}
	b := &Book{Pack: p, packs: map[string]*regulation.Pack{}, scenes: map[string]*scene{}}
	if b.base, err = loadBase(fsys, p); err != nil {
		return nil, err
	}
	if err := b.readOffice(fsys); err != nil {
		return nil, err
	}
	if err := b.readScenes(fsys); err != nil {
		return nil, err
	}
	if err := b.readProofs(fsys); err != nil {
		return nil, err
	}
	if len(b.proofs) > 0 && b.office.Found.Name == "" {
		return nil, fmt.Errorf("%s/office.yaml:1: a model office is expected where there are proofs", name)
	}
	return b, nil
}

func loadBase(fsys fs.FS, p *regulation.Pack) (*regulation.Pack, error) {
	if p.Name == basePack {
		return p, nil
	}
	if _, err := fs.Stat(fsys, basePack+"/pack.yaml"); err == nil {
		return regulation.Load(fsys, basePack)
	}
	return regulation.Load(regulations.FS, basePack)
}

func (b *Book) readOffice(fsys fs.FS) error {
	file := path.Join(b.Pack.Name, "office.yaml")
	text, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	if b.office, err = people.ParseOffice(file, text); err != nil {
		return err
	}
	for _, a := range b.office.Found.Adopt {
		p := b.Pack
		if a.Pack != p.Name {
			if p, err = regulation.Load(fsys, a.Pack); err != nil {
				return err
			}
		}
		b.packs[a.Pack] = p
	}
	if b.Pack.Name != basePack && b.packs[b.Pack.Name] == nil {
		return fmt.Errorf("%s:1: adopt: the pack %s itself is expected", file, b.Pack.Name)
	}
	return nil
}

// yamlFiles lists the files of one folder of the pack in order; a folder that is not there has none.
func yamlFiles(fsys fs.FS, folder string) ([]string, error) {
	list, err := fs.ReadDir(fsys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	var out []string
	for _, d := range list {
		if d.IsDir() || !strings.HasSuffix(d.Name(), ".yaml") {
			return nil, fmt.Errorf("%s/%s:1: a file .yaml is expected", folder, d.Name())
		}
		out = append(out, path.Join(folder, d.Name()))
	}
	return out, nil
}

func (b *Book) readScenes(fsys fs.FS) error {
	files, err := yamlFiles(fsys, path.Join(b.Pack.Name, "scenes"))
	if err != nil {
		return err
	}
	var order []*scene
	for _, file := range files {
		var doc struct {
			Scenes yaml.Node `yaml:"scenes"`
		}
		top, err := readYAML(fsys, file)
		if err != nil {
			return err
		}
		if err := strictly(top, file, &doc); err != nil {
			return err
		}
		list, err := pairs(&doc.Scenes, file)
		if err != nil {
			return err
		}
		for _, p := range list {
			s := &scene{where: where{file, p[0].Line}, name: p[0].Value}
			if b.scenes[s.name] != nil || !namePattern.MatchString(s.name) {
				return s.fail("scene %q: a name of its own is expected: a–z 0–9 _", s.name)
			}
			if err := strictly(p[1], file, s); err != nil {
				return err
			}
			b.scenes[s.name] = s
			order = append(order, s)
		}
	}
	for _, s := range order {
		if err := b.checkScene(s, nil); err != nil {
			return err
		}
	}
	return nil
}

// checkScene reads the steps of a scene after those it is built on.
func (b *Book) checkScene(s *scene, under []string) error {
	if s.steps != nil || s.names != nil {
		return nil // read before
	}
	if slices.Contains(under, s.name) {
		return s.fail("scene %s: a scene that is not built on itself is expected", s.name)
	}
	if s.Use == "" && s.At == "" {
		s.At, s.Steps = firstAt(s.Steps)
	}
	c := newChecker(b)
	if err := b.begin(s.where, s.Use, s.At, append(under, s.name), c); err != nil {
		return err
	}
	var err error
	if s.steps, err = c.steps(s.Steps, s.file); err != nil {
		return err
	}
	s.names = append([]string{}, c.names...)
	return nil
}

// begin checks where a scene or proof starts from.
func (b *Book) begin(at where, use, when string, under []string, c *checker) error {
	if use == "" && when == "" {
		return at.fail("use (a scene) or at (a time) is expected")
	}
	if when != "" {
		if _, err := parseWhen(when, epoch); err != nil || strings.HasPrefix(when, "+") && use == "" {
			return at.fail("at %q: a time like 2026-03-02T10:00 is expected", when)
		}
	}
	if use == "" {
		return nil
	}
	s := b.scenes[use]
	if s == nil {
		return at.fail("scene %q: one of %s is expected", use, strings.Join(b.sceneNames(), ", "))
	}
	if err := b.checkScene(s, under); err != nil {
		return err
	}
	c.names = append(c.names, s.names...)
	return nil
}

// firstAt takes the beginning from the first step where that sets the clock.
func firstAt(steps []yaml.Node) (string, []yaml.Node) {
	if len(steps) > 0 && len(steps[0].Content) == 2 && steps[0].Content[0].Value == "at" {
		return steps[0].Content[1].Value, steps[1:]
	}
	return "", steps
}

func (b *Book) sceneNames() []string {
	var out []string
	for n := range b.scenes {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func (b *Book) readProofs(fsys fs.FS) error {
	files, err := yamlFiles(fsys, path.Join(b.Pack.Name, "proofs"))
	if err != nil {
		return err
	}
	count := map[term.Clause]int{}
	for _, file := range files {
		var doc struct {
			Proofs []yaml.Node `yaml:"proofs"`
		}
		top, err := readYAML(fsys, file)
		if err != nil {
			return err
		}
		if err := strictly(top, file, &doc); err != nil {
			return err
		}
		for i := range doc.Proofs {
			p := &proof{where: where{file, doc.Proofs[i].Line}}
			if err := strictly(&doc.Proofs[i], file, p); err != nil {
				return err
			}
			count[p.Clause]++
			p.id = fmt.Sprintf("%s %d", p.Clause, count[p.Clause])
			if err := b.checkProof(p); err != nil {
				return err
			}
			b.proofs = append(b.proofs, p)
		}
	}
	return nil
}

func (b *Book) checkProof(p *proof) error {
	clause := b.clause(p.Clause)
	if clause == nil {
		return p.fail("clause %q: a clause of %s is expected", p.Clause, b.Pack.Name)
	}
	if strings.TrimSpace(p.Title) == "" {
		return p.fail("title: what the proof shows is expected")
	}
	for _, l := range p.Letters {
		if !slices.Contains(clause.How, l) {
			return p.fail("letters: %q: one of %s is expected", l, strings.Join(clause.How, " "))
		}
	}
	for name := range p.Set {
		if _, ok := b.Pack.Parameters[name]; !ok {
			return p.fail("set: %q: a parameter of %s is expected", name, b.Pack.Name)
		}
	}
	for _, n := range p.Covers {
		if n < 1 || n > len(clause.Must) {
			return p.fail("covers: %d: a sentence of %s from 1 to %d is expected", n, p.Clause, len(clause.Must))
		}
	}
	if p.Use == "" && p.At == "" {
		p.At, p.Steps = firstAt(p.Steps)
	}
	c := newChecker(b)
	if err := b.begin(p.where, p.Use, p.At, nil, c); err != nil {
		return err
	}
	var err error
	if p.steps, err = c.steps(p.Steps, p.file); err != nil {
		return err
	}
	if len(p.steps) == 0 {
		return p.fail("steps are expected")
	}
	return p.claims()
}

// claims holds a proof that says it covers a sentence to showing something: one step at least expects more than that an
// act succeeds, and it does not end by moving the clock, after which nothing looks.
func (p *proof) claims() error {
	switch {
	case len(p.Covers) == 0:
	case !slices.ContainsFunc(p.steps, step.expects):
		return p.fail("covers: a step that expects a refusal, or looks at what is there, is expected")
	case p.steps[len(p.steps)-1].moves():
		return p.fail("covers: a last step that looks at what the clock has brought is expected")
	}
	return nil
}

func (b *Book) clause(id term.Clause) *regulation.Clause {
	for i := range b.Pack.Clauses {
		if b.Pack.Clauses[i].ID == id {
			return &b.Pack.Clauses[i]
		}
	}
	return nil
}
