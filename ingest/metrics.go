package ingest

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
)

// metrics of all sources. The labels are names of the configuration and words
// of our own, never something from outside.
type metrics struct {
	up          *prometheus.GaugeVec
	lastSuccess *prometheus.GaugeVec
	newest      *prometheus.GaugeVec
	rate        *prometheus.GaugeVec
	rateReset   *prometheus.GaugeVec
	retries     *prometheus.CounterVec
	items       *prometheus.CounterVec
	missing     *prometheus.CounterVec
	delay       *prometheus.HistogramVec
}

// Outcomes of an item.
const (
	outcomeAccepted = "accepted"
	outcomeKnown    = "known"
	outcomeRejected = "rejected"
)

func newMetrics(reg prometheus.Registerer) *metrics {
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "directdial_source_" + name, Help: help}, []string{"source"})
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "directdial_source_" + name, Help: help}, append([]string{"source"}, labels...))
	}
	m := &metrics{
		up:          gauge("up", "1 while the source works, 0 while it fails or after it ended."),
		lastSuccess: gauge("last_success_timestamp_seconds", "When the source last got through with what it read or received."),
		newest:      gauge("newest_item_timestamp_seconds", "When the newest mention that the source brought was made."),
		rate:        gauge("rate_remaining", "Requests that the platform still allows."),
		rateReset:   gauge("rate_reset_timestamp_seconds", "When the platform allows the full number of requests again."),
		retries:     counter("retries_total", "Times the source failed and is tried again."),
		items:       counter("items_total", "Items by kind (mention, reach, deletion, answer, gap) and outcome (accepted, known, rejected).", "kind", "outcome"),
		missing:     counter("missing_total", "Mentions that sources report to have missed, as far as they can tell."),
		delay: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        "directdial_acceptance_delay_seconds",
			Help:                        "From the publication of a mention to its acceptance.",
			Buckets:                     []float64{1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 72 * 3600},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"source"}),
	}
	if reg == nil { // only constructing
		return m
	}
	reg.MustRegister(m.up, m.lastSuccess, m.newest, m.rate, m.rateReset, m.retries, m.items, m.missing, m.delay)
	return m
}

// took counts what became of a batch that is on disk.
func (m *metrics) took(source string, b *batch) {
	count := func(kind, outcome string, n int) {
		if n > 0 {
			m.items.WithLabelValues(source, kind, outcome).Add(float64(n))
		}
	}
	count("mention", outcomeAccepted, len(b.mentions))
	count("mention", outcomeKnown, b.taken.Known)
	count("mention", outcomeRejected, len(b.taken.Rejected))
	for i := range b.actions {
		count(string(b.actions[i].Kind), outcomeAccepted, 1)
		if b.actions[i].Kind == directdial.ActGap {
			m.missing.WithLabelValues(source).Add(float64(max(b.actions[i].Count, 0)))
		}
	}
	for _, d := range b.delays {
		m.delay.WithLabelValues(source).Observe(d.Seconds())
	}
}

// begin shows a source from its start on, so that an alert can tell one that
// never worked from one that is not there.
func (m *metrics) begin(source string) {
	m.up.WithLabelValues(source).Set(0)
	m.retries.WithLabelValues(source).Add(0)
	for _, outcome := range []string{outcomeAccepted, outcomeKnown, outcomeRejected} {
		m.items.WithLabelValues(source, "mention", outcome).Add(0)
	}
}

// end removes the gauges of a source that is no longer configured. Its counters
// stay: they are history.
func (m *metrics) end(source string) {
	for _, g := range []*prometheus.GaugeVec{m.up, m.lastSuccess, m.newest, m.rate, m.rateReset} {
		g.DeleteLabelValues(source)
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
