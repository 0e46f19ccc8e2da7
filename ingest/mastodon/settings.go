package mastodon

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	server, err := ingest.Address("server", settings.Server, "https://mastodon.example")
	if err != nil {
		return nil, err
	}
	if server.Path != "" {
		return nil, invalid("server", "must be the address of a server, without a path")
	}
	if settings.Every < minEvery {
		return nil, invalid("every", "must be 10s or more")
	}
	if settings.Stream && settings.Token.IsZero() {
		return nil, invalid("stream", "needs a token: servers stream to accounts only")
	}
	queries, err := queriesOf(settings)
	if err != nil {
		return nil, err
	}
	c := &client{server: server, token: settings.Token, http: setup.Client, report: setup.Report, now: setup.Now}
	return &source{
		client: c, threads: threads{client: c}, every: settings.Every, queries: queries, report: setup.Report, now: setup.Now,
	}, nil
}

// tagName is what Mastodon takes for a hashtag, near enough: letters, digits,
// marks and underscores of any script, not digits alone.
var tagName = regexp.MustCompile(`^[\pL\pN\pM_·]*[\pL_][\pL\pN\pM_·]*$`)

func queriesOf(settings *Settings) ([]*query, error) {
	var queries []*query
	known := map[string]bool{}
	for _, raw := range settings.Hashtags {
		tag := strings.ToLower(strings.TrimPrefix(raw, "#"))
		if !tagName.MatchString(tag) || len(tag) > 100 {
			return nil, invalid("hashtags", fmt.Sprintf("%q is no hashtag: letters, digits and underscores only", raw))
		}
		if known[tag] {
			return nil, invalid("hashtags", fmt.Sprintf("%q stands there twice", raw))
		}
		known[tag] = true
		queries = append(queries, hashtag(tag))
	}
	if len(queries) > maxHashtags {
		return nil, invalid("hashtags", fmt.Sprintf("has %d hashtags, at most %d are allowed; make another source of the others", len(queries), maxHashtags))
	}
	heard := !settings.Token.IsZero()
	if settings.Notifications != nil {
		if *settings.Notifications && !heard {
			return nil, invalid("notifications", "need a token: they belong to an account")
		}
		heard = *settings.Notifications
	}
	if heard {
		queries = append(queries, notifications())
	}
	if len(queries) == 0 {
		return nil, invalid("hashtags", "there is nothing to hear: name hashtags, or a token for the notifications of its account")
	}
	return queries, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
