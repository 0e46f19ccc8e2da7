package desk

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

// Experience is what the exchange has learned about its keywords from what
// colleagues did.
type Experience interface {
	// Keywords says how often each keyword was found and what colleagues made of
	// it; those that are configured and were never found are among them.
	Keywords(ctx context.Context) (*directdial.KeywordUses, error)
	// Feedback is what colleagues said of mentions whose words are kept.
	Feedback(ctx context.Context) ([]Labelled, error)
	// TopicIdeas proposes topics from what is frequent in mentions that had none.
	TopicIdeas(ctx context.Context, least int) ([]TopicIdea, error)
}

// TopicIdea is a topic that nobody configured and many write about.
type TopicIdea struct {
	Name     string   `json:"name"`
	Keywords []string `json:"keywords"`
	Mentions int      `json:"mentions"`
}

// Labelled is a mention with what a colleague said of it: a sample to learn
// from, as "directdial learn lexicon" reads it.
type Labelled struct {
	Text  string                 `json:"text"`
	Lang  string                 `json:"lang,omitempty"`
	Gold  map[directdial.Tag]int `json:"gold"`  // 1 or 0, only for tags that were judged
	Route string                 `json:"route"` // "": belongs to none, or nobody said to which
	Said  directdial.Reason      `json:"said"`
}

func experience(mux *http.ServeMux, x Experience) {
	mux.HandleFunc("GET /v1/keywords", answer(func(r *http.Request) (any, error) {
		return x.Keywords(r.Context())
	}))
	mux.HandleFunc("GET /v1/feedback", answer(func(r *http.Request) (any, error) {
		return x.Feedback(r.Context())
	}))
	mux.HandleFunc("GET /v1/topics/ideas", answer(func(r *http.Request) (any, error) {
		least, err := strconv.Atoi(r.FormValue("least"))
		if err != nil || least < 2 {
			return nil, directdial.Errorf(directdial.Invalid, "least: must be a number of 2 or more")
		}
		return x.TopicIdeas(r.Context(), least)
	}))
}

// Keywords says what became of each keyword.
func (c *Client) Keywords(ctx context.Context) (*directdial.KeywordUses, error) {
	return get[*directdial.KeywordUses](ctx, c, "/v1/keywords", nil)
}

// Feedback lists what colleagues said of mentions.
func (c *Client) Feedback(ctx context.Context) ([]Labelled, error) {
	return get[[]Labelled](ctx, c, "/v1/feedback", nil)
}

// TopicIdeas asks for topics that should be there.
func (c *Client) TopicIdeas(ctx context.Context, least int) ([]TopicIdea, error) {
	return get[[]TopicIdea](ctx, c, "/v1/topics/ideas", url.Values{"least": {strconv.Itoa(least)}})
}

// PrintTopicIdeas writes topics as they may be put into the configuration. An owner is
// for people to choose.
func PrintTopicIdeas(w io.Writer, ideas []TopicIdea) error {
	if len(ideas) == 0 {
		_, err := fmt.Fprintln(w, "Nothing is frequent among the mentions without a topic.")
		return err
	}
	fmt.Fprint(w, `# Frequent in mentions without a topic. Choose and rename; the entries stand below
# topics: in the configuration. Give each an owner, who answers for it, and grant it to
# experts: nobody is dialled for a topic that nobody is granted.
topics:
`)
	for _, i := range ideas {
		words := make([]string, len(i.Keywords))
		for j, k := range i.Keywords {
			words[j] = strconv.Quote(k)
		}
		if _, err := fmt.Fprintf(w, "  - name: %s # %d mentions\n    # owner: to be filled in, the id of an expert\n    keywords: [%s]\n", i.Name, i.Mentions, strings.Join(words, ", ")); err != nil {
			return err
		}
	}
	return nil
}
