package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) learnFeedbackCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "feedback",
		Short: "Write what colleagues said of mentions as labelled data",
		Long: `Writes the mentions that colleagues took, called wrongly tagged, or declined as not
about us, as JSON lines with a label for each tag that this says something about:
data for ` + "`directdial learn lexicon`" + ` and ` + "`directdial eval`" + `.

The file holds the words of authors. ` + "`directdial forget`" + ` and retention do not reach it:
delete it when it has been learned from.`,
		Example: "  directdial learn feedback --out feedback.jsonl\n  directdial learn lexicon --data feedback.jsonl --out acme.tsv",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := (target{out: out, what: "labelled data that this command wrote", is: isFeedback}).check(a, nil); err != nil {
				return err
			}
			said, err := asked(c.Context(), a, reads, (*desk.Client).Feedback)
			if err != nil {
				return err
			}
			data, err := feedbackLines(said)
			if err != nil {
				return err
			}
			if err := writeLearned(out, data, 0o600); err != nil { // the words of authors: for nobody else to read
				return err
			}
			fmt.Fprintf(a.out, "%s: %s.\n", out, count(len(said), "mention"))
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write (.jsonl); one that is there must be of the same kind")
	_ = c.MarkFlagRequired("out")
	return c
}

// feedbackLines are what was said of mentions, one JSON object a line.
func feedbackLines(all []desk.Labelled) ([]byte, error) {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for i := range all {
		if err := lines.Encode(all[i]); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// isFeedback says whether all of text is what feedbackLines writes.
func isFeedback(_ string, text []byte) bool {
	lines := json.NewDecoder(bytes.NewReader(text))
	lines.DisallowUnknownFields()
	for {
		var l desk.Labelled
		if err := lines.Decode(&l); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// Feedback implements desk.Experience. Mentions whose words are gone are left
// out.
func (x deskView) Feedback(ctx context.Context) ([]desk.Labelled, error) {
	said, err := x.router.Feedback(ctx)
	if err != nil {
		return nil, err
	}
	all := []desk.Labelled{}
	for _, f := range said {
		rec, ok := x.router.Mention(f.Mention)
		if !ok || rec.Gone() {
			continue
		}
		m, err := x.router.ReadMention(ctx, rec)
		if directdial.KindOf(err) == directdial.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		l := desk.Labelled{Text: m.Text, Lang: m.Lang, Gold: map[directdial.Tag]int{}, Route: f.Topic, Said: f.By}
		for tag, yes := range f.Tags {
			l.Gold[tag] = 0
			if yes {
				l.Gold[tag] = 1
			}
		}
		all = append(all, l)
	}
	return all, nil
}

// feedback is what colleagues said of mentions, as samples to learn from.
func (a *app) feedback(ctx context.Context) ([]classify.Sample, error) {
	said, err := asked(ctx, a, reads, (*desk.Client).Feedback)
	if err != nil {
		return nil, err
	}
	samples := make([]classify.Sample, len(said))
	for i, l := range said {
		samples[i] = classify.Sample{Text: l.Text, Lang: l.Lang, Route: l.Route, File: colleaguesSaid, Gold: map[directdial.Tag]bool{}}
		for tag, yes := range l.Gold {
			samples[i].Gold[tag] = yes > 0
		}
	}
	return samples, nil
}
