package hackernews

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
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
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(mentions); err != nil {
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
