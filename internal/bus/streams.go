package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// subjects of a stream. SOURCES takes one token after its prefix, the others
// take any.
func (s Stream) subjects() string {
	if s == Sources {
		return s.prefix() + "*"
	}
	return s.prefix() + ">"
}

func (s Stream) prefix() string { return strings.ToLower(string(s)) + "." }

// streamConfig is what this package needs of a stream. Nothing ends by age, and
// a full stream refuses rather than to forget.
func streamConfig(s Stream, replicas int) jetstream.StreamConfig {
	c := jetstream.StreamConfig{
		Name:               string(s),
		Subjects:           []string{s.subjects()},
		Storage:            jetstream.FileStorage,
		Retention:          jetstream.LimitsPolicy,
		Discard:            jetstream.DiscardNew,
		MaxMsgsPerSubject:  -1,
		Replicas:           replicas,
		AllowAtomicPublish: true,
		// Reads go to the leader: a replica may not have what was just written.
		AllowDirect: false,
		// No message has an id for the server to compare: its table of ids is
		// lost with the window. The index knows what is a repeat.
		Duplicates: 100 * time.Millisecond,
	}
	if s == Sources {
		c.MaxMsgsPerSubject = maxPut
	}
	return c
}

// electWithin is how long a stream may be without a leader while the log is
// opened: a server may just have been lost, or all have begun to run.
const electWithin = 30 * time.Second

// leaderless is the error of a stream that nobody leads: too few of its servers
// run, or they are electing. Each of them then answers for the stream with what
// it has itself, which may be less than what was written.
func leaderless(info *jetstream.StreamInfo) error {
	if info.Cluster == nil || info.Cluster.Leader != "" {
		return nil
	}
	return directdial.Errorf(directdial.Temporary, "%s has no leader: of the NATS servers that hold it, too few run", info.Config.Name)
}

// ensureLed is ensure, again and again while the cluster may be electing.
func (b *Bus) ensureLed(ctx context.Context, want jetstream.StreamConfig) (jetstream.Stream, error) {
	for end := time.Now().Add(electWithin); ; {
		st, err := b.ensure(ctx, want)
		if err == nil {
			err = leaderless(st.CachedInfo())
		}
		electing := directdial.KindOf(err) == directdial.Temporary && !errors.Is(err, nats.ErrNoResponders)
		if err == nil || !electing || b.srv != nil || time.Now().After(end) {
			return st, err
		}
		b.log.Warn().Err(err).Msg("waiting for the NATS servers")
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(requestWithin / 10):
		}
	}
}

// ensure makes the stream, or changes it where it differs from want. A missing
// stream is no sign of a first start: when the server has lost the description
// of a stream, making it again brings its messages back.
func (b *Bus) ensure(ctx context.Context, want jetstream.StreamConfig) (jetstream.Stream, error) {
	st, err := b.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		want.Replicas = max(want.Replicas, 1)
		st, err = b.js.CreateStream(ctx, want)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another process was faster
			st, err = b.js.Stream(ctx, want.Name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", want.Name, refused(err))
	}
	next := st.CachedInfo().Config
	changed := align(&next, want)
	if len(changed) == 0 {
		return st, nil
	}
	// Only when something differs: an update touches the stream's description,
	// which is best left alone.
	b.log.Info().Str("stream", want.Name).Strs("settings", changed).Msg("changing the stream")
	if st, err = b.js.UpdateStream(ctx, next); err != nil {
		return nil, fmt.Errorf("changing %s of stream %s: %w", strings.Join(changed, ", "), want.Name, refused(err))
	}
	return st, nil
}

// align sets in have what must be as in want, and names what it changed. What
// an operator may choose (limits, placement, compression) stays.
func align(have *jetstream.StreamConfig, want jetstream.StreamConfig) (changed []string) {
	set := func(name string, have, want any) {
		h := reflect.ValueOf(have).Elem()
		if w := reflect.ValueOf(want); !reflect.DeepEqual(h.Interface(), w.Interface()) {
			h.Set(w)
			changed = append(changed, name)
		}
	}
	set("subjects", &have.Subjects, want.Subjects)
	set("storage", &have.Storage, want.Storage)
	set("retention", &have.Retention, want.Retention)
	set("discard", &have.Discard, want.Discard)
	set("discard_new_per_subject", &have.DiscardNewPerSubject, want.DiscardNewPerSubject)
	set("max_msgs_per_subject", &have.MaxMsgsPerSubject, want.MaxMsgsPerSubject)
	set("max_age", &have.MaxAge, want.MaxAge)
	set("duplicate_window", &have.Duplicates, want.Duplicates)
	set("deny_delete", &have.DenyDelete, want.DenyDelete) // erasure deletes
	set("deny_purge", &have.DenyPurge, want.DenyPurge)
	set("no_ack", &have.NoAck, want.NoAck)
	set("allow_direct", &have.AllowDirect, want.AllowDirect)
	set("allow_atomic", &have.AllowAtomicPublish, want.AllowAtomicPublish)
	set("persist_mode", &have.PersistMode, want.PersistMode) // async would switch SyncAlways off
	if want.Replicas > 0 {
		set("num_replicas", &have.Replicas, want.Replicas)
	}
	return changed
}
