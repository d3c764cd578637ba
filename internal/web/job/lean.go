package job

import (
	"runtime/debug"
	"sync"
)

// lean is how far the heap may grow beyond what lives while long work runs, in percent. What it makes is mostly garbage, and
// the program otherwise lets the heap grow fourfold, for speed.
const lean = 30

var lightly struct {
	mu     sync.Mutex
	count  int
	before int
}

// Lean keeps the memory of the program close to what lives until the function it gives is called.
func Lean() (end func()) {
	lightly.mu.Lock()
	defer lightly.mu.Unlock()
	if lightly.count++; lightly.count == 1 {
		lightly.before = debug.SetGCPercent(lean)
	}
	return sync.OnceFunc(func() {
		lightly.mu.Lock()
		defer lightly.mu.Unlock()
		if lightly.count--; lightly.count == 0 {
			debug.SetGCPercent(lightly.before)
		}
	})
}
