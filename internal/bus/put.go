package bus

import "context"

// maxPut is how many messages the server lets stand under a subject of SOURCES.
// There is one, and for a moment two: Put erases the one before by itself, because
// the server would leave its bytes on the disk. The others are room for processes
// that are killed between the two.
const maxPut = 8

// Put replaces what stands under the subject, which is of SOURCES, and overwrites
// the bytes of what stood there before: a state may name posts that were erased
// since. Errors are those of Publish. What cannot be overwritten now is with the
// next Put.
func (b *Bus) Put(ctx context.Context, subject string, data []byte) error {
	seqs, err := b.Publish(ctx, Sources, Message{Subject: subject, Data: data})
	if err != nil {
		return err
	}
	for {
		before, err := b.next(ctx, Sources, subject, 1)
		if err == nil && before.Seq >= seqs[0] {
			return nil
		}
		if err == nil {
			err = b.Erase(ctx, Sources, before.Seq)
		}
		if err != nil {
			b.log.Warn().Err(err).Str("subject", subject).Msg("the state before could not be overwritten; tried again with the next one")
			return nil
		}
	}
}
