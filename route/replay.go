package route

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// A dead letter is decided anew when somebody asks for it, who has upgraded the
// program or mended what was wrong. What was never read has no other state than
// that one, so it is taken back, and the message counts as if it came in now:
// under the key that it turns out to have, as a repeat or an edit of what is
// known by then. All of it is one step, so a crash leaves the dead letter or
// what became of it.

// replay decides one dead letter anew. One that still cannot be read stays what
// it is.
func (r *Router) replay(ctx context.Context, w *writing, a *directdial.Action) []directdial.Event {
	rec, ok := get[directdial.MentionRecord](w.tx, bMentions, string(a.Mention))
	switch {
	case a.By != ops:
		return no(a, directdial.NotCoach, "only the command line can do that")
	case !ok:
		return no(a, directdial.Unknown, "there is no such dead letter")
	case rec.State != directdial.DeadLetter:
		return no(a, directdial.Duplicate, "it is no dead letter: it is %s", rec.State)
	case rec.Author != "" && w.tx.Get(bForget, string(rec.Author)) != nil:
		return no(a, directdial.Forgotten, "its author is being forgotten")
	}
	replayed := directdial.Event{Kind: directdial.EvReplayed, Mention: rec.Key, Seq: rec.Seq, By: a.By, Action: a.ID}
	left := directdial.Event{
		Kind: directdial.EvSuppressed, Mention: rec.Key, Seq: rec.Seq, Author: rec.Author, Accepted: rec.Accepted, Reason: directdial.DeletedSoon,
	}
	if rec.Deleted {
		return []directdial.Event{replayed, left}
	}
	m, err := r.read(ctx, rec.Seq)
	switch {
	case err == nil:
		return append([]directdial.Event{replayed}, r.decideAgain(ctx, w, &rec, m)...)
	case directdial.KindOf(err) == directdial.NotFound:
		left.Reason = directdial.TextGone
		return []directdial.Event{replayed, left}
	case directdial.KindOf(err) == directdial.Invalid:
		return no(a, directdial.Unreadable, "message %d of MENTIONS still cannot be read: %s", rec.Seq, unreadable(err))
	}
	w.err = err
	return nil
}

// decideAgain is what becomes of a dead letter that can be read by now.
func (r *Router) decideAgain(ctx context.Context, w *writing, rec *directdial.MentionRecord, m *directdial.Mention) []directdial.Event {
	s := r.newSubject(m)
	if s.key != rec.Key {
		events := r.heardNow(ctx, w, m, rec.Seq)
		if w.err == nil && events[0].Kind == directdial.EvRepeated {
			events[0].Reach = nil // what was told since is newer
		}
		return events
	}
	about := r.describe(m, s, rec.Seq)
	if rec.Reach != (directdial.Reach{}) {
		about.Reach = &rec.Reach // a source told it since
	}
	return r.decide(w, s, about)
}

// replayed takes a dead letter back. One that had been read once, before a
// program that could not took its place, or that was deleted, stays known: it
// only comes into another state.
func (f *folder) replayed(e *directdial.Event) {
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok || rec.State != directdial.DeadLetter || rec.Platform != "" || rec.Deleted {
		return
	}
	f.uncount(rec)
	f.tx.Delete(bMentions, string(rec.Key))
	if rec.Author != "" {
		f.tx.Delete(bAuthored, string(rec.Author+rec.Key))
	}
}

// DeadLetters lists the dead letters, the oldest first, and what is wrong with
// each now.
func (r *Router) DeadLetters(ctx context.Context) ([]directdial.DeadLetterRecord, error) {
	recs, err := r.Mentions(directdial.DeadLetter, math.MaxInt)
	if err != nil {
		return nil, err
	}
	slices.Reverse(recs)
	letters := make([]directdial.DeadLetterRecord, len(recs))
	for i := range recs {
		if letters[i], err = r.deadLetterRecord(ctx, &recs[i]); err != nil {
			return nil, err
		}
	}
	return letters, nil
}

func (r *Router) deadLetterRecord(ctx context.Context, rec *directdial.MentionRecord) (directdial.DeadLetterRecord, error) {
	l := directdial.DeadLetterRecord{
		Key: rec.Key, Seq: rec.Seq, Accepted: rec.Accepted, Platform: rec.Platform, Source: rec.Source, Reason: rec.Reason,
	}
	msg, err := r.bus.Get(ctx, bus.Mentions, rec.Seq)
	switch {
	case rec.Deleted:
		l.Why = "it was deleted on its platform"
		return l, nil
	case err != nil && directdial.KindOf(err) == directdial.NotFound:
		l.Why = "its text is gone"
		return l, nil
	case err != nil:
		return l, err
	}
	// The subject is made of names that ingest has checked.
	if names := strings.Split(msg.Subject, "."); l.Platform == "" && len(names) == 3 {
		l.Platform, l.Source = names[1], names[2]
	}
	if _, err := decodeMention(msg); err != nil {
		l.Why = unreadable(err)
	}
	return l, nil
}

// unreadable says why a message cannot be read, in words of ours alone: they
// stand in DIALS, where nothing from outside may.
func unreadable(err error) string {
	var (
		version *versionError
		syntax  *json.SyntaxError
		typed   *json.UnmarshalTypeError
		checked *directdial.Error
	)
	switch {
	case errors.As(err, &version):
		return version.Error()
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is no JSON, from byte %d on", syntax.Offset)
	case errors.As(err, &typed) && typed.Field != "":
		return fmt.Sprintf("the field %s is of another type", typed.Field)
	case errors.As(err, &checked) && checked.Field != "":
		return fmt.Sprintf("the field %s is missing or breaks its rule", checked.Field)
	}
	return "it is no mention"
}
