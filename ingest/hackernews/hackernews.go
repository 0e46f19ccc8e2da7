// Package hackernews hears stories, polls and comments on Hacker News that hold
// one of some words. See README.md for what it hears and what it leaves alone.
//
// Two interfaces are asked, both without an account. The search index of
// Algolia finds posts by word, minutes after they were made; the item tree of
// Firebase has every post at once, by number. What is heard comes from the
// index, read forward in time (see walk.go). While the index lags behind, the
// posts that it lacks are read one by one from the tree (see behind.go), and a
// post is looked at again there (see look.go).
package hackernews

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// platform is the platform of every mention of this source.
const platform = "hackernews"

// Bounds. The index allows 10,000 requests an hour and address.
const (
	maxWords = 20
	maxWord  = 100 // bytes
	minEvery = 30 * time.Second
)

// Where the interfaces stand.
const (
	searchAddress = "https://hn.algolia.com"
	itemsAddress  = "https://hacker-news.firebaseio.com"
)

func init() { ingest.Register("hackernews", New) }

// Settings are the settings of a source of type hackernews.
type Settings struct {
	// Words to hear, at most 20: a name, several words that must stand side by
	// side ("acme widget"), or a domain that is linked to ("acme.example").
	Words []string `yaml:"words" jsonschema:"required"`
	// Every is how often the index is asked, at least 30s.
	Every time.Duration `yaml:"every"`
	// Search is where the search index is asked. Left out: Algolia's.
	Search string `yaml:"search"`
	// Items is where single posts are asked for. Left out: Firebase's.
	Items string `yaml:"items"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Every: time.Minute, Search: searchAddress, Items: itemsAddress}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s, err := newSource(setup, &settings)
	if err != nil {
		return nil, err
	}
	return ingest.PollAndLook(settings.Every, s.fetch, s.client.look), nil
}

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	if settings.Every < minEvery {
		return nil, invalid("every", "must be 30s or more")
	}
	words, err := parseWords(settings.Words)
	if err != nil {
		return nil, err
	}
	c := &client{http: setup.Client, now: setup.Now}
	for _, a := range []struct {
		field, raw string
		into       **url.URL
	}{{"search", settings.Search, &c.search}, {"items", settings.Items, &c.items}} {
		u, err := ingest.Address(a.field, a.raw, searchAddress)
		if err != nil {
			return nil, err
		}
		*a.into = u
	}
	return &source{client: c, words: words, report: setup.Report}, nil
}

func parseWords(raw []string) ([]word, error) {
	var words []word
	known := map[string]bool{}
	for _, r := range raw {
		w := newWord(r)
		switch {
		case w.folded == "":
			return nil, invalid("words", fmt.Sprintf("%q has no letter and no digit", r))
		case len(r) > maxWord:
			return nil, invalid("words", fmt.Sprintf("%q is longer than %d bytes", r, maxWord))
		case known[w.folded]:
			return nil, invalid("words", fmt.Sprintf("%q stands there twice", r))
		}
		known[w.folded] = true
		words = append(words, w)
	}
	switch {
	case len(words) == 0:
		return nil, invalid("words", "is required: there is nothing to hear")
	case len(words) > maxWords:
		return nil, invalid("words", fmt.Sprintf("has %d words, at most %d are allowed; make another source of the others", len(words), maxWords))
	}
	return words, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}

// source is one configured source. Its fetch is used by one goroutine.
type source struct {
	client *client
	words  []word
	report ingest.Report

	head head // newest post of the index when the round began
	more bool // the round goes on
}

// fetch is the ingest.Fetch of the source: one slice of time of each word. It
// asks for more until every word has been read to the present.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := decodeState(saved, s.words)
	if err != nil {
		return nil, nil, err
	}
	goesOn := s.more
	s.more = false
	if !goesOn {
		if s.head, err = s.client.head(ctx); err != nil {
			return nil, nil, err
		}
	}
	var items []directdial.Item
	for _, w := range s.words {
		p := st.position(w, s.start(), s.client.now())
		if goesOn && p.Walk == 0 {
			continue // has come to its end in this round
		}
		got, err := s.advance(ctx, w, p)
		items = append(items, got...)
		if err != nil {
			return s.partly(items, st, fmt.Errorf("%q: %w", w.typed, err))
		}
	}
	got, behind, err := s.catchUp(ctx, st)
	items = append(items, got...)
	if err != nil {
		return s.partly(items, st, fmt.Errorf("read on behind the index: %w", err))
	}
	if s.more = behind || st.walking(); s.more {
		return s.partly(items, st, ingest.ErrMore)
	}
	return s.partly(items, st, nil)
}

// partly is what fetch returns: the items, the state behind them, and why there
// are not more of them.
func (s *source) partly(items []directdial.Item, st *state, err error) ([]directdial.Item, []byte, error) {
	next, encodeErr := st.encode()
	if encodeErr != nil {
		return nil, nil, encodeErr
	}
	for _, it := range items {
		if m, ok := it.(*directdial.Mention); ok {
			s.report.Newest(m.CreatedAt)
		}
	}
	return items, next, err
}

// start is where a word begins that was never heard: at the newest post of the
// index, whose clock is the platform's.
func (s *source) start() int64 {
	if s.head.At != 0 {
		return s.head.At
	}
	return s.client.now().Unix()
}
