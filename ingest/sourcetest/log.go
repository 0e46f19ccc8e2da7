package sourcetest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// Key is the keyer of a Log.
var Key = func() *directdial.Keyer {
	k, err := directdial.NewKeyer([]byte(strings.Repeat("k", directdial.KeySize)))
	if err != nil {
		panic(err)
	}
	return k
}()

// Log is an exchange in memory: an ingest.Log whose streams can be read back
// and whose answers can be made to fail.
type Log struct {
	mu       sync.Mutex
	mentions []directdial.Mention
	messages []ingest.Message
	actions  []directdial.Action
	states   map[string][]byte
	index    map[directdial.Key]directdial.MentionRecord
	faults   Faults
}

// Faults are asked before something is written. With an error nothing is
// written and the caller gets the error; with stored it is written all the
// same, as when an answer is lost.
type Faults struct {
	Publish func(n int) (stored bool, err error)
	Save    func(source string, data []byte) (stored bool, err error)
	// Lag hides from Known what was published: an index that lags behind.
	Lag bool
}

// NewLog makes an empty exchange.
func NewLog() *Log {
	return &Log{states: map[string][]byte{}, index: map[directdial.Key]directdial.MentionRecord{}}
}

// SetFaults replaces the faults.
func (l *Log) SetFaults(f Faults) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = f
}

// PublishMentions implements ingest.Log.
func (l *Log) PublishMentions(ctx context.Context, msgs []ingest.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	stored, err := l.ask(len(msgs))
	if err != nil && !stored {
		return err
	}
	for _, msg := range msgs {
		var m directdial.Mention
		if err := json.Unmarshal(msg.Data, &m); err != nil {
			return err
		}
		l.mentions, l.messages = append(l.mentions, m), append(l.messages, msg)
		key := directdial.Key(msg.Header[directdial.HeaderMention])
		l.index[key] = directdial.MentionRecord{
			Key: key, Seq: uint64(len(l.mentions)), Text: Key.Text(m.Text), Reach: m.Reach, Source: m.Source, Platform: m.Platform, Accepted: m.AcceptedAt,
		}
	}
	return err
}

func (l *Log) ask(n int) (stored bool, err error) {
	if l.faults.Publish == nil {
		return true, nil
	}
	return l.faults.Publish(n)
}

// LastMention implements ingest.Log.
func (l *Log) LastMention(context.Context) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.mentions)), nil
}

// PublishActions implements ingest.Log.
func (l *Log) PublishActions(ctx context.Context, msgs []ingest.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	stored, err := l.ask(len(msgs))
	if err != nil && !stored {
		return err
	}
	for _, msg := range msgs {
		var a directdial.Action
		if err := json.Unmarshal(msg.Data, &a); err != nil {
			return err
		}
		l.actions = append(l.actions, a)
		if r := l.index[a.Mention]; a.Reach != nil {
			r.Reach = *a.Reach
			l.index[a.Mention] = r
		}
	}
	return err
}

// LoadState implements ingest.Log.
func (l *Log) LoadState(_ context.Context, source string) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.states[source], nil
}

// SaveState implements ingest.Log.
func (l *Log) SaveState(ctx context.Context, source string, data []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	stored, err := true, error(nil)
	if l.faults.Save != nil {
		stored, err = l.faults.Save(source, data)
	}
	if err == nil || stored {
		l.states[source] = slices.Clone(data)
	}
	return err
}

// Known implements ingest.Log.
func (l *Log) Known(mention directdial.Key) (directdial.MentionRecord, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.faults.Lag {
		return directdial.MentionRecord{}, false
	}
	r, ok := l.index[mention]
	return r, ok
}

// SetRecord makes the index say something of a mention.
func (l *Log) SetRecord(r directdial.MentionRecord) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.index[r.Key] = r
}

// Mentions returns what stands on MENTIONS.
func (l *Log) Mentions() []directdial.Mention {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.mentions)
}

// Messages returns what stands on MENTIONS as it was published.
func (l *Log) Messages() []ingest.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.messages)
}

// Actions returns what stands on ACTIONS.
func (l *Log) Actions() []directdial.Action {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.actions)
}
