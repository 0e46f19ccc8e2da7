// Package index keeps the fold of the log on disk: named buckets of key and
// value in one bbolt file. It knows nothing of what it keeps.
//
// The truth is the log, so the index may be behind it and may be lost. Changes
// go through three places: a Tx gathers what the steps that are being written
// would change; Confirm moves it to memory when the log has them; Commit moves
// that to disk. Readers see what is confirmed. So the log is never written
// while a bbolt transaction is open, a refused write leaves no trace, and a
// kill loses at most what the log still has.
package index

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// Reader reads confirmed state, or, as a Tx, state with its own changes.
type Reader interface {
	// Get returns a copy of the value, nil if there is none.
	Get(bucket, key string) []byte
	// Scan calls f for each key that begins with prefix, in order, until f
	// returns false. f must not change the index.
	Scan(bucket, prefix string, f func(key string, value []byte) bool)
}

// DB is the index. One goroutine writes, any number read.
type DB struct {
	bolt    *bbolt.DB
	buckets []string
	closed  atomic.Bool

	mu      sync.RWMutex
	pending layer // confirmed, not yet on disk

	memoMu sync.Mutex // taken after mu, where both are
	memo   memo       // of what is confirmed
}

// layer is a set of changes; a nil value is a deletion.
type layer map[string]map[string][]byte

func (l layer) put(bucket, key string, value []byte) {
	b := l[bucket]
	if b == nil {
		b = map[string][]byte{}
		l[bucket] = b
	}
	b[key] = value
}

// Close closes the file. What was not committed is folded again at the next
// start. A closed index reads as empty: see Tx.Err.
func (d *DB) Close() error {
	d.closed.Store(true)
	return d.bolt.Close()
}

// Path is where the file is.
func (d *DB) Path() string { return d.bolt.Path() }

// Get implements Reader.
func (d *DB) Get(bucket, key string) []byte {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.get(bucket, key)
}

func (d *DB) get(bucket, key string) []byte {
	if v, ok := d.pending[bucket][key]; ok {
		return bytes.Clone(v)
	}
	var v []byte
	// View fails only on a closed database, which then reads as empty; Tx.Err
	// tells it from an empty one.
	_ = d.bolt.View(func(tx *bbolt.Tx) error {
		v = bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(key)))
		return nil
	})
	return v
}

// Scan implements Reader.
func (d *DB) Scan(bucket, prefix string, f func(key string, value []byte) bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	d.scan(bucket, prefix, nil, f)
}

// Pending reports how many changes wait for Commit.
func (d *DB) Pending() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n := 0
	for _, b := range d.pending {
		n += len(b)
	}
	return n
}

// Commit puts everything that is confirmed on disk. After an error the state
// of the file is not known: close it and start again from the log.
func (d *DB) Commit() error {
	d.mu.RLock()
	writing := d.pending
	d.mu.RUnlock()
	if len(writing) == 0 {
		return nil
	}
	// Only Confirm and Commit change pending, and one goroutine calls both.
	err := d.bolt.Update(func(tx *bbolt.Tx) error {
		for bucket, changes := range writing {
			b := tx.Bucket([]byte(bucket))
			for _, key := range sortedKeys(changes) {
				if err := apply(b, key, changes[key]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("commit index: %w", err)
	}
	d.mu.Lock()
	d.pending = layer{}
	d.mu.Unlock()
	return nil
}

func apply(b *bbolt.Bucket, key string, value []byte) error {
	if value == nil {
		return b.Delete([]byte(key))
	}
	return b.Put([]byte(key), value)
}

func sortedKeys(m map[string][]byte) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Clear empties every bucket, on disk and in memory.
func (d *DB) Clear() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.memoMu.Lock()
	defer d.memoMu.Unlock()
	d.pending, d.memo = layer{}, memo{}
	return d.bolt.Update(func(tx *bbolt.Tx) error {
		for _, name := range d.buckets {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// View calls f with one consistent, confirmed state. Writers need not wait for
// it.
func (d *DB) View(f func(Reader)) error {
	d.mu.RLock()
	pending := layer{}
	for bucket, changes := range d.pending {
		pending[bucket] = maps.Clone(changes)
	}
	tx, err := d.bolt.Begin(false)
	d.mu.RUnlock()
	if err != nil {
		return fmt.Errorf("read index: %w", err)
	}
	f(snapshot{tx, pending})
	return tx.Rollback()
}

type snapshot struct {
	tx      *bbolt.Tx
	pending layer
}

func (s snapshot) Get(bucket, key string) []byte {
	if v, ok := s.pending[bucket][key]; ok {
		return bytes.Clone(v)
	}
	return bytes.Clone(s.tx.Bucket([]byte(bucket)).Get([]byte(key)))
}

func (s snapshot) Scan(bucket, prefix string, f func(string, []byte) bool) {
	merge(s.tx, bucket, prefix, []map[string][]byte{s.pending[bucket]}, f)
}
