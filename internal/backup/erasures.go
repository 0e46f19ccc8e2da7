package backup

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/directdial/directdial"
)

// ErasuresName is the list of erasures, in a data directory and beside each
// backup that was made of it.
const ErasuresName = "erasures.jsonl"

// Erasure is a mention whose words were erased.
type Erasure struct {
	At      time.Time      `json:"at"`
	Mention directdial.Key `json:"mention"`
}

// AddErasures appends to the list in a folder, durably.
func AddErasures(dir string, list []Erasure) error {
	var lines bytes.Buffer
	for _, e := range list {
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		lines.Write(append(data, '\n'))
	}
	f, err := os.OpenFile(filepath.Join(dir, ErasuresName), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	// A kill may have cut the last line off; the next one begins on its own.
	_, err = f.Write(append([]byte("\n"), lines.Bytes()...))
	return errors.Join(err, f.Sync(), f.Close())
}

// Erasures reads a list of erasures; a file that does not exist is an empty one.
// A line that a kill cut off is left out: what it names was not erased yet, and
// is listed again.
func Erasures(path string) (list []Erasure, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		if !bytes.HasSuffix(lines.Bytes(), []byte("}")) {
			continue
		}
		var e Erasure
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil || !e.Mention.Valid() {
			return nil, directdial.Errorf(directdial.Invalid, "%s:%d is no erasure", path, n)
		}
		list = append(list, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

// Erasures are those listed beside the backup.
func (b *Backup) Erasures() ([]Erasure, error) { return Erasures(filepath.Join(b.dir, ErasuresName)) }
