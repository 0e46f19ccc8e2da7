package reddit

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
// with the .golden beside it: the mentions that must be made of it, and the
// names of what is gone.
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
			posts, err := read(data)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Heard []*directdial.Mention `json:"heard"`
				Gone  []string              `json:"gone"`
			}
			for _, p := range posts {
				if p.gone() {
					got.Gone = append(got.Gone, p.Name)
				} else if m := p.mention(); m != nil {
					got.Heard = append(got.Heard, m)
				}
			}
			sourcetest.Golden(t, *update, strings.TrimSuffix(file, ".json")+".golden", got)
		})
	}
}

// read reads the posts of an answer.
func read(data []byte) ([]*post, error) {
	var answer thing
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, err
	}
	l, err := answer.list()
	if err != nil {
		return nil, err
	}
	return l.posts()
}
