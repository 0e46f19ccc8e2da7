package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// target is the file that a command is to write what it learns to.
type target struct {
	out  string
	what string // that it writes: "lexicon"
	// is says whether a file is of this kind, so that nothing but what this
	// command writes is written over.
	is func(name string, text []byte) bool
}

// check refuses, before anything is learned, a target that cannot be written, that
// is one of the files read or the configuration, or that holds something else.
func (t target) check(a *app, read []string) error {
	if t.out == "" {
		return usageError{errors.New("--out is empty: name the file to write")}
	}
	if err := t.writable(); err != nil {
		return usageError{unwritten(t.out, err)}
	}
	for _, name := range append(slices.Clone(read), cmp.Or(a.configPath, defaultConfig)) {
		if sameFile(t.out, name) || sameFile(draftOf(t.out), name) {
			return usageError{fmt.Errorf("%s is what is read: it would be lost; name another file with --out", name)}
		}
	}
	at, err := os.Stat(t.out)
	if err != nil || !at.Mode().IsRegular() || at.Size() == 0 {
		return nil
	}
	text, err := os.ReadFile(t.out)
	if err != nil {
		return usageError{err}
	}
	if !t.is(t.out, text) {
		return usageError{fmt.Errorf("%s is there and is no %s: it would be lost; name another file with --out", t.out, t.what)}
	}
	return nil
}

// writable tries whether the file can be written where it is to be, and leaves
// nothing behind. A link is written through; folders that are missing are made
// when there is something to write.
func (t target) writable() error {
	file := t.out
	if to, err := os.Readlink(file); err == nil {
		if file = to; !filepath.IsAbs(to) {
			file = filepath.Join(filepath.Dir(t.out), to)
		}
	}
	at, err := os.Stat(file)
	switch {
	case err == nil && at.IsDir():
		return errors.New("it is a folder")
	case err == nil && !at.Mode().IsRegular():
		return nil // as the standard output
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	dir := filepath.Dir(file)
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	probe, err := os.CreateTemp(dir, ".directdial-")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// sameFile says whether two names are of one file that is there, by whatever path.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && x.Mode().IsRegular() && os.SameFile(x, y)
}

func isLexicon(name string, text []byte) bool {
	_, err := classify.ParseLexicon(name, text)
	return err == nil
}

// isTopicWeights says whether a file holds weights of topics, also of those that
// the configuration has no more.
func isTopicWeights(name string, text []byte) bool {
	var topics []directdial.Topic
	seen := map[string]bool{}
	for line := range bytes.Lines(text) {
		if topic, _, ok := strings.Cut(string(line), "\t"); ok && !seen[topic] {
			seen[topic] = true
			topics = append(topics, directdial.Topic{Name: topic})
		}
	}
	_, err := classify.WithWeights(topics, []directdial.File{{Name: name, Text: string(text)}})
	return err == nil && len(topics) > 0
}

// writeLearned writes what was learned, in a folder that is made if need be; whole,
// because run reads it as soon as it changes. What is no plain file (a link, the
// standard output) is written to.
func writeLearned(file string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return usageError{unwritten(file, err)}
	}
	write := os.WriteFile
	if at, err := os.Lstat(file); err != nil || at.Mode().IsRegular() {
		write = writeWhole
	}
	if err := write(file, data, mode); err != nil {
		return usageError{err}
	}
	return nil
}
