package youtube

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/directdial/directdial"
)

// FuzzThreads holds whatever the API answers: no panic, and a mention passes the
// limits of the exchange.
func FuzzThreads(f *testing.F) {
	seed(f, "testdata/threads.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		var l list[thread]
		if json.Unmarshal(data, &l) != nil {
			return
		}
		for i := range l.Items {
			th := &l.Items[i]
			if !th.whole() {
				continue
			}
			check(t, th.Snippet.TopLevel.mention(th.Snippet.VideoID))
			for _, reply := range th.Replies.Comments {
				check(t, reply.mention(th.Snippet.VideoID))
			}
		}
	})
}

// FuzzVideos holds likewise for videos, found or asked for.
func FuzzVideos(f *testing.F) {
	seed(f, "testdata/videos.json")
	f.Add([]byte(`{"items":[{"id":{"kind":"youtube#video","videoId":"aaaaaaaaaaa"},"snippet":{"publishedAt":"2026-11-19T18:00:01Z","title":"A"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l list[video]
		if json.Unmarshal(data, &l) != nil {
			return
		}
		for i := range l.Items {
			if l.Items[i].whole() {
				check(t, l.Items[i].mention())
			}
		}
	})
}

// FuzzWord holds whatever is searched for.
func FuzzWord(f *testing.F) {
	f.Add("acme widget", "an Acme\twidget.")
	f.Add("東京", "東京タワー")
	f.Add("(", "\xff")
	f.Fuzz(func(_ *testing.T, typed, text string) {
		_, words, err := queriesOf(&Settings{Words: []string{typed}, Searches: 100})
		if err != nil {
			return
		}
		for _, word := range words {
			word.MatchString(text)
		}
	})
}

func seed(f *testing.F, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
}

func check(t *testing.T, m *directdial.Mention) {
	if m == nil {
		return
	}
	m.Normalize("test")
	if err := m.Check(); err != nil {
		t.Errorf("%v: %+v", err, m)
	}
}
