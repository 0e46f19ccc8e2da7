// The tests of this folder hold what is deployed against the program: command
// lines, ports, paths, rights. Where a tool of the trade is installed
// (systemd-analyze, kustomize, kubeconform, goreleaser), it is asked, too;
// deploy/proof installs them all and leaves nothing out.
package deploy_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// proving says that what is not installed is a failure.
var proving = os.Getenv("DIRECTDIAL_PROOF") != ""

// tool returns the path of a program, and skips the test where there is none.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case proving:
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// documents reads all documents of a YAML file.
func documents(t *testing.T, path string) []any {
	t.Helper()
	docs, err := parse([]byte(read(t, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return docs
}

func parse(data []byte) (docs []any, err error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc any
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, err
		}
		docs = append(docs, doc)
	}
}

// at follows keys and indexes into a document; nil where there is nothing.
func at(doc any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := doc.(map[string]any)
			doc = m[step]
		case int:
			l, _ := doc.([]any)
			if step >= len(l) {
				return nil
			}
			doc = l[step]
		}
	}
	return doc
}

// texts is a list of texts.
func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, e := range list {
		s, _ := e.(string)
		out = append(out, s)
	}
	return out
}

func TestEveryYAMLFileCanBeRead(t *testing.T) {
	paths := []string{"../.goreleaser.yaml"}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); ext == ".yaml" || ext == ".yml" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if len(documents(t, path)) == 0 {
			t.Errorf("%s is empty", path)
		}
	}
}

// unit reads a unit of systemd: the values by section and key.
func unit(t *testing.T, path string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	section := ""
	for line := range strings.Lines(read(t, path)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]")
		} else if key, value, ok := strings.Cut(line, "="); ok && line[0] != '#' {
			out[section+"."+key] = append(out[section+"."+key], value)
		}
	}
	return out
}
