package bluesky

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPost holds whatever a server sends as a post: no panic, and a mention
// passes the limits of the exchange.
func FuzzPost(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var answer struct{ Posts, Notifications []json.RawMessage }
		if err := json.Unmarshal(data, &answer); err != nil {
			f.Fatal(err)
		}
		for _, raw := range append(answer.Posts, answer.Notifications...) {
			f.Add([]byte(raw))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := &post{}
		_ = json.Unmarshal(raw, p)
		if m := heardAs(t, p); m != nil && m.CreatedAt.After(asked) {
			t.Errorf("made in the future: %+v", m)
		}
	})
}

// FuzzFacets holds whatever a record says of its text: nothing of the text is
// lost, but for links that are written out.
func FuzzFacets(f *testing.F) {
	f.Add("💥 acme.example/he... now", 5, 22, "https://acme.example/help")
	f.Add("x", -1, 1, "https://acme.example")
	f.Add("💥", 1, 3, "https://acme.example")
	f.Fuzz(func(t *testing.T, text string, start, end int, uri string) {
		if !utf8.ValidString(text) || !utf8.ValidString(uri) {
			return
		}
		data, err := json.Marshal([]any{map[string]any{
			"index":    map[string]int{"byteStart": start, "byteEnd": end},
			"features": []any{map[string]string{"$type": linkFacet, "uri": uri}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var facets []facet
		if err := json.Unmarshal(data, &facets); err != nil {
			t.Fatal(err)
		}
		got := expand(text, facets)
		if got == text {
			return
		}
		if !strings.HasPrefix(got, text[:start]) || !strings.HasSuffix(got, text[end:]) || !strings.Contains(got, uri) || !utf8.ValidString(got) {
			t.Errorf("%q with %d to %d as %q gives %q", text, start, end, uri, got)
		}
	})
}

// FuzzFrame holds whatever a stream sends: no panic, and a post of it passes the
// limits of the exchange.
func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"did":"did:plc:a","time_us":1783175888090631,"kind":"commit","commit":{"rev":"3m","operation":"create","collection":"app.bsky.feed.post","rkey":"3m","record":{"$type":"app.bsky.feed.post","createdAt":"1973-07-04T14:38:06.240Z","facets":[{"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://acme.example/help"}],"index":{"byteEnd":19,"byteStart":0}}],"langs":["en"],"text":"acme.example/hel..."},"cid":"bafyrei"}}`))
	f.Add([]byte(`{"did":"did:plc:a","time_us":1783175888090631,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.repost","rkey":"3m","record":{"$type":"app.bsky.feed.repost","subject":{"uri":"at://did:plc:b/app.bsky.feed.post/3m"}}}}`))
	f.Add([]byte(`{"did":"did:plc:a","time_us":1783175888090631,"kind":"account","account":{"active":false,"status":"takendown"}}`))
	m := newMatcher([]string{`acme "broken widget"`, "#acme"})
	f.Fuzz(func(t *testing.T, data []byte) {
		x, ok := readFrame(data)
		if !ok || x.Commit == nil {
			return
		}
		m.found(&x.Commit.Record)
		m.addressed(&x.Commit.Record)
		heardAs(t, x.post())
	})
}
