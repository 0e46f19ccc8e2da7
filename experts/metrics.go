package experts

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/directdial/directdial/internal/metric"
)

// counters are the metrics of delivery.
type counters struct {
	claims    *prometheus.CounterVec
	outcomes  *prometheus.CounterVec
	ambiguous *prometheus.CounterVec
	waiting   *prometheus.GaugeVec
	down      *prometheus.GaugeVec
	seconds   *prometheus.HistogramVec
}

// newCounters registers the metrics; with nil they are counted for nobody.
func newCounters(r prometheus.Registerer) *counters {
	f := promauto.With(r)
	return &counters{
		claims: f.NewCounterVec(prometheus.CounterOpts{
			Name: metric.ChannelAttempts, Help: "Attempts to send a card that were claimed.",
		}, []string{"channel"}),
		outcomes: f.NewCounterVec(prometheus.CounterOpts{
			Name: metric.ChannelOutcomes,
			Help: "What became of attempts (delivered, retry, failed, lapsed, ambiguous) and of changes of a card (shown, edit_retry).",
		}, []string{"channel", "outcome"}),
		ambiguous: f.NewCounterVec(prometheus.CounterOpts{
			Name: metric.ChannelAmbiguous, Help: "Sends of which the channel could not tell whether the card arrived.",
		}, []string{"channel"}),
		waiting: f.NewGaugeVec(prometheus.GaugeOpts{
			Name: metric.ChannelWaiting, Help: "Cards that are not delivered yet, or show an older state.",
		}, []string{"channel"}),
		down: f.NewGaugeVec(prometheus.GaugeOpts{
			Name: metric.ChannelDown, Help: "1 while a channel fails for everybody.",
		}, []string{"channel"}),
		seconds: f.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        metric.AcceptanceToCard,
			Help:                        "From the acceptance of a mention to its first card.",
			Buckets:                     []float64{0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100,
		}, []string{"channel", "tag"}),
	}
}
