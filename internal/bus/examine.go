package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/mod/semver"

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
	if err := b.reach(ctx, o); err != nil {
		return []directdial.Finding{directdial.Failed("nats", err.Error(), "see that nats.url names servers that this machine reaches, with the right user and password")}
	}
	version := "v" + strings.TrimPrefix(b.nc.ConnectedServerVersion(), "v")
	if !semver.IsValid(version) || semver.Compare(version, oldest) < 0 {
		return []directdial.Finding{directdial.Failed("nats", "the server has version "+version+", which cannot publish batches atomically", "update the NATS servers to "+oldest+" or newer")}
	}
	found := []directdial.Finding{directdial.Found("nats", "external, version "+version+", "+fmt.Sprintf("%d servers known", len(b.nc.Servers())))}
	for _, s := range everyStream {
		found = append(found, b.examine(ctx, s))
	}
	return found
}

func (b *Bus) examine(ctx context.Context, s Stream) directdial.Finding {
	what := "nats " + string(s)
	st, err := b.js.Stream(ctx, string(s))
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return directdial.Doubted(what, "the stream is not there yet", "the first directdial run makes it")
	case err != nil:
		return directdial.Failed(what, refused(err).Error(), "see that JetStream is enabled and that the user may use its API")
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
