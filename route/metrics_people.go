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
	spent := 0
	c := directdial.Case{At: r.at}
	for i := range x.Experts {
		k := x.candidate(v, &c, &x.Experts[i], 0)
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
			r.gauge(descEnabled, float64(x.enabled(topic.Name, tag, r.at)), topic.Name, string(tag))
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

// enabled counts who has a grant that counts for a topic and a tag. It asks the
// questions of the gate that have an answer without a mention.
func (x *directory) enabled(topic string, tag directdial.Tag, at time.Time) (n int) {
	c := directdial.Case{At: at, Topic: x.topicOf(topic, directdial.CaseTopic{})}
	for _, e := range x.coverage[topic] {
		if slices.ContainsFunc(e.Grants, func(g directdial.Grant) bool {
			why, _ := covers(&c, &directdial.CaseGrant{
				Named: slices.Contains(g.Topics, topic), Any: slices.Contains(g.Topics, "*"),
				Tag:      len(g.Tags) == 0 || slices.Contains(g.Tags, tag),
				Platform: true, Language: true,
				Agreed: g.Agreed, From: g.From, Until: g.Until,
			})
			return why == ""
		}) {
			n++
		}
	}
	return n
}
