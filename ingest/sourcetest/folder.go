package sourcetest

import (
	"cmp"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// Folder holds for what stands beside the code of a type: sample.yaml, a list
// of sources as the configuration has it, each of which can be constructed
// without a word to anybody, and README.md, which shows it as it is. env has
// the variables whose form matters; the others are their name.
func Folder(t *testing.T, kind string, env map[string]string) {
	text, err := os.ReadFile("sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("sample.yaml can be constructed, without I/O", func(t *testing.T) {
		var sample struct {
			Sources []map[string]any `yaml:"sources"`
		}
		expanded := os.Expand(string(text), func(name string) string { return cmp.Or(env[name], name) })
		if err := yaml.UnmarshalWithOptions([]byte(expanded), &sample, yaml.Strict()); err != nil {
			t.Fatal(err)
		}
		if len(sample.Sources) == 0 {
			t.Fatal("no sources")
		}
		for _, entry := range sample.Sources {
			name, _ := entry["name"].(string)
			if entry["type"] != kind || !directdial.ValidName(name) {
				t.Errorf("name %q, type %v", name, entry["type"])
			}
			delete(entry, "type")
			delete(entry, "name")
			settings, err := yaml.Marshal(entry)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ingest.Make(kind, Setup(t, string(settings))); err != nil {
				t.Errorf("%v\n%s", err, settings)
			}
		}
	})
	t.Run("README.md shows sample.yaml", func(t *testing.T) {
		readme, err := os.ReadFile("README.md")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), "```yaml\n"+string(text)+"```\n") {
			t.Error("README.md has no yaml block that is sample.yaml, byte for byte")
		}
	})
}

// Setup is what a constructor gets, with these settings, for tests that only
// construct: a request fails the test.
func Setup(t *testing.T, settings string) ingest.Setup {
	return ingest.Setup{
		Name:   sourceName,
		Decode: decode(settings),
		Client: &http.Client{Transport: refuse{t}},
		Log:    zerolog.Nop(),
		Now:    time.Now,
		Report: ingest.Unreported{},
	}
}

type refuse struct{ t *testing.T }

func (r refuse) RoundTrip(req *http.Request) (*http.Response, error) {
	r.t.Errorf("a constructor asked %s", req.URL)
	return nil, http.ErrUseLastResponse
}
