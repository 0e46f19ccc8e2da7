package main

import (
	"context"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/bus"
)

// intake is the exchange as sources see it.
type intake struct{ *exchange }

var (
	_ ingest.Log      = intake{}
	_ ingest.Exchange = intake{}
)

func (x intake) PublishMentions(ctx context.Context, msgs []ingest.Message) error {
	return x.publish(ctx, bus.Mentions, msgs)
}

func (x intake) PublishActions(ctx context.Context, msgs []ingest.Message) error {
	return x.publish(ctx, bus.Actions, msgs)
}

func (x intake) publish(ctx context.Context, s bus.Stream, msgs []ingest.Message) error {
	out := make([]bus.Message, len(msgs))
	for i, m := range msgs {
		out[i] = bus.Message{Subject: m.Subject, Header: m.Header, Data: m.Data}
	}
	_, err := x.bus.Publish(ctx, s, out...)
	return err
}

func (x intake) LastMention(ctx context.Context) (uint64, error) {
	state, err := x.bus.State(ctx, bus.Mentions)
	return state.Last, err
}

func (x intake) LoadState(ctx context.Context, source string) ([]byte, error) {
	msg, err := x.bus.Last(ctx, bus.Sources, "sources."+source)
	switch {
	case directdial.KindOf(err) == directdial.NotFound && err != nil:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return msg.Data, nil
}

func (x intake) SaveState(ctx context.Context, source string, data []byte) error {
	return x.bus.Put(ctx, "sources."+source, data)
}

func (x intake) Known(mention directdial.Key) (directdial.MentionRecord, bool) {
	return x.router.Mention(mention)
}

// Status implements ingest.Exchange.
func (x intake) Status(platform, id string) (ingest.Status, bool) {
	rec, ok := x.router.Mention(x.keys.Mention(platform, id))
	if !ok {
		return ingest.Status{}, false
	}
	s := ingest.Status{
		State: rec.State, Reason: rec.Reason, Source: rec.Source, Accepted: rec.Accepted, Decided: rec.Decided,
	}
	if d, ok := x.router.Dial(rec.Dial); ok {
		s.Dial, s.Answered = d.State, d.Answered
		for hop := 1; hop <= d.Hop && s.Delivery.IsZero(); hop++ {
			o, _ := x.router.Offer(directdial.OfferID(d.ID, hop))
			s.Delivery = o.Delivered
		}
		if !s.Delivery.IsZero() && s.Delivery.Before(rec.Decided) {
			s.Delivery = rec.Decided // it joined a card that was there
		}
	}
	return s, true
}

// Try implements ingest.Exchange.
func (x intake) Try(m directdial.Mention) ingest.Trial {
	now := x.now()
	m.AcceptedAt = directdial.Clock(now)
	c, d := x.router.Try(m, now)
	t := ingest.Trial{Tags: c.Classification.Tags, Topics: c.Classification.Topics, Reason: d.Reason}
	switch d.Outcome {
	case directdial.ToSuppress:
		t.State = directdial.Suppressed
	case directdial.ToPark:
		t.State = directdial.Parked
	default:
		t.State = directdial.Dialled
	}
	return t
}
