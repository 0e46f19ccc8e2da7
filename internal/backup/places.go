package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// placesName is the list of the folders that hold backups of a data directory,
// a line each, so that erasures can be listed beside them.
const placesName = "backups"

// AddPlace notes that dir holds a backup of a data directory.
func AddPlace(dataDir, dir string) error {
	places, err := Places(dataDir)
	if err != nil || slices.Contains(places, dir) {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dataDir, placesName), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(dir + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// Places lists the folders that hold, or held, backups of a data directory.
func Places(dataDir string) (dirs []string, err error) {
	data, err := os.ReadFile(filepath.Join(dataDir, placesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for line := range strings.Lines(string(data)) {
		if dir, whole := strings.CutSuffix(line, "\n"); whole {
			dirs = append(dirs, dir)
		}
	}
	return dirs, err
}
