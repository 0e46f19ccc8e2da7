package index

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// Tx gathers changes that are not confirmed yet. It belongs to the one
// goroutine that writes.
type Tx struct {
	db      *DB
	changes layer
	memo    memo // of the changes

	undo  []change // the values of before, since Mark
	unfit error    // the first key since Mark that cannot be kept
}

// change is a value as it was before it changed.
type change struct {
	bucket, key string
	value       []byte
	had         bool // the Tx had changed it before; else the value is the index's
}

// ErrUnfit says that a key is empty, or too long for the file.
var ErrUnfit = errors.New("the index cannot keep this key")

// maxKey is the longest key that the file takes, in bytes.
const maxKey = bbolt.MaxKeySize

// Begin starts to gather changes. There is one Tx at a time.
func (d *DB) Begin() *Tx { return &Tx{db: d, changes: layer{}, memo: memo{}} }

// Get implements Reader over the confirmed state and this Tx.
func (t *Tx) Get(bucket, key string) []byte {
	if v, ok := t.changes[bucket][key]; ok {
		return bytes.Clone(v)
	}
	return t.db.Get(bucket, key)
}

// Scan implements Reader over the confirmed state and this Tx.
func (t *Tx) Scan(bucket, prefix string, f func(key string, value []byte) bool) {
	t.db.mu.RLock()
	defer t.db.mu.RUnlock()
	t.db.scan(bucket, prefix, t.changes, f)
}

// Put sets a value. One under a key that the file could not take is left out:
// it would fail every Commit from then on, after each start anew. Unfit tells.
func (t *Tx) Put(bucket, key string, value []byte) {
	t.set(bucket, key, append([]byte{}, value...))
}

// Delete removes a key.
func (t *Tx) Delete(bucket, key string) { t.set(bucket, key, nil) }

func (t *Tx) set(bucket, key string, value []byte) {
	if key == "" || len(key) > maxKey {
		if value != nil && t.unfit == nil {
			t.unfit = fmt.Errorf("%w: %d bytes in %s", ErrUnfit, len(key), bucket)
		}
		return
	}
	before, had := t.changes[bucket][key]
	t.undo = append(t.undo, change{bucket, key, before, had})
	t.changes.put(bucket, key, value)
	delete(t.memo[bucket], key)
}

// Mark begins what Back can take back.
func (t *Tx) Mark() { t.undo, t.unfit = t.undo[:0], nil }

// Back takes back all changes since Mark.
func (t *Tx) Back() {
	for _, c := range slices.Backward(t.undo) {
		if c.had {
			t.changes.put(c.bucket, c.key, c.value)
		} else {
			delete(t.changes[c.bucket], c.key)
		}
		delete(t.memo[c.bucket], c.key)
	}
	t.Mark()
}

// Unfit is what was left out since Mark, nil if nothing was.
func (t *Tx) Unfit() error { return t.unfit }

// ErrClosed says that the index was closed while a Tx was open.
var ErrClosed = errors.New("the index is closed")

// Err is nil if everything that was read through this Tx was the index as it
// is, and ErrClosed if some of it may have read as empty. It is asked before
// what was decided on it is written anywhere.
func (t *Tx) Err() error {
	if t.db.closed.Load() {
		return ErrClosed
	}
	return nil
}

// Confirm makes the changes visible to all readers. The Tx is empty after it
// and may gather again. To drop the changes instead, drop the Tx.
func (t *Tx) Confirm() {
	t.db.mu.Lock()
	defer t.db.mu.Unlock()
	t.db.memoMu.Lock()
	defer t.db.memoMu.Unlock()
	for bucket, changes := range t.changes {
		for key, value := range changes {
			t.db.pending.put(bucket, key, value)
			delete(t.db.memo[bucket], key)
		}
	}
	t.changes, t.memo = layer{}, memo{}
	t.Mark()
}
