package ledgerweb

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/fxamacker/cbor/v2"

	"jiyao/internal/ledger"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// path is the way from one entry to the root: what anybody can compute again with the entry and these hashes.
type path struct {
	Seq, Size uint64
	Hashes    [][]byte
	Root      []byte
}

// path gives the audit path of an entry in the tree of a size; nil when the tree does not reach it.
func (p *pages) path(tx *store.Tx, seq, size uint64) (*path, error) {
	if seq == 0 || seq > size {
		return nil, nil
	}
	hashes, err := p.Log.Inclusion(tx, seq, size)
	if err != nil {
		return nil, err
	}
	list, err := p.Log.Checkpoints(tx, size+1, 1)
	if err != nil || len(list) == 0 || list[0].Size != size {
		return nil, err
	}
	c, err := leaf.ParseCheckpoint([]byte(list[0].Note), p.Verifier)
	if err != nil {
		return nil, fmt.Errorf("read a kept checkpoint: %w", err)
	}
	return &path{Seq: seq, Size: size, Hashes: hashes, Root: c.Root}, nil
}

// entryPage is one entry.
type entryPage struct {
	Viewer counter.Viewer
	Audits bool
	Entry  ledger.Entry
	Names  names
	Facts  []pair
	Args   []pair
	Path   *path
}

// pair is one fact or argument, spelled.
type pair struct{ Name, Value string }

func (p *pages) entry(w http.ResponseWriter, r *http.Request) error {
	var e entryPage
	err := p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		e.Viewer, e.Audits = v, audits(v)
		var err error
		if e.Entry, err = p.find(tx, v, r.PathValue("entry")); err != nil {
			return err
		}
		if e.Names, err = p.names(tx, v, []ledger.Entry{e.Entry}); err != nil {
			return err
		}
		if !e.Audits {
			return nil
		}
		facts, err := mapOf(e.Entry.Facts)
		if err != nil {
			return fmt.Errorf("read the facts of an entry: %w", err)
		}
		args, err := mapOf(e.Entry.Args)
		if err != nil {
			return fmt.Errorf("read the arguments of an entry: %w", err)
		}
		e.Facts, e.Args = e.speller().spelled(r.Context(), facts, "fact"), e.speller().spelled(r.Context(), args, "label")
		list, err := p.Log.Checkpoints(tx, 0, 1)
		if err != nil || len(list) == 0 {
			return err
		}
		e.Path, err = p.path(tx, e.Entry.Seq, list[0].Size)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), oneEntry(e)))
}

// facts reads what the caller of the ledger put into an entry, within bounds.
var facts = func() cbor.DecMode {
	mode, err := cbor.DecOptions{MaxMapPairs: 1000, MaxArrayElements: 10_000, MaxNestedLevels: 8}.DecMode()
	if err != nil {
		panic(err) // constant options
	}
	return mode
}()

// mapOf reads a map as it stands in the entry.
func mapOf(b []byte) (map[string]any, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var m map[string]any
	return m, facts.Unmarshal(b, &m)
}

func (e entryPage) speller() speller { return speller{e.Viewer, e.Names} }

// proof hands out the file that proves one entry against the newest checkpoint, for who audits: it holds the number.
func (p *pages) proof(w http.ResponseWriter, r *http.Request) error {
	var file []byte
	var name string
	err := p.auditor(r, func(tx *store.Tx, v counter.Viewer) error {
		e, err := p.find(tx, v, r.PathValue("entry"))
		if err != nil {
			return err
		}
		name = e.Reference
		if name == "" {
			name = strconv.FormatUint(e.Seq, 10)
		}
		file, err = p.Log.ProofFile(tx, e.Seq, p.Verifier)
		return err
	})
	if err != nil {
		return err
	}
	return attach(w, "application/json", "proof-"+name+".json", file)
}

// attach answers with a file. Its name says nothing but a reference or a size.
func attach(w http.ResponseWriter, kind, name string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // the reader went away
	return nil
}

// checkpointPage lists what was signed.
type checkpointPage struct {
	List []ledger.StoredCheckpoint
	Next string
}

func (p *pages) checkpoints(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	var before uint64
	if s := q.Get("before"); s != "" {
		if before, err = strconv.ParseUint(s, 10, 62); err != nil {
			return refuse.Field("before", "bad_format")
		}
	}
	var c checkpointPage
	err = p.auditor(r, func(tx *store.Tx, _ counter.Viewer) error {
		c.List, err = p.Log.Checkpoints(tx, before, perPage)
		return err
	})
	if err != nil {
		return err
	}
	if n := len(c.List); n == perPage {
		c.Next = "/ledger/checkpoints?before=" + strconv.FormatUint(c.List[n-1].Size, 10)
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), checkpointList(c)))
}

// checkpoint is the printable page of one checkpoint.
func (p *pages) checkpoint(w http.ResponseWriter, r *http.Request) error {
	size, err := strconv.ParseUint(r.PathValue("size"), 10, 62)
	if err != nil {
		return refuse.ErrNotFound
	}
	var form paper.CheckpointForm
	err = p.auditor(r, func(tx *store.Tx, v counter.Viewer) error {
		list, err := p.Log.Checkpoints(tx, size+1, 1)
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].Size != size {
			return refuse.ErrNotFound
		}
		form, err = p.printed(r.Context(), v, list[0])
		return err
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := paper.Checkpoint(&b, form); err != nil {
		return err
	}
	return attach(w, "application/pdf", "checkpoint-"+strconv.FormatUint(size, 10)+".pdf", b.Bytes())
}

func (p *pages) printed(ctx context.Context, v counter.Viewer, c ledger.StoredCheckpoint) (paper.CheckpointForm, error) {
	parsed, err := leaf.ParseCheckpoint([]byte(c.Note), p.Verifier)
	if err != nil {
		return paper.CheckpointForm{}, fmt.Errorf("read a kept checkpoint: %w", err)
	}
	by := v.People.Name(v.Actor.Person)
	if by == "" {
		by = string(v.Actor.Account)
	}
	f := paper.CheckpointForm{
		Note: c.Note, Lead: web.T(ctx, "ledger.print_lead", "n", c.Size),
		Frame: paper.Frame{Checkpoint: parsed.Size, Root: fmt.Sprintf("%x", parsed.Root), PrintedBy: by, PrintedAt: v.Now},
	}
	for i, key := range []string{"ledger.print_sec", "ledger.print_audit", "ledger.print_officer"} {
		f.Signers[i] = web.T(ctx, key)
	}
	if p.Office != nil {
		f.Frame.Office, _ = p.Office(ctx)
	}
	return f, nil
}
