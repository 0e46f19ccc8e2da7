package youtube

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The mentions that must be made of answers of the API stand beside them.

func TestCommentsBecomeMentions(t *testing.T) {
	l := decode[thread](t, "testdata/threads.json")
	var got []*directdial.Mention
	for i := range l.Items {
		if !l.Items[i].whole() {
			t.Errorf("%s is not whole", l.Items[i].ID)
		}
		got = append(got, l.Items[i].Snippet.TopLevel.mention(l.Items[i].Snippet.VideoID))
		for _, reply := range l.Items[i].Replies.Comments {
			got = append(got, reply.mention(""))
		}
	}
	sourcetest.Golden(t, *update, "testdata/threads.golden", got)
}

func TestVideosBecomeMentions(t *testing.T) {
	l := decode[video](t, "testdata/videos.json")
	var got []*directdial.Mention
	for i := range l.Items {
		if !l.Items[i].whole() {
			t.Errorf("%s is not whole", l.Items[i].ID)
		}
		got = append(got, l.Items[i].mention())
	}
	sourcetest.Golden(t, *update, "testdata/videos.golden", got)
}

func decode[T any](t *testing.T, file string) *list[T] {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var l list[T]
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	return &l
}
