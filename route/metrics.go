package route

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// metrics are what ops see of the router. What can be read from the index is
// read at the scrape, so that it is right after a restart.
type metrics struct {
	router  *Router
	events  *prometheus.CounterVec
	refused *prometheus.CounterVec
	retries prometheus.Counter
	unknown prometheus.Counter
	toTake  *prometheus.HistogramVec
	answer  *prometheus.HistogramVec
}

var (
	descMentions = prometheus.NewDesc("directdial_mentions", "Mentions by the state they are in; together with waiting and repeats these are all messages of MENTIONS.", []string{"state", "reason"}, nil)
	descWaiting  = prometheus.NewDesc("directdial_mentions_position", "Sequence in MENTIONS up to which everything is decided.", nil, nil)
	descRepeats  = prometheus.NewDesc("directdial_mention_repeats_total", "Messages of MENTIONS that were a repeat or an edit of a known mention.", nil, nil)
	descDials    = prometheus.NewDesc("directdial_dials", "Dials by the state they are in.", []string{"state"}, nil)
	descOpened   = prometheus.NewDesc("directdial_dials_opened_total", "Dials that were ever opened.", nil, nil)
	descOutbox   = prometheus.NewDesc("directdial_cards_waiting", "Cards that are not delivered, or show an older state.", nil, nil)
	descCards    = prometheus.NewDesc("directdial_cards_total", "Cards by what became of them.", []string{"outcome"}, nil)
	descSteps    = prometheus.NewDesc("directdial_steps_applied", "Sequence in DIALS up to which the index has folded the log.", nil, nil)
)

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
			Name: "directdial_events_total", Help: "Events written to the log, since the start.",
		}, []string{"event", "tag", "topic"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "directdial_actions_refused_total", Help: "Actions of people, notifiers and sources that changed nothing.",
		}, []string{"reason"}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "directdial_log_write_retries_total", Help: "Writes to the log that failed or whose answer was lost, and were tried again.",
		}),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "directdial_log_unknown_events_total", Help: "Events of a kind that this program does not know; skipped.",
		}),
		toTake: seconds("directdial_card_to_accept_seconds", "Time from the offer of a dial to its acceptance."),
		answer: seconds("directdial_accept_to_answer_seconds", "Time from the acceptance of a dial to its answer."),
	}
	if reg != nil {
		reg.MustRegister(m, m.events, m.refused, m.retries, m.unknown, m.toTake, m.answer)
	}
	return m
}

// note counts a step that is in the log; v is the index behind it.
func (m *metrics) note(v index.Reader, s *directdial.Step) {
	for i := range s.Events {
		e := &s.Events[i]
		m.events.WithLabelValues(string(e.Kind), string(e.Tag), m.topic(e.Topic)).Inc()
		switch e.Kind {
		case directdial.EvRefused:
			m.refused.WithLabelValues(string(e.Reason)).Inc()
		case directdial.EvAccepted, directdial.EvAnswered:
			m.time(v, s.At, e)
		}
	}
}

// time observes how long people took; package experts observes how long cards
// took. Times of people carry tag and
// channel, never the topic: a topic with one expert is a person.
func (m *metrics) time(v index.Reader, at time.Time, e *directdial.Event) {
	d, ok := get[directdial.Dial](v, bDials, e.Dial)
	if !ok {
		return
	}
	o, _ := get[directdial.Offer](v, bOffers, directdial.OfferID(d.ID, d.Hop))
	tag := string(d.Tag)
	switch e.Kind {
	case directdial.EvAccepted:
		m.toTake.WithLabelValues(tag, o.Channel).Observe(at.Sub(o.At).Seconds())
	case directdial.EvAnswered:
		if !d.Accepted.IsZero() {
			m.answer.WithLabelValues(tag, o.Channel).Observe(at.Sub(d.Accepted).Seconds())
		}
	}
}

// topic bounds the label to topics of the present configuration.
func (m *metrics) topic(name string) string {
	if _, ok := m.router.directory.Load().topics[name]; ok {
		return name
	}
	return ""
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descMentions, descWaiting, descRepeats, descDials, descOpened, descOutbox, descCards, descSteps} {
		ch <- d
	}
}

// Collect implements prometheus.Collector: it reads the counters of the index.
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	_ = m.router.db.View(func(v index.Reader) {
		v.Scan(bCounts, "", func(name string, _ []byte) bool {
			n := float64(count(v, name))
			kind, rest, _ := strings.Cut(name, "/")
			switch kind {
			case "mention":
				state, reason, _ := strings.Cut(rest, "/")
				gauge(descMentions, n, state, reason)
			case "dial":
				gauge(descDials, n, rest)
			case "card":
				counter(descCards, n, rest)
			}
			return true
		})
		log, _ := get[meta](v, bMeta, "log")
		gauge(descWaiting, float64(log.Mentions))
		gauge(descSteps, float64(log.Applied))
		counter(descRepeats, float64(count(v, countRepeats)))
		counter(descOpened, float64(count(v, countDials)))
		waiting := 0
		v.Scan(bOutbox, "", func(string, []byte) bool { waiting++; return true })
		gauge(descOutbox, float64(waiting))
	})
}
