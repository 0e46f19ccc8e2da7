package github

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

// TestPostsBecomeMentions compares each testdata/search/*.json, what the search
// shows, and testdata/graphql/*.json with the .golden beside it: the mentions
// that must be made of it.
func TestPostsBecomeMentions(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasPrefix(file, "testdata/webhook/") {
			continue // TestRecordedDeliveries
		}
		t.Run(strings.TrimPrefix(strings.TrimSuffix(file, ".json"), "testdata/"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", mentions(t, text, strings.Contains(file, "graphql")))
		})
	}
}

// mentions maps an answer.
func mentions(t testing.TB, text []byte, graphql bool) []directdial.Mention {
	t.Helper()
	var posts []post
	if graphql {
		var a answer
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatal(err)
		}
		for _, n := range a.Data.Search.Nodes {
			if n != nil {
				posts = append(posts, n.post())
			}
		}
	} else {
		var f found
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		posts = f.Items
	}
	heard := []directdial.Mention{}
	for i := range posts {
		p := &posts[i]
		if !p.heard() {
			continue
		}
		m := p.mention(p.NodeID)
		m.Normalize("test")
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
		heard = append(heard, *m)
	}
	return heard
}
