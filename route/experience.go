package route

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// experience is what the log tells of keywords. It is read anew from the
// receipts whenever somebody asks: nothing more is stored than the log has, and
// what goes with retention is gone from here, too.
type experience struct {
	uses  map[keywordKey]*directdial.KeywordUse
	dials map[string]*experienced
	// reviews are what coaches said of suppressed mentions.
	reviews map[directdial.Key]directdial.Feedback
	// together are the keywords that told a topic together, by topic.
	together map[string]together
	all      directdial.KeywordUses
}

type keywordKey struct{ word, about string }

// experienced is a dial with the keywords of its first mention.
type experienced struct {
	mention  directdial.Key
	tag      directdial.Tag
	topic    string
	keywords []keywordKey
	said     directdial.Reason // taken, WrongTagged, NotUs; "" for nothing
}

// taken is what somebody says who takes a dial or answers it: it was theirs.
const taken directdial.Reason = "taken"

// experienceOf reads the whole log.
func (r *Router) experienceOf(ctx context.Context) (*experience, error) {
	x := &experience{
		uses: map[keywordKey]*directdial.KeywordUse{}, dials: map[string]*experienced{},
		reviews: map[directdial.Key]directdial.Feedback{}, together: map[string]together{},
		all: directdial.KeywordUses{Heard: map[string]int{}},
	}
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return nil, err
	}
	err = r.bus.Read(ctx, bus.Dials, "", state.First, r.Applied(), func(msg *bus.Message) error {
		s, err := decodeStep(msg)
		if err != nil {
			return err
		}
		if x.all.Since.IsZero() {
			x.all.Since = s.At
		}
		for i := range s.Events {
			if err := x.event(msg.Seq, s, &s.Events[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

func (x *experience) event(seq uint64, s *directdial.Step, e *directdial.Event) error {
	switch e.Kind {
	case directdial.EvSuppressed, directdial.EvParked, directdial.EvJoined, directdial.EvOffered:
		if e.Mention == "" || len(e.Case) == 0 {
			return nil
		}
		var c directdial.Case
		if err := json.Unmarshal(e.Case, &c); err != nil {
			return refuse("the receipt in step %d of DIALS cannot be read: %v", seq, err)
		}
		x.found(s, e, &c.Classification)
	case directdial.EvReviewed:
		x.reviewed(e)
	case directdial.EvAccepted, directdial.EvAnswered:
		x.say(e.Dial, taken)
	case directdial.EvHandedOff, directdial.EvLate, directdial.EvDeclined:
		if e.Reason == directdial.WrongTagged || e.Reason == directdial.NotUs {
			x.say(e.Dial, e.Reason)
		}
	}
	return nil
}

// found counts the keywords of a mention, and keeps those that opened a dial. A
// mention that was parked and is decided anew is not found again.
func (x *experience) found(s *directdial.Step, e *directdial.Event, c *directdial.Classification) {
	var keys []keywordKey          // all that were found, also those that speak against a tag
	speak := map[string][]string{} // what speaks for something
	spoke := map[keywordKey]bool{}
	for _, k := range c.Keywords {
		key := keywordKey{k.Word, k.For}
		if k.Negated {
			key.word = "not:" + k.Word
		}
		if slices.Contains(keys, key) || strings.HasPrefix(k.For, "brand:") {
			continue
		}
		keys = append(keys, key)
		if spoke[key] = k.Weight > 0; spoke[key] {
			speak[k.For] = append(speak[k.For], key.word)
		}
	}
	if e.Kind == directdial.EvOffered && e.Dial != "" && x.dials[e.Dial] == nil {
		told := slices.DeleteFunc(slices.Clone(keys), func(k keywordKey) bool { return !spoke[k] })
		x.dials[e.Dial] = &experienced{mention: e.Mention, tag: e.Tag, topic: e.Topic, keywords: told}
	}
	if s.Input.Kind != directdial.InputMention {
		return
	}
	x.all.Mentions++
	x.all.Heard[c.Lang]++
	for _, key := range keys {
		u := x.uses[key]
		if u == nil {
			u = &directdial.KeywordUse{Word: key.word, For: key.about}
			x.uses[key] = u
		}
		u.Fired++
		u.Last = s.At
		if spoke[key] && len(speak[key.about]) == 1 {
			u.Alone++
		}
	}
	for _, t := range c.Topics {
		if about := "topic:" + t.Topic; t.Base == 0 { // weights that were learned add up, as those of a tag
			if x.together[about] == nil {
				x.together[about] = together{}
			}
			x.together[about].note(speak[about])
		}
	}
}

// say notes what was said of a dial. A colleague who takes what another called
// wrongly tagged takes no word of it back, and "not about us" is about all.
func (x *experience) say(dial string, what directdial.Reason) {
	d := x.dials[dial]
	if d != nil && (d.said == "" || what == directdial.NotUs || what == directdial.WrongTagged && d.said == taken) {
		d.said = what
	}
}

// reviewed notes what a coach said of a mention that was left: the last word
// counts. That one belonged to somebody is a label only with its tag or topic.
func (x *experience) reviewed(e *directdial.Event) {
	f := directdial.Feedback{Mention: e.Mention, By: e.Reason, Tags: map[directdial.Tag]bool{}}
	switch {
	case e.Reason == directdial.RightlyLeft:
		for _, tag := range directdial.Tags() {
			f.Tags[tag] = false
		}
	case e.Tag != "" || e.Topic != "":
		f.Topic = e.Topic
		if e.Tag != "" {
			f.Tags[e.Tag] = true
		}
	default:
		delete(x.reviews, e.Mention)
		return
	}
	x.reviews[e.Mention] = f
}

// judge adds what was said of a dial to its keywords: a wrong tag speaks
// against those of the tag, "not about us" against all.
func (x *experience) judge(d *experienced) {
	for _, key := range d.keywords {
		u := x.uses[key]
		switch {
		case u == nil || d.said == "":
		case d.said == taken:
			u.Confirmed++
		case d.said == directdial.NotUs || key.about == "tag:"+string(d.tag):
			u.Rejected++
		}
	}
}

// KeywordUses says of every keyword how often it was found and what colleagues
// made of it. It reads the log: a few seconds for a million steps.
func (r *Router) KeywordUses(ctx context.Context) (*directdial.KeywordUses, error) {
	x, err := r.experienceOf(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range x.dials {
		x.judge(d)
	}
	byTopic := map[string][]*directdial.KeywordUse{}
	for key, u := range x.uses {
		byTopic[key.about] = append(byTopic[key.about], u)
	}
	for about, t := range x.together {
		t.shadowed(byTopic[about])
	}
	for _, u := range x.uses {
		x.all.Uses = append(x.all.Uses, *u)
	}
	slices.SortFunc(x.all.Uses, func(a, b directdial.KeywordUse) int {
		return cmp.Or(cmp.Compare(a.For, b.For), cmp.Compare(a.Word, b.Word))
	})
	return &x.all, nil
}

// Feedback is what colleagues said of mentions by what they did with the dials,
// and coaches of mentions that were left, in the order of their ids: labels to
// learn from.
func (r *Router) Feedback(ctx context.Context) (all []directdial.Feedback, err error) {
	x, err := r.experienceOf(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(x.dials)) {
		d := x.dials[id]
		if d.said == "" {
			continue
		}
		f := directdial.Feedback{Mention: d.mention, By: d.said, Tags: map[directdial.Tag]bool{}}
		switch d.said {
		case taken:
			f.Topic = d.topic
			if d.tag != "" {
				f.Tags[d.tag] = true
			}
		case directdial.WrongTagged:
			f.Topic = d.topic
			if d.tag != "" {
				f.Tags[d.tag] = false
			}
		case directdial.NotUs:
			for _, tag := range directdial.Tags() {
				f.Tags[tag] = false
			}
		}
		all = append(all, f)
	}
	for _, key := range slices.Sorted(maps.Keys(x.reviews)) {
		all = append(all, x.reviews[key])
	}
	return all, nil
}
