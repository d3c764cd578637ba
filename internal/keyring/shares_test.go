package keyring

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
	"pgregory.net/rapid"
)

func TestAnyKSharesOpenAndFewerDoNot(t *testing.T) {
	for _, s := range bothSuites {
		path := filepath.Join(t.TempDir(), "master.json")
		made, texts, err := CreateShares(path, s, 3, 5)
		if err != nil || len(texts) != 5 {
			t.Fatal(err, len(texts))
		}
		want := token(t, made)
		for mask := range 1 << 5 {
			var some []string
			for i := range 5 {
				if mask&(1<<i) != 0 {
					some = append(some, texts[i])
				}
			}
			r := load(t, path)
			err := r.UnsealShares(some)
			var few *TooFewError
			switch {
			case len(some) >= 3 && (err != nil || token(t, r) != want):
				t.Errorf("%05b: %v", mask, err)
			case len(some) < 3 && (!errors.As(err, &few) || few.Needed != 3 || few.Given != len(some) || r.Unsealed()):
				t.Errorf("%05b: %v", mask, err)
			}
		}
		if p, k, n := made.Protection(); p != Shares || k != 3 || n != 5 {
			t.Error(p, k, n)
		}
	}
}

func TestASplitHasAtLeastTwoAndAtMostSixteenShares(t *testing.T) {
	dir := t.TempDir()
	for _, c := range [][2]int{{0, 0}, {1, 1}, {1, 3}, {4, 3}, {2, 17}, {-1, 3}} {
		if _, _, err := CreateShares(filepath.Join(dir, "x"), GM, c[0], c[1]); !errors.Is(err, ErrFormat) {
			t.Errorf("%v: %v", c, err)
		}
	}
	for i, c := range [][2]int{{2, 2}, {16, 16}} {
		path := filepath.Join(dir, string(rune('a'+i)))
		_, texts, err := CreateShares(path, GM, c[0], c[1])
		if err != nil {
			t.Fatal(err)
		}
		if err := load(t, path).UnsealShares(texts); err != nil {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestABadShareIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	_, texts, err := CreateShares(path, GM, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	_, others, err := CreateShares(filepath.Join(t.TempDir(), "master.json"), GM, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	second, err := parseShare(texts[1])
	if err != nil {
		t.Fatal(err)
	}
	forged := second
	forged.value[31] ^= 1
	renumbered := second
	renumbered.number = 3
	beyond := second
	beyond.number = 9
	overflow := second
	for i := range overflow.value {
		overflow.value[i] = 0xff
	}
	random := second
	b, err := group.P256.RandomScalar(rand.Reader).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	copy(random.value[:], b)
	slip := []byte(texts[1])
	slip[12] = other(slip[12])
	for name, c := range map[string]struct {
		text string
		want ShareError
	}{
		"one bit":          {forged.String(), ShareError{2, 0, ShareForged}},
		"made up":          {random.String(), ShareError{2, 0, ShareForged}},
		"above the order":  {overflow.String(), ShareError{2, 0, ShareForged}},
		"another's number": {renumbered.String(), ShareError{3, 0, ShareForged}},
		"no such number":   {beyond.String(), ShareError{9, 0, ShareOtherSet}},
		"another ring's":   {others[1], ShareError{2, 0, ShareOtherSet}},
		"given twice":      {texts[0], ShareError{1, 0, ShareTwice}},
		"mistyped":         {string(slip), ShareError{0, 2, ShareMistyped}},
		"cut":              {texts[1][:60], ShareError{0, 0, ShareLength}},
		"empty":            {"", ShareError{0, 0, ShareLength}},
		"huge":             {strings.Repeat(" ", 1<<20) + texts[1], ShareError{0, 0, ShareLength}},
	} {
		r := load(t, path)
		err := r.UnsealShares([]string{texts[0], c.text, texts[2]})
		var got *ShareError
		if !errors.As(err, &got) || *got != c.want || r.Unsealed() {
			t.Errorf("%s: %v", name, err)
		}
		if c.want.Code == ShareTwice {
			continue
		}
		if _, err := r.CheckShare(c.text); !errors.As(err, &got) || *got != c.want {
			t.Errorf("%s, checked alone: %v", name, err)
		}
	}
	r := load(t, path)
	if n, err := r.CheckShare(texts[1]); err != nil || n != 2 {
		t.Error(n, err)
	}
	if err := r.UnsealShares(make([]string, MaxShares+1)); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func TestPlantedCommitmentsDoNotPassAForgedShare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	if _, _, err := CreateShares(path, GM, 2, 3); err != nil {
		t.Fatal(err)
	}
	otherPath := filepath.Join(t.TempDir(), "master.json")
	_, texts, err := CreateShares(otherPath, GM, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	other := load(t, otherPath)
	r := changed(t, path, func(f *masterFile) { f.Shares = other.file.Shares })
	if err := r.UnsealShares(texts); !errors.Is(err, ErrOpen) || r.Unsealed() {
		t.Error(err)
	}
	off := changed(t, path, func(f *masterFile) {
		f.Shares.Commitments[0] = append([]byte{5}, f.Shares.Commitments[0][1:]...)
	})
	if err := off.UnsealShares(texts); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

// other is a character of the alphabet that is not c.
func other(c byte) byte {
	if c == 'A' {
		return 'B'
	}
	return 'A'
}

func drawShare(t *rapid.T) shareText {
	var s shareText
	copy(s.set[:], rapid.SliceOfN(rapid.Byte(), setIDLen, setIDLen).Draw(t, "set"))
	copy(s.value[:], rapid.SliceOfN(rapid.Byte(), scalarLen, scalarLen).Draw(t, "value"))
	s.number = rapid.IntRange(1, MaxShares).Draw(t, "number")
	return s
}

func TestAShareIsReadAsItWasMeant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawShare(t)
		text := want.String()
		full := strings.Map(func(c rune) rune { return c + '！' - '!' }, text)
		for _, typed := range []string{
			text, strings.ToLower(text), " " + strings.ReplaceAll(text, "-", " \n"), strings.ReplaceAll(text, "-", ""),
			strings.NewReplacer("0", "O", "1", "l").Replace(text), full,
		} {
			if got, err := parseShare(typed); err != nil || got != want {
				t.Fatalf("%q: %v", typed, err)
			}
		}
	})
}

func TestEverySlipOfOneCharacterIsFoundInItsGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(drawShare(t).String())
		i := rapid.IntRange(0, len(text)-1).Filter(func(i int) bool { return text[i] != '-' }).Draw(t, "at")
		wrong := rapid.SampledFrom([]byte(crockford+"U*")).Filter(func(c byte) bool { return c != text[i] }).Draw(t, "wrong")
		group := i/(groupChars+2) + 1
		typed := string(text[:i]) + string(wrong) + string(text[i+1:])
		var got *ShareError
		if _, err := parseShare(typed); !errors.As(err, &got) || got.Code != ShareMistyped || got.Group != group {
			t.Fatalf("%q for %q at %d: %v", wrong, text[i], i, err)
		}
		if i+1 < len(text) && text[i+1] != '-' && text[i] != text[i+1] {
			text[i], text[i+1] = text[i+1], text[i]
			if _, err := parseShare(string(text)); !errors.As(err, &got) || got.Group != group {
				t.Fatalf("exchange at %d: %v", i, err)
			}
		}
	})
}

func FuzzParseShare(f *testing.F) {
	f.Add(shareText{number: 1}.String())
	f.Add(strings.Repeat("0", 72))
	f.Add(strings.Repeat("\xff", 72))
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseShare(text)
		if err != nil {
			return
		}
		if again, err := parseShare(s.String()); err != nil || again != s {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
