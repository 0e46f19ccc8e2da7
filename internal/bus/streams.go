package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
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
