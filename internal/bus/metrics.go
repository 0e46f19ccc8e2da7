package bus

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial/internal/metric"
)

var (
	descUp       = prometheus.NewDesc(metric.LogUp, "1 while the log can be written.", nil, nil)
	descRoom     = prometheus.NewDesc(metric.LogRoom, "Bytes that the embedded log can still take before mentions are refused.", nil, nil)
	descMessages = prometheus.NewDesc(metric.StreamMessages, "Messages that a stream holds.", []string{"stream"}, nil)
	descBytes    = prometheus.NewDesc(metric.StreamBytes, "Bytes that a stream holds.", []string{"stream"}, nil)
	descLast     = prometheus.NewDesc(metric.StreamLastSequence, "Sequence of the last message that was ever written to a stream.", []string{"stream"}, nil)
)

// scrapeWithin bounds one scrape.
const scrapeWithin = 2 * time.Second

type collector struct{ bus *Bus }

// NewCollector tells how the log does, asked anew at each scrape. Of a log that
// does not answer it tells only that.
func NewCollector(b *Bus) prometheus.Collector { return collector{b} }

// Describe implements prometheus.Collector.
func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descUp, descRoom, descMessages, descBytes, descLast} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	up := 0.0
	if c.bus.Health(ctx) == nil {
		up = 1
	}
	gauge(descUp, up)
	if c.bus.room != nil {
		gauge(descRoom, float64(c.bus.room.forMentions()))
	}
	for s := range c.bus.streams {
		st, err := c.bus.State(ctx, s)
		if err != nil {
			continue
		}
		gauge(descMessages, float64(st.Msgs), string(s))
		gauge(descBytes, float64(st.Bytes), string(s))
		gauge(descLast, float64(st.Last), string(s))
	}
}

// forMentions is how many bytes MENTIONS may still take.
func (r *room) forMentions() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.seen) > measureEvery {
		r.measure()
	}
	return max(r.left-r.reserve, 0)
}
