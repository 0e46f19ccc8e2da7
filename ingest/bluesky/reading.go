package bluesky

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// reading is one stream that is being read.
type reading struct {
	*streamed
	state   *streamState
	store   ingest.State
	emit    ingest.Emit
	resumed bool // the last event that was read before is still to come again
	saved   time.Time
	pending []*post           // to be emitted
	items   []directdial.Item // that need nothing more
}

// maxPending is how many posts are gathered before their authors are asked for.
const maxPending = maxURIs

// run reads until ctx ends or something fails. What comes at once is emitted at
// once; while frames wait, posts are gathered.
func (r *reading) run(ctx context.Context, frames <-chan *frame) error {
	idle := time.NewTicker(saveEvery)
	defer idle.Stop()
	for {
		select {
		case f := <-frames:
			r.take(f)
		case <-idle.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if len(r.pending) < maxPending && len(frames) > 0 {
			continue
		}
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
}

// take notes what a frame says.
func (r *reading) take(f *frame) {
	now := r.source.now()
	if r.resumed && f.Time > r.state.Last {
		r.items = append(r.items, &directdial.Gap{
			Query: "stream", From: time.UnixMicro(r.state.Last).UTC(), To: f.at(), Cause: "expired cursor", Missing: -1,
		})
	}
	r.resumed = false
	if (f.Time > r.state.Last || !r.state.Seen) && f.at().Before(now.Add(future)) {
		r.state.Last, r.state.Seen = f.Time, true
	}
	switch {
	case f.Account != nil && !f.Account.Active:
		r.pending = slices.DeleteFunc(r.pending, func(p *post) bool { return p.Author.DID == f.DID })
		for _, uri := range r.known.of(f.DID) {
			r.gone(uri, now)
		}
	case f.Commit == nil:
	case f.Commit.Operation == "delete":
		r.pending = slices.DeleteFunc(r.pending, func(p *post) bool { return p.URI == f.uri() })
		if r.known.has(f.uri()) {
			r.gone(f.uri(), now)
		}
	case f.Commit.Collection == repostCollection:
		if r.known.has(f.Commit.Record.Subject.URI) {
			r.pending = append(r.pending, f.post())
		}
	case r.matcher.found(&f.Commit.Record), r.matcher.addressed(&f.Commit.Record), r.known.has(f.uri()):
		if !r.latest.Late(f.uri(), f.at()) {
			r.pending = append(r.pending, f.post())
		}
	}
}

// gone notes that a post is no more.
func (r *reading) gone(uri string, now time.Time) {
	r.known.remove(uri)
	r.latest.Gone(uri)
	r.items = append(r.items, &directdial.Deletion{Platform: platform, ID: uri, At: now})
}

// flush emits what was gathered, and then saves the place in the stream.
func (r *reading) flush(ctx context.Context) error {
	mentions, err := r.mentions(ctx)
	if err != nil {
		return err
	}
	items := append(mentions, r.items...)
	now := r.source.now()
	if len(items) == 0 && now.Sub(r.saved) < saveEvery {
		return nil
	}
	if len(items) > 0 {
		if _, err := r.emit(ctx, items...); err != nil {
			return err
		}
	}
	r.pending, r.items, r.saved = nil, nil, now
	return r.state.save(ctx, r.store)
}

// mentions makes mentions of the posts that wait. The stream knows authors by
// their DID only, and of what is shown again only where it is: the rest is
// asked for.
func (r *reading) mentions(ctx context.Context) (items []directdial.Item, err error) {
	if len(r.pending) == 0 {
		return nil, nil
	}
	authors, err := r.source.client.profiles(ctx, r.pending)
	if err != nil {
		return nil, err
	}
	shown, err := r.source.shown(ctx, r.pending)
	if err != nil {
		return nil, err
	}
	now := r.source.now()
	for _, p := range r.pending {
		if a, ok := authors[p.Author.DID]; ok {
			p.Author = a
		}
		addressed := r.matcher.addressed(&p.Record)
		if !p.heard(addressed) {
			continue
		}
		if m := p.mention(now, shown[p.bare()]); m != nil {
			items = append(items, m)
			r.known.add(m.ID)
			r.source.report.Newest(m.CreatedAt)
		}
	}
	return items, nil
}

// profiles asks for the authors of posts, by DID. An author whom the server
// does not know yet is not among them.
func (c *client) profiles(ctx context.Context, posts []*post) (map[string]profile, error) {
	var answer struct {
		Profiles []profile `json:"profiles"`
	}
	dids := map[string]bool{}
	params := url.Values{}
	for _, p := range posts {
		if did := p.Author.DID; !dids[did] {
			dids[did] = true
			params.Add("actors", did)
		}
	}
	if err := c.get(ctx, "app.bsky.actor.getProfiles", params, &answer); err != nil {
		return nil, err
	}
	if answer.Profiles == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of getProfiles has no list")
	}
	authors := map[string]profile{}
	for _, a := range answer.Profiles {
		authors[a.DID] = a
	}
	return authors, nil
}

// known is what was emitted, so that its deletion is seen. It is in memory and
// bounded: what was emitted first is forgotten first.
type known struct {
	uris  map[string]bool
	order []string
}

const maxKnown = 50_000

func (k *known) has(uri string) bool { return k.uris[uri] }

func (k *known) add(uri string) {
	if k.uris == nil {
		k.uris = map[string]bool{}
	}
	if k.uris[uri] {
		return
	}
	k.uris[uri] = true
	k.order = append(k.order, uri)
	if len(k.order) > maxKnown {
		delete(k.uris, k.order[0])
		k.order = k.order[1:]
	}
}

func (k *known) remove(uri string) { delete(k.uris, uri) }

// of lists the posts of an account.
func (k *known) of(did string) (uris []string) {
	for uri := range k.uris {
		if strings.HasPrefix(uri, "at://"+did+"/") {
			uris = append(uris, uri)
		}
	}
	return uris
}
