package sourcetest

import (
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// Listener asks a source by hand, and keeps what comes.
type Listener struct {
	T     testing.TB
	Fetch ingest.Fetch
	State []byte

	Heard map[string]*directdial.Mention // the last of each, by id
	Gone  []string                       // ids of what was deleted
	Gaps  []*directdial.Gap
}

// Poll fetches until there is no more.
func (l *Listener) Poll() error {
	l.T.Helper()
	items, err := Drain(l.T, &l.State, l.Fetch)
	if l.Heard == nil {
		l.Heard = map[string]*directdial.Mention{}
	}
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok {
			l.Heard[m.ID] = m
		}
	}
	l.Gone, l.Gaps = append(l.Gone, Deletions(items)...), append(l.Gaps, Gaps(items)...)
	return err
}

// Must polls without an error.
func (l *Listener) Must() {
	l.T.Helper()
	if err := l.Poll(); err != nil {
		l.T.Fatal(err)
	}
}

// Missing is what the gaps count.
func (l *Listener) Missing() (n int) {
	for _, g := range l.Gaps {
		n += g.Missing
	}
	return n
}

// Unbelieved checks that a platform that says once that none of its posts is there
// any more is not believed: it may be at fault. hear makes it say so, or answer as it
// does, lets the time pass after which the posts are looked for again, and returns how
// many are then deleted; it has so many posts.
func Unbelieved(t testing.TB, posts int, hear func(none bool) (deleted int)) {
	t.Helper()
	if n := hear(true); n != 0 {
		t.Errorf("%d deletions the first time", n)
	}
	if n := hear(false); n != 0 {
		t.Errorf("%d deletions of posts that are there", n)
	}
	if n := hear(true); n != 0 {
		t.Errorf("%d deletions after all were there", n)
	}
	if n := hear(true); n != posts {
		t.Errorf("%d deletions the second time, want %d", n, posts)
	}
}
