package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/web"
	"github.com/directdial/directdial/route"
)

func (a *app) hearCommand() *cobra.Command {
	var (
		also   []string
		since  = duration(30 * 24 * time.Hour)
		write  string
		asJSON bool
	)
	c := &cobra.Command{
		Use:   "hear BRAND",
		Short: "Hear what was said about a brand, from platforms that need no account",
		Long: `Asks platforms that answer without an account for posts with the name of a brand,
and says of each what the exchange would make of it. It tells whom it asks, and
stores nothing. A platform that does not answer spoils nothing;
--log-level debug shows what the system says of it.

Where there is a configuration, its topics and colleagues count: you see who would
be dialled. With --write it makes a configuration that goes on hearing the same.`,
		Example: `  directdial hear "your brand"
  directdial hear acme --also "acme corp" --since 7d
  directdial hear acme --write directdial.yaml
  directdial hear acme --json | jq '.posts[] | select(.tags[0].tag == "complaint") | .url'`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			words := append([]string{strings.TrimSpace(args[0])}, also...)
			if slices.Contains(words, "") {
				return usageError{errors.New("hear needs a name, such as \"your brand\"")}
			}
			if write != "" {
				if _, err := os.Stat(write); err == nil {
					return usageError{fmt.Errorf("%s is there already: name another file", write)}
				}
			}
			h, err := a.hearing(words, time.Now().Add(-time.Duration(since)))
			if err != nil {
				return err
			}
			h.ask(c.Context(), a.err)
			if err := errors.Join(h.print(a, asJSON, write == ""), h.failed()); err != nil || write == "" {
				return err
			}
			if err := os.WriteFile(write, heardConfiguration(words, h.answered()), 0o600); err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.err, "%s goes on hearing this. Next: put your topics and colleagues in, then\n\n  directdial check --config %s\n  directdial run --config %s\n", write, write, write)
			return err
		},
	}
	c.Flags().StringSliceVar(&also, "also", nil, "another name of the brand; may be repeated")
	c.Flags().Var(&since, "since", "how far back, such as 7d")
	c.Flags().StringVar(&write, "write", "", "make a configuration of it, in this file")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// hearing is one look at what was said.
type hearing struct {
	words     []string
	since     time.Time
	client    *http.Client
	log       zerolog.Logger // of why a platform did not answer, as the system tells it
	plan      route.Plan     // with the topics and colleagues of the configuration, if there is one
	colleague func(id string) string

	mu    sync.Mutex
	Posts []heard  `json:"posts"` // oldest first
	Asked []answer `json:"asked"`
}

// heard is a post with what the exchange would make of it.
type heard struct {
	directdial.Mention
	Tags   []directdial.TagScore   `json:"tags,omitempty"`
	Topics []directdial.TopicScore `json:"topics,omitempty"`
	Words  []string                `json:"keywords,omitempty"` // that decided
	Dials  string                  `json:"dials,omitempty"`    // id of who would be dialled
}

// answer is what one platform said.
type answer struct {
	Type  string `json:"type"`
	Host  string `json:"host"`
	Posts int    `json:"posts"`
	More  bool   `json:"more,omitempty"` // the platform has more than it showed
	Error string `json:"error,omitempty"`
}

// askTimeout bounds one platform.
const askTimeout = 90 * time.Second

func (a *app) hearing(words []string, since time.Time) (*hearing, error) {
	c, err := a.load(false)
	if err != nil {
		return nil, err
	}
	log, err := a.logger(a.err)
	if err != nil {
		return nil, err
	}
	d := *c.Directory
	h := &hearing{Posts: []heard{}, words: words, since: since, client: platformClient(func(string) bool { return false }), log: log}
	if c.Example {
		d.Topics, d.Experts = nil, nil
	}
	d.Brands = append([]directdial.Brand{{Name: words[0], Keywords: words}}, othersThan(d.Brands, words[0])...)
	d.Rules.MaxAge = 0 // what is old shows what would come
	tried := *c
	tried.Directory = &d
	if h.plan, err = plan(&tried); err != nil {
		return nil, err
	}
	h.colleague = func(id string) string {
		for _, e := range d.Experts {
			if e.ID == id {
				return cmp.Or(e.Name, id)
			}
		}
		return id
	}
	return h, nil
}

func othersThan(brands []directdial.Brand, name string) (others []directdial.Brand) {
	for _, b := range brands {
		if !strings.EqualFold(b.Name, name) {
			others = append(others, b)
		}
	}
	return others
}

// ask asks all platforms at once and tells as each has answered.
func (h *hearing) ask(ctx context.Context, progress io.Writer) {
	finders := ingest.Finders()
	hosts := make([]string, len(finders))
	for i, f := range finders {
		hosts[i] = f.Asks
	}
	fmt.Fprintf(progress, "Asking %s for %q since %s. Nothing is stored.\n",
		strings.Join(hosts, ", "), h.words, h.since.Format("2 January"))
	var asking sync.WaitGroup
	for _, f := range finders {
		asking.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, askTimeout)
			defer cancel()
			items, err := f.Find(ctx, h.client, h.words, h.since)
			h.take(f, items, err, progress)
		})
	}
	asking.Wait()
	slices.SortStableFunc(h.Posts, func(a, b heard) int { return a.CreatedAt.Compare(b.CreatedAt) })
	slices.SortFunc(h.Asked, func(a, b answer) int { return cmp.Compare(a.Type, b.Type) })
}

// take notes what a platform answered.
func (h *hearing) take(f ingest.Finder, items []directdial.Item, err error, progress io.Writer) {
	got := answer{Type: f.Type, Host: f.Asks}
	var posts []heard
	for _, it := range items {
		switch it := it.(type) {
		case *directdial.Mention:
			it.Normalize(f.Type)
			if it.Check() == nil && !it.CreatedAt.Before(h.since) {
				posts = append(posts, h.judge(it))
			}
		case *directdial.Gap:
			got.More = true
		}
	}
	got.Posts = len(posts)
	says := count(got.Posts, "post")
	if got.More {
		says += ", and there are more"
	}
	if err != nil {
		got.Error = failureOf(err)
		says = "no answer: " + got.Error
		if got.Posts > 0 {
			says = count(got.Posts, "post") + ", then " + got.Error
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Posts, h.Asked = append(h.Posts, posts...), append(h.Asked, got)
	if err != nil {
		h.log.Debug().Str("source", f.Type).Str("error", web.ErrorText(err)).Msg("no answer")
	}
	fmt.Fprintf(progress, "  %-14s %s\n", f.Type, experts.Line(says))
}

// failureOf says in one line why a platform did not answer, and what to do.
func failureOf(err error) string {
	says, remedy := web.Failure(err)
	if remedy != "" {
		says += "; " + remedy
	}
	return says
}

// judge says what the exchange would make of a post, with everybody on duty.
func (h *hearing) judge(m *directdial.Mention) heard {
	everybody := func(*directdial.Expert, time.Time) directdial.Duty { return directdial.Duty{On: true} }
	c, d := route.Imagine(h.plan, everybody, *m, time.Now())
	out := heard{Mention: *m, Dials: d.Expert}
	if d.Outcome == directdial.ToSuppress {
		return out
	}
	out.Tags, out.Topics = c.Classification.Tags, c.Classification.Topics
	for _, k := range c.Classification.Keywords {
		if !strings.HasPrefix(k.For, "brand:") && !slices.Contains(out.Words, k.Word) {
			out.Words = append(out.Words, k.Word)
		}
	}
	return out
}

// answered are the platforms that answered.
func (h *hearing) answered() (types []string) {
	for _, a := range h.Asked {
		if a.Error == "" {
			types = append(types, a.Type)
		}
	}
	return types
}

// failed is an error if no platform answered at all.
func (h *hearing) failed() error {
	if len(h.answered()) == 0 {
		return errors.New("no platform answered; what each said stands above")
	}
	return nil
}

// heardConfiguration is a configuration that goes on hearing these words.
func heardConfiguration(words, types []string) []byte {
	var sources []config.Listening
	for _, f := range ingest.Finders() {
		if slices.Contains(types, f.Type) {
			sources = append(sources, config.Listening{Name: f.Type, Type: f.Type, Settings: f.Settings(words)})
		}
	}
	return config.Heard(words, sources, time.Now())
}
