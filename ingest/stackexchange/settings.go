package stackexchange

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	base, err := ingest.Address("api", settings.API, "https://api.stackexchange.com/2.3")
	if err != nil {
		return nil, err
	}
	if settings.Every < minEvery {
		return nil, invalid("every", "must be 2m or more")
	}
	queries, err := queriesOf(settings.Sites, settings.Words, settings.Tags)
	if err != nil {
		return nil, err
	}
	if n := len(queries); n > maxQueries {
		return nil, invalid("sites", fmt.Sprintf("%d words and tags at %d sites are %d queries, at most %d are allowed; make another source of the others",
			len(settings.Words)+len(settings.Tags), len(settings.Sites), n, maxQueries))
	}
	c := &client{base: base, key: settings.Key, http: setup.Client, report: setup.Report, now: setup.Now}
	return &source{client: c, every: settings.Every, queries: queries, report: setup.Report}, nil
}

var (
	siteName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?$`)
	tagName  = regexp.MustCompile(`^[\pL\pN][\pL\pN.+#-]{0,34}$`)
)

// queriesOf makes a query of each site and word, and of each site and tag.
func queriesOf(sites, words, tags []string) ([]query, error) {
	var queries []query
	for _, site := range sites {
		if !siteName.MatchString(site) {
			return nil, invalid("sites", fmt.Sprintf("%q is no site; write it as the API does: stackoverflow, unix", site))
		}
		if short, ok := strings.CutSuffix(site, ".stackexchange.com"); ok || site == "stackoverflow.com" {
			return nil, invalid("sites", fmt.Sprintf("%q is the address of a site; write its name: %s", site, strings.TrimSuffix(short, ".com")))
		}
		for _, word := range words {
			q := query{site: site, word: strings.Join(strings.Fields(strings.ReplaceAll(word, `"`, " ")), " ")}
			if q.word == "" || len(q.word) > maxWord {
				return nil, invalid("words", fmt.Sprintf("%q is empty or longer than %d bytes", word, maxWord))
			}
			queries = append(queries, q)
		}
		for _, tag := range tags {
			if !tagName.MatchString(tag) {
				return nil, invalid("tags", fmt.Sprintf("%q is no tag: one word of letters, digits and .+#-, without brackets", tag))
			}
			queries = append(queries, query{site: site, tag: strings.ToLower(tag)})
		}
	}
	for i, q := range queries {
		if slices.ContainsFunc(queries[:i], func(p query) bool { return p.name() == q.name() }) {
			return nil, invalid("words", fmt.Sprintf("%s stands there twice", q.name()))
		}
	}
	if len(queries) == 0 {
		return nil, invalid("words", "there is nothing to hear: name sites, and words or tags")
	}
	return queries, nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
