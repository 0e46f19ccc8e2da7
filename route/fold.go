package route

import (
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// foldVersion changes when the same log folds to another index; an index of
// another version is folded anew.
const foldVersion = 5

// fold applies one step to the index. It uses nothing but the step and what
// earlier steps left: no clock, no configuration, no other stream. Unknown
// kinds of events are returned, so that the caller can be loud about them.
func fold(tx *index.Tx, seq uint64, hash string, s *directdial.Step) (unknown []directdial.EventKind) {
	f := folder{tx: tx, seq: seq, step: s}
	for i := range s.Events {
		if !f.event(&s.Events[i]) {
			unknown = append(unknown, s.Events[i].Kind)
		}
	}
	before, _ := get[meta](tx, bMeta, "log")
	key := before.Key
	if s.Input.Kind == directdial.InputStart && s.Events[0].Detail != "" {
		key = s.Events[0].Detail
	}
	put(tx, bMeta, "log", meta{
		Key: key,
		V:   foldVersion, Applied: seq, Hash: hash, At: s.At,
		Mentions: s.Mentions, Actions: s.Actions,
	})
	return unknown
}

type folder struct {
	tx      *index.Tx
	seq     uint64
	step    *directdial.Step
	revised []string // dials that this step has given a new revision
}

// revise gives a dial a new revision, once a step: what happened together is
// shown together.
func (f *folder) revise(d *directdial.Dial) {
	if !slices.Contains(f.revised, d.ID) {
		f.revised = append(f.revised, d.ID)
		d.Revision++
	}
}

func (f *folder) event(e *directdial.Event) bool {
	switch e.Kind {
	case directdial.EvSuppressed:
		f.place(e, directdial.Suppressed)
	case directdial.EvParked:
		f.place(e, directdial.Parked)
	case directdial.EvDeadLettered:
		f.place(e, directdial.DeadLetter)
	case directdial.EvReplayed:
		f.replayed(e)
	case directdial.EvJoined:
		f.joined(e)
	case directdial.EvRepeated:
		f.repeated(e)
	case directdial.EvEdited:
		f.edited(e)
	case directdial.EvDeleted:
		f.deleted(e)
	case directdial.EvErased:
		f.erased(e)
	case directdial.EvWiped:
		f.wiped(e)
	case directdial.EvSnapshot:
		f.snapshotPart(e)
	case directdial.EvExpiredText:
		f.expiredText(e)
	case directdial.EvExpiredPeople:
		f.expiredPeople(e)
	case directdial.EvExpiredLedger:
		f.expiredLedger(e)
	case directdial.EvOffered:
		f.offered(e)
	case directdial.EvDelivered, directdial.EvShown, directdial.EvAmbiguous, directdial.EvFailed:
		f.sent(e)
	case directdial.EvAccepted, directdial.EvHandedOff, directdial.EvLate, directdial.EvAnswered,
		directdial.EvReopened, directdial.EvDeclined, directdial.EvWithdrawn:
		f.changed(e)
	case directdial.EvOutcome:
		f.outcome(e)
	case directdial.EvAsked:
		f.asked(e)
	case directdial.EvAway, directdial.EvBack:
		f.presence(e)
	case directdial.EvUnreachable, directdial.EvReachable:
		f.reached(e)
	case directdial.EvTransferred:
		f.transferred(e)
	case directdial.EvRestated:
		f.restated(e)
	case directdial.EvReminded:
		f.reminded(e)
	case directdial.EvNoticed:
		f.noticed(e)
	case directdial.EvGap:
		f.gap(e)
	case directdial.EvGranted, directdial.EvExtended, directdial.EvPaused, directdial.EvResumed, directdial.EvLowered,
		directdial.EvEnded, directdial.EvConfigured, directdial.EvAgreed, directdial.EvPractised:
		f.grant(e)
	case directdial.EvBounded:
		f.bounded(e)
	case directdial.EvInvited, directdial.EvTold:
		f.told(e)
	case directdial.EvNotNow:
		f.notNow(e)
	case directdial.EvRead:
		f.hasRead(e)
	case directdial.EvPolicy:
		f.policy(e)
	case directdial.EvMuted, directdial.EvUnmuted:
		f.muted(e)
	case directdial.EvReviewed:
		f.reviewed(e)
	case directdial.EvTookOver, directdial.EvRefused, directdial.EvExpired:
		add(f.tx, string(e.Kind), max(e.Count, 1))
	default:
		return false
	}
	return true
}

// place puts a mention into a state, for the first time or anew.
func (f *folder) place(e *directdial.Event, state directdial.MentionState) directdial.MentionRecord {
	key := string(e.Mention)
	rec, known := get[directdial.MentionRecord](f.tx, bMentions, key)
	if known {
		f.uncount(rec)
	} else {
		rec = directdial.MentionRecord{Key: e.Mention, Seq: e.Seq, First: e.Seq, Text: e.Text, Accepted: e.Accepted}
		f.author(&rec, e.Author) // also of a dead letter, whose header may name one
		if e.Reach != nil {
			rec.Reach = *e.Reach
		}
	}
	if rec.Platform == "" && e.Platform != "" {
		// For the first time, or a dead letter that can be read now.
		rec.Platform, rec.Source = e.Platform, e.Source
		f.author(&rec, e.Author)
		add(f.tx, countPlatform+e.Platform, 1)
	}
	rec.State, rec.Reason, rec.Step, rec.Decided = state, e.Reason, f.seq, f.step.At
	rec.Tag, rec.Topic, rec.Dial = e.Tag, e.Topic, e.Dial
	rec.Owner, rec.For, rec.Until = e.Owner, e.For, e.Until
	put(f.tx, bMentions, key, rec)
	f.count(rec)
	return rec
}

func (f *folder) count(rec directdial.MentionRecord) {
	add(f.tx, stateCount(rec.State, rec.Reason), 1)
	if rec.State == directdial.Parked {
		f.tx.Put(bParked, string(rec.Key), nil)
		if !rec.Until.IsZero() {
			f.tx.Put(bTimers, timerKey(rec.Until, rec.First, rec.Key), nil)
		}
	}
}

func (f *folder) uncount(rec directdial.MentionRecord) {
	add(f.tx, stateCount(rec.State, rec.Reason), -1)
	if rec.State == directdial.Parked {
		f.tx.Delete(bParked, string(rec.Key))
		if !rec.Until.IsZero() {
			f.tx.Delete(bTimers, timerKey(rec.Until, rec.First, rec.Key))
		}
	}
}

// stateCount names the counter of a state. The reason of a dialled mention is
// the dial's, not the mention's.
func stateCount(state directdial.MentionState, reason directdial.Reason) string {
	if state == directdial.Dialled {
		return "mention/" + string(state)
	}
	return "mention/" + string(state) + "/" + string(reason)
}

func (f *folder) repeated(e *directdial.Event) {
	if e.Seq != 0 {
		// Reach from ACTIONS is no message of MENTIONS and so no repeat.
		add(f.tx, countRepeats, 1)
	}
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	f.copied(&rec, e.Seq)
	if !ok || e.Reach == nil || rec.Reach == *e.Reach {
		return
	}
	rec.Reach = *e.Reach
	put(f.tx, bMentions, string(e.Mention), rec)
}

func (f *folder) edited(e *directdial.Event) {
	add(f.tx, countRepeats, 1)
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok {
		return
	}
	rec.Seq, rec.Text = e.Seq, e.Text
	f.copied(&rec, e.Seq)
	if e.Reach != nil {
		rec.Reach = *e.Reach
	}
	if e.Topic != "" {
		rec.Tag, rec.Topic = e.Tag, e.Topic
	}
	put(f.tx, bMentions, string(e.Mention), rec)
	f.showSample(&rec)
	if d, ok := get[directdial.Dial](f.tx, bDials, rec.Dial); ok {
		if e.Topic != "" {
			turned(&d, e.Tag, e.Topic, e.Unsure)
		}
		f.show(&d, false)
	}
}

func (f *folder) deleted(e *directdial.Event) {
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok {
		f.tx.Put(bEarly, string(e.Mention), nil)
		return
	}
	rec.Deleted = true
	put(f.tx, bMentions, string(e.Mention), rec)
	f.eraseText(&rec)
}

const (
	countRepeats  = "repeats"
	countDials    = "dials"
	countPlatform = "platform/" // mentions by platform
)
