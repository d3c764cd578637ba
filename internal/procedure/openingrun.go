package procedure

import (
	"context"
	"errors"
	"slices"
	"sync"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/term"
)

// ActImport brings in one line of the old books.
const ActImport = "custody.import"

// OpeningDesk does acts; *act.Desk implements it.
type OpeningDesk interface {
	Do(ctx context.Context, q act.Request) (act.Receipt, error)
	Foresee(ctx context.Context, q act.Request) ([]refuse.FieldError, error)
}

// OpeningRun says what came of the lines of a file, or would come of them.
type OpeningRun struct {
	Lines   int // that were looked at
	Good    int
	Already int            // brought in before: by an earlier run, or from another file
	Left    int            // left out by their own word: the book says that they are not the office's any more
	Wrong   int            // Lines is the sum of these four: none is passed over
	Warned  int            // of the good ones: something of them stands badly
	Faults  []OpeningFault // of at most maxOpeningFaults of the wrong lines
	Gone    []OpeningFault // of at most as many of those that were left out
	Warns   []OpeningFault // of at most as many
}

// OpeningFault is one line that was not brought in: what is wrong with its cells, or the answer of the desk. Of a line that is
// good it is what is told of it.
type OpeningFault struct {
	Line  int
	Entry OpeningEntry
	Err   error // the answer of the desk; of a line with bad cells, what is wrong beside them, nil: nothing
}

const (
	maxOpeningFaults = 2000
	hands            = 24 // lines that are on their way to the writer together: it commits them in one batch
)

// WouldSign are the signatures that a run by an officer would bear, so that a dry run does not complain of them.
func WouldSign(people act.Directory, officer term.PersonID) []act.Signature {
	out := []act.Signature{{Role: "officer", Person: officer}}
	for _, id := range people.Holders("base/" + OpeningDirector) {
		return append(out, act.Signature{Role: OpeningDirector, Person: id})
	}
	return out
}

// OpeningSigner says what is wrong with the person of the second signature before anything is signed: he holds the post, and is
// not the officer. Empty: nothing is.
func OpeningSigner(people act.Directory, officer, second term.PersonID) (code string) {
	switch {
	case second == "":
		return "required"
	case second == officer:
		return "same_person"
	case !slices.Contains(people.Holders("base/"+OpeningDirector), second):
		return "not_director"
	}
	return ""
}

// CheckLines asks for each line whether it would be brought in, as it stands now, and changes nothing. signed are the signatures
// that the run will bear.
func CheckLines(ctx context.Context, desk OpeningDesk, by act.Actor, signed []act.Signature, lines []OpeningEntry, progress func(done int)) (OpeningRun, error) {
	return openingRun(ctx, lines, 2, progress, func(o document.Opening) ([]refuse.FieldError, error) {
		return desk.Foresee(ctx, act.Request{Act: ActImport, Command: o, By: by, Signatures: signed})
	})
}

// BringIn brings in the lines that are good, each an act of its own with the same two signatures: they stand for the whole file,
// whose digest each act names. It may be repeated after it was broken off: what was brought in is left alone.
func BringIn(ctx context.Context, desk OpeningDesk, by act.Actor, signed []act.Signature, lines []OpeningEntry, progress func(done int)) (OpeningRun, error) {
	return openingRun(ctx, lines, hands, progress, func(o document.Opening) ([]refuse.FieldError, error) {
		_, err := desk.Do(ctx, act.Request{Act: ActImport, Command: o, By: by, Signatures: signed})
		return nil, err
	})
}

// openingRun does something with each line, several at a time, and adds up the answers. An error that is not about a line ends it.
func openingRun(ctx context.Context, lines []OpeningEntry, workers int, progress func(int), do func(document.Opening) ([]refuse.FieldError, error)) (OpeningRun, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		mu    sync.Mutex
		out   OpeningRun
		fatal error
		next  int
		all   sync.WaitGroup
	)
	take := func() (OpeningEntry, bool) {
		mu.Lock()
		defer mu.Unlock()
		if next == len(lines) || fatal != nil || ctx.Err() != nil {
			return OpeningEntry{}, false
		}
		next++
		return lines[next-1], true
	}
	for range workers {
		all.Go(func() {
			for e, ok := take(); ok; e, ok = take() {
				var warnings []refuse.FieldError
				err := e.beside()
				if len(e.Faults) == 0 {
					warnings, err = do(e.Command)
				}
				mu.Lock()
				if !out.add(e, err) && fatal == nil {
					fatal = err
				}
				if err == nil && len(warnings) > 0 {
					out.Warned++
					out.Warns = keep(out.Warns, OpeningFault{e.Line, e, &refuse.Invalid{Fields: warnings}})
				}
				if out.Lines%100 == 0 {
					progress(out.Lines)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if fatal == nil {
		fatal = ctx.Err()
	}
	return out, fatal
}

// Gone reports whether the book says of a line that it is not the office's any more: nothing else of it needs to be put right.
func (e OpeningEntry) Gone() bool {
	return slices.ContainsFunc(e.Faults, func(f sheet.LineError) bool { return f.Code == notLive })
}

// beside is what is wrong with a line beside its bad cells, as far as it can be told without them: who puts it right need not
// come twice. A fault of the whole line leaves nothing to be told.
func (e OpeningEntry) beside() error {
	if slices.Contains(e.At, "") {
		return nil
	}
	bad := refuse.AtFields(document.CheckOpening(e.Command))
	if bad == nil {
		return nil
	}
	more := refuse.Invalid{Fields: slices.DeleteFunc(slices.Clone(bad.Fields), func(f refuse.FieldError) bool { return slices.Contains(e.At, f.Field) })}
	if len(more.Fields) == 0 {
		return nil
	}
	return &more
}

// add counts a line; false is an error that is about no line.
func (r *OpeningRun) add(e OpeningEntry, err error) bool {
	var conflict *refuse.Conflict
	var refusal *refuse.Refusal
	switch {
	case len(e.Faults) > 0:
	case err == nil:
		r.Good++
	case errors.As(err, &conflict) && conflict.Table == "opening_line":
		r.Already++
	case refuse.AtFields(err) != nil, errors.As(err, &refusal), conflict != nil:
	default:
		return false
	}
	r.Lines++
	if e.Gone() {
		r.Left++
		r.Gone = keep(r.Gone, OpeningFault{e.Line, e, nil})
	} else if len(e.Faults) > 0 || err != nil && (conflict == nil || conflict.Table != "opening_line") {
		r.Wrong++
		r.Faults = keep(r.Faults, OpeningFault{e.Line, e, err})
	}
	return true
}

// keep adds to the lines that are told of, the first of them, in the order of the lines: answers come back in any order.
func keep(list []OpeningFault, f OpeningFault) []OpeningFault {
	i, _ := slices.BinarySearchFunc(list, f.Line, func(o OpeningFault, line int) int { return o.Line - line })
	if i < maxOpeningFaults {
		list = slices.Insert(list, i, f)
		list = list[:min(len(list), maxOpeningFaults)]
	}
	return list
}
