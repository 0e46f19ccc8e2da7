package main

import (
	"context"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// Try decides a text as if it had just come in.
func (x deskView) Try(_ context.Context, t desk.Trial) (*desk.Explanation, error) {
	at := directdial.Clock(t.At)
	if at.IsZero() {
		at = directdial.Clock(x.now())
	}
	m := t.Mention
	m.AcceptedAt = at
	if m.ID == "" && m.URL == "" {
		m.ID = "trial:" + newID()
	}
	m.Normalize("webhook")
	if err := m.Check(); err != nil {
		return nil, err
	}
	c, d := x.router.Try(m, at)
	if t.Everybody {
		var err error
		if c, d, err = x.router.TryEverybody(m, c); err != nil {
			return nil, err
		}
	}
	e := &desk.Explanation{Trial: true, Anew: t.Everybody, Text: m.Text, Names: x.names(), Zones: x.zones()}
	e.At, e.Case, e.Decision, e.Version, e.Equal = at, c, d, c.V, true
	var err error
	if len(c.Classification.Tags) == 0 {
		e.Untold, err = x.untold(&m)
	}
	return e, err
}

// untold says how far the tags of a mention without one are from being told. It
// makes a classifier: that is for trials alone.
func (x deskView) untold(m *directdial.Mention) (tags []desk.Untold, err error) {
	c, err := newClassifier(x.config.Load().Directory)
	if err != nil {
		return nil, err
	}
	judged := c.Judge(m.Text, m.Lang)
	for i, tag := range directdial.Tags() {
		if t := &judged.Tags[i]; t.Spoken {
			tags = append(tags, desk.Untold{Tag: tag, Score: t.Score, Least: t.Least, Keywords: t.Keywords})
		}
	}
	return tags, nil
}
