package github

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// Bounds. With a token GitHub allows 30 searches a minute and 5,000 other
// requests an hour.
const (
	maxSearches = 20 // queries times kinds
	minEvery    = time.Minute
	maxWords    = 256 // characters of a query, its qualifiers left out
	maxLogic    = 5   // AND, OR and NOT in a query
)

// The kinds of what can be searched.
const (
	kindIssue      = "issue"
	kindPull       = "pull-request"
	kindDiscussion = "discussion"
)

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	server, err := ingest.Address("server", settings.Server, "https://api.github.com")
	if err != nil {
		return nil, err
	}
	if settings.Every < minEvery {
		return nil, invalid("every", "must be 1m or more")
	}
	s := &source{
		client: newClient(server, settings.Token, setup), every: settings.Every, read: settled{},
		report: setup.Report, log: setup.Log, now: setup.Now,
	}
	if s.queries, err = queriesOf(settings); err != nil {
		return nil, err
	}
	if !settings.Secret.IsZero() {
		verifier, err := web.NewVerifier("github", settings.Secret.Reveal())
		if err != nil {
			return nil, invalid("secret", err.Error())
		}
		s.hook = s.newHook(verifier)
	}
	if len(s.queries) == 0 && s.hook == nil {
		return nil, invalid("queries", "there is nothing to hear: give queries to search for, or the secret of a webhook")
	}
	return s, nil
}

// queriesOf makes one query of each of the configuration and each kind.
func queriesOf(settings *Settings) (queries []*query, err error) {
	kinds, token := settings.Kinds, !settings.Token.IsZero()
	if len(kinds) == 0 {
		if kinds = []string{kindIssue}; token {
			kinds = append(kinds, kindDiscussion)
		}
	}
	for i, kind := range kinds {
		switch {
		case kind != kindIssue && kind != kindPull && kind != kindDiscussion:
			return nil, invalid("kinds", fmt.Sprintf("%q is no kind; there are issue, pull-request, discussion", kind))
		case slices.Contains(kinds[:i], kind):
			return nil, invalid("kinds", fmt.Sprintf("%q stands there twice", kind))
		case kind == kindDiscussion && !token:
			return nil, invalid("kinds", "discussions can be searched with a token only")
		}
	}
	for i, text := range settings.Queries {
		text = strings.Join(strings.Fields(text), " ")
		if err := checkQuery(text); err != nil {
			return nil, err
		}
		if slices.Contains(settings.Queries[:i], settings.Queries[i]) {
			return nil, invalid("queries", fmt.Sprintf("%q stands there twice", text))
		}
		for _, kind := range kinds {
			queries = append(queries, newQuery(text, kind))
		}
	}
	if len(queries) > maxSearches {
		return nil, invalid("queries", fmt.Sprintf("make %d searches with their kinds, at most %d are allowed; make another source of the others", len(queries), maxSearches))
	}
	return queries, nil
}

// checkQuery refuses what GitHub would refuse, and what the source sets itself.
func checkQuery(text string) error {
	words, logic := 0, 0
	for _, w := range splitQuery(text) {
		switch {
		case w == "AND" || w == "OR" || w == "NOT":
			logic++
		case !isQualifier(w):
			words += len(w)
		case strings.HasPrefix(w, "sort:"), strings.HasPrefix(w, "updated:"), strings.HasPrefix(w, "type:"),
			w == "is:issue", w == "is:pr", w == "is:pull-request", w == "is:private":
			return invalid("queries", fmt.Sprintf("%q must not hold %s: the source sets that itself", text, w))
		}
	}
	switch {
	case text == "":
		return invalid("queries", "holds an empty query, which would find everything")
	case words > maxWords:
		return invalid("queries", fmt.Sprintf("%q has more than %d characters", text, maxWords))
	case logic > maxLogic:
		return invalid("queries", fmt.Sprintf("%q has more than %d of AND, OR and NOT", text, maxLogic))
	}
	return nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
