package e2e

import (
	"cmp"
	"image"
	"image/color"
	"maps"
	"slices"
)

// exact is how many colours of a picture with too many are kept as they are: the grounds and the lines.
const exact = 64

// fewColours gives a picture in at most 256 colours, a third of the size on disk: the commonest as they are, and for
// the edges of letters the means of what is nearly alike. A picture with no more colours than that stays the same.
func fewColours(img image.Image) image.Image {
	counts := map[color.RGBA]int{}
	b := img.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			counts[at(x, y)]++
		}
	}
	// By count, then by colour: the same picture packs the same way.
	all := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(whole(a), whole(b)))
	})
	out := image.NewPaletted(b, palette(all, counts))
	index := map[color.RGBA]uint8{}
	for _, c := range all {
		index[c] = uint8(out.Palette.Index(c))
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	return out
}

func whole(c color.RGBA) int { return int(c.R)<<16 | int(c.G)<<8 | int(c.B) }

// palette chooses at most 256 of all, which are sorted by how common they are.
func palette(all []color.RGBA, counts map[color.RGBA]int) color.Palette {
	var out color.Palette
	type mean struct{ r, g, b, n int }
	near := map[int]*mean{} // by the upper four bits of each colour
	var order []int
	for i, c := range all {
		if i < exact || len(all) <= 256 {
			out = append(out, c)
			continue
		}
		key := whole(c) & 0xf0f0f0
		m := near[key]
		if m == nil {
			m = &mean{}
			near[key], order = m, append(order, key)
		}
		n := counts[c]
		m.r, m.g, m.b, m.n = m.r+n*int(c.R), m.g+n*int(c.G), m.b+n*int(c.B), m.n+n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(near[b].n, near[a].n) })
	for _, key := range order[:min(len(order), 256-len(out))] {
		m := near[key]
		out = append(out, color.RGBA{R: uint8(m.r / m.n), G: uint8(m.g / m.n), B: uint8(m.b / m.n), A: 255})
	}
	return out
}
