package blueskytest

// record is a post as its author made it.
func (x *post) record() object {
	r := object{"$type": "app.bsky.feed.post", "text": x.text, "createdAt": x.created}
	if len(x.facets) > 0 {
		r["facets"] = x.facets
	}
	if x.written.Lang != "" {
		r["langs"] = []string{x.written.Lang}
	}
	if len(x.written.Tags) > 0 {
		r["tags"] = x.written.Tags
	}
	if x.root != "" {
		r["reply"] = object{"root": object{"uri": x.root, "cid": "bafy"}, "parent": object{"uri": x.written.ReplyTo, "cid": "bafy"}}
	}
	images := object{"$type": "app.bsky.embed.images", "images": []object{{"alt": x.written.Alt}}}
	quote := object{"$type": "app.bsky.embed.record", "record": object{"uri": x.written.Quote, "cid": "bafy"}}
	switch {
	case x.written.Quote != "" && x.written.Alt != "":
		r["embed"] = object{"$type": "app.bsky.embed.recordWithMedia", "record": quote, "media": images}
	case x.written.Quote != "":
		r["embed"] = quote
	case x.written.Alt != "":
		r["embed"] = images
	}
	return r
}

// view is a post as the AppView shows it.
func (s *Server) view(x *post, viewer bool) object {
	v := object{
		"uri": x.uri, "cid": x.cid, "author": x.author.view(), "record": x.record(), "indexedAt": stamp(x.indexed),
		"labels": labels(x.written.Labels, x.uri), "replyCount": s.replies(x), "repostCount": x.reposts, "likeCount": 0, "quoteCount": 0,
	}
	if x.written.Quote == "" {
		return v
	}
	shown := object{"$type": "app.bsky.embed.record#viewNotFound", "uri": x.written.Quote, "notFound": true}
	if q := s.find(x.written.Quote); q != nil && !q.hidden(viewer) {
		shown = object{"$type": "app.bsky.embed.record#viewRecord", "uri": q.uri, "cid": q.cid, "author": q.author.view(), "value": q.record()}
	}
	v["embed"] = object{"$type": "app.bsky.embed.record#view", "record": shown}
	return v
}

func (s *Server) replies(x *post) (n int) {
	for _, other := range s.posts {
		if other.written.ReplyTo == x.uri && !other.deleted {
			n++
		}
	}
	return n
}

func (a *account) view() object {
	v := object{"did": a.did, "handle": a.handle, "labels": labels(a.labels, a.did)}
	if a.name != "" {
		v["displayName"] = a.name
	}
	return v
}

func labels(vals []string, uri string) []object {
	list := []object{}
	for _, v := range vals {
		list = append(list, object{"src": "did:plc:labeler", "uri": uri, "val": v, "cts": "2026-11-21T10:00:00.000Z"})
	}
	return list
}
