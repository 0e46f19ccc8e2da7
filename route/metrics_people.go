package route

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
	"github.com/directdial/directdial/internal/metric"
)

var (
	descEnabled = prometheus.NewDesc(metric.CoverageEnabled, "Experts who have a grant in force for a topic and a tag, whatever the platform and language; 0 is a hole in the coverage.", []string{"topic", "tag"}, nil)
	descExperts = prometheus.NewDesc(metric.Experts, "Experts by whether they are on duty now.", []string{"duty"}, nil)
	descByOpen  = prometheus.NewDesc(metric.ExpertsByOpenDials, "Experts by how many open dials they hold.", []string{"open"}, nil)
	descSpent   = prometheus.NewDesc(metric.ExpertsBudgetSpent, "Experts whose budget of dials has no room now.", nil, nil)
)

// people tells how the load and the grants lie, and names nobody.
func (r reading) people(v index.Reader, x *directory) {
	duty := map[string]int{"on": 0, "off": 0}
	open := map[string]int{"0": 0, "1": 0, "2-4": 0, "5+": 0}
	spent, inForce := 0, x.policy(v)
	c := directdial.Case{At: r.at}
	for _, e := range x.experts {
		k := directdial.Candidate{Expert: e.ID}
		x.look(v, &c, &k, e, inForce)
		if k.Duty.On {
			duty["on"]++
		} else {
			duty["off"]++
		}
		open[openLabel(k.Open)]++
		if !budget(&k) {
			spent++
		}
	}
	for label, n := range duty {
		r.gauge(descExperts, float64(n), label)
	}
	for label, n := range open {
		r.gauge(descByOpen, float64(n), label)
	}
	r.gauge(descSpent, float64(spent))
	for _, topic := range x.Topics {
		for _, tag := range []directdial.Tag{directdial.Complaint, directdial.Question, directdial.Ambassador} {
			r.gauge(descEnabled, float64(len(x.enabled(v, topic.Name, tag, r.at, ""))), topic.Name, string(tag))
		}
	}
}

func openLabel(n int) string {
	switch {
	case n == 0:
		return "0"
	case n == 1:
		return "1"
	case n < 5:
		return "2-4"
	}
	return "5+"
}

// enabled lists who, but for one, has a grant that counts for a topic and a tag;
// "" is any tag. It asks the questions of the gate that have an answer without a mention.
func (x *directory) enabled(r index.Reader, topic string, tag directdial.Tag, at time.Time, but string) (ids []string) {
	c := directdial.Case{At: at, Topic: x.topicOf(r, topic, directdial.CaseTopic{})}
	inForce := x.policy(r)
	found, _ := x.covering(r, topic)
	for _, e := range found {
		p := saidOf(r, e.ID)
		if e.ID != but && slices.ContainsFunc(x.holds(e, &p), func(h held) bool {
			g := inForce.standing(&p, &h.Grant)
			g.Named, g.Any = slices.Contains(h.Topics, topic), slices.Contains(h.Topics, "*")
			g.Tag = tag == "" || len(h.Tags) == 0 || slices.Contains(h.Tags, tag)
			g.Platform, g.Language = true, true
			why, _ := covers(&c, &g)
			return why == ""
		}) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}
