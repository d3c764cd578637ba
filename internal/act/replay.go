package act

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// Replayed gives the receipt of a request that was done before under its key, and false where it was not. It is
// asked before signatures are checked: a one-time code that the first try spent could not be checked again.
func (d *Desk) Replayed(ctx context.Context, q Request) (receipt Receipt, known bool, err error) {
	def, ok := lookup(q.Act)
	if !ok || q.Key == "" || len(q.Key) > maxKey || q.By.Account == "" {
		return Receipt{}, false, nil
	}
	cmd, fields, err := decode(def, q.Command, q.By.System)
	if err != nil {
		return Receipt{}, false, err
	}
	err = d.DB.Read(ctx, func(tx *store.Tx) error {
		r := &running{desk: d, def: def, request: q, fields: fields, tx: tx, dry: true}
		_, known, err = r.replay(cmd)
		receipt = r.receipt
		return err
	})
	return receipt, known, err
}

// replay answers a request whose key was used before: the same command gets the same receipt, another one is
// answered at the field.
func (r *running) replay(cmd any) (digest []byte, known bool, err error) {
	b, err := json.Marshal(cmd)
	if err != nil {
		return nil, false, fmt.Errorf("spell the command: %w", err)
	}
	digest, err = r.digestOf(b)
	if err != nil {
		return nil, false, err
	}
	row, err := replays.Get(r.tx, r.replayKey())
	if errors.Is(err, refuse.ErrNotFound) {
		return digest, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("look for an earlier request: %w", err)
	}
	if string(row.Command) != string(digest) {
		return nil, false, refuse.Field("idempotency_key", "used_for_another")
	}
	if err := json.Unmarshal([]byte(row.Answer), &r.receipt); err != nil {
		return nil, false, fmt.Errorf("read the earlier receipt: %w", err)
	}
	r.receipt.Replayed = true
	return nil, true, nil
}

func (r *running) remember(digest []byte) error {
	b, err := json.Marshal(r.receipt)
	if err != nil {
		return fmt.Errorf("spell the receipt: %w", err)
	}
	_, err = store.Put(r.tx, []store.Change{replays.Insert(replay{ID: r.replayKey(), Command: digest, Answer: string(b), At: r.env.Now})})
	return err
}

func (r *running) replayKey() string {
	sum := sha256.Sum256([]byte(string(r.request.By.Account) + "\x00" + r.request.Key))
	return fmt.Sprintf("%x", sum[:16])
}

// replay is one remembered request.
type replay struct {
	ID      string    `col:"id,key"`
	Command []byte    `col:"command"`
	Answer  string    `col:"answer"`
	At      time.Time `col:"at"`
	store.Meta
}

var replays = store.Unrecorded[replay]("idempotency", "remembers receipts of requests so that a repeated one has one effect; the acts themselves are recorded")

// digestOf is a keyed digest of the command, since a plain one would let a guessed title be confirmed. A desk
// without a keyring, in tests, takes a plain one.
func (r *running) digestOf(command []byte) ([]byte, error) {
	sum := sha256.Sum256(append([]byte(r.def.name+"\x00"), command...))
	if r.desk.Secrets == nil {
		return sum[:], nil
	}
	keyed, err := r.desk.Secrets.Blind("idempotency", fmt.Sprintf("%x", sum))
	if err != nil {
		return nil, fmt.Errorf("remember the request: %w", err)
	}
	return keyed, nil
}
