package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// Version is the version of a backup.
const Version = 1

const (
	manifestName = "backup.json"
	keyName      = "key"
	partial      = ".partial" // behind the name of a folder that is not whole yet
)

// Streams are the streams in the order in which they are copied.
var Streams = []bus.Stream{bus.Sources, bus.Dials, bus.Actions, bus.Mentions}

// Manifest says what a backup is.
type Manifest struct {
	V       int                     `json:"v"`
	Made    time.Time               `json:"made"`
	Program string                  `json:"program"` // version that made it
	Streams map[bus.Stream]Contents `json:"streams"`
	Files   map[string]File         `json:"files"`
}

// Contents is what the copy of a stream held when it began.
type Contents struct {
	First    uint64 `json:"first"`
	Last     uint64 `json:"last"`
	Messages uint64 `json:"messages"`
}

// File is a file of a backup.
type File struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Source is what a backup is made of.
type Source struct {
	Copy    func(ctx context.Context, s bus.Stream, w io.Writer) (bus.State, error)
	Key     []byte
	Program string
	Now     func() time.Time
	Wrote   func(file string, bytes int64) // progress; called often
}

// Write makes a backup in dir, which must not exist or be empty. Every file is
// read again and compared before the backup gets its name. Errors: Invalid when
// dir holds something; those of Source.Copy.
func Write(ctx context.Context, dir string, from Source) (m *Manifest, err error) {
	if err := empty(dir); err != nil {
		return nil, err
	}
	draft := dir + partial
	if err := os.RemoveAll(draft); err != nil { // of one that was killed
		return nil, err
	}
	if err := os.MkdirAll(draft, 0o700); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(draft))
		}
	}()
	m = &Manifest{
		V: Version, Made: directdial.Clock(from.Now()), Program: from.Program,
		Streams: map[bus.Stream]Contents{}, Files: map[string]File{},
	}
	if err := m.write(ctx, draft, from); err != nil {
		return nil, err
	}
	if err := m.check(draft); err != nil {
		return nil, fmt.Errorf("what was written cannot be read back: %w", err)
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(draft, manifestName), data); err != nil {
		return nil, err
	}
	return m, finish(draft, dir)
}

// empty refuses a folder that holds something.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		err = directdial.Errorf(directdial.Invalid, "%s holds something already: a backup overwrites nothing", dir)
	}
	return err
}

// finish gives a whole backup its name.
func finish(draft, dir string) error {
	if err := syncDir(draft); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(draft, dir); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

// write writes the streams and the key.
func (m *Manifest) write(ctx context.Context, dir string, from Source) error {
	if err := writeFile(filepath.Join(dir, keyName), from.Key); err != nil {
		return err
	}
	sum := sha256.Sum256(from.Key)
	m.Files[keyName] = File{int64(len(from.Key)), hex.EncodeToString(sum[:])}
	for _, s := range Streams {
		if err := m.stream(ctx, dir, s, from); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manifest) stream(ctx context.Context, dir string, s bus.Stream, from Source) error {
	f, err := os.OpenFile(filepath.Join(dir, string(s)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	hash := sha256.New()
	n := &counter{wrote: func(n int64) { from.Wrote(string(s), n) }}
	state, err := from.Copy(ctx, s, io.MultiWriter(f, hash, n))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	m.Streams[s] = Contents{First: state.First, Last: state.Last, Messages: state.Msgs}
	m.Files[string(s)] = File{n.bytes, hex.EncodeToString(hash.Sum(nil))}
	return nil
}

// counter counts what is written.
type counter struct {
	bytes int64
	wrote func(int64)
}

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	c.wrote(c.bytes)
	return len(p), nil
}

func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
