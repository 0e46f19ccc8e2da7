package stackexchange

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestPostsBecomeMentions compares each testdata/*.json, an answer of the API,
// with the .golden beside it: the mentions that must be made of it.
func TestPostsBecomeMentions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var w wrapper
			if err := json.Unmarshal(data, &w); err != nil {
				t.Fatal(err)
			}
			heard := mentions("stackoverflow", w.Items)
			for _, it := range heard {
				m := it.(*directdial.Mention)
				m.Normalize("test")
				if err := m.Check(); err != nil {
					t.Errorf("%s: %v", m.ID, err)
				}
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", heard)
		})
	}
}

func TestASiteStandsAtItsHost(t *testing.T) {
	for site, want := range map[string]string{
		"stackoverflow": "stackoverflow.com", "es.stackoverflow": "es.stackoverflow.com", "superuser": "superuser.com",
		"unix": "unix.stackexchange.com", "unix.meta": "unix.meta.stackexchange.com", "mathoverflow.net": "mathoverflow.net",
	} {
		if got := host(site); got != want {
			t.Errorf("%s stands at %s", site, got)
		}
	}
}
