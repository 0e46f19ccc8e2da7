package experts

import (
	"context"

	"github.com/directdial/directdial"
)

// maxBehind is how many revisions a card may be behind and still be shown each
// of them. Each is shown, so that the log says of every change when it reached
// the person. A card that fell further behind (a burst, an outage of hours)
// goes to the newest at once: what nobody saw is not worth a request, of which
// Slack allows about fifty a minute.
const maxBehind = 20

// edit shows the next revision of a card that was delivered. It may be
// repeated: an edit without its report is made again.
func (l *lane) edit(work context.Context, t *task) {
	card, ok := l.card(work, t)
	if !ok {
		return
	}
	o, j := t.work.Offer, t.job
	editor, can := t.channel.(Editor)
	if !can || card.Shown >= card.Revision {
		l.show(work, t, max(card.Revision, o.Revision), "")
		return
	}
	newest := card.Revision
	if newest-card.Shown <= maxBehind {
		card.Revision = card.Shown + 1
	}
	bounded, cancel := context.WithTimeout(work, l.d.timeout)
	defer cancel()
	err := editor.Edit(bounded, t.work.To, o.Ref, card)
	switch directdial.KindOf(err) {
	case directdial.Gone, directdial.Invalid, directdial.NotFound:
		if err != nil {
			l.works(j)
			l.log.Warn().Err(err).Str("offer", o.ID).Msg("a card cannot be changed any more")
			l.show(work, t, max(newest, o.Revision), detail(err))
			return
		}
	}
	if err != nil {
		l.d.count.outcomes.WithLabelValues(l.name, "edit_retry").Inc()
		l.log.Debug().Err(err).Str("offer", o.ID).Msg("a card could not be changed for now")
		j.until = l.fails(j, err)
		return
	}
	l.works(j)
	l.show(work, t, card.Revision, "")
}

// show reports the revision that the person sees.
func (l *lane) show(work context.Context, t *task, revision int, why string) {
	a := l.action(directdial.ActShown, t.work.Offer, 0)
	a.Ref, a.Shown, a.Detail = t.work.Offer.Ref, revision, why
	t.job.shown = revision
	l.report(work, t.job, a)
}
