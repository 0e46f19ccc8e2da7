package mapped

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// A mapping that is ready is a source with its examples, which making it runs.
func TestReadyMappingsMakeWhatTheirExamplesSay(t *testing.T) {
	files, err := filepath.Glob("ready/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("there are none", err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var sample struct {
				Sources []map[string]any `yaml:"sources"`
			}
			if err := yaml.UnmarshalWithOptions(text, &sample, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			entry := sample.Sources[0]
			if entry["type"] != "mapped" || len(sample.Sources) != 1 || entry["examples"] == nil {
				t.Errorf("%v", entry)
			}
			delete(entry, "name")
			delete(entry, "type")
			settings, err := yaml.Marshal(entry)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ingest.Make("mapped", sourcetest.Setup(t, string(settings))); err != nil {
				t.Error(err)
			}
			if !strings.Contains(string(readme), "("+file+")") {
				t.Error("README.md does not name it")
			}
		})
	}
}
