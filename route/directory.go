package route

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// Duty says whether an expert is at work at one instant. The daemon hands in
// the one of package experts.
type Duty func(*directdial.Expert, time.Time) directdial.Duty

// directory is a directdial.Directory with what makes looking things up
// independent of its size.
type directory struct {
	*directdial.Directory
	experts map[string]*listed
	topics  map[string]*directdial.Topic
	// coverage is, by topic, who has a grant in the configuration that names it or
	// "*"; under "" who has one for "*". Those with an ended grant, or not granted a restricted
	// topic by name, are among them, so that a receipt can say so.
	coverage map[string][]*listed
	named    map[string][]*listed // of them those whose grant names the topic
	own      map[string]bool      // accounts of our brands and colleagues
	channels map[string]bool      // that are configured
	duty     Duty
	weights  *directdial.Weights
}

// listed is an expert with what follows from the directory alone.
type listed struct {
	*directdial.Expert
	grants []held                // of the configuration
	leads  []string              // the channels that lead to them, if each does
	spell  atomic.Pointer[spell] // their latest
}

func newDirectory(d *directdial.Directory, channels []string, duty Duty) *directory {
	x := &directory{
		Directory: d, duty: duty,
		experts: map[string]*listed{}, topics: map[string]*directdial.Topic{},
		coverage: map[string][]*listed{}, named: map[string][]*listed{}, own: map[string]bool{}, channels: map[string]bool{},
	}
	if x.weights = d.Rules.Weights; x.weights == nil {
		w := directdial.DefaultWeights()
		x.weights = &w
	}
	for _, c := range channels {
		x.channels[c] = true
	}
	for i := range d.Topics {
		x.topics[d.Topics[i].Name] = &d.Topics[i]
	}
	x.topics[directdial.Harm] = harm(d)
	for i := range d.Experts {
		e := &listed{Expert: &d.Experts[i], grants: configuredGrants(&d.Experts[i])}
		e.leads = x.leadTo(e, &load{})
		x.experts[e.ID] = e
		topics := grantedTopics(e.Expert)
		for _, topic := range topics {
			x.named[topic] = append(x.named[topic], e)
		}
		if slices.Contains(topics, "*") {
			topics = slices.AppendSeq([]string{""}, maps.Keys(x.topics))
		}
		for _, topic := range topics {
			x.coverage[topic] = append(x.coverage[topic], e)
		}
	}
	for _, lists := range []map[string][]*listed{x.coverage, x.named} {
		for _, found := range lists {
			// The order of the configuration decides nothing.
			slices.SortFunc(found, func(a, b *listed) int { return cmp.Compare(a.ID, b.ID) })
		}
	}
	for i := range d.Experts {
		for _, a := range d.Experts[i].Accounts {
			x.own[normalAccount(a)] = true
		}
	}
	for _, b := range d.Brands {
		if b.Competitor {
			continue
		}
		for _, a := range b.Accounts {
			x.own[normalAccount(a.ID)] = true
		}
	}
	return x
}

func grantedTopics(e *directdial.Expert) []string {
	var topics []string
	for _, g := range e.Grants {
		topics = append(topics, g.Topics...)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

// normalAccount is the form in which "mastodon:@Acme@mastodon.example" and
// "mastodon:acme@mastodon.example" are one account.
func normalAccount(id string) string {
	platform, name, _ := strings.Cut(id, ":")
	return platform + ":" + strings.ToLower(strings.TrimPrefix(name, "@"))
}

// ours reports whether an author is an account of one of our brands or of a
// colleague.
func (x *directory) ours(platform string, a directdial.Author) bool {
	return x.account(platform, a) != ""
}

// account is the form under which accountHolder finds who writes with it.
func (x *directory) account(platform string, a directdial.Author) string {
	for _, identity := range []string{a.ID, a.Handle} {
		if id := normalAccount(platform + ":" + identity); identity != "" && x.own[id] {
			return id
		}
	}
	return ""
}

// leastProbable is the score from which on a topic with learned weights decides.
// Its score is a probability, and some topic is always a little probable: on
// intents of customers (clinc150) 20 thousandths would take all that belongs to
// nobody for a topic, 200 takes a quarter of it, for one hundredth of the rest.
const leastProbable = 200

// deciding picks the topic that decides: what may harm, a restricted one before
// the others, else the best score. Topics that the directory does not know are passed over,
// and learned ones that are hardly more probable than any other.
func (x *directory) deciding(r index.Reader, topics []directdial.TopicScore) directdial.CaseTopic {
	var best directdial.CaseTopic
	for _, t := range topics {
		topic, ok := x.topics[t.Topic]
		harmful := t.Topic == directdial.Harm
		if !ok || (t.Base != 0 && t.Score < leastProbable) || (best.Name != "" && !harmful && (best.Restricted || !topic.Restricted)) {
			continue
		}
		if best = x.topicOf(r, t.Topic, directdial.CaseTopic{Score: t.Score}); harmful {
			break
		}
	}
	return best
}

// topicOf is what the directory says of a topic today: with the score of
// before, and all as before if the topic is no longer in the configuration.
func (x *directory) topicOf(r index.Reader, name string, before directdial.CaseTopic) directdial.CaseTopic {
	t, ok := x.topics[name]
	switch {
	case name == "":
		return directdial.CaseTopic{}
	case !ok:
		return before
	}
	return directdial.CaseTopic{
		Name: t.Name, Owner: x.ownerOf(r, t), Mode: cmp.Or(t.Mode, directdial.Direct), Restricted: t.Restricted, Score: before.Score,
	}
}

// covering lists who is found for a topic, by id: the coverage, and those whose
// grant came by an event. named are those among them whose grant names the
// topic.
func (x *directory) covering(r index.Reader, topic string) (found []*listed, named map[string]bool) {
	found = x.coverage[topic]
	var more []*listed // by id, too: so are the keys
	for _, by := range []string{topic, "*"} {
		if by == "" {
			continue
		}
		more = more[:0]
		r.Scan(bCovers, by+" ", func(key string, _ []byte) bool {
			id := key[len(by)+1:]
			e, ok := x.experts[id]
			if ok && !covered(found, id) {
				more = append(more, e)
			}
			if by != "*" {
				if named == nil {
					named = map[string]bool{}
				}
				named[id] = true
			}
			return true
		})
		found = merged(found, more)
	}
	return found, named
}

// merged is two lists that are sorted by id, and have nobody in common, as one.
// It leaves both as they are: a list of the directory is shared.
func merged(a, b []*listed) []*listed {
	if len(b) == 0 {
		return a
	}
	all := make([]*listed, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].ID < b[0].ID {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// covered reports whether an expert is among those that are sorted by id.
func covered(found []*listed, id string) bool {
	_, ok := slices.BinarySearchFunc(found, id, func(e *listed, id string) int { return cmp.Compare(e.ID, id) })
	return ok
}

// reachable lists the configured channels that lead to an expert, the preferred
// first. The list is shared: nobody may change it.
func (x *directory) reachable(e *listed, l *load) []string {
	if len(l.Unreachable) == 0 {
		return e.leads
	}
	return x.leadTo(e, l)
}

func (x *directory) leadTo(e *listed, l *load) []string {
	var channels []string
	for c, address := range e.Addresses {
		if _, lost := l.Unreachable[c]; address != "" && x.channels[c] && !lost {
			channels = append(channels, c)
		}
	}
	slices.SortFunc(channels, func(a, b string) int {
		if (a == e.Prefer) != (b == e.Prefer) {
			if a == e.Prefer {
				return -1
			}
			return 1
		}
		return cmp.Compare(a, b)
	})
	return channels
}

// accountHolder is who writes with an account: an expert with their own, or
// the holder of one of the brand; "" if it is none of ours.
func (x *directory) accountHolder(r index.Reader, account string) string {
	account = normalAccount(account)
	for i := range x.Experts {
		for _, a := range x.Experts[i].Accounts {
			if normalAccount(a) == account {
				return x.Experts[i].ID
			}
		}
	}
	for _, b := range x.Brands {
		for _, a := range b.Accounts {
			if !b.Competitor && normalAccount(a.ID) == account {
				holder, _ := x.inHands(r, bHolders, account, a.Holder)
				return cmp.Or(holder, ops)
			}
		}
	}
	return ""
}

// name is what colleagues call an expert.
func (x *directory) name(id string) string {
	if e := x.experts[id]; e != nil {
		return cmp.Or(e.Name, e.ID)
	}
	return cmp.Or(id, "nobody")
}
