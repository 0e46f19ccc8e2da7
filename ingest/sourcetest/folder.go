package sourcetest

import (
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// folder holds for what stands beside the code: sample.yaml, a list of sources
// as the configuration has it, in which each can be constructed without a word
// to anybody.
func folder(t *testing.T, p Platform) {
	t.Run("the sample in sample.yaml can be constructed, without I/O", func(t *testing.T) {
		text, err := os.ReadFile("sample.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var sample struct {
			Sources []map[string]any `yaml:"sources"`
		}
		if err := yaml.UnmarshalWithOptions(text, &sample, yaml.Strict()); err != nil {
			t.Fatal(err)
		}
		if len(sample.Sources) == 0 {
			t.Fatal("no sources")
		}
		for _, entry := range sample.Sources {
			if entry["type"] != p.Type || !directdial.ValidName(entry["name"].(string)) {
				t.Errorf("name %q, type %q", entry["name"], entry["type"])
			}
			delete(entry, "type")
			delete(entry, "name")
			settings, err := yaml.Marshal(entry)
			if err != nil {
				t.Fatal(err)
			}
			setup := Setup(t, string(settings))
			if _, err := ingest.Make(p.Type, setup); err != nil {
				t.Errorf("%v\n%s", err, settings)
			}
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
		Report: report{},
	}
}

type refuse struct{ t *testing.T }

func (r refuse) RoundTrip(req *http.Request) (*http.Response, error) {
	r.t.Errorf("a constructor asked %s", req.URL)
	return nil, http.ErrUseLastResponse
}

type report struct{}

func (report) Budget(int, time.Time) {}
func (report) Newest(time.Time)      {}
