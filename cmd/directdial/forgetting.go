package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
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
	authors, err := x.authors(ctx, platform, who, end.Last)
	if err != nil {
		return nil, err
	}
	f := &desk.Forgotten{Mentions: x.router.Authored(ctx, authors)}
	j, err := x.command(ctx, directdial.Action{Kind: directdial.ActForget, After: end.Last, Authors: authors})
	switch {
	case err != nil:
		return nil, err
	case j.Refused():
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
	for some := range slices.Chunk(mentions, directdial.MaxSeqs) {
		if _, err := x.command(ctx, directdial.Action{Kind: directdial.ActForget, Mentions: some}); err != nil {
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

// authors are the keys under which mentions of somebody may stand. An author is
// known by an id, and by a handle where the platform tells no id; somebody who is
// named by a handle is looked up in the texts, to find the id beside it.
func (x deskView) authors(ctx context.Context, platform, who string, end uint64) ([]directdial.Key, error) {
	handle := directdial.Author{Handle: who}.Identity()
	found := map[directdial.Key]bool{}
	var keys []directdial.Key
	add := func(identity string) {
		if key := x.keys.Author(platform, identity); key != "" && !found[key] {
			found[key] = true
			keys = append(keys, key)
		}
	}
	add(who)
	add(handle)
	err := x.bus.Read(ctx, bus.Mentions, "mentions."+platform+".>", 1, end, func(m *bus.Message) error {
		var said struct{ Author directdial.Author }
		if json.Unmarshal(m.Data, &said) != nil {
			return nil // a dead letter: its header names its author
		}
		a := said.Author
		if a.ID == who || a.URL == who || (a.Handle != "" && directdial.Author{Handle: a.Handle}.Identity() == handle) {
			add(a.Identity())
		}
		return nil
	})
	// An author who changes the handle has few keys; an action is not without
	// bounds all the same.
	return keys[:min(len(keys), directdial.MaxSeqs)], err
}
