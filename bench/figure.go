package main

import (
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

// inTurns measures variants one after the other, again and again, and gives the median of each.
func inTurns(variants ...func() (float64, error)) ([]float64, error) {
	all := make([][]float64, len(variants))
	for range turns {
		for i, measure := range variants {
			v, err := measure()
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], v)
		}
	}
	out := make([]float64, len(all))
	for i, v := range all {
		out[i] = median(v)
	}
	return out, nil
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
