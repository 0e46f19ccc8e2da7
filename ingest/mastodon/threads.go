package mastodon

import (
	"context"
	"errors"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// threads tells where posts stand in their threads. A post names the one that
// it answers by the id that it has on this server only, so that the server must
// be asked: one request for a reply whose thread is not known yet.
type threads struct {
	client *client
	mu     sync.Mutex       // one post is placed after the other
	known  map[string]place // by id of the status
	failed map[string]int   // how often the thread of a status could not be had
}

// place is what is known of a post that may be answered. Without a uri it
// cannot be had.
type place struct {
	uri  string
	root string // uri of the first post of its thread, "" if that cannot be told
}

const (
	maxPlaces   = 5000
	maxAttempts = 3
)

// place returns the uris of the post that st answers and of the first post of
// the thread; "" for what cannot be told. A thread that cannot be had is no
// reason to lose a post, so that an error, which says to try again later, is
// not returned for ever.
func (t *threads) place(ctx context.Context, st *status) (parent, root string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) > maxPlaces {
		t.known, t.failed = map[string]place{}, map[string]int{}
	}
	if st.InReplyTo == "" {
		t.known[st.ID] = place{uri: st.URI, root: st.URI}
		return "", "", nil
	}
	p, ok := t.known[st.InReplyTo]
	if !ok {
		if err := t.ask(ctx, st); err != nil {
			return "", "", err
		}
		p = t.known[st.InReplyTo]
		t.known[st.InReplyTo] = p // also that it cannot be had
	}
	t.known[st.ID] = place{uri: st.URI, root: p.root}
	return p.uri, p.root, nil
}

// ask learns the places of all that stands above st.
func (t *threads) ask(ctx context.Context, st *status) error {
	above, err := t.client.thread(ctx, st.ID)
	switch {
	case err == nil:
	case errors.Is(err, ingest.ErrLimit), ctx.Err() != nil:
		return err
	case directdial.KindOf(err) == directdial.Temporary, directdial.KindOf(err) == directdial.Internal:
		if t.failed[st.ID]++; t.failed[st.ID] < maxAttempts {
			return err
		}
		return nil
	default:
		return nil // deleted meanwhile, or not to be seen
	}
	root := ""
	if len(above.Ancestors) > 0 && above.Ancestors[0].InReplyTo == "" {
		root = above.Ancestors[0].URI // else the server shows only the lower end of a long thread
	}
	for _, a := range above.Ancestors {
		t.known[a.ID] = place{uri: a.URI, root: root}
	}
	return nil
}
