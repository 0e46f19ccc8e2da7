package experts

import (
	"slices"

	"github.com/directdial/directdial"
)

// The labels of what people can do, the same on every surface.
var labels = map[directdial.ActionKind]string{
	directdial.ActTake:      "Take it",
	directdial.ActPass:      "Pass on",
	directdial.ActDecline:   "Not for us",
	directdial.ActAsk:       "Ask the coach",
	directdial.ActAnswered:  "I have answered",
	directdial.ActHelped:    "It helped",
	directdial.ActNotYet:    "Not yet",
	directdial.ActAgree:     "Yes",
	directdial.ActFewer:     "Yes, but fewer",
	directdial.ActNotNow:    "Not now",
	directdial.ActPractised: "Take it",
	directdial.ActRead:      "I have read it",
	directdial.ActHalve:     "Fewer",
	directdial.ActWhole:     "As many as before",
	directdial.ActPause:     "Pause",
	directdial.ActResume:    "Go on",
	directdial.ActEnd:       "End",
}

// Choices is the one state machine of what a card lets its receiver do.
func Choices(c *Card) []Choice {
	var acts []directdial.ActionKind
	switch {
	case c.Kind == directdial.DialCard && c.Past == "" && c.State == directdial.Answered:
		// What became of the answer is heard; one tap corrects it.
		if c.Outcome != directdial.Helped {
			acts = append(acts, directdial.ActHelped)
		}
		if c.Outcome != directdial.NotYet {
			acts = append(acts, directdial.ActNotYet)
		}
	case c.Over():
	case c.Kind == directdial.InvitationCard:
		acts = []directdial.ActionKind{directdial.ActAgree, directdial.ActFewer, directdial.ActNotNow}
	case c.Kind == directdial.PracticeCard:
		acts = []directdial.ActionKind{directdial.ActPractised}
	case c.Kind == directdial.PolicyCard:
		acts = []directdial.ActionKind{directdial.ActRead}
	case c.Kind != directdial.DialCard:
	case c.State == directdial.Offered:
		acts = []directdial.ActionKind{directdial.ActTake, directdial.ActPass, directdial.ActDecline, directdial.ActAsk}
	case c.State == directdial.Accepted:
		acts = []directdial.ActionKind{directdial.ActAnswered, directdial.ActPass, directdial.ActDecline, directdial.ActAsk}
	}
	var list []Choice
	for _, act := range acts {
		list = append(list, Choice{Act: act, Label: labels[act]})
	}
	return list
}

// Offers reports whether a card of that kind ever lets its receiver do something,
// in whatever state. An act that no card offers is not a late one.
func Offers(kind directdial.CardKind, act directdial.ActionKind) bool {
	if kind == directdial.NewsCard && act == directdial.ActReview {
		return true // of a mention of its sample, see sampleChoices
	}
	for _, state := range []directdial.DialState{directdial.Offered, directdial.Accepted, directdial.Answered} {
		c := Card{Kind: kind, State: state}
		if slices.ContainsFunc(Choices(&c), func(o Choice) bool { return o.Act == act }) {
			return true
		}
	}
	return false
}

// ReasonsFor are the reasons that a person can give with an act, the most
// frequent first; none where none is asked for.
func ReasonsFor(act directdial.ActionKind) []directdial.Reason {
	switch act {
	case directdial.ActPass:
		return []directdial.Reason{
			directdial.NotMyTopic, directdial.TooBusy, directdial.NotAllowed, directdial.NeedsApproval, directdial.WrongTagged,
		}
	case directdial.ActDecline:
		return []directdial.Reason{directdial.NotUs, directdial.Duplicate, directdial.WrongTagged}
	}
	return nil
}
