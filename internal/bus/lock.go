package bus

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

// dirLock keeps a second process out of a store directory: two servers on one
// store would destroy it. The operating system drops the lock with the
// process, however that ends, so a stale one cannot be left behind.
type dirLock struct{ file *os.File }

// lockDir takes the lock of dir and writes the id of the process into it, for
// whoever comes second.
func lockDir(dir string) (*dirLock, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock of the log: %w", err)
	}
	if err := flock(f); err != nil {
		defer f.Close()
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("locking %s: %w", path, err)
		}
		holder := "unknown process"
		if id, err := os.ReadFile(path); err == nil && len(id) > 0 {
			holder = "process " + strings.TrimSpace(string(id))
		}
		return nil, directdial.Errorf(directdial.Temporary, "%w in %s (%s)", ErrHeld, dir, holder)
	}
	if err := errors.Join(f.Truncate(0), writeID(f)); err != nil {
		return nil, errors.Join(fmt.Errorf("writing %s: %w", path, err), f.Close())
	}
	return &dirLock{f}, nil
}

func writeID(f *os.File) error {
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// release gives the lock back. The file stays: removing it could remove the
// lock of the next one.
func (l *dirLock) release() error { return l.file.Close() }
