package index

import (
	"bytes"
	"slices"

	"go.etcd.io/bbolt"
)

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
