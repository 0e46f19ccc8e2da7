package experts

import (
	"cmp"
	"slices"

	"github.com/directdial/directdial"
)

// MaxLate is how many late dials a notice names; further ones are counted.
const MaxLate = 5

// LateDial is an open dial that is late with the receiver of a notice. It was
// never dialled to them, so they have no other card on which to act.
type LateDial struct {
	Dial     string
	Revision int    // of the dial
	Line     string // what the notice says of it
	Tag      directdial.Tag
	Topic    string
	Post     Post // the first, as its holder may see it
	Choices  []Choice
}

// LateLine is what a notice says of the nth late dial: what it is about, and its
// id, by which it is taken (`directdial dials take`), of the first.
func LateLine(d *directdial.Dial, n int) string {
	line := "late: " + cmp.Or(d.Topic, string(d.Tag), "no topic")
	if n > MaxLate {
		return line
	}
	return line + ", dial " + d.ID[:min(len(d.ID), 9)]
}

// Add counts a late dial, and names it if it is among the first. said reads its
// first post, and is asked only then.
func (n *Notice) Add(d *directdial.Dial, said func() ([]Said, error)) error {
	n.Late++
	line := LateLine(d, n.Late)
	n.Waits[line]++
	if n.Late > MaxLate {
		return nil
	}
	posts, err := said()
	if err != nil {
		return err
	}
	l := LateDial{Dial: d.ID, Revision: d.Revision, Line: line, Tag: d.Tag, Topic: d.Topic}
	for _, act := range []directdial.ActionKind{directdial.ActTake, directdial.ActPass, directdial.ActDecline} {
		l.Choices = append(l.Choices, Choice{Act: act, Label: labels[act]})
	}
	if len(posts) > 0 {
		l.Post = posts[0].post()
	}
	if d.Topic == directdial.Harm {
		l.Post.Text, l.Post.Hidden = "", l.Post.Text
	}
	n.Dials = append(n.Dials, l)
	return nil
}

// Names reports whether a line of Waits is that of a dial that the notice names: a
// channel that shows it with what can be done need not count it.
func (n *Notice) Names(line string) bool {
	return slices.ContainsFunc(n.Dials, func(d LateDial) bool { return d.Line == line })
}

// LateDial finds a late dial of a notice by its id, the first for "".
func (c *Card) LateDial(id string) (*LateDial, bool) {
	i := slices.IndexFunc(c.Notice.Dials, func(l LateDial) bool { return id == "" || l.Dial == id })
	if i < 0 {
		return nil, false
	}
	return &c.Notice.Dials[i], true
}
