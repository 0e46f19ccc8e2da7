package ingest

import (
	"math"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/metric"
)

// metrics of all sources. The labels are names of the configuration and words
// of our own, never something from outside.
type metrics struct {
	info        *prometheus.GaugeVec
	up          *prometheus.GaugeVec
	lag         *prometheus.GaugeVec
	lastSuccess *prometheus.GaugeVec
	newest      *prometheus.GaugeVec
	rate        *prometheus.GaugeVec
	rateReset   *prometheus.GaugeVec
	requests    *prometheus.CounterVec
	looks       *prometheus.CounterVec
	quiet       *prometheus.GaugeVec
	perHour     *prometheus.GaugeVec
	expected    *prometheus.GaugeVec
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
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, append([]string{"source"}, labels...))
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append([]string{"source"}, labels...))
	}
	m := &metrics{
		info:        gauge(metric.SourceInfo, "1 for each source that runs, with its type.", "type"),
		up:          gauge(metric.SourceUp, "1 while the source works, 0 while it fails or after it ended."),
		lag:         gauge(metric.SourceLag, "Age that the newest mention of the last batch had when it was accepted: how far the source is behind."),
		lastSuccess: gauge(metric.SourceLastSuccess, "When the source last got through with what it read or received."),
		newest:      gauge(metric.SourceNewestItem, "When the newest mention that the source brought was made."),
		rate:        gauge(metric.SourceRateLeft, "Requests that the platform still allows."),
		rateReset:   gauge(metric.SourceRateReset, "When the platform allows the full number of requests again."),
		requests:    counter(metric.SourceRequests, "Requests that the source sent to its platform."),
		looks:       counter(metric.SourceLooks, "Times a post was looked at again: whether it was edited or deleted, and who replied."),
		quiet:       gauge(metric.SourceTooQuiet, "1 while the source works and brings far less than its own past lets expect, else 0."),
		perHour:     gauge(metric.SourcePerHour, "New mentions an hour that the source brought over the last six hours."),
		expected:    gauge(metric.SourceExpected, "New mentions an hour that the source's own past lets expect over the last six hours."),
		retries:     counter(metric.SourceRetries, "Times the source failed and is tried again."),
		items:       counter(metric.SourceItems, "Items by kind (mention, reach, deletion, answer, gap, and backfilled for a gap in which nothing is missing) and outcome (accepted, known, rejected).", "kind", "outcome"),
		missing:     counter(metric.SourceMissing, "Mentions that sources report to have missed, as far as they can tell."),
		delay: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        metric.PublicationToAcceptance,
			Help:                        "From the publication of a mention to its acceptance.",
			Buckets:                     []float64{1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 72 * 3600},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"source"}),
	}
	if reg == nil { // only constructing
		return m
	}
	reg.MustRegister(m.info, m.up, m.lag, m.lastSuccess, m.newest, m.rate, m.rateReset, m.requests, m.looks, m.quiet, m.perHour, m.expected, m.retries, m.items, m.missing, m.delay)
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
	count("mention", outcomeKnown, b.taken.Known-b.deleted)
	count(string(directdial.ActDeletion), outcomeKnown, b.deleted)
	count("mention", outcomeRejected, len(b.taken.Rejected))
	for i := range b.actions {
		kind := string(b.actions[i].Kind)
		if b.actions[i].Kind == directdial.ActGap && b.actions[i].Count == 0 {
			kind = "backfilled"
		}
		count(kind, outcomeAccepted, 1)
		if b.actions[i].Kind == directdial.ActGap {
			m.missing.WithLabelValues(source).Add(float64(max(b.actions[i].Count, 0)))
		}
	}
	for _, d := range b.delays {
		m.delay.WithLabelValues(source).Observe(d.Seconds())
	}
	if len(b.delays) > 0 {
		m.lag.WithLabelValues(source).Set(max(slices.Min(b.delays).Seconds(), 0))
	}
}

// begin shows a source from its start on, so that an alert can tell one that
// never worked from one that is not there.
func (m *metrics) begin(source, kind string) {
	m.info.DeletePartialMatch(prometheus.Labels{"source": source}) // of another type before a reload
	m.info.WithLabelValues(source, kind).Set(1)
	m.up.WithLabelValues(source).Set(0)
	m.requests.WithLabelValues(source).Add(0)
	m.looks.WithLabelValues(source).Add(0)
	m.retries.WithLabelValues(source).Add(0)
	m.missing.WithLabelValues(source).Add(0)
	m.items.WithLabelValues(source, string(directdial.ActGap), outcomeAccepted).Add(0)
	for _, outcome := range []string{outcomeAccepted, outcomeKnown, outcomeRejected} {
		m.items.WithLabelValues(source, "mention", outcome).Add(0)
	}
}

// end removes the gauges of a source that is no longer configured. Its counters
// stay: they are history.
func (m *metrics) end(source string) {
	m.info.DeletePartialMatch(prometheus.Labels{"source": source})
	for _, g := range []*prometheus.GaugeVec{m.up, m.lag, m.lastSuccess, m.newest, m.rate, m.rateReset, m.quiet, m.perHour, m.expected} {
		g.DeleteLabelValues(source)
	}
}

// pace shows how much a source brings. expected is nil while it is not known,
// which is shown as NaN.
func (m *metrics) pace(source string, quiet bool, came float64, expected *float64) {
	n := 0.0
	if quiet {
		n = 1
	}
	m.quiet.WithLabelValues(source).Set(n)
	m.perHour.WithLabelValues(source).Set(came)
	if expected == nil {
		unknown := math.NaN()
		expected = &unknown
	}
	m.expected.WithLabelValues(source).Set(*expected)
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
