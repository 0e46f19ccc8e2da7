package bus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// Restore makes all streams of an empty log from what Copy wrote. from opens the
// copy of a stream. Errors: Invalid when the log is not empty or a copy cannot
// be read; Temporary; those of from. What was restored until then stays: the
// caller removes it.
//
// The embedded server writes here without syncing each message: it gives up on
// a stream of which a part takes longer than five seconds. All of it is synced
// at the end.
func Restore(ctx context.Context, o Options, from func(Stream) (io.ReadCloser, error)) error {
	o.syncLater = true
	b := &Bus{log: o.Log, streams: map[Stream]jetstream.Stream{}, lanes: map[Stream]*lane{}}
	ctx, stop := b.whilePermitted(ctx)
	defer stop()
	err := b.reach(ctx, o)
	for _, s := range everyStream {
		if err == nil {
			err = b.restore(ctx, s, max(o.Replicas, 1), from)
		}
	}
	if err != nil {
		err = advised(forbidden(ctx, err))
	}
	err = errors.Join(err, b.Close())
	if err == nil && o.URL == "" {
		err = syncTree(o.Dir)
	}
	return err
}

func (b *Bus) restore(ctx context.Context, s Stream, replicas int, from func(Stream) (io.ReadCloser, error)) error {
	copied, err := from(s)
	if err != nil {
		return err
	}
	if err := errors.Join(b.upload(ctx, streamConfig(s, replicas), copied), copied.Close()); err != nil {
		return fmt.Errorf("restoring %s: %w", s, err)
	}
	return nil
}

// syncTree puts all files and folders under dir on the disk.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || (!d.IsDir() && !d.Type().IsRegular()) {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}

func taken(s Stream) error {
	return directdial.Errorf(directdial.Invalid, "the log holds %s already: a backup is restored where there is nothing", s)
}

// upload sends a copy to the server. A stream that was never written to makes
// room.
func (b *Bus) upload(ctx context.Context, config jetstream.StreamConfig, copied io.Reader) error {
	if err := b.makeRoom(ctx, Stream(config.Name)); err != nil {
		return err
	}
	var begun struct {
		apiError
		Deliver string `json:"deliver_subject"`
	}
	if err := b.api(ctx, "STREAM.RESTORE."+config.Name, map[string]any{"config": config, "state": jetstream.StreamState{}}, &begun); err != nil {
		return err
	}
	if begun.Error != nil {
		return refused(begun.Error)
	}
	chunk := make([]byte, chunkSize)
	for {
		n, err := io.ReadFull(copied, chunk)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
			return err
		}
		// An empty chunk is the end; its answer says what became of it.
		if err := b.send(ctx, begun.Deliver, chunk[:n]); err != nil || n == 0 {
			return err
		}
	}
}

// send sends a chunk and waits for its answer.
func (b *Bus) send(ctx context.Context, subject string, chunk []byte) error {
	bounded, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	answer, err := b.nc.RequestWithContext(bounded, subject, bytes.Clone(chunk))
	if err != nil {
		return refused(err)
	}
	var said apiError
	if len(answer.Data) > 0 {
		if err := json.Unmarshal(answer.Data, &said); err != nil {
			return err
		}
	}
	if said.Error != nil {
		return directdial.Errorf(directdial.Invalid, "the copy cannot be read: %w", said.Error)
	}
	return nil
}

func (b *Bus) makeRoom(ctx context.Context, s Stream) error {
	st, err := b.js.Stream(ctx, string(s))
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return nil
	case err != nil:
		return refused(err)
	case st.CachedInfo().State.LastSeq > 0:
		return taken(s)
	}
	return refused(b.js.DeleteStream(ctx, string(s)))
}
