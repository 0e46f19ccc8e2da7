package mastodon

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
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
			compareGolden(t, strings.TrimSuffix(file, ".json")+".golden", mentions(t, q, page))
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

func compareGolden(t *testing.T, file string, got any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
