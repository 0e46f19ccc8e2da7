package discourse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// Bounds. A forum allows 60 requests a minute with a key, and usually 200
// without.
const (
	maxQueries = 10
	minEvery   = time.Minute
)

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	server, err := ingest.Address("server", settings.Server, "https://forum.example")
	if err != nil {
		return nil, err
	}
	server.Host = strings.ToLower(server.Host)
	switch {
	case settings.Every < minEvery:
		return nil, invalid("every", "must be 1m or more")
	case settings.Key.IsZero() && settings.User != "":
		return nil, invalid("user", "needs a key")
	case !settings.Key.IsZero() && settings.User == "":
		return nil, invalid("user", "is required beside a key: the user in whose name it asks")
	}
	s := &source{
		client: &client{server: server, key: settings.Key, user: settings.User, http: setup.Client, now: setup.Now},
		forum:  forum{server}, every: settings.Every, all: settings.Latest, report: setup.Report, now: setup.Now,
	}
	if err := s.addQueries(settings.Queries); err != nil {
		return nil, err
	}
	if !settings.Secret.IsZero() {
		verifier, err := web.NewVerifier("discourse", settings.Secret.Reveal())
		if err != nil {
			return nil, invalid("secret", err.Error())
		}
		s.hook = s.newHook(verifier)
	}
	if !s.all && len(s.queries) == 0 && s.hook == nil {
		return nil, invalid("queries", "there is nothing to hear: say latest, or give queries to search for, or the secret of a webhook")
	}
	return s, nil
}

func (s *source) addQueries(texts []string) error {
	if len(texts) > maxQueries {
		return invalid("queries", fmt.Sprintf("has %d queries, at most %d are allowed; make another source of the others", len(texts), maxQueries))
	}
	for _, text := range texts {
		text = strings.Join(strings.Fields(text), " ")
		q := &query{text: text, words: wordsOf(text), seen: map[int64]int64{}}
		switch {
		case len(q.words) == 0:
			return invalid("queries", fmt.Sprintf("%q has no word to search for; to hear everything, say latest", text))
		case slices.ContainsFunc(s.queries, func(o *query) bool { return o.text == text }):
			return invalid("queries", fmt.Sprintf("%q stands there twice", text))
		case slices.ContainsFunc(strings.Fields(text), reserved):
			return invalid("queries", fmt.Sprintf("%q must not hold order:, before: or after:, which the source sets itself", text))
		}
		s.queries = append(s.queries, q)
	}
	return nil
}

func reserved(w string) bool {
	return strings.HasPrefix(w, "order:") || strings.HasPrefix(w, "before:") || strings.HasPrefix(w, "after:")
}

// wordsOf are the words that a query searches for, in lower case: not what
// narrows it (#category, @user, tags:, in:, status:).
func wordsOf(text string) (words []string) {
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 { // a quotation
			if part != "" {
				words = append(words, strings.ToLower(part))
			}
			continue
		}
		for _, w := range strings.Fields(part) {
			if !strings.ContainsAny(w, ":") && !strings.HasPrefix(w, "#") && !strings.HasPrefix(w, "@") && !strings.HasPrefix(w, "-") {
				words = append(words, strings.ToLower(w))
			}
		}
	}
	return words
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
