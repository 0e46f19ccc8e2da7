package mastodon

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// FuzzPost holds whatever a server sends as a post: no panic, and a mention
// passes the limits of the exchange, but for an identity that is too long.
func FuzzPost(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var entries []json.RawMessage
		if err := json.Unmarshal(page, &entries); err != nil {
			f.Fatal(err)
		}
		for _, e := range entries {
			f.Add([]byte(e))
		}
	}
	f.Fuzz(func(t *testing.T, entry []byte) {
		for _, q := range []*query{hashtag("acme"), notifications()} {
			p := q.decode(entry)
			if p.status == nil || !p.status.heard(q.addressed) {
				continue
			}
			m := p.status.mention("mastodon.example")
			m.Normalize("test")
			if err := m.Check(); err != nil && len(m.ID) <= 2048 {
				t.Errorf("%v: %+v", err, m)
			}
			if m.Author.ID != "" {
				t.Errorf("author id %q", m.Author.ID)
			}
		}
	})
}

// FuzzLink holds whatever a server writes into the header Link.
func FuzzLink(f *testing.F) {
	f.Add(`<https://a.example/?max_id=1>; rel="next", <https://a.example/?min_id=2>; rel="prev"`)
	f.Add(`<<>>,;<%zz?min_id=1>`)
	f.Fuzz(func(t *testing.T, header string) {
		h := map[string][]string{"Link": {header}}
		if id := newerThan(h); id != "" && !strings.Contains(header, "=") {
			t.Errorf("%q gives %q", header, id)
		}
	})
}

// FuzzFrame holds whatever a stream sends: no panic, and what is made of it
// passes the limits of the exchange.
func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"stream":["user:notification"],"event":"notification","payload":"{\"id\":\"1\",\"type\":\"mention\",\"status\":{\"id\":\"2\"}}"}`))
	f.Add([]byte(`{"stream":["hashtag","acme"],"event":"update","payload":"{\"id\":\"2\",\"uri\":\"https://a.example/2\",\"visibility\":\"public\",\"content\":\"<p>#acme & <3\"}"}`))
	f.Add([]byte(`{"event":"delete","payload":"2"}`))
	f.Add([]byte(`{"error":"Unknown stream type","status":400}`))
	s := &streamed{source: &source{client: &client{}, report: silent{}, now: time.Now}}
	f.Fuzz(func(t *testing.T, data []byte) {
		fr, ok := readFrame(data)
		if !ok || strings.Contains(fr.Payload, "in_reply_to_id") { // which would be asked for
			return
		}
		item, err := s.item(t.Context(), fr)
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := item.(*directdial.Mention); ok {
			m.Normalize("test")
			if err := m.Check(); err != nil && len(m.ID) <= 2048 {
				t.Errorf("%v: %+v", err, m)
			}
		}
	})
}
