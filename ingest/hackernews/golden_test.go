package hackernews

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestPostsBecomeMentions compares testdata/index.json, an answer of the index,
// and testdata/tree.json, a list of answers of the tree, with the .golden
// beside each: the mentions that must be made of it.
func TestPostsBecomeMentions(t *testing.T) {
	var r results
	read(t, "testdata/index.json", &r)
	var heard []*directdial.Mention
	for _, h := range r.Hits {
		if p := h.post(); p.heard() {
			heard = append(heard, p.mention(h.Story))
		}
	}
	compareGolden(t, "testdata/index.golden", heard)

	var posts []*post
	read(t, "testdata/tree.json", &posts)
	heard = nil
	for _, p := range posts {
		if p != nil && p.heard() {
			heard = append(heard, p.mention(23605022))
		}
	}
	compareGolden(t, "testdata/tree.golden", heard)
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func compareGolden(t *testing.T, file string, mentions []*directdial.Mention) {
	t.Helper()
	for _, m := range mentions {
		m.Normalize("test")
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
	}
	sourcetest.Golden(t, *update, file, mentions)
}
