package route

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// presence judges that somebody says of themselves, or a coach of them, that
// they are away or back.
func (r *Router) presence(w *writing, a *directdial.Action) []directdial.Event {
	x := r.directory.Load()
	who := cmp.Or(a.Expert, a.By)
	l, _ := get[load](w.tx, bExperts, who)
	away := l.Away != nil && (l.Away.Until.IsZero() || l.Away.Until.After(w.at))
	until := directdial.Clock(a.Until)
	switch {
	case x.experts[who] == nil:
		return no(a, directdial.Unknown, "%s", x.noExpert(who))
	case a.By != who && a.By != ops && !slices.Contains(x.Coaches, a.By):
		return no(a, directdial.NotHolder, "only %s or a coach can say that", x.name(who))
	case a.Kind == directdial.ActBack && !away && x.duty(x.experts[who].Expert, w.at).Away:
		return no(a, directdial.Closed, "%s is on leave by their calendar: change it there", x.name(who))
	case a.Kind == directdial.ActBack && !away:
		return no(a, directdial.Duplicate, "%s is not away", x.name(who))
	case a.Kind == directdial.ActAway && !until.IsZero() && !until.After(w.at):
		return no(a, directdial.Unknown, "that time is over")
	case a.Kind == directdial.ActAway && away && until.Equal(l.Away.Until):
		return no(a, directdial.Duplicate, "%s is away already", x.name(who))
	}
	e := directdial.Event{Kind: directdial.EvAway, Expert: who, Until: until, By: a.By, Action: a.ID}
	if a.Kind == directdial.ActBack {
		e.Kind, e.Until = directdial.EvBack, time.Time{}
		r.replan() // something may wait for them
	}
	return []directdial.Event{e}
}

// reached judges that a channel says whether it leads to somebody.
func (r *Router) reached(w *writing, a *directdial.Action) []directdial.Event {
	x := r.directory.Load()
	e := x.experts[a.Expert]
	l, _ := get[load](w.tx, bExperts, a.Expert)
	_, lost := l.Unreachable[a.Channel]
	switch {
	case e == nil:
		return no(a, directdial.Unknown, "%s", x.noExpert(a.Expert))
	case e.Addresses[a.Channel] == "":
		return no(a, directdial.Unknown, "%s has no address on %q", x.name(e.ID), a.Channel)
	case lost == (a.Kind == directdial.ActUnreachable):
		return no(a, directdial.Duplicate, "this is known")
	case !lost:
		said := directdial.Event{Kind: directdial.EvUnreachable, Expert: e.ID, Channel: a.Channel, Detail: a.Detail, Action: a.ID}
		return append([]directdial.Event{said}, x.news(w, &said)...)
	}
	r.replan()
	return []directdial.Event{{Kind: directdial.EvReachable, Expert: e.ID, Channel: a.Channel, Action: a.ID}}
}

// askEvery bounds how often a coach is asked about one dial.
const askEvery = time.Hour

// ask brings a question of the holder to the first coach who is somebody else
// and can be reached. It is no dial, so the gate is not asked.
func (r *Router) ask(w *writing, a *directdial.Action, d *directdial.Dial, no refusal) []directdial.Event {
	x := r.directory.Load()
	switch {
	case a.By != d.Holder:
		return no(directdial.NotHolder, "the dial is with %s", x.name(d.Holder))
	case !d.Asked.IsZero() && w.at.Sub(d.Asked) < askEvery:
		return no(directdial.Duplicate, "the coach was asked at %s UTC", d.Asked.Format("15:04"))
	}
	coach, channel := x.coach(w.tx, a.By)
	switch {
	case coach == "" && slices.Contains(x.Coaches, a.By):
		return no(directdial.Unreachable, "you are the coach, and there is no other who can be reached")
	case coach == "":
		return no(directdial.Unreachable, "there is no coach who can be reached")
	}
	return []directdial.Event{{
		Kind: directdial.EvAsked, Dial: d.ID, Offer: questionID(d.ID, w.at), Expert: coach, Channel: channel,
		By: a.By, Action: a.ID, Tag: d.Tag, Topic: d.Topic,
	}}
}

// news tells the first coach who is somebody else that somebody cannot be
// reached.
func (x *directory) news(w *writing, lost *directdial.Event) []directdial.Event {
	coach, channel := x.coach(w.tx, lost.Expert)
	if coach == "" {
		return nil
	}
	return []directdial.Event{{
		Kind: directdial.EvTold, Offer: cardID("u", coach+" "+lost.Expert+" "+lost.Channel, w.at), Expert: coach, Channel: channel,
		Card: directdial.NewsCard, Reason: directdial.Unreachable, About: lost.Expert, Detail: lost.Channel,
	}}
}

// coach is the first coach who can be reached and is not a certain colleague,
// with the channel; "" if there is none.
func (x *directory) coach(r index.Reader, but string) (id, channel string) {
	for _, coach := range x.Coaches {
		e := x.experts[coach]
		if e == nil || coach == but {
			continue
		}
		l, _ := get[load](r, bExperts, coach)
		if channels := x.reachable(e, &l); len(channels) > 0 {
			return coach, channels[0]
		}
	}
	return "", ""
}

// questionID names the card of a question: "q", the digits of the dial, and the
// second.
func questionID(dial string, at time.Time) string {
	return "q" + strings.TrimPrefix(dial, "d") + "-" + strconv.FormatInt(at.Unix(), 36)
}

// no refuses an action, with words for the person.
func no(a *directdial.Action, reason directdial.Reason, format string, args ...any) []directdial.Event {
	return []directdial.Event{refused(a, reason, fmt.Sprintf(format, args...))}
}
