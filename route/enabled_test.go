package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// The rule of enablement, said a second time from the design and not from the
// code: "a person is enabled by a grant (topics, tags, platforms, languages,
// from, until, training, policy version), and grants end. A grant counts only
// with the colleague's own yes." "'*' grants every topic that is not
// restricted", "hours left out means always on duty, languages any, platforms
// any". A grant of the same topics, tags, platforms and languages takes the
// place of the one before. The gate opens after the yes and the practice card; a
// yes in the configuration needs no practice. A grant is for posts up to a reach.
// What may harm is for the owner of the topic harm, else for the first coach, and
// only for them; the topic is restricted.

// matter is what somebody is dialled about.
type matter struct {
	tag      directdial.Tag // "" if it could not be told
	topic    string         // "" if it could not be told
	platform string
	lang     string // "" if it could not be told
	audience int    // how many people it reaches
}

// enabledFor reports whether an expert may be dialled about a matter at an
// instant, as far as it is a question of being enabled.
func enabledFor(d *directdial.Directory, id string, m matter, at time.Time) bool {
	i := slices.IndexFunc(d.Experts, func(e directdial.Expert) bool { return e.ID == id })
	if i < 0 {
		return false
	}
	e := d.Experts[i]
	if m.lang != "" && len(e.Languages) > 0 && !slices.Contains(e.Languages, m.lang) {
		return false
	}
	restricted := m.topic == "harm"
	answerable := ""
	if len(d.Coaches) > 0 {
		answerable = d.Coaches[0]
	}
	for _, t := range d.Topics {
		if t.Name == m.topic {
			restricted = restricted || t.Restricted
			if t.Owner != "" {
				answerable = t.Owner
			}
		}
	}
	if m.topic == "harm" && id != answerable {
		return false
	}
	for i, g := range e.Grants {
		if replaced(e.Grants[i+1:], g) {
			continue
		}
		byName := false
		all := false
		for _, topic := range g.Topics {
			byName = byName || (topic == m.topic && m.topic != "")
			all = all || topic == "*"
		}
		topicOK := byName || (all && !restricted)
		tagOK := m.tag == "" || len(g.Tags) == 0 || slices.Contains(g.Tags, m.tag)
		platformOK := len(g.Platforms) == 0 || slices.Contains(g.Platforms, m.platform)
		languageOK := m.lang == "" || len(g.Languages) == 0 || slices.Contains(g.Languages, m.lang)
		reachOK := g.Risk == 0 || m.audience <= g.Risk
		saidYes := !g.Agreed.IsZero() && !at.Before(g.Agreed)
		halted := g.Paused && (g.Resumes.IsZero() || at.Before(g.Resumes))
		begun := g.From.IsZero() || !at.Before(g.From)
		running := g.Until.IsZero() || at.Before(g.Until)
		if topicOK && tagOK && platformOK && languageOK && reachOK && saidYes && begun && running && !halted {
			return true
		}
	}
	return false
}

// replaced reports whether a later grant takes the place of one.
func replaced(later []directdial.Grant, g directdial.Grant) bool {
	return slices.ContainsFunc(later, func(l directdial.Grant) bool { return l.ID() == g.ID() })
}

// onDuty reports whether an expert is at work.
func onDuty(d *directdial.Directory, id string, at time.Time) bool {
	for i := range d.Experts {
		if d.Experts[i].ID == id {
			return testDuty(&d.Experts[i], at).On
		}
	}
	return false
}

// lastMoment is the latest that a card may be sent: the end of the last of the
// grants that enable, the end of duty, unless somebody took it who said that they
// are away, the accept deadline; zero for none.
func lastMoment(d *directdial.Directory, id string, m matter, at, acceptBy time.Time, away bool) time.Time {
	var last time.Time
	earlier := func(t time.Time) {
		if !t.IsZero() && (last.IsZero() || t.Before(last)) {
			last = t
		}
	}
	for _, e := range d.Experts {
		if e.ID != id {
			continue
		}
		if !away {
			earlier(testDuty(&e, at).Until)
		}
		var ends []time.Time
		for i, g := range e.Grants {
			if replaced(e.Grants[i+1:], g) {
				continue
			}
			alone := directdial.Directory{Topics: d.Topics, Coaches: d.Coaches, Experts: []directdial.Expert{e}}
			alone.Experts[0].Grants = []directdial.Grant{g}
			if enabledFor(&alone, id, m, at) {
				ends = append(ends, g.Until)
			}
		}
		if !slices.ContainsFunc(ends, time.Time.IsZero) && len(ends) > 0 {
			earlier(slices.MaxFunc(ends, time.Time.Compare))
		}
	}
	earlier(acceptBy)
	return last
}
