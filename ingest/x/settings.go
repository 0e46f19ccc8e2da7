package x

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// Bounds. X allows 450 requests in 15 minutes for each kind of list.
const (
	maxQueries = 20  // queries and mentions
	maxQuery   = 512 // characters
	minPerDay  = 100
	maxPerDay  = 100_000 // X allows three million a month
	minCheck   = 24 * time.Hour
	maxCheck   = 90 * 24 * time.Hour
	minEvery   = 15 * time.Second
)

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	server, err := ingest.Address("server", settings.Server, "https://api.x.com")
	if err != nil {
		return nil, err
	}
	if settings.Every < minEvery {
		return nil, invalid("every", "must be 15s or more")
	}
	if settings.PostsPerDay < minPerDay || settings.PostsPerDay > maxPerDay {
		return nil, invalid("posts_per_day", fmt.Sprintf("must be %d to %d", minPerDay, maxPerDay))
	}
	if settings.Recheck != 0 && (settings.Recheck < minCheck || settings.Recheck > maxCheck) {
		return nil, invalid("recheck", "must be 1d to 90d")
	}
	s := &source{every: settings.Every, report: setup.Report, now: setup.Now, gone: setup.Gone(platform), spend: newSpend(settings.PostsPerDay, setup.Now)}
	s.client = &client{server: server, token: settings.Token, http: setup.Client, now: setup.Now, spend: s.spend, limits: limits{report: setup.Report, now: setup.Now}}
	if !settings.Token.IsZero() {
		s.recheck, s.watchable = settings.Recheck, min(settings.PostsPerDay*partWatched/10, maxWatched)
	}
	if s.queries, err = queriesOf(settings); err != nil {
		return nil, err
	}
	if len(s.queries) > 0 && settings.Token.IsZero() {
		return nil, invalid("token", "is missing: X shows nothing without the bearer token of an app")
	}
	if !settings.Secret.IsZero() {
		verifier, err := web.NewVerifier("x", settings.Secret.Reveal())
		if err != nil {
			return nil, invalid("secret", err.Error())
		}
		s.hook = s.newHook(verifier)
	}
	if len(s.queries) == 0 && s.hook == nil {
		return nil, invalid("queries", "there is nothing to hear: give queries to search for, accounts whose mentions are heard, or the secret of a webhook")
	}
	return s, nil
}

func queriesOf(settings *Settings) (queries []*query, err error) {
	known := map[string]bool{}
	for _, raw := range settings.Queries {
		text := strings.Join(strings.Fields(raw), " ")
		switch {
		case text == "":
			return nil, invalid("queries", "holds an empty query")
		case utf8.RuneCountInString(text) > maxQuery:
			return nil, invalid("queries", fmt.Sprintf("%q has more than %d characters", text, maxQuery))
		case known[text]:
			return nil, invalid("queries", fmt.Sprintf("%q stands there twice", text))
		}
		known[text] = true
		queries = append(queries, search(text))
	}
	for i, id := range settings.Mentions {
		switch {
		case parseID(id) == 0:
			return nil, invalid("mentions", fmt.Sprintf(`%q is no id of an account, as "783214"; handles can change`, id))
		case slices.Contains(settings.Mentions[:i], id):
			return nil, invalid("mentions", fmt.Sprintf("%q stands there twice", id))
		}
		queries = append(queries, mentions(id))
	}
	if len(queries) > maxQueries {
		return nil, invalid("queries", fmt.Sprintf("are %d with the mentions, at most %d are allowed; make another source of the others", len(queries), maxQueries))
	}
	return queries, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
