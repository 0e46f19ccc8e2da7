package index

import (
	"bytes"
	"errors"
)

// Tx gathers changes that are not confirmed yet. It belongs to the one
// goroutine that writes.
type Tx struct {
	db      *DB
	changes layer
	memo    memo // of the changes
}

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

// Put sets a value.
func (t *Tx) Put(bucket, key string, value []byte) {
	t.changes.put(bucket, key, append([]byte{}, value...))
	delete(t.memo[bucket], key)
}

// Delete removes a key.
func (t *Tx) Delete(bucket, key string) {
	t.changes.put(bucket, key, nil)
	delete(t.memo[bucket], key)
}

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
}
