// Package feed hears RSS, Atom and JSON feeds, among them those of Google
// Alerts. See README.md for what it hears and what it asks of the publishers'
// servers.
//
// A source has one or more feeds, and each keeps its own time: when it may be
// asked again is the later of `every` and what the publisher wants. A feed that
// fails does not stop the others of its source.
package feed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// platform is the platform of every mention of this source.
const platform = "feed"

// Bounds. With them the state of a source stays under ingest.MaxState.
const (
	maxFeeds = 20
	maxURL   = 1500 // bytes; leaves room for a guid in the identity
	minEvery = time.Minute
)

// The words of the setting robots.
const (
	honour = "honour"
	ignore = "ignore"
)

func init() { ingest.Register("feed", New) }

// Settings are the settings of a source of type feed.
type Settings struct {
	// URL of the feed.
	URL string `yaml:"url"`
	// URLs of several feeds, at most 20 a source.
	URLs []string `yaml:"urls"`
	// Every is how often a feed is asked, at least 1m. A publisher who wants
	// to be asked less often is asked less often.
	Every time.Duration `yaml:"every"`
	// Lang is the language of the feed, where it is known better than the feed
	// says it.
	Lang string `yaml:"lang"`
	// Title says whether the title of an item is part of its text.
	Title bool `yaml:"title"`
	// Robots says what becomes of the robots.txt of a feed's host: honour (the
	// default), or ignore for feeds of your own.
	Robots string `yaml:"robots"`
}

// New makes a source of its settings. It does no I/O.
func New(setup ingest.Setup) (ingest.Source, error) {
	settings := Settings{Every: 10 * time.Minute, Title: true, Robots: honour}
	if err := setup.Decode(&settings); err != nil {
		return nil, err
	}
	s, err := newSource(setup, settings)
	if err != nil {
		return nil, err
	}
	return ingest.Poll(settings.Every, s.fetch), nil
}

// source is one configured source. It is used by one goroutine.
type source struct {
	ingest.Setup
	every time.Duration
	read  reading
	feeds []*feed

	ignoreRobots bool
	robots       map[string]*robots // by scheme and host
}

// feed is one feed of the source, with what needs not survive a restart.
type feed struct {
	url    string // as configured
	name   string // the same without what may be a credential
	key    string // in the state
	due    time.Time
	failed error // of the last time
	gone   bool
}

func newSource(setup ingest.Setup, settings Settings) (*source, error) {
	urls := settings.URLs
	if settings.URL != "" {
		urls = append([]string{settings.URL}, urls...)
	}
	switch {
	case len(urls) == 0:
		return nil, invalid("url", "url or urls is required")
	case len(urls) > maxFeeds:
		return nil, invalid("urls", fmt.Sprintf("has %d feeds, at most %d are allowed; make another source of the others", len(urls), maxFeeds))
	case settings.Every < minEvery:
		return nil, invalid("every", "must be 1m or more")
	case settings.Lang != "" && language(settings.Lang) == "":
		return nil, invalid("lang", "must be a language tag such as en or pt-BR")
	case settings.Robots != honour && settings.Robots != ignore:
		return nil, invalid("robots", "must be honour, or ignore for feeds of your own")
	}
	s := &source{
		Setup: setup, every: settings.Every, read: reading{lang: settings.Lang, title: settings.Title},
		ignoreRobots: settings.Robots == ignore, robots: map[string]*robots{},
	}
	for _, raw := range urls {
		f, err := newFeed(raw)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(s.feeds, func(g *feed) bool { return g.key == f.key }) {
			return nil, invalid("urls", f.name+" stands there twice")
		}
		s.feeds = append(s.feeds, f)
	}
	return s, nil
}

func newFeed(raw string) (*feed, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, invalid("url", "must be an absolute http or https URL") // not quoted: it may hold a credential
	}
	if len(raw) > maxURL {
		return nil, invalid("url", fmt.Sprintf("is longer than %d bytes", maxURL))
	}
	return &feed{url: raw, name: u.Host + u.EscapedPath(), key: short(directdial.NormalURL(raw))}, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}

// fetch is the ingest.Fetch of the source. It asks the feeds that are due.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := decodeState(saved, s.feeds)
	if err != nil {
		return nil, nil, err
	}
	var items []directdial.Item
	for _, f := range s.feeds {
		past := st.Feeds[f.key]
		if f.gone || s.Now().Before(f.due) || past != nil && s.Now().Before(past.NotBefore) {
			continue
		}
		got, next, err := s.ask(ctx, f, past)
		if ctx.Err() != nil {
			break
		}
		s.note(f, err)
		if next != nil {
			st.Feeds[f.key] = next
		}
		items = append(items, got...)
	}
	sortByDate(items)
	next, err := st.encode()
	if err != nil {
		return nil, nil, err
	}
	return items, next, errors.Join(ctx.Err(), s.health(st))
}

// note remembers how asking a feed went. A feed that fails is asked again
// after `every`, as one that works: there is no rush, and the others keep their
// pace.
func (s *source) note(f *feed, err error) {
	wait := max(s.every*8/10, directdial.After(err)) // Poll comes up to a tenth early
	f.due = s.Now().Add(wait)
	f.failed = err
	if directdial.KindOf(err) == directdial.Gone && !f.gone {
		f.gone = true
		s.Log.Warn().Str("feed", f.name).Msg("the publisher says that this feed is gone for good (410); take it out of the configuration")
	}
}

// health says what is wrong with the source: every feed gone, or some failing.
// The error is Temporary until the next feed is due.
func (s *source) health(st *state) error {
	var failing error
	failed, gone := 0, 0
	next := s.Now().Add(24 * time.Hour)
	for _, f := range s.feeds {
		if f.gone {
			gone++
			continue
		}
		if f.failed != nil {
			failed++
			failing = fmt.Errorf("%s: %s", f.name, web.ErrorText(f.failed))
		}
		due := f.due
		if past := st.Feeds[f.key]; past != nil && past.NotBefore.After(due) {
			due = past.NotBefore
		}
		if due.Before(next) {
			next = due
		}
	}
	if gone == len(s.feeds) {
		return directdial.Errorf(directdial.Gone, "the publisher says that the feed is gone for good (410)")
	}
	if failed == 0 {
		return nil
	}
	return &directdial.Error{
		Kind: directdial.Temporary, Err: failing, After: max(next.Sub(s.Now()), time.Second),
		Msg: fmt.Sprintf("%d of %d feeds fail", failed, len(s.feeds)),
	}
}

// sortByDate orders the items of several feeds, oldest first. What has no date
// keeps its place behind the rest.
func sortByDate(items []directdial.Item) {
	slices.SortStableFunc(items, func(a, b directdial.Item) int {
		x, y := created(a), created(b)
		switch {
		case x.IsZero() && y.IsZero():
			return 0
		case x.IsZero():
			return 1
		case y.IsZero():
			return -1
		}
		return x.Compare(y)
	})
}

func created(it directdial.Item) time.Time {
	if m, ok := it.(*directdial.Mention); ok {
		return m.CreatedAt
	}
	return time.Time{}
}
