// Command generate writes the dashboards and rules of package monitoring into
// the repository whose root is its argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/directdial/directdial/deploy/monitoring"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(root string) error {
	files, err := monitoring.Files()
	if err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
