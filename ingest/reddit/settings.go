package reddit

import (
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
)

// Bounds. Reddit allows an application about 100 requests a minute.
const (
	maxQueries = 40
	maxWord    = 100 // bytes
	minEvery   = 30 * time.Second
)

// Where Reddit is asked, and where it gives tokens.
const (
	apiAddress   = "https://oauth.reddit.com"
	loginAddress = "https://www.reddit.com"
)

// Settings are the settings of a source of type reddit.
type Settings struct {
	// ClientID of the application, as its page shows it below the name.
	ClientID string `yaml:"client_id" jsonschema:"required"`
	// ClientSecret of the application.
	ClientSecret secret.Value `yaml:"client_secret" jsonschema:"required"`
	// Operator is the name of your account on Reddit, to whom Reddit writes if
	// something is wrong. It goes out with each request.
	Operator string `yaml:"operator" jsonschema:"required"`
	// Password of the operator's account: the application, which is of the kind
	// "script" then, asks as that account. Left out: it asks for itself.
	Password secret.Value `yaml:"password"`
	// Words to hear: a name, or several words that must stand side by side
	// ("acme widget"). They are searched in the posts of all of Reddit.
	Words []string `yaml:"words"`
	// Communities that are heard whole, posts and comments, without "r/".
	Communities []string `yaml:"communities"`
	// Comments names communities of others in whose comments the words are
	// heard: Reddit's search finds posts only.
	Comments []string `yaml:"comments"`
	// Every is how often each list is asked for, at least 30s.
	Every time.Duration `yaml:"every"`
	// API is where Reddit is asked. Left out: Reddit's.
	API string `yaml:"api"`
	// Login is where Reddit gives tokens. Left out: Reddit's.
	Login string `yaml:"login"`
}

func newSource(setup ingest.Setup, settings *Settings) (*source, error) {
	api, err := ingest.Address("api", settings.API, apiAddress)
	if err != nil {
		return nil, err
	}
	login, err := ingest.Address("login", settings.Login, loginAddress)
	if err != nil {
		return nil, err
	}
	operator := strings.TrimPrefix(strings.TrimPrefix(settings.Operator, "/"), "u/")
	switch {
	case settings.ClientID == "" || strings.ContainsAny(settings.ClientID, ": \r\n"):
		return nil, invalid("client_id", "must be the id of an application, which its page shows below its name")
	case settings.ClientSecret.IsZero():
		return nil, invalid("client_secret", "is required")
	case !userName.MatchString(operator):
		return nil, invalid("operator", "must be the name of your account on Reddit, without /u/: Reddit refuses requests that nobody answers for")
	case settings.Every < minEvery:
		return nil, invalid("every", "must be 30s or more")
	}
	queries, err := queriesOf(settings)
	if err != nil {
		return nil, err
	}
	a := account{id: settings.ClientID, secret: settings.ClientSecret}
	if !settings.Password.IsZero() {
		a.username, a.password = operator, settings.Password
	}
	c := &client{
		api: api, login: login, account: a, agent: agent(operator), http: setup.Client,
		limits: &limits{report: setup.Report, now: setup.Now}, now: setup.Now,
	}
	return &source{client: c, every: settings.Every, queries: queries, report: setup.Report, now: setup.Now, gone: setup.Gone(platform)}, nil
}

// agent is how the program names itself, in the form that Reddit asks for.
// Others are slowed down.
func agent(operator string) string {
	version := "dev"
	if info, ok := debug.ReadBuildInfo(); ok && strings.HasPrefix(info.Main.Version, "v") {
		version = info.Main.Version
	}
	return fmt.Sprintf("%s:com.github.directdial:%s (by /u/%s)", runtime.GOOS, version, operator)
}

// communityName is what a community can be called.
var communityName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_]{1,20}$`)

func queriesOf(settings *Settings) (queries []*query, err error) {
	var words []word
	for _, typed := range settings.Words {
		w := newWord(typed)
		if w == "" || len(w) > maxWord || strings.ContainsAny(string(w), `\`) {
			return nil, invalid("words", fmt.Sprintf("%q is nothing to hear: a word or some that stand side by side, at most %d bytes", typed, maxWord))
		}
		words = append(words, w)
		queries = append(queries, search(w))
	}
	if len(settings.Comments) > 0 && len(words) == 0 {
		return nil, invalid("comments", "need words to hear; all that is written in a community is heard with communities")
	}
	for field, names := range map[string][]string{"communities": settings.Communities, "comments": settings.Comments} {
		for _, raw := range names {
			name := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(raw, "/"), "r/"))
			switch {
			case name == "all" || name == "popular":
				return nil, invalid(field, "all of Reddit cannot be heard this way: its last 1,000 comments are of some seconds. Name communities")
			case !communityName.MatchString(name):
				return nil, invalid(field, fmt.Sprintf("%q is no community: name one as in \"r/gadgets\"", raw))
			case field == "comments":
				queries = append(queries, comments(name, words))
			default:
				queries = append(queries, links(name), comments(name, nil))
			}
		}
	}
	return queries, checked(queries)
}

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
		return invalid("words", "there is nothing to hear: name words or communities")
	case len(queries) > maxQueries:
		return invalid("words", fmt.Sprintf("make %d lists with the communities (two each), at most %d are allowed; make another source of the others", len(queries), maxQueries))
	}
	return nil
}

func invalid(field, msg string) error {
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}
