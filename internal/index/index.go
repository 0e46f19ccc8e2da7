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
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
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

// Open opens the file at path with these buckets, or makes it. A new file is
// built beside it and renamed, because bbolt's first initialisation is the one
// moment at which a power cut leaves a file that cannot be opened.
func Open(path string, buckets ...string) (*DB, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if err := create(path, buckets); err != nil {
			return nil, fmt.Errorf("make index %s: %w", path, err)
		}
	}
	b, err := open(path)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open index %s: another process holds it", path)
	}
	if err == nil {
		err = sound(b, buckets)
	}
	if err != nil {
		return nil, fmt.Errorf("open index %s: %w.\nIt is only a fold of the log; put it aside and it is folded again: mv %s %s.old", path, err, path, path)
	}
	return &DB{bolt: b, buckets: buckets, pending: layer{}}, nil
}

// open turns what bbolt panics with, on a file that is damaged, into an error.
func open(path string) (b *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is damaged: %v", p)
		}
	}()
	return bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType})
}

// sound adds the buckets and reads every page once, so that damage shows at the
// start and not in the middle of a decision.
func sound(b *bbolt.DB, buckets []string) (err error) {
	// What lies beyond the end of a file that was cut is a fault, not a panic.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			// Closing would wait for the transaction that the panic left open.
			err = fmt.Errorf("the file is damaged: %v", p)
		}
	}()
	if err := addBuckets(b, buckets); err != nil {
		return err
	}
	return b.View(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			err := tx.Bucket([]byte(name)).ForEach(func(_, _ []byte) error { return nil })
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func addBuckets(b *bbolt.DB, buckets []string) error {
	return b.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

func create(path string, buckets []string) error {
	draft := path + ".new"
	if err := os.Remove(draft); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	b, err := open(draft)
	if err != nil {
		return err
	}
	if err := errors.Join(addBuckets(b, buckets), b.Close()); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
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

// scan merges the disk, what is pending and one more layer.
func (d *DB) scan(bucket, prefix string, newest layer, f func(string, []byte) bool) {
	_ = d.bolt.View(func(tx *bbolt.Tx) error {
		merge(tx, bucket, prefix, []map[string][]byte{newest[bucket], d.pending[bucket]}, f)
		return nil
	})
}

// merge scans the disk under layers of changes, the newest layer first.
func merge(tx *bbolt.Tx, bucket, prefix string, layers []map[string][]byte, f func(string, []byte) bool) {
	changed := changedKeys(prefix, layers)
	c := tx.Bucket([]byte(bucket)).Cursor()
	k, v := c.Seek([]byte(prefix))
	for {
		onDisk := k != nil && bytes.HasPrefix(k, []byte(prefix))
		switch {
		case !onDisk && len(changed) == 0:
			return
		case len(changed) == 0 || (onDisk && string(k) < changed[0]):
			if !f(string(k), bytes.Clone(v)) {
				return
			}
			k, v = c.Next()
			continue
		}
		key := changed[0]
		changed = changed[1:]
		if onDisk && key == string(k) {
			k, v = c.Next()
		}
		if value := lookup(layers, key); value != nil && !f(key, bytes.Clone(value)) {
			return
		}
	}
}

func lookup(layers []map[string][]byte, key string) []byte {
	for _, l := range layers {
		if v, ok := l[key]; ok {
			return v
		}
	}
	return nil
}

func changedKeys(prefix string, layers []map[string][]byte) []string {
	var keys []string
	for _, l := range layers {
		for k := range l {
			if len(k) >= len(prefix) && k[:len(prefix)] == prefix {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
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
	d.pending = layer{}
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
