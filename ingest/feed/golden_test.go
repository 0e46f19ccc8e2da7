package feed

import (
	"bufio"
	"bytes"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// document reads an answer as it came over the wire.
func read(t testing.TB, raw []byte) *document {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &document{header: resp.Header, body: body, url: "https://feeds.example/feed?key=1"}
}

// TestDocumentsBecomeMentions compares each testdata/*.http, an answer of a
// server, with testdata/*.json, what must be made of it.
func TestDocumentsBecomeMentions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			items, pace, err := reading{title: true}.parse(read(t, raw), "https://feeds.example/feed?key=1")
			if err != nil {
				t.Fatal(err)
			}
			got := golden{Pace: pace}
			for _, it := range items {
				m := it.Mention
				m.Normalize("test")
				if err := m.Check(); err != nil && m.Text != "" {
					t.Errorf("%s: %v", m.ID, err)
				}
				if n := len(m.Text); n > 1000 {
					m.Text = m.Text[:80] + "…" + m.Text[n-40:]
				}
				got.Mentions = append(got.Mentions, m)
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".http")+".json", got)
		})
	}
}

type golden struct {
	Pace     pace                 `json:"pace,omitzero"`
	Mentions []directdial.Mention `json:"mentions"`
}
