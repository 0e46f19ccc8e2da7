package bluesky

import "testing"

// BenchmarkFrame is what a post of the network costs that is not for us.
func BenchmarkFrame(b *testing.B) {
	data := []byte(`{"did":"did:plc:a","time_us":1783175888090631,"kind":"commit","commit":{"rev":"3m","operation":"create","collection":"app.bsky.feed.post","rkey":"3m","record":{"$type":"app.bsky.feed.post","createdAt":"2026-07-04T14:38:06.240Z","embed":{"$type":"app.bsky.embed.external","external":{"description":"Somebody writes about something","title":"What does it mean to somebody?","uri":"https://news.example/what"}},"facets":[{"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://news.example/what"}],"index":{"byteEnd":19,"byteStart":0}}],"langs":["en"],"text":"news.example/wha... and what I think of it at some length, with many words"},"cid":"bafyrei"}}`)
	m := newMatcher([]string{"acme", `"acme widget"`, "#acmewidget"})
	b.ReportAllocs()
	for b.Loop() {
		if f, ok := readFrame(data); !ok || m.found(&f.Commit.Record) {
			b.Fatal("not read, or found")
		}
	}
}
