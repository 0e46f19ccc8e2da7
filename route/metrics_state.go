package route

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
	"github.com/directdial/directdial/internal/metric"
)

// state is what the index, the directory and MENTIONS say at the moment of a
// scrape, so that it is right after a restart. It implements
// prometheus.Collector.
type state struct{ *Router }

var (
	descMentions   = prometheus.NewDesc(metric.Mentions, "Mentions by the state they are in; together with waiting and repeats these are all messages of MENTIONS.", []string{"state", "reason"}, nil)
	descPosition   = prometheus.NewDesc(metric.MentionsPosition, "Sequence in MENTIONS up to which everything is decided.", nil, nil)
	descWaiting    = prometheus.NewDesc(metric.MentionsWaiting, "Messages of MENTIONS that are accepted and not decided yet.", nil, nil)
	descRepeats    = prometheus.NewDesc(metric.MentionRepeats, "Messages of MENTIONS that were a repeat or an edit of a known mention.", nil, nil)
	descDifference = prometheus.NewDesc(metric.LedgerDifference, "What one side of the ledger has more than the other, 0 if nothing was lost: of mentions (messages up to the position, less repeats and those in a state) and of dials (opened, less those in a state).", []string{"equation"}, nil)
	descDials      = prometheus.NewDesc(metric.Dials, "Dials by the state they are in.", []string{"state"}, nil)
	descOpened     = prometheus.NewDesc(metric.DialsOpened, "Dials that were ever opened.", nil, nil)
	descOpen       = prometheus.NewDesc(metric.DialsOpen, "Open dials by tag and by their age since they were opened.", []string{"tag", "age"}, nil)
	descLate       = prometheus.NewDesc(metric.DialsLate, "Open dials that have no next holder and stay with their owner.", []string{"tag"}, nil)
	descOutbox     = prometheus.NewDesc(metric.CardsWaiting, "Cards that are not delivered, or show an older state.", nil, nil)
	descCards      = prometheus.NewDesc(metric.Cards, "Cards by what became of them.", []string{"outcome"}, nil)
	descRemoved    = prometheus.NewDesc(metric.Removed, "What was removed for good: messages overwritten because they were erased, messages whose text expired, and what the retention of people and of the ledger took of the index.", []string{"what"}, nil)
	descErasures   = prometheus.NewDesc(metric.ErasuresWaiting, "Messages of MENTIONS that are erased and not overwritten on the disk yet.", nil, nil)
	descSteps      = prometheus.NewDesc(metric.StepsApplied, "Sequence in DIALS up to which the index has folded the log.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s state) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descMentions, descPosition, descWaiting, descRepeats, descDifference, descDials, descOpened,
		descOpen, descLate, descOutbox, descCards, descRemoved, descErasures, descSteps, descEnabled, descExperts, descByOpen, descSpent,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s state) Collect(ch chan<- prometheus.Metric) {
	r := reading{ch: ch, at: s.now()}
	var position uint64
	_ = s.db.View(func(v index.Reader) {
		position = r.ledger(v)
		r.dials(v)
		r.people(v, s.directory.Load())
	})
	r.waiting(s.bus, position)
}

// reading is one scrape.
type reading struct {
	ch chan<- prometheus.Metric
	at time.Time
}

func (r reading) gauge(d *prometheus.Desc, v float64, labels ...string) {
	r.ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (r reading) counter(d *prometheus.Desc, v float64, labels ...string) {
	r.ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}

// ledger tells both equations from one consistent state of the index, and the
// position that it has reached.
func (r reading) ledger(v index.Reader) (position uint64) {
	log, _ := get[meta](v, bMeta, "log")
	repeats, opened := count(v, countRepeats), count(v, countDials)
	mentions, dials := r.states(v)
	r.gauge(descPosition, float64(log.Mentions))
	r.gauge(descSteps, float64(log.Applied))
	r.counter(descRepeats, float64(repeats))
	r.counter(descOpened, float64(opened))
	r.gauge(descDifference, float64(int(log.Mentions)-repeats-mentions), "mentions")
	r.gauge(descDifference, float64(opened-dials), "dials")
	for _, what := range []string{"erased", "text", "people", "ledger"} {
		r.counter(descRemoved, float64(count(v, countRemoved+what)), what)
	}
	erasures := 0
	v.Scan(bErase, "", func(string, []byte) bool { erasures++; return true })
	r.gauge(descErasures, float64(erasures))
	outbox := 0
	v.Scan(bOutbox, "", func(string, []byte) bool { outbox++; return true })
	r.gauge(descOutbox, float64(outbox))
	return log.Mentions
}

// states tells how many mentions, dials and cards are in which state, and
// returns the sums of the first two.
func (r reading) states(v index.Reader) (mentions, dials int) {
	empty := map[directdial.MentionState]bool{
		directdial.Dialled: true, directdial.Suppressed: true, directdial.Parked: true,
		directdial.DeadLetter: true, directdial.Erased: true,
	}
	v.Scan(bCounts, "", func(name string, _ []byte) bool {
		n := count(v, name)
		kind, rest, _ := strings.Cut(name, "/")
		switch kind {
		case "mention":
			state, reason, _ := strings.Cut(rest, "/")
			r.gauge(descMentions, float64(n), state, cmp.Or(reason, metric.None))
			mentions += n
			delete(empty, directdial.MentionState(state))
		case "dial":
			r.gauge(descDials, float64(n), rest)
			dials += n
		case "card":
			r.counter(descCards, float64(n), rest)
		}
		return true
	})
	for state := range empty { // an alert on some must see the nought
		r.gauge(descMentions, 0, string(state), metric.None)
	}
	return mentions, dials
}

// ages are the values of the label age, the oldest first, and from which age on
// they hold.
var ages = []struct {
	label string
	from  time.Duration
}{
	{"72h+", 72 * time.Hour},
	{"24-72h", 24 * time.Hour},
	{"4-24h", 4 * time.Hour},
	{"1-4h", time.Hour},
	{"0-1h", 0},
}

func ageLabel(age time.Duration) string {
	for _, a := range ages {
		if age >= a.from {
			return a.label
		}
	}
	return ages[len(ages)-1].label // from the future, by a clock that went back
}

// dials tells the open dials. All series are always there.
func (r reading) dials(v index.Reader) {
	open, late := map[[2]string]int{}, map[string]int{}
	v.Scan(bOpen, "", func(id string, _ []byte) bool {
		if d, ok := get[directdial.Dial](v, bDials, id); ok {
			open[[2]string{tagLabel(d.Tag), ageLabel(r.at.Sub(d.Opened))}]++
			if d.Late {
				late[tagLabel(d.Tag)]++
			}
		}
		return true
	})
	for _, tag := range tags {
		r.gauge(descLate, float64(late[tag]), tag)
		for _, a := range ages {
			r.gauge(descOpen, float64(open[[2]string{tag, a.label}]), tag, a.label)
		}
	}
}

// scrapeWithin bounds what a scrape asks of the log.
const scrapeWithin = 2 * time.Second

// waiting asks the log, after the index, so that it is never behind it. A log
// that does not answer leaves the gauge out; that it does not is a metric of
// its own.
func (r reading) waiting(log Log, position uint64) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	if s, err := log.State(ctx, bus.Mentions); err == nil {
		r.gauge(descWaiting, float64(s.Last-min(position, s.Last)))
	}
}
