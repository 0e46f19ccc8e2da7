package experts

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

// why says in plain sentences why the card came to its receiver: what made it
// theirs, then what came before, then what decided about tag and topic.
func (f *Facts) why() []string {
	lines := f.roles()
	if f.Offer.Hop > 1 && f.Decision.Via&directdial.RoleNamed == 0 {
		lines = append(lines, f.before()...)
	}
	if v := f.verdict(f.Offer.Expert); v != nil && v.Score.Author > 0 {
		lines = append(lines, "this author was with you before")
	}
	if f.Dial.Late {
		lines = append(lines, "nobody took it in time: it stays with you")
	}
	lines = append(lines, f.keywords()...)
	if f.Dial.Unsure {
		lines = append(lines, "what it is about could not be told for sure")
	}
	return lines
}

// roles says by which right the receiver was chosen. Who is granted the topic
// hears that; owner and fallback matter only without it.
func (f *Facts) roles() []string {
	var lines []string
	via, me := f.Decision.Via, f.expert(f.Offer.Expert)
	if via&directdial.RoleNamed != 0 && len(f.Dial.Previous) > 0 {
		before := f.name(f.Dial.Previous[len(f.Dial.Previous)-1])
		line := before + " passed it on to you"
		if f.Dial.Reason == directdial.TakenOver && f.Offer.Hop == f.Dial.Hop {
			line = "you took it over from " + before
		} else if f.Dial.Reason != directdial.PassedOn && f.Dial.Reason != "" && f.Offer.Hop == f.Dial.Hop {
			line += ": " + string(f.Dial.Reason)
		}
		lines = append(lines, line)
	}
	if via&directdial.RoleTopic != 0 && f.Dial.Topic != "" {
		lines = append(lines, f.granted())
	}
	if via&directdial.RoleDeputy != 0 {
		lines = append(lines, f.standsIn(me)...)
	}
	switch {
	case len(lines) > 0:
	case via&directdial.RoleOwner != 0:
		lines = append(lines, "you own the topic "+f.Dial.Topic)
	case via&directdial.RoleFallback != 0:
		lines = append(lines, "nobody else may take it: you are the fallback")
	}
	return lines
}

// granted says of which kind the grant was that let the receiver have the card.
func (f *Facts) granted() string {
	if f.Named {
		return "you are granted " + f.Dial.Topic
	}
	return "you are granted every topic that is not restricted"
}

// standsIn names those whose deputy the receiver is and who could not take it.
func (f *Facts) standsIn(me directdial.Expert) []string {
	var lines []string
	for _, v := range f.Decision.Verdicts {
		e := f.expert(v.Expert)
		if e.Deputy != me.ID {
			continue
		}
		switch v.Reason {
		case directdial.OffDuty:
			line := "you stand in for " + f.name(e.ID)
			if back := f.Duty[e.ID].Next; !back.IsZero() {
				line += " until " + clockOf(me.Timezone, back)
			}
			lines = append(lines, line)
		case directdial.OverBudget:
			lines = append(lines, "you stand in for "+f.name(e.ID)+", who has enough for now")
		}
	}
	return lines
}

// before says with whom it was, and why it did not stay there.
func (f *Facts) before() []string {
	if len(f.Dial.Previous) == 0 || f.Offer.Hop != f.Dial.Hop || f.Dial.Late {
		return nil
	}
	last := f.name(f.Dial.Previous[len(f.Dial.Previous)-1])
	switch f.Dial.Reason {
	case "":
		return nil
	case directdial.NoAnswer:
		return []string{last + " did not take it in time"}
	case directdial.GateClosed:
		if f.Dial.Cause == "" {
			return []string{"it was with " + last + ", whose grant or duty ended"}
		}
		return []string{"it was with " + last + ", who may not go on with it: " + string(f.Dial.Cause)}
	case directdial.MadeRestricted, directdial.MayHarm:
		return []string{"it was with " + last + ", until an edit made it so"}
	case directdial.Transferred:
		return []string{"all that was " + last + "'s goes to you"}
	case directdial.Undelivered, directdial.Lapsed:
		return []string{"it could not be brought to " + last}
	case directdial.TakenOver:
		return []string{"you took it over from " + last}
	}
	return []string{"it was with " + last + ": " + string(f.Dial.Reason)}
}

func (f *Facts) verdict(expert string) *directdial.Verdict {
	for i := range f.Decision.Verdicts {
		if v := &f.Decision.Verdicts[i]; v.Expert == expert {
			return v
		}
	}
	return nil
}

// maxWords is how many words a sentence names for a tag or a topic.
const maxWords = 3

// keywords names the words of our lexicons and topics that decided.
func (f *Facts) keywords() []string {
	var lines []string
	for _, of := range []struct{ kind, name string }{{"tag:", string(f.Dial.Tag)}, {"topic:", f.Dial.Topic}} {
		if words := f.heaviest(of.kind + of.name); of.name != "" && len(words) > 0 {
			lines = append(lines, of.name+" because of "+strings.Join(words, ", "))
		}
	}
	return lines
}

// entry writes an entry of a lexicon as a reader expects it: "refund*" stands
// for each word that begins so, "charged * times" for any word between.
var entry = strings.NewReplacer(" * ", " … ", "*", "…")

// near joins two phrases of a keyword that stand near each other.
var near = regexp.MustCompile(` ~\d+ `)

// heaviest returns the words that added most to a score, quoted, each once.
func (f *Facts) heaviest(of string) []string {
	found := slices.DeleteFunc(slices.Clone(f.Classification.Keywords), func(k directdial.Keyword) bool {
		return k.For != of || k.Negated || k.Weight <= 0
	})
	slices.SortStableFunc(found, func(a, b directdial.Keyword) int { return cmp.Compare(b.Weight, a.Weight) })
	var words []string
	for _, k := range found {
		if w := spell(k.Word); w != "" && !slices.Contains(words, w) && len(words) < maxWords {
			words = append(words, w)
		}
	}
	return words
}

// features are what a text has besides words, where it says something to a
// reader.
var features = map[string]string{
	"question-mark": "the question mark", "question-marks": "the question marks",
	"exclamation": "the exclamation mark", "exclamations": "the exclamation marks",
	"capitals": "the capitals", "shouting": "the capitals", "stretched": "the stretched words",
}

// spell writes an entry of a lexicon for a reader, "" if it would say nothing to
// one.
func spell(word string) string {
	if feature, ok := strings.CutPrefix(word, "feature:"); ok {
		return features[feature]
	}
	negated := ""
	if rest, ok := strings.CutPrefix(word, "not:"); ok {
		word, negated = rest, "not "
	}
	word = strings.TrimPrefix(word, "=")
	word = near.ReplaceAllString(word, " … ")
	first := ""
	if rest, ok := strings.CutPrefix(word, "^"); ok {
		word, first = rest, " at the beginning"
	}
	return negated + strconv.Quote(entry.Replace(word)) + first
}
