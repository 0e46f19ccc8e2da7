package ingest

import (
	"context"

	"github.com/directdial/directdial"
)

// Log is what the runner needs of the exchange. The daemon implements it with
// the streams and the index.
type Log interface {
	// PublishMentions puts messages on MENTIONS in their order. It returns nil
	// once all of them are on disk. After an error it is not known which are;
	// the same messages may come again.
	PublishMentions(ctx context.Context, msgs []Message) error
	// LastMention returns the last sequence of MENTIONS at this moment.
	LastMention(ctx context.Context) (uint64, error)
	// PublishActions does for ACTIONS what PublishMentions does for MENTIONS.
	PublishActions(ctx context.Context, msgs []Message) error
	// LoadState returns the last message of a source on SOURCES, nil if there
	// is none.
	LoadState(ctx context.Context, source string) ([]byte, error)
	// SaveState replaces it, durably.
	SaveState(ctx context.Context, source string, data []byte) error
	// Known returns what the index has of a mention. The index lags behind
	// MENTIONS; what slips through, the router finds.
	Known(mention directdial.Key) (directdial.MentionRecord, bool)
}

// Message is one message for a stream, complete.
type Message struct {
	Subject string
	Header  map[string]string
	Data    []byte
}

// gone reports whether the index knows that nothing is left of a mention.
func gone(log Log, mention directdial.Key) bool {
	record, known := log.Known(mention)
	return known && record.Gone()
}
