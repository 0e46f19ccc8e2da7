package bluesky

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asked is when the answers of testdata were given.
var asked = time.Date(2026, 11, 21, 18, 0, 0, 0, time.UTC)

// TestPostsBecomeMentions compares each testdata/*.json, an answer of a server,
// with the .golden beside it: the mentions that must be made of it. Those named
// "real" are of a real server.
func TestPostsBecomeMentions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".json")
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			heard := []directdial.Mention{}
			for _, p := range posts(t, data) {
				if m := heardAs(t, p); m != nil {
					heard = append(heard, *m)
				}
			}
			sourcetest.Golden(t, *update, name+".golden", heard)
		})
	}
}

// posts reads the posts of an answer, as a page does.
func posts(t testing.TB, data []byte) []*post {
	t.Helper()
	var answer struct{ Posts, Notifications []json.RawMessage }
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	var list []*post
	for _, raw := range slices.Concat(answer.Posts, answer.Notifications) {
		p := &post{}
		_ = json.Unmarshal(raw, p)
		list = append(list, p)
	}
	return list
}

// heardAs maps a post, and fails if the exchange would refuse the mention.
func heardAs(t testing.TB, p *post) *directdial.Mention {
	t.Helper()
	if !p.heard(true) {
		return nil
	}
	m := p.mention(asked, p.shown())
	if m == nil {
		return nil
	}
	m.Normalize("test")
	if err := m.Check(); err != nil {
		t.Errorf("%v: %+v", err, m)
	}
	return m
}
