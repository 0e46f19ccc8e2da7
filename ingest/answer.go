package ingest

import "github.com/directdial/directdial"

// answers reports a mention as an answer, too, if an account of ours replied
// with it to a post that is known. That it answers an open dial, the router
// finds.
func (b *batch) answers(m *directdial.Mention) {
	if b.watch == nil || m.InReplyTo == "" || m.History {
		return
	}
	account := b.watch.Account(m.Platform, m.Author)
	if account == "" {
		return
	}
	// What answers somebody else in the thread is no answer to the post.
	if _, known := b.known(b.keyer.Mention(m.Platform, m.InReplyTo)); !known {
		return
	}
	a, err := b.action(b.source, &directdial.Answer{
		Platform: m.Platform, ID: m.ID, InReplyTo: m.InReplyTo, Thread: m.Thread, Account: account, At: m.CreatedAt,
	}, b.now)
	if err == nil { // its ids were checked with the mention
		b.actions = append(b.actions, a)
	}
}
