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
	e.Untold, err = x.untold(&m, len(c.Classification.Tags) > 0)
	return e, err
}

// untold says which tags of a mention are not told although they reach their
// threshold, because another is surer; and of one without a tag how far each is
// from being told. It makes a classifier: that is for trials alone.
func (x deskView) untold(m *directdial.Mention, tagged bool) (tags []desk.Untold, err error) {
	d := x.config.Load().Directory
	c, err := newClassifier(d)
	if err != nil {
		return nil, err
	}
	judged := c.Judge(m.Text, m.Lang)
	for i, tag := range directdial.Tags() {
		t := &judged.Tags[i]
		if !t.Spoken || t.Told || tagged && t.Score < t.Least {
			continue
		}
		tags = append(tags, desk.Untold{Tag: tag, Score: t.Score, Least: t.Least, Base: t.Base, Keywords: t.Keywords})
	}
	return tags, nil
}
