package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// oldest is the first version of the server that publishes batches atomically.
const oldest = "v2.12.0"

// Examine connects to the cluster that o.URL names and says whether it can hold
// the log. It changes nothing. Without a URL it speaks of the embedded server.
func Examine(ctx context.Context, o Options) []directdial.Finding {
	if o.URL == "" {
		return []directdial.Finding{directdial.Found("nats", "embedded, version "+server.VERSION+", with atomic publish")}
	}
	b := &Bus{log: o.Log, streams: map[Stream]jetstream.Stream{}, lanes: map[Stream]*lane{}}
	defer func() { _ = b.Close() }()
	ctx, stop := b.whilePermitted(ctx)
	defer stop()
	if err := b.reach(ctx, o); err != nil {
		return []directdial.Finding{unfit("nats", err)}
	}
	found := []directdial.Finding{directdial.Found("nats", fmt.Sprintf("external, version %s, %d servers known", b.version(), len(b.nc.Servers())))}
	for _, s := range everyStream {
		found = append(found, b.examine(ctx, s))
	}
	_ = b.mayWrite(ctx) // the end of ctx tells
	if err := forbidden(ctx, nil); err != nil {
		return append(found[:1], unfit("nats rights", err))
	}
	return found
}

// version is that of the server that we are connected to.
func (b *Bus) version() string { return "v" + strings.TrimPrefix(b.nc.ConnectedServerVersion(), "v") }

// unfit is the finding of an error that keeps the log from being opened.
func unfit(what string, err error) directdial.Finding {
	return directdial.Failed(what, err.Error(), cmp.Or(remedy(err), "see the log of the NATS servers"))
}

func (b *Bus) examine(ctx context.Context, s Stream) directdial.Finding {
	what := "nats " + string(s)
	st, err := b.js.Stream(ctx, string(s))
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return directdial.Doubted(what, "the stream is not there yet", "the first directdial run makes it")
	case err != nil:
		return unfit(what, refused(err))
	case leaderless(st.CachedInfo()) != nil:
		return unfit(what, leaderless(st.CachedInfo()))
	}
	c := st.CachedInfo().Config
	switch {
	case !c.AllowAtomicPublish:
		return directdial.Doubted(what, "atomic publish is off", "the next directdial run switches it on; its user needs the right to change the stream")
	case c.Replicas < 2:
		return directdial.Doubted(what, "the stream has one copy", "set nats.replicas to 3")
	}
	return directdial.Found(what, fmt.Sprintf("%d copies, with atomic publish", c.Replicas))
}

// DiskFree is how many bytes may still be written under dir; known is false
// where the file system does not say.
func DiskFree(dir string) (free int64, known bool) { return diskFree(dir) }
