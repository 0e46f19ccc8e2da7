package youtube

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
	compareGolden(t, "testdata/threads.golden", got)
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
	compareGolden(t, "testdata/videos.golden", got)
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
