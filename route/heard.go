package route

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// What a topic brought in the last four weeks tells a colleague what a grant
// would bring them.
const (
	heardFor   = 28 * 24 * time.Hour
	heardWeeks = 4
	// heardShare bounds how often it is counted: it reads every record of the index,
	// seconds for a million mentions, and takes at most one hundredth of the time.
	heardShare = 100
)

// heard counts, by topic and tag, the mentions that came in to be answered by
// somebody: those that made a dial, and those that are parked.
type heard struct {
	mu   sync.Mutex
	at   time.Time     // for which it was counted
	good time.Duration // how long that holds
	seen map[string]map[directdial.Tag]int
}

func (h *heard) of(v index.Reader, at time.Time) map[string]map[directdial.Tag]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen != nil && at.Sub(h.at).Abs() < h.good {
		return h.seen
	}
	began := time.Now()
	seen, since := map[string]map[directdial.Tag]int{}, at.Add(-heardFor)
	v.Scan(bMentions, "", func(_ string, data []byte) bool {
		var rec struct {
			Key      directdial.Key
			State    directdial.MentionState
			Tag      directdial.Tag
			Topic    string
			Dial     string
			Accepted time.Time
		}
		if json.Unmarshal(data, &rec) != nil || rec.Topic == "" || rec.Accepted.Before(since) {
			return true
		}
		if rec.State == directdial.Parked || (rec.State == directdial.Dialled && rec.Dial == directdial.DialID(rec.Key)) {
			if seen[rec.Topic] == nil {
				seen[rec.Topic] = map[directdial.Tag]int{}
			}
			seen[rec.Topic][rec.Tag]++
		}
		return true
	})
	h.at, h.seen, h.good = at, seen, heardShare*time.Since(began)
	return seen
}

// perWeek is how many cards a week a grant brings its holder: the mentions of
// its topics and tags in the last four weeks, shared with all others who are
// enabled for them. It is rounded up; 0 says that there were none.
func (x *directory) perWeek(v index.Reader, seen map[string]map[directdial.Tag]int, expert string, g *directdial.Grant, at time.Time) int {
	thousandths := 0
	for topic, tags := range seen {
		t := x.topics[topic]
		if t == nil || (!slices.Contains(g.Topics, topic) && (t.Restricted || !slices.Contains(g.Topics, "*"))) {
			continue
		}
		n := 0
		for tag, times := range tags {
			if len(g.Tags) == 0 || slices.Contains(g.Tags, tag) {
				n += times
			}
		}
		thousandths += n * 1000 / (len(x.enabled(v, topic, "", at, expert)) + 1)
	}
	const week = heardWeeks * 1000
	return (thousandths + week - 1) / week
}
