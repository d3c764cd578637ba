package custody

import (
	"fmt"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// InsideOf counts the carriers that are built into a device.
func InsideOf(tx *store.Tx, id term.DeviceID) (int, error) {
	n, err := Copies.Count(tx, "WHERE device = $1 AND state IN ('in_place', 'held')", string(id))
	if err != nil {
		return 0, fmt.Errorf("count what is built into a device: %w", err)
	}
	return n, nil
}
