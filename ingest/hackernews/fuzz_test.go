package hackernews

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
	"github.com/directdial/directdial/internal/htmltext"
)

// FuzzPost holds whatever comes as a hit or as a post: no panic, and a mention
// passes the limits of the exchange.
func FuzzPost(f *testing.F) {
	for file, list := range map[string]string{"testdata/index.json": "hits", "testdata/tree.json": ""} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if list != "" {
			var o map[string]json.RawMessage
			if err := json.Unmarshal(data, &o); err != nil {
				f.Fatal(err)
			}
			data = o[list]
		}
		var entries []json.RawMessage
		if err := json.Unmarshal(data, &entries); err != nil {
			f.Fatal(err)
		}
		for _, e := range entries {
			f.Add([]byte(e))
		}
	}
	f.Fuzz(func(t *testing.T, entry []byte) {
		var h hit
		if json.Unmarshal(entry, &h) == nil && h.ID != 0 && h.CreatedAt > 0 {
			check(t, h.post(), h.Story)
		}
		var p post
		if json.Unmarshal(entry, &p) == nil && p.ID != 0 {
			check(t, &p, 1)
		}
	})
}

func check(t *testing.T, p *post, story number) {
	if !p.heard() {
		return
	}
	m := p.mention(story)
	m.Normalize("test")
	err := m.Check()
	if e, ok := err.(*directdial.Error); ok && (e.Field == "created_at" || strings.HasPrefix(e.Field, "author.")) {
		return // refused by the exchange, alone
	}
	if err != nil {
		t.Errorf("%v: %+v", err, m)
	}
}

// FuzzWord holds whatever stands in the configuration and in posts.
func FuzzWord(f *testing.F) {
	f.Add("acme widget", "My ACME-Widget")
	f.Add("C++", "c++ is fun")
	f.Add("日本", "東日本大震災")
	f.Fuzz(func(t *testing.T, typed, text string) {
		w := newWord(typed)
		if w.folded == "" {
			return
		}
		if !w.in("so: " + typed + "!") {
			t.Errorf("%q is not in itself", typed)
		}
		if strings.Count(w.query(), `"`) != 2 {
			t.Errorf("%q becomes %s", typed, w.query())
		}
		w.in(text)
	})
}

func TestAWordIsFoundAsPeopleWriteIt(t *testing.T) {
	for _, c := range []struct {
		word, text string
		in         bool
	}{
		{"acme", "ACME's widget", true},
		{"acme", "acmeist", false},
		{"acme", "placme", false},
		{"acme", "www.acme.example", true},
		{"acme widget", "the Acme-\nwidget", true},
		{"acme widget", "widget acme", false},
		{"café", "at the Cafe", true},
		{"cafe", "at the café", true},
		{"C++", "I write C++.", true},
		{"C++", "I write C.", false},
		{"C", "I write C.", true},
		{"日本", "東日本大震災", true},
		{"Ångström", "angstrom", true},
		{"soft", "so\u00adft", true},
	} {
		if got := newWord(c.word).in(c.text); got != c.in {
			t.Errorf("%q in %q: %v", c.word, c.text, got)
		}
	}
}

// What people type comes back, whatever Hacker News makes of it.
func TestRenderedTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.StringMatching(`[a-z<>&"';#/é😀]{1,8}`), rapid.StringMatching(`https://[a-z]{1,8}\.example/[a-z&=?/.]{0,90}`))
		text := strings.Join(rapid.SliceOfN(word, 1, 8).Draw(t, "words"), " ")
		if got := htmltext.Text(wholeLinks(hackernewstest.Render(text))); got != text {
			t.Fatalf("got  %q\nwant %q", got, text)
		}
	})
}
