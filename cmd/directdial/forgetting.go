package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/bus"
)

// Forget implements desk.Exchange. What it puts on the log are keyed hashes.
func (x deskView) Forget(ctx context.Context, author string) (*desk.Forgotten, error) {
	platform, who, err := authorOf(author)
	if err != nil {
		return nil, err
	}
	end, err := x.bus.State(ctx, bus.Mentions)
	if err != nil {
		return nil, err
	}
	t, err := x.theirs(ctx, platform, who, end.Last)
	if err != nil {
		return nil, err
	}
	f := &desk.Forgotten{Mentions: x.router.Authored(ctx, t.authors) + len(t.strays)}
	if err := x.erase(ctx, t.strays, end.Last); err != nil {
		return nil, err
	}
	j, err := x.command(ctx, directdial.Action{Kind: directdial.ActForget, After: end.Last, Authors: t.authors})
	switch {
	case err != nil:
		return nil, err
	case j.Refused() && len(t.strays) == 0:
		return nil, directdial.Errorf(directdial.NotFound, "there is no mention by %s", author)
	}
	return f, nil
}

// authorOf takes an author apart as people name them.
func authorOf(author string) (platform, who string, err error) {
	platform, who, ok := strings.Cut(author, ":")
	if !ok || !directdial.ValidName(platform) || who == "" {
		return "", "", &directdial.Error{Kind: directdial.Invalid, Field: "author", Msg: "must be PLATFORM:HANDLE or PLATFORM:ID, like mastodon:@user1@social.example"}
	}
	return platform, who, nil
}

// Erase implements desk.Exchange. That there is nothing to erase is fine.
func (x deskView) Erase(ctx context.Context, mentions []directdial.Key) error {
	return x.erase(ctx, mentions, 0)
}

// erase erases mentions once all up to a sequence is decided.
func (x deskView) erase(ctx context.Context, mentions []directdial.Key, after uint64) error {
	for some := range slices.Chunk(mentions, directdial.MaxSeqs) {
		if _, err := x.command(ctx, directdial.Action{Kind: directdial.ActForget, After: after, Mentions: some}); err != nil {
			return err
		}
	}
	return nil
}

// command puts a command on the log and waits for the router's judgement.
func (x deskView) command(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	a.V, a.ID, a.At, a.By, a.Surface = directdial.ActionVersion, newID(), directdial.Clock(x.now()), "ops", "cli"
	if _, err := x.bus.Claim(ctx, bus.Actions, actionMessage("actions.command."+string(a.Kind)+"."+a.ID, &a)); err != nil {
		return directdial.Judgement{}, err
	}
	return x.router.Await(ctx, a.ID)
}

// Erasures implements desk.Exchange.
func (x deskView) Erasures() desk.Erasures {
	left := x.router.Forgetting()
	return desk.Erasures{Mentions: left.Mentions, Messages: left.Messages}
}

// theirs is what is known as said by somebody.
type theirs struct {
	authors []directdial.Key // under which their mentions may stand
	// strays are mentions of which only an edit names them: those stand under
	// another author or, where the first message named nobody, under none.
	strays []directdial.Key
}

// theirs looks for what somebody said. An author is known by an id, and by a
// handle where the platform tells no id; somebody who is named by a handle is
// looked up in the texts, to find the id beside it.
func (x deskView) theirs(ctx context.Context, platform, who string, end uint64) (theirs, error) {
	handle := directdial.Author{Handle: who}.Identity()
	var authors, named keySet
	add := func(identity string) {
		if key := x.keys.Author(platform, identity); key != "" {
			authors.add(key)
		}
	}
	add(who)
	add(handle)
	for _, subject := range ingest.SubjectsOf(platform) {
		err := x.bus.Read(ctx, bus.Mentions, subject, 1, end, func(m *bus.Message) error {
			var said struct {
				Platform string
				Author   directdial.Author
			}
			if json.Unmarshal(m.Data, &said) != nil || said.Platform != platform {
				return nil // a dead letter: its header names its author
			}
			a := said.Author
			if a.ID == who || a.URL == who || (a.Handle != "" && directdial.Author{Handle: a.Handle}.Identity() == handle) {
				add(a.Identity())
				named.add(directdial.Key(m.Header[directdial.HeaderMention]))
			}
			return nil
		})
		if err != nil {
			return theirs{}, err
		}
	}
	var t theirs
	for _, key := range named.keys {
		// One that is not decided yet may be under another author, too.
		if rec, _ := x.router.Mention(key); !rec.Gone() && !authors.has[rec.Author] {
			t.strays = append(t.strays, key)
		}
	}
	// An author who changes the handle has few keys; an action is not without
	// bounds all the same.
	t.authors = authors.keys[:min(len(authors.keys), directdial.MaxSeqs)]
	return t, nil
}

// keySet is keys, each once, in the order in which they came.
type keySet struct {
	keys []directdial.Key
	has  map[directdial.Key]bool
}

func (s *keySet) add(key directdial.Key) {
	if s.has[key] {
		return
	}
	if s.has == nil {
		s.has = map[directdial.Key]bool{}
	}
	s.has[key] = true
	s.keys = append(s.keys, key)
}
