package feed

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// FuzzDocument holds whatever a server answers: no panic, and every mention
// passes the limits of the exchange.
func FuzzDocument(f *testing.F) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		doc := read(f, raw)
		if len(doc.body) < 8<<10 {
			f.Add(doc.body, doc.header.Get("Content-Type"))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		doc := &document{header: http.Header{"Content-Type": {contentType}}, body: body, url: "https://feeds.example/feed"}
		items, _, err := reading{title: true}.parse(doc, "https://feeds.example/feed")
		if err != nil {
			return
		}
		for _, it := range items {
			m := it.Mention
			m.Normalize("test")
			if err := m.Check(); err != nil && m.Text != "" {
				t.Errorf("%v: %+v", err, m)
			}
		}
		if _, now := (seen{}).news(newest(items)); len(now) > maxItems {
			t.Errorf("%d items are remembered", len(now))
		}
	})
}

// FuzzCharset holds that every document comes out as UTF-8, and UTF-8 as it is.
func FuzzCharset(f *testing.F) {
	for _, s := range []string{"", "\xef\xbb\xbf<rss/>", `<?xml version="1.0" encoding="windows-1252"?><rss>` + "\x80</rss>", "\xff\xfe<\x00", "é"} {
		f.Add([]byte(s), "text/xml; charset=big5")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		out := toUTF8(body, contentType)
		if !utf8.Valid(out) {
			t.Errorf("%q became %q", body, out)
		}
	})
}
