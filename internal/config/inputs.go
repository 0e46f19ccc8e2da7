package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// inputs are what a configuration was made of. They tell a change that matters
// from one that does not.
type inputs struct {
	files    map[string][sha256.Size]byte // by path; zero for one that could not be read
	patterns map[string][]string          // what each pattern under people matched
}

// changed reports whether reading them again would give something else.
func (in inputs) changed() bool {
	for path, sum := range in.files {
		if readFile(path).sum != sum {
			return true
		}
	}
	for pattern, matched := range in.patterns {
		if now, _ := filepath.Glob(pattern); !slices.Equal(now, matched) {
			return true
		}
	}
	return false
}

// names reports whether the file at path, which may be gone, is one of them.
func (in inputs) names(path string) bool {
	path = filepath.Clean(path)
	if _, ok := in.files[path]; ok {
		return true
	}
	for pattern := range in.patterns {
		if ok, _ := filepath.Match(pattern, path); ok {
			return true
		}
	}
	return false
}

// folders are where a change can come from.
func (in inputs) folders() []string {
	set := map[string]bool{}
	for path := range in.files {
		set[filepath.Dir(path)] = true
	}
	for pattern := range in.patterns {
		set[filepath.Dir(pattern)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// reader reads each file once, so that a configuration is made of one state of
// its files, and decoding an entry later gives the same again.
type reader struct {
	mu       sync.Mutex
	files    map[string]content
	patterns map[string][]string
}

type content struct {
	data []byte
	sum  [sha256.Size]byte
	open bool // others than the owner can read it
	err  error
}

func newReader() *reader {
	return &reader{files: map[string]content{}, patterns: map[string][]string{}}
}

// read returns the content of a file.
func (r *reader) read(path string) content {
	path = filepath.Clean(path)
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.files[path]
	if !ok {
		c = readFile(path)
		r.files[path] = c
	}
	return c
}

// known returns the content of a file that was read, and nothing for another.
func (r *reader) known(path string) content {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.files[filepath.Clean(path)]
}

// glob returns the files that match, sorted.
func (r *reader) glob(pattern string) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	paths, err := filepath.Glob(pattern)
	if err == nil {
		r.patterns[pattern] = paths
	}
	return paths, err
}

func (r *reader) inputs() inputs {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := inputs{files: map[string][sha256.Size]byte{}, patterns: maps.Clone(r.patterns)}
	for path, c := range r.files {
		in.files[path] = c.sum
	}
	return in
}

// maxRead bounds a file that is read, in bytes: a lexicon of some 300,000 lines.
// What is YAML has a lower bound.
const maxRead = 8 << 20

func readFile(path string) content {
	// Asked first, because opening a pipe would wait for its writer.
	info, err := os.Stat(path)
	if err != nil {
		return content{err: reason(err)}
	}
	if !info.Mode().IsRegular() {
		return content{err: errors.New("is no regular file")}
	}
	f, err := os.Open(path)
	if err != nil {
		return content{err: reason(err)}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRead+1))
	switch {
	case err != nil:
		return content{err: reason(err)}
	case len(data) > maxRead:
		return content{err: fmt.Errorf("is larger than %d bytes", maxRead)}
	}
	// Windows has no such bits; what Go shows there says nothing.
	open := runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
	return content{data: data, sum: sha256.Sum256(data), open: open}
}

// reason is an error of the file system without the path, which the message
// has already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// resolve makes a path of a file absolute, or relative to where the program
// runs.
func resolve(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
