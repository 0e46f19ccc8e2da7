package feed

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// reader is a source in the hands of a test, with a clock of its own.
type reader struct {
	*source
	t     *testing.T
	now   time.Time
	state []byte
	log   bytes.Buffer
}

type noReport struct{}

func (noReport) Budget(int, time.Time) {}
func (noReport) Rejected(int)          {}
func (noReport) Newest(time.Time)      {}

func newReader(t *testing.T, urls ...string) *reader {
	t.Helper()
	r := &reader{t: t, now: time.Date(2026, 11, 21, 10, 30, 0, 0, time.UTC)}
	s, err := newSource(ingest.Setup{
		Client: http.DefaultClient, Log: zerolog.New(&r.log), Report: noReport{},
		Now: func() time.Time { return r.now },
	}, Settings{URLs: urls, Every: 10 * time.Minute, Title: true, Robots: honour})
	if err != nil {
		t.Fatal(err)
	}
	r.source = s
	return r
}

// poll does what Poll does at its next turn, and returns the texts.
func (r *reader) poll() ([]string, error) {
	r.t.Helper()
	r.now = r.now.Add(r.every)
	items, next, err := r.fetch(context.Background(), r.state)
	if next != nil {
		if len(next) > ingest.MaxState {
			r.t.Errorf("a state of %d bytes", len(next))
		}
		r.state = next
	}
	var texts []string
	for _, it := range items {
		texts = append(texts, it.(*directdial.Mention).Text)
	}
	return texts, err
}

// want polls and demands these texts.
func (r *reader) want(texts ...string) {
	r.t.Helper()
	got, err := r.poll()
	if err != nil {
		r.t.Fatal(err)
	}
	if !slices.Equal(got, texts) {
		r.t.Fatalf("got %q, want %q", got, texts)
	}
}
