package ingest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// maxRecent is how many published mentions are remembered until the index has
// them: about 15 MiB.
const maxRecent = 1 << 16

// intake turns items into messages. All sources share one.
type intake struct {
	log       Log
	keyer     *directdial.Keyer
	recent    *recent
	platforms platforms
	metrics   *metrics
	logger    zerolog.Logger
	now       func() time.Time
	watch     Watch // nil: no account is ours
}

// emit is the Emit of a source. It holds no lock while it publishes: of two
// sources that bring one mention at the same moment both may publish it, and
// the router keeps one. The other way round, a source could be told "known"
// of something that is not on disk yet.
func (in *intake) emit(ctx context.Context, source string, items []directdial.Item) (emitted, error) {
	b := batch{intake: in, source: source, now: in.now(), published: map[directdial.Key]seen{}}
	for i, item := range items {
		if err := b.add(item); err != nil {
			b.reject(i, err)
		}
	}
	if err := b.publish(ctx); err != nil {
		return emitted{}, err
	}
	for key, s := range b.published {
		in.recent.put(key, s)
	}
	in.metrics.took(source, &b)
	if n := len(b.taken.Rejected); n > 0 {
		first := b.taken.Rejected[0]
		in.logger.Warn().Str("source", source).Int("rejected", n).Int("of", len(items)).
			Str("field", first.Field).Str("error", first.Error).Msg("mentions are rejected")
	}
	e := emitted{taken: b.taken, newest: b.newest, fresh: len(b.delays)}
	if e.fresh > 0 {
		e.lag = max(slices.Min(b.delays), 0)
	}
	return e, nil
}

// emitted is what became of the items of one emit.
type emitted struct {
	taken  directdial.Taken
	newest time.Time     // when the newest of the mentions was made, zero if there was none
	fresh  int           // mentions that were not known before, without history
	lag    time.Duration // age of the newest of those when it was accepted
}

// batch is one emit.
type batch struct {
	*intake
	source string
	now    time.Time

	mentions []Message
	actions  []directdial.Action
	delays   []time.Duration // from publication to acceptance, of the new ones
	newest   time.Time
	// published is what this batch changes; it becomes known to others only
	// once it is on disk.
	published map[directdial.Key]seen
	taken     directdial.Taken
	deleted   int // of those that taken.Known counts, the deletions
}

func (b *batch) add(item directdial.Item) error {
	if m, ok := item.(*directdial.Mention); ok {
		return b.mention(*m)
	}
	a, err := b.action(b.source, item, b.now)
	if err != nil {
		return err
	}
	if _, deletion := item.(*directdial.Deletion); deletion && gone(b.log, a.Mention) {
		b.taken.Known++
		b.deleted++
		return nil
	}
	b.actions = append(b.actions, a)
	b.taken.Accepted++
	return nil
}

// mention takes one mention: a new one and an edit become a message, a repeat
// becomes at most an action that reports its reach.
func (b *batch) mention(m directdial.Mention) error {
	m.Normalize(b.source)
	m.V, m.Source, m.AcceptedAt = directdial.MentionVersion, b.source, directdial.Clock(b.now)
	if err := m.Check(); err != nil {
		return err
	}
	key, text := b.keyer.Mention(m.Platform, m.ID), b.keyer.Text(m.Text)
	if said := m.Said(); said.After(b.newest) {
		b.newest = said
	}
	before, known := b.known(key)
	if known && (before.erased || before.text == text) {
		b.repeat(key, &m, before)
		return nil
	}
	msg, err := encodeMention(&m, b.platforms.name(m.Platform), key, b.keyer.Author(m.Platform, m.Author.Identity()))
	if err != nil {
		return err
	}
	b.mentions = append(b.mentions, msg)
	b.published[key] = seen{text: text, reach: m.Reach, source: m.Source, accepted: m.AcceptedAt}
	b.taken.Accepted++
	if !known {
		b.answers(&m)
	}
	if !known && !m.History {
		b.delays = append(b.delays, m.AcceptedAt.Sub(m.Said()))
	}
	return nil
}

// repeat takes a mention that is known with this text, or that was erased and
// stays so. A sender that tells no reach does not take back an earlier one.
func (b *batch) repeat(key directdial.Key, m *directdial.Mention, before seen) {
	b.taken.Known++
	if before.erased || m.Reach == before.reach || m.Reach == (directdial.Reach{}) {
		return
	}
	before.reach = m.Reach
	b.published[key] = before
	reach := m.Reach
	b.actions = append(b.actions, directdial.Action{
		V: directdial.ActionVersion, Kind: directdial.ActReach, At: directdial.Clock(b.now),
		Source: b.source, Mention: key, Reach: &reach,
	})
}

// known returns what is known of a mention: from this batch, else from what
// this process published, else from the index. An erasure stands above all:
// nothing that this process remembers brings the text back.
func (b *batch) known(key directdial.Key) (seen, bool) {
	record, indexed := b.log.Known(key)
	if indexed && record.Gone() {
		return seen{erased: true}, true
	}
	if s, ok := b.published[key]; ok {
		return s, true
	}
	if s, ok := b.recent.get(key); ok {
		return s, true
	}
	return seen{text: record.Text, reach: record.Reach, source: record.Source, accepted: record.Accepted}, indexed
}

func (b *batch) reject(index int, err error) {
	r := directdial.Rejected{Index: index, Error: err.Error()}
	var e *directdial.Error
	if errors.As(err, &e) && e.Field != "" {
		r.Field, r.Error = e.Field, e.Msg
	}
	b.taken.Rejected = append(b.taken.Rejected, r)
}

// publish puts the mentions on disk, then the actions. Each action names the
// end of MENTIONS after that, so that the router reads a mention before it
// judges its deletion, also if another process or an emit with a lost answer
// has published it. Within one emit a deletion therefore comes last.
func (b *batch) publish(ctx context.Context) error {
	if len(b.mentions) > 0 {
		if err := b.log.PublishMentions(ctx, b.mentions); err != nil {
			return err
		}
	}
	if len(b.actions) == 0 {
		return nil
	}
	after, err := b.log.LastMention(ctx)
	if err != nil {
		return err
	}
	msgs := make([]Message, len(b.actions))
	for i := range b.actions {
		b.actions[i].After = after
		if msgs[i], err = encodeAction(&b.actions[i]); err != nil {
			return err
		}
	}
	return b.log.PublishActions(ctx, msgs)
}
