package demo

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// LiveOptions say how the bundled posts flow into an exchange that runs.
type LiveOptions struct {
	Out     io.Writer
	Desk    *desk.Client
	Address string // of the webhook, host:port
	Token   string // of its source
	Every   time.Duration
}

// Live posts the bundled posts again and again, one every o.Every and the first
// rounds faster, each round under new ids, and answers the cards as colleagues would: most are taken and
// answered, some passed on, a few are not for us. So every panel of a dashboard
// has something to show. It ends when ctx is done, or with the first error.
func Live(ctx context.Context, o LiveOptions) error {
	l := &live{LiveOptions: o, run: strconv.FormatInt(time.Now().Unix(), 36)}
	wait := time.NewTimer(l.pace())
	defer wait.Stop()
	for {
		if err := l.step(ctx, time.Now()); err != nil {
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil
			}
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
			wait.Reset(l.pace())
		}
	}
}

type live struct {
	LiveOptions
	run     string // tells the ids of this run from those of another
	round   int
	waiting []directdial.Mention // posts of this round that are still to come
}

// pace is the time until the next post. A rate is drawn of what grew since it
// was first seen, so two rounds come fast.
func (l *live) pace() time.Duration {
	if l.round <= 2 {
		return l.Every / 4
	}
	return l.Every
}

// step posts one post and does what is due for the colleagues.
func (l *live) step(ctx context.Context, now time.Time) error {
	if len(l.waiting) == 0 {
		l.round++
		l.waiting = roundOf(fmt.Sprintf("%s/%d", l.run, l.round))
		if _, err := fmt.Fprintf(l.Out, "round %d: %d posts, one every %v\n", l.round, len(l.waiting), l.Every); err != nil {
			return err
		}
	}
	m := l.waiting[0]
	l.waiting = l.waiting[1:]
	m.CreatedAt = now.Add(-spread(m.ID, time.Second, time.Minute))
	if _, err := post(ctx, l.Address, l.Token, []directdial.Mention{m}); err != nil {
		return err
	}
	return l.answer(ctx, now)
}

// answer does what the colleagues would do by now.
func (l *live) answer(ctx context.Context, now time.Time) error {
	dials, err := l.Desk.Dials(ctx, false, desk.MaxList)
	if err != nil {
		return err
	}
	for _, d := range dials {
		kind, due := reaction(d, now)
		if !due {
			continue
		}
		// What the exchange refuses has changed since it was listed, and is
		// looked at again with the next post.
		if _, err := l.Desk.Act(ctx, d.ID, directdial.Action{Kind: kind, By: d.Holder, Surface: "cli"}); err != nil {
			return err
		}
	}
	return nil
}

// reaction is what the holder of an open dial does with it, and whether it is
// time. It hangs on the dial alone, so it stays the same however often one asks.
func reaction(d desk.DialView, now time.Time) (kind directdial.ActionKind, due bool) {
	if d.State == directdial.Accepted {
		return directdial.ActAnswered, !now.Before(d.Accepted.Add(spread(d.ID+"answer", time.Second, 5*time.Second)))
	}
	due = !now.Before(d.Offer.At.Add(spread(d.Offer.ID, time.Second, 5*time.Second)))
	switch number(d.Offer.ID) % 16 {
	case 0:
		return directdial.ActDecline, due
	case 1, 2:
		if d.Hop == 1 {
			return directdial.ActPass, due
		}
	}
	return directdial.ActTake, due
}

// roundOf are the bundled posts with ids of their own.
func roundOf(name string) []directdial.Mention {
	const site = "https://social.example/"
	rename := func(s string) string {
		if id, ok := strings.CutPrefix(s, site); ok {
			return site + name + "/" + id
		}
		return s
	}
	var all []directdial.Mention
	for _, sc := range scenes() {
		for _, m := range sc.posts {
			m.ID, m.URL, m.InReplyTo = rename(m.ID), rename(m.URL), rename(m.InReplyTo)
			all = append(all, m)
		}
	}
	return all
}

// spread is a time from least to most that hangs on a name.
func spread(name string, least, most time.Duration) time.Duration {
	return least + time.Duration(number(name)%1000)*(most-least)/1000
}

// number is a number that hangs on a name. The low bits of the sum hang on
// little but its end.
func number(name string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, name)
	return h.Sum64() >> 32
}
