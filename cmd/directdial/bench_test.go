package main_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

const benchBatch = 100 // mentions in one request

// BenchmarkLogAlone is the bound of the next one: the same mentions in the same
// batches, put on disk and nothing else.
func BenchmarkLogAlone(b *testing.B) {
	log, err := bus.Open(b.Context(), bus.Options{Dir: b.TempDir(), Log: zerolog.Nop()})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	n := 0
	for b.Loop() {
		batch := make([]bus.Message, benchBatch)
		for i, m := range several(n, benchBatch, complaint) {
			batch[i] = bus.Message{Subject: "mentions.mastodon.crm", Data: []byte(encode([]directdial.Mention{m}))}
		}
		if _, err := log.Publish(b.Context(), bus.Mentions, batch...); err != nil {
			b.Fatal(err)
		}
		n += benchBatch
	}
	perSecond(b, n, "mentions")
}

// BenchmarkMentions is how many mentions a second one client gets accepted, and
// the router decides.
func BenchmarkMentions(b *testing.B) {
	for name, text := range map[string]string{"suppressed": smalltalk, "dialled": complaint} {
		b.Run(name, func(b *testing.B) {
			at := newSite(b, settings{slack: "http://127.0.0.1:1/api/"})
			d := at.start()
			n := 0
			b.ResetTimer()
			for b.Loop() {
				d.send(several(n, benchBatch, text)...)
				n += benchBatch
			}
			b.StopTimer()
			accepted := b.Elapsed()
			b.StartTimer()
			await(b, "everything is decided", func() bool { return strings.Contains(d.admin("/readyz"), `"waiting":0`) })
			b.StopTimer()
			perSecond(b, n, "mentions")
			b.ReportMetric(math.Round(float64(n)/accepted.Seconds()), "accepted/s")
		})
	}
}

// BenchmarkCards is how many cards a second reach people, each of whom gets one
// at a time, from a Slack that answers at once and never fails.
func BenchmarkCards(b *testing.B) {
	load := newLoad(b, 0)
	load.good.Store(true)
	d := load.site.start()
	n := 0
	b.ResetTimer()
	for b.Loop() {
		d.send(several(n, benchBatch, complaint)...)
		n += benchBatch
	}
	await(b, "the cards are at Slack", func() bool { return load.cards.Load() >= int64(n) })
	b.StopTimer()
	d.settled()
	if got := len(load.slack.Messages()); got != n {
		b.Fatalf("%d cards, want %d", got, n)
	}
	perSecond(b, n, "cards")
}

func perSecond(b *testing.B, n int, what string) {
	b.Helper()
	b.ReportMetric(math.Round(float64(n)/b.Elapsed().Seconds()), what+"/s")
	b.ReportMetric(0, "ns/op") // of a batch, which says nothing
}
