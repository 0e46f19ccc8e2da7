package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) learnTopicsCommand() *cobra.Command {
	var least int
	c := &cobra.Command{
		Use:   "topics",
		Short: "Propose topics from what is frequent in mentions that had none",
		Long: `Reads the newest mentions without a topic whose words are kept, and proposes topics
for what many of them speak of, to be put into the configuration with an owner. Words
and phrases that mostly stand together are one topic. Nothing is changed or stored.`,
		Example: "  directdial learn topics\n  directdial learn topics --least 20",
	}
	c.Flags().IntVar(&least, "least", 5, "in how many mentions a phrase must stand")
	return listing(a, c, func(d *desk.Client, ctx context.Context) ([]desk.TopicIdea, error) {
		return d.TopicIdeas(ctx, least)
	}, desk.PrintTopicIdeas)
}

const (
	newestTexts = 20_000 // mentions at the most
	maxIdeas    = 10
)

// newest reads the newest mentions whose words are kept.
func (x deskView) newest(ctx context.Context, most int, f func(directdial.MentionRecord, *directdial.Mention)) error {
	recs, err := x.router.Mentions("", most)
	if err != nil {
		return err
	}
	for _, rec := range recs {
		if rec.Gone() {
			continue
		}
		m, err := x.router.ReadMention(ctx, rec)
		if err != nil && directdial.KindOf(err) != directdial.NotFound {
			return err
		}
		if err == nil {
			f(rec, m)
		}
	}
	return nil
}

// TopicIdeas implements desk.Experience.
func (x deskView) TopicIdeas(ctx context.Context, least int) ([]desk.TopicIdea, error) {
	var texts []string
	err := x.newest(ctx, newestTexts, func(rec directdial.MentionRecord, m *directdial.Mention) {
		if rec.Topic == "" && rec.Reason != directdial.OwnAccount && rec.Reason != directdial.NotAboutUs && rec.Reason != directdial.Muted {
			texts = append(texts, m.Text)
		}
	})
	if err != nil {
		return nil, err
	}
	d := x.config.Load().Directory
	used := map[string]bool{directdial.Harm: true}
	for i := range d.Topics {
		used[d.Topics[i].Name] = true
	}
	return untilStopped(ctx, func() ([]desk.TopicIdea, error) {
		ideas := []desk.TopicIdea{}
		for _, t := range classify.ProposeTopics(texts, d.Brands, least, maxIdeas) {
			t.Name = freeName(t.Name, used)
			ideas = append(ideas, desk.TopicIdea(t))
		}
		return ideas, nil
	})
}

// freeName is a name that is not used yet, with a number if need be, and uses it.
func freeName(name string, used map[string]bool) string {
	free := name
	for i := 2; used[free]; i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	used[free] = true
	return free
}
