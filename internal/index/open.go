package index

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

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
	return &DB{bolt: b, buckets: buckets, pending: layer{}, memo: memo{}}, nil
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
