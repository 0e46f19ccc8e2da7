package experts

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// stick lets a job wait after the exchange failed.
func (j *job) stick() { j.stuck = time.Now().Add(j.trouble.next()) }

// action starts a message for the log.
func (l *lane) action(kind directdial.ActionKind, o directdial.Offer, attempt int) directdial.Action {
	return directdial.Action{
		V: directdial.ActionVersion, Kind: kind, At: directdial.Clock(time.Now()),
		Dial: o.Dial, Offer: o.ID, Channel: l.name, Attempt: attempt,
	}
}

// report puts an outcome on the log and keeps it in mind until the exchange
// has drawn its conclusions. It tries until the end: without it, the attempt
// is ambiguous.
func (l *lane) report(work context.Context, j *job, a directdial.Action) {
	what := strconv.Itoa(a.Attempt) + ".outcome"
	if a.Kind == directdial.ActShown {
		what = "shown." + strconv.Itoa(a.Shown)
	}
	a.ID = strings.Join([]string{a.Offer, a.Channel, what}, ".")
	j.log = append(j.log, a)
	l.d.count.outcomes.WithLabelValues(l.name, string(a.Kind)).Inc()
	var trouble backoff
	for {
		err := l.d.exchange.Report(work, a)
		if err == nil {
			return
		}
		kind := directdial.KindOf(err)
		given := kind == directdial.Denied || kind == directdial.Invalid || work.Err() != nil
		l.log.Error().Err(err).Str("offer", a.Offer).Str("outcome", string(a.Kind)).Bool("given_up", given).Msg("what became of a card cannot be reported")
		if given {
			return
		}
		pause(work, trouble.next())
	}
}

// maxDetail bounds the reason of an outcome, in characters.
const maxDetail = 200

// detail is the reason of an error as it stands on the log.
func detail(err error) string { return Cut(Line(err.Error()), maxDetail) }

// works notes that the channel and the receiver answer.
func (l *lane) works(j *job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j.trouble.reset()
	j.receiver.trouble.reset()
	l.up()
}

// up notes that the channel answers; the lane is locked.
func (l *lane) up() {
	if l.trouble.failures > 0 {
		l.log.Info().Msg("the channel works again")
	}
	l.trouble.reset()
	l.d.count.down.WithLabelValues(l.name).Set(0)
}

// fails notes a failure and returns when to try again: the whole channel waits
// if it is the channel's, else its receiver.
func (l *lane) fails(j *job, err error) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if errors.Is(err, ErrChannel) {
		if l.trouble.failures == 0 {
			l.log.Error().Err(err).Msg("the channel does not work; everybody waits")
		}
		l.d.count.down.WithLabelValues(l.name).Set(1)
		l.until = now.Add(max(directdial.After(err), l.trouble.next()))
		return l.until
	}
	l.up()
	r := j.receiver
	switch directdial.KindOf(err) {
	case directdial.Gone, directdial.Invalid: // final for this card, and quick to tell
		return now
	}
	if r.trouble.failures == 0 {
		l.log.Warn().Err(err).Str("expert", j.work.Offer.Expert).Msg("a card was refused for now; its receiver waits")
	}
	r.until = now.Add(max(directdial.After(err), r.trouble.next()))
	until := now.Add(max(directdial.After(err), j.trouble.next()))
	if until.Before(r.until) {
		until = r.until
	}
	return until
}

func tagLabel(t directdial.Tag) string {
	if !t.Valid() {
		return "none"
	}
	return string(t)
}
