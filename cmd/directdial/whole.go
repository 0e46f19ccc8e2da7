package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func writeDurably(path string, data []byte) error { return writeWhole(path, data, 0o600) }

// draftOf is the name under which writeWhole writes a file first.
func draftOf(path string) string { return path + ".new" }

// writeWhole writes a file that is on disk, name and all, when it returns, and of
// which nobody ever sees a part. If it fails, what was there is still there, and
// no draft is left.
func writeWhole(path string, data []byte, mode os.FileMode) error {
	draft, err := os.OpenFile(draftOf(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return unwritten(path, err)
	}
	_, err = draft.Write(data)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err == nil {
		err = os.Rename(draftOf(path), path)
	}
	if err != nil {
		os.Remove(draftOf(path))
		return unwritten(path, err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// unwritten says why a file was not written, by its own name: nobody knows of its
// draft.
func unwritten(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("%s cannot be written: %w", path, err)
}
