package main

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/route"
)

// outbox is the exchange as delivery sees it.
type outbox struct {
	*exchange
	seen <-chan struct{} // closed when something changed since the last Outbox
}

var _ experts.Exchange = (*outbox)(nil)

func (x *outbox) Outbox(ctx context.Context) ([]experts.Work, error) {
	// Taken before the look, so that what changes meanwhile is not missed.
	x.seen = x.router.Changed()
	offers, err := x.router.Outbox()
	work := make([]experts.Work, len(offers))
	for i, o := range offers {
		work[i] = experts.Work{Offer: o, To: x.expert(o.Expert)}
		if o.Ref == "" {
			if err := x.recall(ctx, &work[i].Offer); err != nil {
				return nil, err
			}
		}
		if d, ok := x.router.Dial(o.Dial); ok && o.Hop == 1 {
			rec, _ := x.router.Mention(d.Mentions[0])
			work[i].Accepted = rec.Accepted
		}
	}
	return work, err
}

// recall makes it too late to send a card that the gate would no longer let
// through: delivery then reports it as lapsed, and the router decides anew.
func (x *outbox) recall(ctx context.Context, o *directdial.Offer) error {
	reason, err := x.router.Standing(ctx, *o)
	if err == nil && reason != "" {
		o.SendBefore = o.At
		x.log.Info().Str("offer", o.ID).Str("reason", string(reason)).Msg("a card that waits is called back")
	}
	return err
}

func (x *outbox) Wait(ctx context.Context) error {
	select {
	case <-x.seen:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (x *outbox) Card(ctx context.Context, offer string) (experts.Card, error) {
	return x.card(ctx, offer)
}

// card composes the card of an offer as it should be now.
func (x *exchange) card(ctx context.Context, offer string) (experts.Card, error) {
	o, ok := x.router.DueOffer(offer)
	if !ok {
		return experts.Card{}, directdial.Errorf(directdial.NotFound, "there is no offer %s", offer)
	}
	c := x.config.Load()
	f := experts.Facts{Offer: o, Directory: c.Directory}
	if o.Card == directdial.NoticeCard {
		var err error
		f.Notice, err = x.waitingWith(ctx, o.Expert)
		return experts.Compose(f), err
	}
	if o.Dial == "" {
		return x.enablingCard(ctx, &f)
	}
	f.Dial, _ = x.router.Dial(o.Dial)
	f.Policy = policyFor(c.Policy, &f.Dial)
	var err error
	if f.Posts, err = x.said(ctx, x.shownPosts(&f.Dial)); err != nil {
		return experts.Card{}, err
	}
	kase, decision, err := x.router.OfferCase(ctx, o)
	if err != nil && directdial.KindOf(err) != directdial.NotFound {
		return experts.Card{}, err
	}
	f.Decision, f.Classification, f.Named = decision, kase.Classification, route.GrantedByName(&kase, o.Expert)
	f.Duty = map[string]directdial.Duty{}
	for _, k := range kase.Candidates {
		if k.Deputy == o.Expert {
			f.Duty[k.Expert] = k.Duty
		}
	}
	return experts.Compose(f), nil
}

// maxNotice bounds how many parked mentions, and open dials, a notice counts.
const maxNotice = 10_000

// waitingWith counts what waits with an owner.
func (x *exchange) waitingWith(ctx context.Context, owner string) (n experts.Notice, err error) {
	parked, err := x.router.Mentions(directdial.Parked, maxNotice)
	if err != nil {
		return n, err
	}
	n.Waits = map[string]int{}
	for _, rec := range parked {
		if rec.Owner == owner {
			n.Parked++
			n.Waits[x.parkedWith(rec)]++
		}
	}
	open, err := x.router.Dials(false, maxNotice)
	if err != nil {
		return n, err
	}
	for _, d := range open {
		if !d.Late || d.Holder != owner {
			continue
		}
		first := d.Mentions[:min(len(d.Mentions), 1)]
		if err := n.Add(&d, func() ([]experts.Said, error) { return x.said(ctx, first) }); err != nil {
			return n, err
		}
	}
	return n, nil
}

// morePosts is how many of the posts that joined a card shows.
const morePosts = 3

// shownPosts are the first post of a dial and the newest that joined; of a burst
// those of them that reach the most people.
func (x *exchange) shownPosts(d *directdial.Dial) []directdial.Key {
	if len(d.Mentions) <= 1+morePosts {
		return d.Mentions
	}
	shown, more := slices.Clone(d.Mentions[:1]), slices.Clone(d.Mentions[1:])
	if d.Burst > 0 {
		reach := map[directdial.Key]int{}
		for _, key := range more {
			rec, _ := x.router.Mention(key)
			reach[key] = max(rec.Reach.Views, rec.Reach.Likes+rec.Reach.Reposts+rec.Reach.Replies)
		}
		slices.SortStableFunc(more, func(a, b directdial.Key) int { return cmp.Compare(reach[a], reach[b]) })
	}
	return append(shown, more[len(more)-morePosts:]...)
}

// said reads the posts that a card shows.
func (x *exchange) said(ctx context.Context, shown []directdial.Key) ([]experts.Said, error) {
	posts := make([]experts.Said, 0, len(shown))
	for _, key := range shown {
		rec, ok := x.router.Mention(key)
		if !ok {
			continue
		}
		m, err := x.router.ReadMention(ctx, rec)
		if err != nil && directdial.KindOf(err) != directdial.NotFound {
			return nil, err
		}
		if err != nil {
			m = nil // its text is gone
		}
		posts = append(posts, experts.Said{Record: rec, Mention: m})
	}
	return posts, nil
}

func (x *exchange) expert(id string) directdial.Expert {
	for _, e := range x.config.Load().Directory.Experts {
		if e.ID == id {
			return e
		}
	}
	return directdial.Expert{ID: id}
}

// policyFor picks what the policy says for the tag and topic of a dial:
// approved lines count as something to do.
func policyFor(p *config.Policy, d *directdial.Dial) experts.Policy {
	if p == nil {
		return experts.Policy{}
	}
	out := experts.Policy{Version: p.Version, Do: slices.Clone(p.Do), Dont: p.Dont}
	for _, l := range p.Lines {
		if (l.Tag == "" || l.Tag == d.Tag) && (l.Topic == "" || l.Topic == d.Topic) {
			out.Do = append(out.Do, "You may say: “"+l.Text+"”")
		}
	}
	return out
}

func (x *outbox) Claim(ctx context.Context, claim directdial.Action) error {
	claim.V, claim.At = directdial.ActionVersion, directdial.Clock(x.now())
	_, err := x.bus.Claim(ctx, bus.Actions, actionMessage(attemptSubject(&claim), &claim))
	return err
}

func (x *outbox) Report(ctx context.Context, outcome directdial.Action) error {
	subject := attemptSubject(&outcome) + ".outcome"
	if outcome.Kind == directdial.ActShown {
		subject = "actions." + outcome.Offer + "." + outcome.Channel + ".shown"
	}
	outcome.V, outcome.At = directdial.ActionVersion, directdial.Clock(x.now())
	_, err := x.bus.Publish(ctx, bus.Actions, actionMessage(subject, &outcome))
	return err
}

func attemptSubject(a *directdial.Action) string {
	return "actions." + a.Offer + "." + a.Channel + "." + strconv.Itoa(a.Attempt)
}

func actionMessage(subject string, a *directdial.Action) bus.Message {
	data, err := json.Marshal(a)
	if err != nil {
		panic(err) // an Action always encodes
	}
	return bus.Message{Subject: subject, Data: data}
}

func (x *outbox) Attempts(ctx context.Context, offer, channel string) ([]directdial.Action, error) {
	state, err := x.bus.State(ctx, bus.Actions)
	if err != nil {
		return nil, err
	}
	var attempts []directdial.Action
	subject := "actions." + offer + "." + channel + ".>"
	err = x.bus.Read(ctx, bus.Actions, subject, state.First, state.Last, func(m *bus.Message) error {
		var a directdial.Action
		if err := json.Unmarshal(m.Data, &a); err != nil {
			return directdial.Errorf(directdial.Internal, "action %d: %w", m.Seq, err)
		}
		attempts = append(attempts, a)
		return nil
	})
	return attempts, err
}
