package config

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/suggest"
)

// routingTest says where a text must go.
type routingTest struct {
	// What somebody says.
	Text string `yaml:"text" jsonschema:"required"`
	// Where they say it. Default: webhook.
	Platform string `yaml:"platform"`
	// What the platform says of the language.
	Lang string `yaml:"lang"`
	// When, such as 2026-11-23T10:00:00+01:00. Left out: now, with everybody
	// on duty.
	At string `yaml:"at"`
	// Id of the expert who must be dialled; none if nobody may be.
	Expert string `yaml:"expert"`
	// Tag that must decide; none if no tag may.
	Tag string `yaml:"tag"`
	// Topic that must decide; none if no topic may.
	Topic string `yaml:"topic"`
}

// None, in a Test, is the absence of what is wanted.
const None = "none"

// Test says where a text must go. What is "" is not asked.
type Test struct {
	Text, Platform, Lang string
	At                   time.Time // zero: now, with everybody on duty

	Expert, Tag, Topic string // or None

	problem Problem // at the place where it stands
}

// Failed is the problem of a test that was not met.
func (t *Test) Failed(msg, hint string) Problem {
	p := t.problem
	p.Msg, p.Hint = msg, hint
	return p
}

func (c *checker) tests() (tests []Test) {
	for i := range c.file.Tests {
		f := &c.file.Tests[i]
		t := Test{Text: f.Text, Platform: f.Platform, Lang: f.Lang, Expert: f.Expert, Tag: f.Tag, Topic: f.Topic}
		at := c.where(&f.Text)
		t.problem = Problem{File: at.file, Line: at.line, Column: at.column}
		if f.Expert == "" && f.Tag == "" && f.Topic == "" {
			c.fail(at, "for example expert: ana", "the test asks for nothing: it needs expert, tag or topic")
		}
		if f.Expert != None {
			c.expertNamed(&f.Expert, "expert")
		}
		if f.Tag != "" && f.Tag != None && !directdial.Tag(f.Tag).Valid() {
			c.fail(c.where(&f.Tag), suggest.DidYouMean(f.Tag, append(directdial.TagNames(), None)), "tag: there is no tag %s", quote(f.Tag))
		}
		if _, ok := c.topics[f.Topic]; !ok && f.Topic != "" && f.Topic != None {
			c.fail(c.where(&f.Topic), suggest.DidYouMean(f.Topic, append(slices.Collect(maps.Keys(c.topics)), None)), "topic: there is no topic %s", quote(f.Topic))
		}
		if f.Platform != "" && !directdial.ValidName(f.Platform) {
			c.fail(c.where(&f.Platform), "for example mastodon", "platform: must be of a-z, 0-9 and -, and is %s", quote(f.Platform))
		}
		if f.At = strings.TrimSpace(f.At); f.At != "" {
			when, err := time.Parse(time.RFC3339, f.At)
			if err != nil {
				c.fail(c.where(&f.At), "for example 2026-11-23T10:00:00+01:00", "at: must be a time with its zone, and is %s", quote(f.At))
			}
			t.At = directdial.Clock(when)
		}
		tests = append(tests, t)
	}
	return tests
}
