package reddit

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/directdial/directdial/ingest/sourcetest"
)

// FuzzListing holds whatever Reddit answers: no panic, and a mention passes the
// limits of the exchange.
func FuzzListing(f *testing.F) {
	data, err := os.ReadFile("testdata/posts.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	var answer struct {
		Data struct {
			Children []json.RawMessage `json:"children"`
		} `json:"data"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		f.Fatal(err)
	}
	for _, child := range answer.Data.Children {
		f.Add([]byte(`{"kind":"Listing","data":{"children":[` + string(child) + `]}}`))
	}
	s := &source{report: sourcetest.Setup(nil, "").Report, now: time.Now}
	f.Fuzz(func(t *testing.T, data []byte) {
		posts, err := read(data)
		if err != nil {
			return
		}
		p := &position{Walk: &walk{}}
		s.read(&query{}, &state{Watched: map[string]int64{}}, p, posts)
		p.Walk.pass(posts, p.Mark)
		for _, p := range posts {
			if m := p.mention(); m != nil {
				m.Normalize("test")
				if err := m.Check(); err != nil {
					t.Errorf("%v: %+v", err, m)
				}
			}
		}
	})
}

// FuzzThread holds whatever stands below a post.
func FuzzThread(f *testing.F) {
	f.Add([]byte(`[{"kind":"t1","data":{"name":"t1_a","created_utc":1.0,"replies":{"kind":"Listing","data":{"children":[{"kind":"more","data":{"parent_id":"t1_a","children":[]}}]}}}}]`))
	f.Add([]byte(`[{"kind":"more","data":{"parent_id":"t3_a","children":["b","c"]}},{"kind":"t1","data":{"name":"t1_a","created_utc":1,"replies":""}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var things []thing
		if json.Unmarshal(data, &things) != nil {
			return
		}
		th := &thread{seen: map[string]bool{}}
		if th.take(things, 0) != nil {
			return
		}
		for _, id := range append(th.left, th.deeper...) {
			if !fullname.MatchString("t1_" + id) {
				t.Errorf("%q would be asked for", id)
			}
		}
	})
}

// FuzzWord holds whatever the words are, and where they stand.
func FuzzWord(f *testing.F) {
	f.Add("acme", "my acme widget")
	f.Add("東京", "東京タワー")
	f.Add("\xff", "\xff\xff")
	f.Fuzz(func(t *testing.T, typed, text string) {
		if w := newWord(typed); w != "" {
			anyOf([]word{w}, text)
			if !anyOf([]word{w}, typed) && newWord(typed) == word(typed) {
				t.Errorf("%q is not found in itself", typed)
			}
		}
	})
}
