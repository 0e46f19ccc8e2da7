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
			if hint == t.Expert+": "+string(directdial.NoGrant) && hasData(c) {
				hint += " in the files; grants given by command count here once `directdial experts export` has written them"
			}
			failed = append(failed, t.Failed(msg, hint))
		}
	}
	return failed, nil
}

// hasData reports whether an exchange has run here, and may know of grants that
// the files do not have.
func hasData(c *config.Config) bool {
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
