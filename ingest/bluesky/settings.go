package bluesky

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	account, err := accountOf(settings)
	if err != nil {
		return nil, err
	}
	usual := publicServer
	if !account.password.IsZero() {
		usual = accountServer
	}
	server, err := ingest.Address("server", cmp.Or(settings.Server, usual), "https://bsky.social")
	if err != nil {
		return nil, err
	}
	if server.Path != "" {
		return nil, invalid("server", "must be the address of a server, without a path")
	}
	if settings.Every < minEvery {
		return nil, invalid("every", "must be 10s or more")
	}
	queries, err := queriesOf(settings)
	if err != nil {
		return nil, err
	}
	if len(settings.Stream) > 0 {
		account.name = "" // it is heard, nobody asks as it
	}
	return &source{
		client:  &client{server: server, http: setup.Client, report: setup.Report, now: setup.Now},
		account: account, every: settings.Every, queries: queries, report: setup.Report, now: setup.Now,
	}, nil
}

// newStream makes a source that streams.
func newStream(setup ingest.Setup, settings *Settings) (ingest.Source, error) {
	s, err := newSource(setup, settings)
	if err != nil {
		return nil, err
	}
	st := &streamed{source: s, matcher: newMatcher(settings.Search), log: setup.Log}
	if settings.Notifications == nil || *settings.Notifications {
		st.account = strings.TrimPrefix(settings.Account, "@")
		if strings.HasPrefix(st.account, "did:") {
			st.matcher.did = st.account
		}
	}
	for _, raw := range settings.Stream {
		u, err := url.Parse(strings.TrimRight(raw, "/"))
		if err != nil || u.Host == "" || u.Scheme != "wss" && u.Scheme != "ws" || u.Path != "" || u.User != nil {
			return nil, invalid("stream", `must be addresses of Jetstreams, as "wss://jetstream2.us-east.bsky.network"`)
		}
		st.servers = append(st.servers, u)
	}
	return st, nil
}

// identifier is a handle, which is a domain name, or a DID.
var identifier = regexp.MustCompile(`^(did:[a-z]+:[a-zA-Z0-9._:%-]+|([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*)$`)

func accountOf(settings *Settings) (account, error) {
	name := strings.TrimPrefix(settings.Account, "@")
	if !strings.HasPrefix(name, "did:") {
		name = strings.ToLower(name)
	}
	streams := len(settings.Stream) > 0
	switch {
	case streams && !settings.Password.IsZero():
		return account{}, invalid("password", "is of no use: a stream is open to everybody. Take it out, or make another source of the account")
	case name == "" && !settings.Password.IsZero():
		return account{}, invalid("account", "is missing: whose password is it?")
	case name != "" && !identifier.MatchString(name):
		return account{}, invalid("account", `must be a handle, as "acme.bsky.social", or a DID`)
	case name != "" && !streams && settings.Password.IsZero():
		return account{}, invalid("password", "is missing: make an app password for this program (Settings, Privacy and security, App passwords)")
	}
	return account{name: name, password: settings.Password}, nil
}

func queriesOf(settings *Settings) ([]*query, error) {
	var queries []*query
	known := map[string]bool{}
	for _, raw := range settings.Search {
		words := strings.Join(strings.Fields(raw), " ")
		switch {
		case strings.Trim(words, `" `) == "" || len(words) > 200:
			return nil, invalid("search", fmt.Sprintf("%q is no search: some words, at most 200 bytes", raw))
		case known[strings.ToLower(words)]:
			return nil, invalid("search", fmt.Sprintf("%q stands there twice", raw))
		}
		known[strings.ToLower(words)] = true
		queries = append(queries, search(words))
	}
	if len(queries) > maxSearches {
		return nil, invalid("search", fmt.Sprintf("has %d searches, at most %d are allowed; make another source of the others", len(queries), maxSearches))
	}
	heard := settings.Account != ""
	if settings.Notifications != nil {
		if *settings.Notifications && !heard {
			return nil, invalid("notifications", "need an account: they belong to one")
		}
		heard = *settings.Notifications
	}
	if heard {
		queries = append(queries, notifications())
	}
	if len(queries) == 0 {
		return nil, invalid("search", "there is nothing to hear: name words to search for, or an account for its notifications")
	}
	return queries, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
