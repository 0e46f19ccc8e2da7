package main

import (
	"errors"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// newClassifier makes the classifier of a directory: the shipped lexicons, then
// those of the company, then more, each of which overrides the ones before; and
// the weights that were learned of its topics.
func newClassifier(d *directdial.Directory, more ...*classify.Lexicon) (*classify.Classifier, error) {
	own, unread := classify.ParseLexicons(d.Lexicons)
	topics, unweighed := classify.WithWeights(d.Topics, d.TopicWeights)
	c, err := classify.New(classify.Config{
		Lexicons: append(append(classify.Shipped(), own...), more...),
		Brands:   d.Brands, Topics: topics, Thresholds: d.Thresholds,
	})
	return c, errors.Join(unread, unweighed, err)
}
