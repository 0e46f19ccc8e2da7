// Package demo reads posts from a JSON endpoint that any script can serve. It
// is the source to copy when a platform is added: ingest/README.md goes through
// it line by line.
package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

func init() { ingest.Register("demo", New) }

// Settings is what stands under the source in the configuration.
type Settings struct {
	// URL of the endpoint.
	URL string `yaml:"url" jsonschema:"required"`
	// Token that is sent as "Authorization: Bearer", if the endpoint wants one.
	Token secret.Value `yaml:"token"`
	// Every is how often the endpoint is asked.
	Every time.Duration `yaml:"every"`
}

// New makes the source. It does no I/O: a constructor also runs in
// `directdial check`.
func New(setup ingest.Setup) (ingest.Source, error) {
	s := Settings{Every: time.Minute}
	if err := setup.Decode(&s); err != nil {
		return nil, err
	}
	u, err := url.Parse(s.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: "url", Msg: "must be an http or https URL"}
	}
	if s.Every < time.Second {
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: "every", Msg: "must be at least 1s"}
	}
	d := &source{settings: s, endpoint: u, setup: setup}
	return ingest.Poll(s.Every, d.fetch), nil
}

type source struct {
	settings Settings
	endpoint *url.URL
	setup    ingest.Setup
}

// fetch asks for one page. The state is what the endpoint calls the next one,
// as it came: what it means is none of our business.
func (s *source) fetch(ctx context.Context, state []byte) ([]directdial.Item, []byte, error) {
	p, err := s.get(ctx, string(state))
	if err != nil {
		return nil, nil, err
	}
	items := make([]directdial.Item, 0, len(p.Posts))
	for i := range p.Posts {
		items = append(items, p.Posts[i].item())
	}
	if p.More {
		// Poll keeps these and asks again at once: a page at a time, however
		// long the source was down.
		return items, []byte(p.Next), ingest.ErrMore
	}
	return items, []byte(p.Next), nil
}

func (s *source) get(ctx context.Context, after string) (*page, error) {
	u := *s.endpoint
	q := u.Query()
	q.Set("after", after)
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if !s.settings.Token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+s.settings.Token.Reveal())
	}
	resp, err := s.setup.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, web.ErrorOf(resp, s.setup.Now())
	}
	var p page
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if p.Next == "" {
		// null and {} are JSON, too. Taken for an answer they would reset the
		// state.
		return nil, directdial.Errorf(directdial.Invalid, `the answer has no "next"`)
	}
	return &p, nil
}

// item maps a post to an item. This is what an adapter is about.
func (p *post) item() directdial.Item {
	if p.Deleted {
		return &directdial.Deletion{Platform: "demo", ID: p.ID}
	}
	return &directdial.Mention{
		ID:        p.ID,
		Platform:  "demo",
		URL:       p.URL,
		Text:      p.Text,
		CreatedAt: p.CreatedAt,
		Author:    directdial.Author{ID: p.Author.ID, Name: p.Author.Name},
	}
}
