package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// Backup is a backup that was found to be whole.
type Backup struct {
	Manifest
	dir string
}

// Open reads a backup, every byte of it. Errors: Invalid when it is none, was not
// finished, was damaged, or is of a newer program.
func Open(dir string) (*Backup, error) {
	b := &Backup{dir: dir}
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(filepath.Clean(dir), partial):
		return nil, directdial.Errorf(directdial.Invalid, "%s is a backup that was not finished", dir)
	case errors.Is(err, fs.ErrNotExist):
		return nil, directdial.Errorf(directdial.Invalid, "%s is no backup: it has no %s", dir, manifestName)
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(data, &b.Manifest); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "%s cannot be read: %w", filepath.Join(dir, manifestName), err)
	}
	if b.V < 1 || b.V > Version {
		return nil, directdial.Errorf(directdial.Invalid, "%s is a backup of version %d, this program reads 1 to %d: use the program that made it (%s)", dir, b.V, Version, b.Program)
	}
	return b, b.check(dir)
}

// check compares every file with its hash.
func (m *Manifest) check(dir string) error {
	names := []string{keyName}
	for _, s := range Streams {
		names = append(names, string(s))
	}
	for _, name := range names {
		want, ok := m.Files[name]
		if !ok {
			return directdial.Errorf(directdial.Invalid, "%s does not say what is in %s", manifestName, name)
		}
		got, err := hashed(filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return directdial.Errorf(directdial.Invalid, "the backup is damaged: %s is missing", name)
		case err != nil:
			return err
		case got.Bytes != want.Bytes:
			return directdial.Errorf(directdial.Invalid, "the backup is damaged: %s has %d bytes, it had %d", name, got.Bytes, want.Bytes)
		case got != want:
			return directdial.Errorf(directdial.Invalid, "the backup is damaged: %s is not what was written", name)
		}
	}
	return nil
}

func hashed(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	return File{n, hex.EncodeToString(hash.Sum(nil))}, err
}

// Key is the key of the data directory.
func (b *Backup) Key() ([]byte, error) { return os.ReadFile(filepath.Join(b.dir, keyName)) }

// Stream opens the copy of a stream.
func (b *Backup) Stream(s bus.Stream) (io.ReadCloser, error) {
	return os.Open(filepath.Join(b.dir, string(s)))
}
