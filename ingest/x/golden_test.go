package x

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestAnswersBecomeMentions compares testdata/search/<what>.json, answers of a
// search as X's documents show them, with the .golden beside each: the mentions
// that must be made of it.
func TestAnswersBecomeMentions(t *testing.T) {
	files, err := filepath.Glob("testdata/search/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			s := answering(t, file)
			items, _, err := s.fetch(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range items {
				m := it.(*directdial.Mention)
				m.Normalize("test")
				if err := m.Check(); err != nil {
					t.Errorf("%s: %v", m.ID, err)
				}
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", items)
		})
	}
}

// answering is a source whose every search has the answer in a file.
func answering(t *testing.T, file string) *source {
	s, err := newSource(ingest.Setup{Client: &http.Client{Transport: recorded(file)}, Report: &bench{}, Now: time.Now},
		&Settings{Queries: []string{"acme"}, Token: secretToken, PostsPerDay: 1000, Server: "https://api.x.example", Every: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// recorded answers what a file holds.
type recorded string

func (r recorded) RoundTrip(*http.Request) (*http.Response, error) {
	f, err := os.Open(string(r))
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: f}, nil
}
