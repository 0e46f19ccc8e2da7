package demo

import (
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	sourcetest.Run(t, sourcetest.Platform{
		Type:     "demo",
		New:      func() sourcetest.Fake { return &fake{} },
		Settings: func(base string) string { return "url: " + base + "/posts\ntoken: s3cret\nevery: 1m\n" },
		Every:    time.Minute,
	})
}

// fake is an endpoint that keeps a list of what happened and shows it ten at a
// time; the cursor counts what was seen.
type fake struct {
	mu     sync.Mutex
	events []post
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.URL.Path != "/posts" || r.Header.Get("Authorization") != "Bearer s3cret" {
		http.NotFound(w, r)
		return
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("after"))
	to := min(from+10, len(f.events))
	_ = json.NewEncoder(w).Encode(page{Posts: f.events[from:to], Next: strconv.Itoa(to), More: to < len(f.events)})
}

func (f *fake) Publish(at time.Time, text string) directdial.Mention {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := "https://posts.example/" + strconv.Itoa(len(f.events))
	return f.add(post{ID: id, URL: id, Text: text, CreatedAt: at})
}

func (f *fake) Edit(id, text string) directdial.Mention {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(post{ID: id, URL: id, Text: text})
}

func (f *fake) Delete(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, post{ID: id, Deleted: true})
}

func (f *fake) add(p post) directdial.Mention {
	p.Author.ID, p.Author.Name = "user1", "User"
	f.events = append(f.events, p)
	return directdial.Mention{
		ID: p.ID, Platform: "demo", URL: p.URL, Text: p.Text, CreatedAt: p.CreatedAt,
		Author: directdial.Author{ID: "user1", Name: "User"},
	}
}

func TestItemsOfAPage(t *testing.T) {
	text, err := os.ReadFile("testdata/page.json")
	if err != nil {
		t.Fatal(err)
	}
	var p page
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	got := []directdial.Item{p.Posts[0].item(), p.Posts[1].item()}
	want := []directdial.Item{
		&directdial.Mention{
			ID: "https://posts.example/1", Platform: "demo", URL: "https://posts.example/1",
			Text:      "I was billed twice by Acme. Who can help?",
			CreatedAt: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
			Author:    directdial.Author{ID: "user1", Name: "User"},
		},
		&directdial.Deletion{Platform: "demo", ID: "https://posts.example/0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, settings := range map[string]string{
		"no URL":             "every: 1m",
		"another scheme":     "url: ftp://posts.example/",
		"no host":            "url: https:///posts",
		"too often":          "url: https://posts.example/\nevery: 1ms",
		"a key that is none": "url: https://posts.example/\nurls: x",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ingest.Make("demo", sourcetest.Setup(t, settings)); err == nil {
				t.Error("accepted")
			}
		})
	}
}
