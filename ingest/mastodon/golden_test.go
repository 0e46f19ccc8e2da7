package mastodon

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

// TestPostsBecomeMentions compares each testdata/tag-*.json and
// notifications-*.json, a page of a server, with the .golden beside it: the
// mentions that must be made of it.
func TestPostsBecomeMentions(t *testing.T) {
	pages, err := filepath.Glob("testdata/*.json")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, file := range pages {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			q := hashtag("acme")
			if strings.HasPrefix(name, "notifications-") {
				q = notifications()
			}
			page, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", mentions(t, q, page))
		})
	}
}

// mentions maps a page.
func mentions(t testing.TB, q *query, page []byte) []directdial.Mention {
	t.Helper()
	var entries []json.RawMessage
	if err := json.Unmarshal(page, &entries); err != nil {
		t.Fatal(err)
	}
	heard := []directdial.Mention{}
	for _, e := range entries {
		p := q.decode(e)
		if p.id == "" {
			t.Errorf("an entry without an id: %s", e)
		}
		if p.status == nil || !p.status.heard(q.addressed) {
			continue
		}
		m := p.status.mention("mastodon.example")
		m.Normalize("test")
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
		heard = append(heard, *m)
	}
	return heard
}
