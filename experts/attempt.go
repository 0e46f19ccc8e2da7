package experts

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// do does what was picked. ctx ends when nothing new shall begin; what was
// begun ends under work.
func (l *lane) do(ctx, work context.Context, t *task) {
	switch t.plan.deed {
	case send:
		l.send(ctx, work, t)
	case find:
		l.find(work, t)
	case hold:
		l.hold(work, t)
	case lapse:
		l.lapse(work, t)
	case edit:
		l.edit(work, t)
	}
}

// send makes one attempt: claim, send, report. A kill between any two of them
// leaves a claim without an outcome.
func (l *lane) send(ctx, work context.Context, t *task) {
	card, ok := l.card(work, t)
	if !ok || !l.claim(work, t, card) {
		return
	}
	o := t.work.Offer
	if ctx.Err() != nil {
		l.unsent(work, t.job, o, t.plan.attempt, "the exchange was stopped")
		return
	}
	if !o.SendBefore.IsZero() && !time.Now().Before(o.SendBefore) {
		l.unsent(work, t.job, o, t.plan.attempt, "it was too late")
		return
	}
	bounded, cancel := context.WithTimeout(work, l.d.timeout)
	defer cancel()
	ref, err := t.channel.Send(bounded, t.work.To, card)
	if err != nil {
		l.refused(work, t, err)
		return
	}
	l.works(t.job)
	l.delivered(work, t, ref, card.Revision)
	if !t.work.Accepted.IsZero() {
		l.d.count.seconds.WithLabelValues(l.name, tagLabel(card.Tag)).Observe(time.Since(t.work.Accepted).Seconds())
	}
}

// unsent reports that an attempt was claimed and not made.
func (l *lane) unsent(work context.Context, j *job, o directdial.Offer, attempt int, why string) {
	a := l.action(directdial.ActRetry, o, attempt)
	a.Detail = "not sent: " + why
	l.report(work, j, a)
}

// card asks for the card as it should be now. A card that is over before it
// was sent is none: the outbox will not list it much longer.
func (l *lane) card(work context.Context, t *task) (Card, bool) {
	card, err := l.d.exchange.Card(work, t.work.Offer.ID)
	if err == nil && (t.plan.deed != send || !card.Over()) {
		card.Shown = max(t.job.shown, t.work.Offer.Shown)
		return card.Clean(), true
	}
	if err != nil && directdial.KindOf(err) != directdial.NotFound {
		l.log.Error().Err(err).Str("offer", t.work.Offer.ID).Msg("the card cannot be composed")
	}
	t.job.stick()
	return Card{}, false
}

// claim puts the attempt on the log and reports whether it may be made.
func (l *lane) claim(work context.Context, t *task, card Card) bool {
	j := t.job
	a := l.action(directdial.ActClaim, t.work.Offer, t.plan.attempt)
	a.ID = strings.Join([]string{a.Offer, a.Channel, strconv.Itoa(a.Attempt), l.d.instance}, ".")
	a.Shown = card.Revision
	err := l.d.exchange.Claim(work, a)
	switch {
	case err == nil:
		j.log = append(j.log, a)
		l.d.count.claims.WithLabelValues(l.name).Inc()
		return true
	case directdial.KindOf(err) == directdial.Denied:
		// An earlier process was here, or another one is.
		l.read(work, t)
	default:
		// It may be on the log: then the next try is denied and finds it.
		l.log.Error().Err(err).Str("offer", a.Offer).Msg("an attempt cannot be claimed")
		j.stick()
	}
	return false
}

// read takes the claims and outcomes of the job from the exchange.
func (l *lane) read(work context.Context, t *task) {
	j, o := t.job, t.work.Offer
	log, err := l.d.exchange.Attempts(work, o.ID, l.name)
	if err != nil {
		l.log.Error().Err(err).Str("offer", o.ID).Msg("the attempts of an offer cannot be read")
		j.stick()
		return
	}
	if j.read && len(log) <= len(j.log) {
		// Denied, and yet there is nothing new to see: ask again later.
		j.stick()
	}
	ours := map[int]bool{}
	for _, a := range j.log {
		ours[a.Attempt] = true
	}
	j.log, j.read, j.foreign = slices.Clone(log), true, false
	for _, n := range planOf(j.log, false, Repeat, 0).open {
		i := slices.IndexFunc(log, func(a directdial.Action) bool { return a.Attempt == n && a.Kind == directdial.ActClaim })
		switch mine := strings.HasSuffix(log[i].ID, "."+l.d.instance); {
		case mine && !ours[n]:
			// The claim was on disk, its answer was lost: we never sent it.
			l.unsent(work, j, o, n, "the answer to the claim was lost")
		case !mine && !log[i].At.Before(l.d.born):
			j.foreign = true
		}
	}
}

// refused reports what came of an attempt that failed.
func (l *lane) refused(work context.Context, t *task, err error) {
	o := t.work.Offer
	until := l.fails(t.job, err)
	switch kind := directdial.KindOf(err); kind {
	case directdial.Ambiguous:
		// What follows is planned from the open claim.
		t.job.until = until
		l.d.count.ambiguous.WithLabelValues(l.name).Inc()
		l.log.Warn().Err(err).Str("offer", o.ID).Int("attempt", t.plan.attempt).Msg("nobody knows whether a card arrived")
	case directdial.Gone, directdial.Invalid:
		l.holdOthers(work, t)
		a := l.action(directdial.ActFailed, o, t.plan.attempt)
		a.Detail = detail(err)
		l.report(work, t.job, a)
		l.log.Warn().Err(err).Str("offer", o.ID).Str("expert", o.Expert).Msg("a card was refused for good")
	default:
		a := l.action(directdial.ActRetry, o, t.plan.attempt)
		a.Detail = detail(err)
		if !errors.Is(err, ErrChannel) { // how long a channel waits is the lane's, and ends with a restart or a reload
			a.Until = directdial.Clock(until)
		}
		l.report(work, t.job, a)
	}
}

// delivered reports that an attempt arrived. Open attempts before it may have
// arrived, too.
func (l *lane) delivered(work context.Context, t *task, ref string, shown int) {
	l.holdOthers(work, t)
	a := l.action(directdial.ActDelivered, t.work.Offer, t.plan.attempt)
	a.Ref, a.Shown = ref, shown
	if a.Ref == "" {
		a.Ref = a.Offer // without a reference the card would count as not delivered
	}
	l.report(work, t.job, a)
}

// hold leaves a card to a person: it may have arrived.
func (l *lane) hold(work context.Context, t *task) {
	l.holdOthers(work, t)
	if slices.Contains(t.plan.open, t.plan.attempt) {
		a := l.action(directdial.ActAmbiguous, t.work.Offer, t.plan.attempt)
		a.Detail = "it may have arrived; nobody can tell"
		l.report(work, t.job, a)
	}
}

// holdOthers reports the open attempts but the present one as ambiguous.
func (l *lane) holdOthers(work context.Context, t *task) {
	for _, n := range t.plan.open {
		if n != t.plan.attempt {
			a := l.action(directdial.ActAmbiguous, t.work.Offer, n)
			a.Detail = "it may have arrived; attempt " + strconv.Itoa(t.plan.attempt) + " followed"
			l.report(work, t.job, a)
		}
	}
}

// lapse reports that a card was not sent in time, or that there is no channel
// to send it by.
func (l *lane) lapse(work context.Context, t *task) {
	if len(t.job.log) == 0 && !t.job.read {
		l.read(work, t) // an earlier process may have got further
		return
	}
	a := l.action(directdial.ActLapsed, t.work.Offer, t.plan.attempt)
	if t.channel == nil {
		a.Kind, a.Detail = directdial.ActFailed, "the channel is not configured"
	}
	l.report(work, t.job, a)
}

// find looks up whether an open attempt arrived.
func (l *lane) find(work context.Context, t *task) {
	bounded, cancel := context.WithTimeout(work, l.d.timeout)
	defer cancel()
	o, j := t.work.Offer, t.job
	ref, found, err := t.channel.(Finder).Find(bounded, t.work.To, o.ID)
	switch {
	case err != nil:
		l.unfound(work, t, err)
	case found:
		l.works(j)
		i := slices.IndexFunc(j.log, func(a directdial.Action) bool { return a.Attempt == t.plan.attempt })
		l.delivered(work, t, ref, j.log[i].Shown)
	default:
		l.works(j)
		for _, n := range t.plan.open {
			a := l.action(directdial.ActRetry, o, n)
			a.Detail = "looked up: it did not arrive"
			l.report(work, j, a)
		}
	}
}

// unfound goes on after a look-up failed: it is tried again while that may
// help and there is time.
func (l *lane) unfound(work context.Context, t *task, err error) {
	o := t.work.Offer
	l.log.Warn().Err(err).Str("offer", o.ID).Msg("a card of which nobody knows whether it arrived cannot be looked up")
	switch directdial.KindOf(err) {
	case directdial.Gone, directdial.Invalid, directdial.Denied, directdial.NotFound:
		t.job.blind = t.generation
		return
	}
	t.job.until = l.fails(t.job, err)
	if !o.SendBefore.IsZero() && !time.Now().Before(o.SendBefore) {
		l.hold(work, t)
	}
}
