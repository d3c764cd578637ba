package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// atLeast and atMost print a figure with its goal.
func (b *bench) atLeast(name string, value, goal float64) {
	b.figure(name, value, ">=", goal, value < goal)
}
func (b *bench) atMost(name string, value, goal float64) {
	b.figure(name, value, "<=", goal, value > goal)
}

func (b *bench) figure(name string, value float64, sign string, goal float64, missed bool) {
	line := name + " " + spell(value) + " " + sign + spell(goal)
	if missed {
		line += " MISS"
	}
	_, _ = fmt.Fprintln(b.out, line) // a reader that went away needs no figures
}

func (b *bench) note(format string, args ...any) {
	_, _ = fmt.Fprintf(b.out, "# "+format+"\n", args...) // as above
}

// spell writes small numbers with two places and large ones with none.
func spell(v float64) string {
	if v == float64(int64(v)) || v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// turns is how often each variant is measured.
const turns = 3

// lane is one variant in a race: callers who each do their jobs in order.
type lane struct {
	callers, each int
	do            func(caller, job int) error
	end           func() error
}

// race lets variants do their jobs side by side: a short stretch of each, then the next of each, to the end. So what
// else this machine does meets all of them alike. It gives the rates of each stretch, by lane.
func race(stretches int, lanes ...lane) (rates [][]float64, err error) {
	rates = make([][]float64, len(lanes))
	for s := range stretches {
		for n, l := range lanes {
			jobs := make([][]int, l.callers)
			for c := range jobs {
				for job := s * l.each / stretches; job < (s+1)*l.each/stretches; job++ {
					jobs[c] = append(jobs[c], c*l.each+job)
				}
			}
			rate, err := together(jobs, func(j int) error { return l.do(j/l.each, j%l.each) })
			if err != nil {
				return nil, errors.Join(err, finish(lanes))
			}
			rates[n] = append(rates[n], rate)
		}
	}
	return rates, finish(lanes)
}

func finish(lanes []lane) error {
	var errs []error
	for _, l := range lanes {
		errs = append(errs, l.end())
	}
	return errors.Join(errs...)
}

// share is the median of how two lanes compare in each stretch.
func share(a, b []float64) float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return median(out)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// p95 is the value that 95 of 100 measurements stay below.
func p95(v []time.Duration) time.Duration {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)*95/100]
}

// timed says how long fn took.
func timed(fn func() error) (time.Duration, error) {
	began := time.Now()
	err := fn()
	return time.Since(began), err
}
