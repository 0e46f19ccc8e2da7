package route

import (
	"cmp"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
	"github.com/directdial/directdial/internal/metric"
)

// metrics are what ops see of the router as it happens. What can be read from
// the index is read at the scrape: see state.
type metrics struct {
	router     *Router
	events     *prometheus.CounterVec
	refused    *prometheus.CounterVec
	retries    prometheus.Counter
	unknown    prometheus.Counter
	toTake     *prometheus.HistogramVec
	answer     *prometheus.HistogramVec
	answers    *prometheus.CounterVec
	toFallback *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer, r *Router) *metrics {
	seconds := func(name, help string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: name, Help: help, Buckets: prometheus.ExponentialBuckets(0.1, 4, 12),
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100,
		}, []string{"tag", "channel"})
	}
	m := &metrics{
		router: r,
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: metric.Events, Help: "Events written to the log, since the start.",
		}, []string{"event", "tag", "topic"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: metric.ActionsRefused, Help: "Actions of people, notifiers and sources that changed nothing.",
		}, []string{"reason"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: metric.LogWriteRetries, Help: "Writes to the log that failed or whose answer was lost, and were tried again.",
		}),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: metric.LogUnknownEvents, Help: "Events of a kind that this program does not know; skipped.",
		}),
		toTake: seconds(metric.CardToAccept, "From the arrival of a card to the acceptance of its dial."),
		answer: seconds(metric.AcceptToAnswer, "From the acceptance of a dial to its answer."),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: metric.Answers, Help: "Answers to dials, by whether the first colleague dialled gave it (direct), since the start.",
		}, []string{"tag", "direct"}),
		toFallback: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: metric.DialsToFallback, Help: "Dials that went to the fallback because nobody else could take them, since the start.",
		}, []string{"tag"}),
	}
	for _, tag := range tags {
		m.toFallback.WithLabelValues(tag)
		for _, direct := range []string{"true", "false"} {
			m.answers.WithLabelValues(tag, direct)
		}
	}
	if reg != nil {
		reg.MustRegister(state{r}, m.events, m.refused, m.retries, m.unknown, m.toTake, m.answer, m.answers, m.toFallback)
	}
	return m
}

// tags are the values of the label tag.
var tags = []string{string(directdial.Complaint), string(directdial.Question), string(directdial.Ambassador), metric.None}

func tagLabel(t directdial.Tag) string { return cmp.Or(string(t), metric.None) }

// note counts a step that is in the log; v is the index behind it.
func (m *metrics) note(v index.Reader, s *directdial.Step) {
	for i := range s.Events {
		e := &s.Events[i]
		m.events.WithLabelValues(string(e.Kind), tagLabel(e.Tag), m.topic(e.Topic)).Inc()
		switch e.Kind {
		case directdial.EvRefused:
			m.refused.WithLabelValues(string(e.Reason)).Inc()
		case directdial.EvOffered:
			m.offered(v, e)
		case directdial.EvAccepted:
			m.accepted(v, s.At, e)
		case directdial.EvAnswered:
			m.answered(v, s.At, e)
		}
	}
}

// Refused counts what was refused before it came to the log, by a surface: it
// changed nothing either.
func (r *Router) Refused(reason directdial.Reason) {
	r.metrics.refused.WithLabelValues(string(reason)).Inc()
}

// offered counts dials that went to the fallback, and not to a colleague who
// happens to be the fallback, too. The same hop by another channel is no other.
func (m *metrics) offered(v index.Reader, e *directdial.Event) {
	const colleague = directdial.RoleTopic | directdial.RoleDeputy | directdial.RoleOwner | directdial.RoleNamed | directdial.RoleHolder
	o, _ := get[directdial.Offer](v, bOffers, e.Offer)
	if e.Via&directdial.RoleFallback != 0 && e.Via&colleague == 0 && len(o.Tried) == 0 {
		m.toFallback.WithLabelValues(tagLabel(e.Tag)).Inc()
	}
}

// accepted observes how long somebody took to take a dial; package experts
// observes how long cards took. Times of people carry tag and channel, never
// the topic: a topic with one expert is a person.
func (m *metrics) accepted(v index.Reader, at time.Time, e *directdial.Event) {
	d, ok := get[directdial.Dial](v, bDials, e.Dial)
	o, _ := get[directdial.Offer](v, bOffers, directdial.OfferID(d.ID, d.Hop))
	if ok && !o.Delivered.IsZero() { // else it was taken from a list, before there was a card
		m.toTake.WithLabelValues(tagLabel(d.Tag), o.Channel).Observe(at.Sub(o.Delivered).Seconds())
	}
}

// answered counts an answer, and observes how long it took. It is direct if the
// first colleague dialled gave it: not the second, not the owner with whom it
// stayed, and not somebody with the account of the brand.
func (m *metrics) answered(v index.Reader, at time.Time, e *directdial.Event) {
	d, ok := get[directdial.Dial](v, bDials, e.Dial)
	if !ok {
		return
	}
	direct := d.Hop == 1 && len(d.Previous) == 0 && e.By == d.Holder
	m.answers.WithLabelValues(tagLabel(d.Tag), strconv.FormatBool(direct)).Inc()
	if !d.Accepted.IsZero() {
		o, _ := get[directdial.Offer](v, bOffers, directdial.OfferID(d.ID, d.Hop))
		m.answer.WithLabelValues(tagLabel(d.Tag), o.Channel).Observe(at.Sub(d.Accepted).Seconds())
	}
}

// topic bounds the label to topics of the present configuration.
func (m *metrics) topic(name string) string {
	if _, ok := m.router.directory.Load().topics[name]; ok {
		return name
	}
	return metric.None
}
