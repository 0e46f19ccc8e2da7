package x

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/x/xtest"
)

// FuzzAnswer holds whatever comes as an answer: no panic, and a mention passes
// the limits of the exchange.
func FuzzAnswer(f *testing.F) {
	seed(f, "testdata/search/*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var a answer
		if json.Unmarshal(body, &a) != nil {
			return
		}
		p := a.Includes.page()
		for _, raw := range a.Data {
			if one := decodePost(raw); one.ID != 0 {
				check(t, p.mention(one))
			}
		}
	})
}

// FuzzEvent is the same of what is posted.
func FuzzEvent(f *testing.F) {
	seed(f, "testdata/webhook/*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var d delivery
		if json.Unmarshal(body, &d) != nil {
			return
		}
		s := &source{now: time.Now, report: &bench{}}
		s.hook = s.newHook(nil)
		if m, ok := s.told(&d, nil).(*directdial.Mention); ok {
			check(t, m)
		}
	})
}

func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

func check(t *testing.T, m *directdial.Mention) {
	t.Helper()
	if m == nil {
		return
	}
	m.Normalize("test")
	if err := m.Check(); err != nil {
		t.Errorf("%+v: %v", m, err)
	}
}

func TestATextComesBackAsItWasTyped(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"acme", "<", ">", "&", "&amp;", "&lt;", "💥", "é", "\n", "#acme", "@acme", "1 < 2 && 3 > 2", "https://acme.example/a?b=1&c=2",
		"https://acme.example/status/2", "https://t.example/x", strings.Repeat("long ", 60),
	})
	hearing(t, Settings{Queries: []string{"acme"}, PostsPerDay: 100_000}, func(b *bench) {
		rapid.Check(t, func(t *rapid.T) {
			text := "acme " + strings.Join(rapid.SliceOf(pieces).Draw(t, "text"), " ")
			text = strings.TrimSpace(text)
			w := b.x.Post(xtest.Post{Author: "user1", Text: text, Picture: rapid.Bool().Draw(t, "picture")})
			time.Sleep(time.Second)
			items, err := b.poll()
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range items {
				if m, ok := it.(*directdial.Mention); ok && m.ID == w.ID {
					if m.Text != text {
						t.Fatalf("got %q, typed %q", m.Text, text)
					}
					return
				}
			}
			t.Fatal("it was not heard")
		})
	})
}

func TestAnIDTellsTheTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(epoch+1, 3.4e12).Draw(t, "ms"))
		below := idAt(at)
		if !(below + 1).time().Equal(at) || !below.time().Before(at) {
			t.Fatalf("%v becomes %v and %v", at, below.time(), (below + 1).time())
		}
		var back id
		text, err := json.Marshal(below)
		if err != nil || json.Unmarshal(text, &back) != nil || back != below {
			t.Fatalf("%s becomes %v", text, back)
		}
	})
}
