package mastodon

import (
	"context"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// look is the Look of the source: the post, and the thread below it.
func (s *source) look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	if err := s.client.learn(ctx); err != nil {
		return nil, err
	}
	id, err := s.find(ctx, p.ID)
	if id == "" || err != nil {
		return nil, err
	}
	gone := []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: s.now()}}
	st, err := s.client.status(ctx, id)
	switch {
	case isGone(err):
		return gone, nil
	case err != nil:
		return nil, err
	case st.identity() != p.ID:
		return nil, directdial.Errorf(directdial.Invalid, "the server has another post under the id that was asked for")
	case !st.heard(true):
		return gone, nil // nothing of it is left that may be heard
	}
	thread, err := s.client.thread(ctx, id)
	if isGone(err) {
		return gone, nil
	}
	if err != nil {
		return nil, err
	}
	return s.conversation(st, thread, p), nil
}

// conversation makes items of a post and of the replies below it, oldest first.
func (s *source) conversation(st *status, t *thread, p ingest.Post) []directdial.Item {
	uris := map[string]string{st.ID: st.identity()} // by id of the status
	root := ""
	for i := range t.Ancestors {
		uris[t.Ancestors[i].ID] = t.Ancestors[i].identity()
	}
	switch {
	case st.InReplyTo == "":
		root = st.identity()
	case len(t.Ancestors) > 0 && t.Ancestors[0].InReplyTo == "":
		root = t.Ancestors[0].identity()
	default:
		root = p.Thread // the server shows only the lower end of a long thread
	}
	for i := range t.Descendants {
		uris[t.Descendants[i].ID] = t.Descendants[i].identity()
	}
	replies := slices.DeleteFunc(t.Descendants, func(r status) bool {
		return !r.heard(true) || r.CreatedAt.Before(p.Since)
	})
	slices.SortStableFunc(replies, func(a, b status) int { return a.CreatedAt.Compare(b.CreatedAt.Time) })
	var items []directdial.Item
	for _, r := range append([]status{*st}, replies...) {
		m := r.mention(s.client.accounts())
		m.Thread = root
		if r.InReplyTo == "" {
			m.Thread = "" // it answers nobody
		} else {
			m.InReplyTo = uris[r.InReplyTo]
		}
		s.known.add(&r)
		items = append(items, m)
	}
	return items
}

// find returns the id that a post has on this server: what was read of late is
// remembered, the uris of the server's own posts end in it, and all others are
// searched for. It is "" if the server finds no such post, which does not say
// that there is none: servers look for what they do not have elsewhere, and
// elsewhere may be down.
func (s *source) find(ctx context.Context, uri string) (id string, err error) {
	if id := s.known.id(uri); id != "" {
		return id, nil
	}
	if id := s.own(uri); id != "" {
		return id, nil
	}
	if s.client.token.IsZero() {
		return "", directdial.Errorf(directdial.Denied, "a post that was read before the restart is searched for, and that needs a token with the scope read:search")
	}
	var found struct {
		Statuses []status `json:"statuses"`
	}
	query := url.Values{"q": {uri}, "type": {"statuses"}, "resolve": {"true"}, "limit": {"1"}}
	if _, err := s.client.get(ctx, "/api/v2/search", query, "read:search", &found); err != nil {
		return "", err
	}
	for i := range found.Statuses {
		if st := &found.Statuses[i]; st.identity() == uri {
			s.known.add(st)
			return st.ID, nil
		}
	}
	return "", nil
}

// own returns the id of a post of the server itself, as it stands in the uri
// …/statuses/<id>, "" if it is not one or has another form.
func (s *source) own(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Host != s.client.server.Host && !strings.EqualFold(u.Host, s.client.accounts()) {
		return ""
	}
	dir, id := path.Split(u.Path)
	if !strings.HasSuffix(dir, "/statuses/") {
		return ""
	}
	return id
}

// isGone reports whether an error says that there is no such post any more.
func isGone(err error) bool {
	return errors.Is(err, errNoRecord) || directdial.KindOf(err) == directdial.Gone
}
