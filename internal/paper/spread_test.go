package paper

import (
	"math"
	"slices"
	"testing"
)

func TestColumnsShareTheWidth(t *testing.T) {
	for _, c := range []struct {
		shares []float64
		want   []float64
	}{
		{[]float64{1, 1}, []float64{50, 50}},
		{[]float64{1, 3}, []float64{25, 75}},
		{[]float64{0.01, 1, 3}, []float64{20, 20, 60}}, // the second is just as wide as the narrowest
		{[]float64{0.01, 0.5, 3.5}, []float64{20, 20, 60}},
		{[]float64{0, 0, 0, 0, 0}, []float64{20, 20, 20, 20, 20}},
	} {
		got := spread(c.shares, 100, 20)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
			t.Errorf("%v share 100 as %v, not %v", c.shares, got, c.want)
		}
	}
}
