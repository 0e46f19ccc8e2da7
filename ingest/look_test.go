package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// watch is an exchange that has dials.
type watch struct {
	mu      sync.Mutex
	posts   []ingest.Watched
	changed chan struct{}
}

func newWatch() *watch { return &watch{changed: make(chan struct{})} }

// set makes these the posts that are worth another look.
func (w *watch) set(posts ...ingest.Watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.posts = posts
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *watch) Watched() ([]ingest.Watched, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.posts), nil
}

func (w *watch) Post(_ context.Context, mention directdial.Key) (ingest.Post, error) {
	return ingest.Post{ID: strings.TrimRight(string(mention), "!"), Author: "user1"}, nil
}

func (w *watch) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

func (w *watch) Account(_ string, a directdial.Author) string {
	if a.ID == "ana" || a.ID == "acme" {
		return "test:" + a.ID
	}
	return ""
}

// looker is a source that can look again.
type looker struct {
	ingest.Source
	look func(p ingest.Post) ([]directdial.Item, error)
}

func (l looker) Look(_ context.Context, p ingest.Post) ([]directdial.Item, error) { return l.look(p) }

// nothingNew is a source that works and brings nothing.
func nothingNew() ingest.Source {
	return ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) { return nil, []byte("x"), nil })
}

// looksOf runs a source for a time over these posts and returns when each was
// looked at.
func looksOf(t *testing.T, w *watch, source func(looked func(p ingest.Post)) ingest.Source, d time.Duration) map[string][]time.Time {
	t.Helper()
	var mu sync.Mutex
	looks := map[string][]time.Time{}
	scripts.Store("looks", source(func(p ingest.Post) {
		mu.Lock()
		defer mu.Unlock()
		looks[p.ID] = append(looks[p.ID], time.Now())
	}))
	b := watching(t, sourcetest.NewLog(), w)
	b.set(t, config("a", "looks"))
	time.Sleep(d)
	synctest.Wait()
	mu.Lock()
	defer mu.Unlock()
	return looks
}

func noted(looked func(p ingest.Post)) ingest.Source {
	return looker{nothingNew(), func(p ingest.Post) ([]directdial.Item, error) { looked(p); return nil, nil }}
}

func TestAPostIsLookedAtLessOftenAsItAges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, begin := newWatch(), time.Now()
		w.set(ingest.Watched{Mention: "1", Source: "a", Since: begin}, ingest.Watched{Mention: "2", Source: "another", Since: begin})
		looks := looksOf(t, w, noted, 14*24*time.Hour)
		var per [4]int
		for _, at := range looks["1"] {
			switch age := at.Sub(begin); {
			case age < time.Hour:
				per[0]++
			case age < 6*time.Hour:
				per[1]++
			case age < 24*time.Hour:
				per[2]++
			default:
				per[3]++
			}
		}
		for i, bounds := range [][2]int{{8, 12}, {15, 20}, {14, 18}, {25, 31}} {
			if per[i] < bounds[0] || per[i] > bounds[1] {
				t.Errorf("looks by age %v", per)
			}
		}
		if len(looks["2"]) > 0 {
			t.Error("a post was looked at by a source that did not hear it")
		}
	})
}

func TestAPostIsLookedAtAtOnceWhenItsDialIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, begin := newWatch(), time.Now()
		old := ingest.Watched{Mention: "1", Source: "a", Since: begin.Add(-30 * 24 * time.Hour)}
		w.set(old)
		var taken time.Time
		go func() {
			time.Sleep(100 * time.Hour)
			time.Sleep(17 * time.Second)
			old.Taken = time.Now()
			taken = old.Taken
			w.set(old)
		}()
		looks := looksOf(t, w, noted, 101*time.Hour)["1"]
		if last := looks[len(looks)-1]; last.Before(taken) || last.Sub(taken) > 5*time.Second {
			t.Errorf("taken at %v, looked at %v", taken, last)
		}
		if n := len(looks); n > 7 {
			t.Errorf("%d looks at an old post in four days", n)
		}
	})
}

func TestLooksKeepWithinTheBudget(t *testing.T) {
	many := func(w *watch) {
		var posts []ingest.Watched
		for i := range 500 {
			posts = append(posts, ingest.Watched{Mention: directdial.Key(fmt.Sprint(i)), Source: "a", Since: time.Now()})
		}
		w.set(posts...)
	}
	count := func(looks map[string][]time.Time) (n int) {
		for _, l := range looks {
			n += len(l)
		}
		return n
	}
	for name, c := range map[string]struct {
		source      func(looked func(p ingest.Post)) ingest.Source
		least, most int
	}{
		"so many an hour": {noted, 170, 185},
		"none while the source fails": {func(looked func(p ingest.Post)) ingest.Source {
			return looker{ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
				return nil, nil, directdial.Errorf(directdial.Temporary, "503")
			}), func(p ingest.Post) ([]directdial.Item, error) { looked(p); return nil, nil }}
		}, 0, 0},
		"not before the platform allows it": {func(looked func(p ingest.Post)) ingest.Source {
			return looker{nothingNew(), func(p ingest.Post) ([]directdial.Item, error) {
				looked(p)
				return nil, &directdial.Error{Kind: directdial.Temporary, After: 50 * time.Minute}
			}}
		}, 3, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWatch()
				many(w)
				if n := count(looksOf(t, w, c.source, 3*time.Hour)); n < c.least || n > c.most {
					t.Errorf("%d looks in three hours", n)
				}
			})
		})
	}
}

func TestOfWhatALookFindsOnlyWhatMattersComesIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reply := func(id, to, author string) *directdial.Mention {
			m := post(id, "text of "+id)
			m.InReplyTo, m.Author, m.CreatedAt = to, directdial.Author{ID: author}, time.Now()
			return m
		}
		w, log := newWatch(), sourcetest.NewLog()
		edited := post("p", "edited")
		scripts.Store("finds", looker{nothingNew(), func(ingest.Post) ([]directdial.Item, error) {
			return []directdial.Item{
				edited, reply("stranger", "p", "s"), reply("ours", "p", "ana"), reply("ours to a stranger", "stranger", "acme"),
				reply("ours again", "ours", "acme"), reply("theirs", "ours", "user1"),
			}, nil
		}})
		b := watching(t, log, w)
		b.set(t, config("a", "finds"))
		if _, err := b.Emit("a")(t.Context(), post("p", "text")); err != nil {
			t.Fatal(err)
		}
		w.set(ingest.Watched{Mention: "p", Source: "a", Since: time.Now()})
		time.Sleep(12 * time.Minute)
		synctest.Wait()
		var heard, answered []string
		for _, m := range log.Mentions() {
			heard = append(heard, m.ID+": "+m.Text+m.Thread)
		}
		for _, a := range log.Actions() {
			if a.Kind == directdial.ActAnswer && a.Mention == sourcetest.Key.Mention(edited.Platform, "p") {
				answered = append(answered, a.Account)
			}
		}
		if want := []string{"p: text", "p: edited", "theirs: text of theirsp"}; !slices.Equal(heard, want) {
			t.Errorf("heard %q", heard)
		}
		if slices.Sort(answered); !slices.Equal(slices.Compact(answered), []string{"test:acme", "test:ana"}) {
			t.Errorf("answered by %q", answered)
		}
	})
}

func TestAMentionByAnAccountOfOursInAKnownThreadIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		b := watching(t, log, newWatch())
		if _, err := b.Emit("a")(t.Context(), post("p", "text")); err != nil {
			t.Fatal(err)
		}
		for to, want := range map[string]int{"p": 1, "of a stranger": 0, "": 0} {
			before := len(log.Actions())
			m := post("reply to "+to, "we are sorry")
			m.InReplyTo, m.Author = to, directdial.Author{ID: "acme"}
			for range 2 {
				if _, err := b.Emit("a")(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(log.Actions()) - before; n != want {
				t.Errorf("a reply to %q leads to %d answers", to, n)
			}
		}
		if n := len(log.Mentions()); n != 4 {
			t.Errorf("%d mentions", n)
		}
	})
}
