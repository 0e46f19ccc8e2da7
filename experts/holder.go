package experts

import "github.com/directdial/directdial"

// EndsIt is what somebody is told before they end a grant of theirs.
const EndsIt = "Nothing of it comes to you any more. Your coach can enable you again."

// Choices is what the holder of a grant can do about it alone, without a reason:
// the same on every surface. The yes is among them as long as it was not said, so
// that who answered an invitation with "not now" need not wait for the next one.
func (g *Grant) Choices() []Choice {
	var acts []directdial.ActionKind
	switch {
	case g.State == directdial.GrantEnded:
		return nil
	case g.Agreed.IsZero(): // nothing comes that could be paused
		acts = append(acts, directdial.ActAgree, directdial.ActFewer)
	case g.Fewer != nil:
		acts = append(acts, directdial.ActWhole)
	default:
		acts = append(acts, directdial.ActHalve)
	}
	switch {
	case g.paused():
		acts = append(acts, directdial.ActResume)
	case !g.Agreed.IsZero():
		acts = append(acts, directdial.ActPause)
	}
	var list []Choice
	for _, act := range append(acts, directdial.ActEnd) {
		list = append(list, Choice{Act: act, Label: labels[act]})
	}
	return list
}

// paused reports whether a grant is paused, also where something else keeps the
// gate closed, too.
func (g *Grant) paused() bool {
	return g.State == directdial.GrantPaused || g.Paused && g.State != "" && g.State != directdial.GrantEnded
}

// Terms says to its holder until when a grant counts and what is missing, in
// sentences; "" if there is nothing to say.
func (g *Grant) Terms(timezone string) string {
	terms := ""
	if !g.Until.IsZero() {
		terms += " Until " + LastDay(g.Until, timezone) + "."
	}
	if g.Fewer != nil {
		terms += " Fewer, as you wish: at most " + g.Fewer.Words() + ", of all grants together."
	}
	if g.Coach != "" {
		terms += " Coach: " + g.Coach + "."
	}
	if g.State != "" {
		terms += " Nothing of it comes to you: " + string(g.State)
		if g.paused() && g.State != directdial.GrantPaused {
			terms += ", and paused"
		}
		terms += "."
	}
	if terms == "" {
		return ""
	}
	return terms[1:]
}
