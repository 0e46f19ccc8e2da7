package youtube

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// Bounds.
const (
	maxQueries = 30
	maxWord    = 100 // bytes
	minEvery   = time.Minute
)

// address is where the API stands, with its version.
const address = "https://www.googleapis.com/youtube/v3"

// Settings are the settings of a source of type youtube.
type Settings struct {
	// Key of a project at Google Cloud that has the YouTube Data API v3.
	Key secret.Value `yaml:"key" jsonschema:"required"`
	// Channels whose videos' comments are heard, by id ("UC…"). Your own.
	Channels []string `yaml:"channels"`
	// Videos whose comments are heard, by id: what stands behind "v=".
	Videos []string `yaml:"videos"`
	// Words that videos are searched for: a name, or several words that must
	// stand side by side ("acme widget").
	Words []string `yaml:"words"`
	// Every is how often comments are asked for, at least 1m. Searches are made
	// as often as their quota allows.
	Every time.Duration `yaml:"every"`
	// Quota is how many units a day the project has. Each request costs one, but
	// searches.
	Quota int `yaml:"quota"`
	// Searches is how many searches a day the project has.
	Searches int `yaml:"searches"`
	// API is where the API is asked, with its version. Left out: YouTube's.
	API string `yaml:"api"`
}

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	base, err := ingest.Address("api", settings.API, "https://www.googleapis.com/youtube/v3")
	if err != nil {
		return nil, err
	}
	zone, zoneErr := time.LoadLocation(pacific)
	switch {
	case settings.Key.IsZero() || strings.ContainsAny(settings.Key.Reveal(), " \r\n"):
		return nil, invalid("key", "is required: make one at console.cloud.google.com for a project that has the YouTube Data API v3")
	case settings.Every < minEvery:
		return nil, invalid("every", "must be 1m or more")
	case settings.Quota < 100:
		return nil, invalid("quota", "must be 100 or more")
	case settings.Searches < 1:
		return nil, invalid("searches", "must be 1 or more")
	case zoneErr != nil:
		return nil, fmt.Errorf("the time zone in which YouTube's day begins: %w", zoneErr)
	}
	queries, words, err := queriesOf(settings)
	if err != nil {
		return nil, err
	}
	c := &client{
		base: base, key: settings.Key, http: setup.Client, now: setup.Now,
		spend: &spend{zone: zone, units: settings.Quota, searches: settings.Searches, report: setup.Report, now: setup.Now},
	}
	return &source{
		client: c, every: settings.Every, queries: queries, words: words,
		report: setup.Report, now: setup.Now, gone: setup.Gone(platform),
	}, nil
}

func queriesOf(settings *Settings) (queries []*query, words map[string]*regexp.Regexp, err error) {
	for _, id := range settings.Channels {
		if !channelForm.MatchString(id) {
			return nil, nil, invalid("channels", fmt.Sprintf("%q is no id of a channel: it begins with UC and has 24 characters (youtube.com/account_advanced shows your own)", id))
		}
		queries = append(queries, onChannel(id))
	}
	for _, id := range settings.Videos {
		if !videoForm.MatchString(id) {
			return nil, nil, invalid("videos", fmt.Sprintf("%q is no id of a video: the 11 characters behind v= in its address", id))
		}
		queries = append(queries, onVideo(id))
	}
	words = map[string]*regexp.Regexp{}
	pause := searchEvery(settings)
	for _, typed := range settings.Words {
		word := strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(typed, `"`, " ")), " "))
		if word == "" || len(word) > maxWord || strings.ContainsRune(word, '|') {
			return nil, nil, invalid("words", fmt.Sprintf("%q is nothing to search for: a word or some that stand side by side, at most %d bytes", typed, maxWord))
		}
		queries, words[word] = append(queries, searchFor(word, pause)), standing(word)
	}
	return queries, words, checked(queries)
}

// searchEvery is how often each word is searched for, so that nine tenths of the
// quota last for the day.
func searchEvery(settings *Settings) time.Duration {
	return max(settings.Every, 24*time.Hour*time.Duration(len(settings.Words))*10/time.Duration(settings.Searches*tenths))
}

// standing finds a word that stands in a text, not within another one: what
// YouTube's search finds holds it, or something like it, or neither. Some
// scripts do not part words.
func standing(word string) *regexp.Regexp {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(strings.ToValidUTF8(word, "")), " ", `\s+`)
	before, behind := `(?:^|`+edge+`)`, `(?:$|`+edge+`)`
	if edgeBefore.MatchString(word) {
		before = ""
	}
	if edgeBehind.MatchString(word) {
		behind = ""
	}
	return regexp.MustCompile(`(?i)` + before + quoted + behind)
}

// edge is where a word ends, whatever stands beside it.
const edge = `[^\pL\pN]|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]`

var (
	edgeBefore = regexp.MustCompile(`^(?:` + edge + `)`)
	edgeBehind = regexp.MustCompile(`(?:` + edge + `)$`)
)

// checked looks at all queries together.
func checked(queries []*query) error {
	known := map[string]bool{}
	for _, q := range queries {
		if known[q.name] {
			return invalid("words", fmt.Sprintf("%q is heard twice", q.name))
		}
		known[q.name] = true
	}
	switch {
	case len(queries) == 0:
		return invalid("channels", "there is nothing to hear: name channels, videos or words")
	case len(queries) > maxQueries:
		return invalid("channels", fmt.Sprintf("and videos and words are %d, at most %d are allowed together; make another source of the others", len(queries), maxQueries))
	}
	return nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
