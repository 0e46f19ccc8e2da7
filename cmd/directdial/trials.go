package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/route"
)

// tryTests decides the texts under `tests:` as an exchange would that has heard
// nothing yet, and returns what went elsewhere than it must.
func tryTests(c *config.Config) (failed []config.Problem, err error) {
	if len(c.Tests) == 0 {
		return nil, nil
	}
	plan, err := plan(c)
	if err != nil {
		return nil, err
	}
	for i := range c.Tests {
		t := &c.Tests[i]
		at, duty := t.At, route.Duty(experts.Duty)
		if at.IsZero() {
			at, duty = time.Now(), func(*directdial.Expert, time.Time) directdial.Duty { return directdial.Duty{On: true} }
		}
		m := directdial.Mention{ID: "test", Text: t.Text, Lang: t.Lang, Platform: cmp.Or(t.Platform, "webhook")}
		_, d := route.Imagine(plan, duty, m, at)
		if msg, hint := missed(t, &d); msg != "" {
			if hangsOnGrants(t, &d) && hasRun(c) {
				hint = strings.TrimPrefix(hint+"; "+filesAlone, "; ")
			}
			failed = append(failed, t.Failed(msg, hint))
		}
	}
	return failed, nil
}

// filesAlone is what a test of the configuration leaves out: it asks nobody, also
// not the log.
const filesAlone = "grants count here as the files have them: what cards and commands have said since, once `directdial experts export` has written it"

// hangsOnGrants reports whether a test might have gone as it must with other
// grants: tag and topic are right, and somebody else is dialled, or nobody.
func hangsOnGrants(t *config.Test, d *directdial.Decision) bool {
	as := func(want, got string) bool { return want == "" || want == cmp.Or(got, config.None) }
	return as(t.Tag, string(d.Tag)) && as(t.Topic, d.Topic) && (d.Outcome == directdial.ToDial || d.Outcome == directdial.ToPark)
}

// hasRun reports whether an exchange may have run with this configuration, and
// know of grants what the files do not say.
func hasRun(c *config.Config) bool {
	if !c.NATS.URL.IsZero() {
		return true
	}
	_, err := os.Stat(c.DataDir)
	return err == nil
}

// missed says in what a decision is another than a test wants.
func missed(t *config.Test, d *directdial.Decision) (msg, hint string) {
	var wrong []string
	for _, w := range []struct{ what, want, got string }{
		{"tag", t.Tag, string(d.Tag)}, {"topic", t.Topic, d.Topic}, {"expert", t.Expert, d.Expert},
	} {
		got := cmp.Or(w.got, config.None)
		if w.want == "" || w.want == got {
			continue
		}
		wrong = append(wrong, fmt.Sprintf("%s is %s, and must be %s", w.what, got, w.want))
		if w.what == "expert" {
			hint = passedOver(d, w.want)
		}
	}
	return strings.Join(wrong, "; "), hint
}

// passedOver says why somebody was not dialled.
func passedOver(d *directdial.Decision, expert string) string {
	for _, v := range d.Verdicts {
		if v.Expert == expert && v.Reason != "" {
			return expert + ": " + string(v.Reason)
		}
	}
	if d.Outcome == directdial.ToDial && expert != config.None {
		return expert + ": " + string(directdial.NoGrant)
	}
	if d.Reason != "" {
		return string(d.Outcome) + ": " + string(d.Reason)
	}
	return ""
}
