package route

import (
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// The people and topics of the tests. Hours are "9-17", each day, in UTC.

var (
	longAgo = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	farOff  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// grant is one that counts, for all tags.
func grant(topics ...string) directdial.Grant {
	return directdial.Grant{Topics: topics, Agreed: longAgo, Until: farOff}
}

// person has one grant for these topics, a terminal, and no budget.
func person(id string, topics ...string) directdial.Expert {
	e := directdial.Expert{
		ID: id, Name: strings.ToUpper(id[:1]) + id[1:],
		Addresses: map[string]string{"terminal": id}, Budget: directdial.Budget{Off: true},
	}
	if len(topics) > 0 {
		e.Grants = []directdial.Grant{grant(topics...)}
	}
	return e
}

func with(e directdial.Expert, change func(*directdial.Expert)) directdial.Expert {
	change(&e)
	return e
}

func hours(e directdial.Expert, hours string) directdial.Expert {
	e.Hours = []string{hours}
	return e
}

// office is a small company: Ana and Bo know billing, Kim owns everything else.
func office() *directdial.Directory {
	return &directdial.Directory{
		Brands: []directdial.Brand{{
			Name: "Acme", Keywords: []string{"acme"},
			Accounts: []directdial.Account{{ID: "mastodon:@acme@mastodon.example", Holder: "kim"}},
		}},
		Topics: []directdial.Topic{
			{Name: "billing", Owner: "ana", Mode: directdial.Direct},
			{Name: "recall", Owner: "kim", Mode: directdial.Direct, Restricted: true},
		},
		Experts: []directdial.Expert{person("ana", "billing"), person("bo", "billing"), person("kim", "*", "recall")},
		Coaches: []string{"kim"},
		Rules:   directdial.Rules{Fallback: "kim", MaxHops: 3, MaxAge: 72 * time.Hour},
	}
}

// change returns an office with a change.
func change(changes ...func(*directdial.Directory)) *directdial.Directory {
	d := office()
	for _, c := range changes {
		c(d)
	}
	return d
}

// expert changes one expert of a directory.
func expert(id string, c func(*directdial.Expert)) func(*directdial.Directory) {
	return func(d *directdial.Directory) {
		for i := range d.Experts {
			if d.Experts[i].ID == id {
				c(&d.Experts[i])
			}
		}
	}
}

// testDuty reads hours of the form "9-17", and a calendar of the form "12-60":
// leave from the twelfth to the sixtieth hour of the year 2000.
func testDuty(e *directdial.Expert, at time.Time) directdial.Duty {
	d := testHours(e, at)
	first, last, planned := strings.Cut(e.Calendar, "-")
	if !planned {
		return d
	}
	from, _ := strconv.Atoi(first)
	to, _ := strconv.Atoi(last)
	newYear := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	begin, end := newYear.Add(time.Duration(from)*time.Hour), newYear.Add(time.Duration(to)*time.Hour)
	switch {
	case !at.Before(end):
		return d
	case !at.Before(begin):
		d = directdial.Duty{Away: true, Leave: begin, Next: end}
		if back := testHours(e, end); !back.On {
			d.Next = back.Next
		}
		return d
	}
	d.Leave = begin
	if d.On && (d.Until.IsZero() || begin.Before(d.Until)) {
		d.Until = begin
	}
	if d.Next.After(begin) && d.Next.Before(end) || d.Next.Equal(begin) {
		d.Next = testDuty(e, begin).Next
	}
	return d
}

func testHours(e *directdial.Expert, at time.Time) directdial.Duty {
	if len(e.Hours) == 0 {
		return directdial.Duty{On: true}
	}
	first, last, _ := strings.Cut(e.Hours[0], "-")
	from, _ := strconv.Atoi(first)
	to, _ := strconv.Atoi(last)
	midnight := at.Truncate(24 * time.Hour)
	begin, end := midnight.Add(time.Duration(from)*time.Hour), midnight.Add(time.Duration(to)*time.Hour)
	switch {
	case at.Before(begin):
		return directdial.Duty{Next: begin}
	case at.Before(end):
		return directdial.Duty{On: true, Until: end}
	}
	return directdial.Duty{Next: begin.Add(24 * time.Hour)}
}

// testClassify takes a text by its words: a tag is a tag, "#billing" a topic,
// "cartoon" another Acme. There is a lexicon for English only.
func testClassify(text, lang string) directdial.Classification {
	if lang == "" {
		lang = "en"
	}
	c := directdial.Classification{Lang: lang, Lexicon: lang == "en"}
	for word := range strings.FieldsSeq(text) {
		if topic, ok := strings.CutPrefix(word, "#"); ok {
			c.Topics = append(c.Topics, directdial.TopicScore{Topic: topic, Score: 900 - 10*len(c.Topics)})
			c.Keywords = append(c.Keywords, directdial.Keyword{Word: topic, For: "topic:" + topic, Weight: 900})
		}
		if word == "cartoon" {
			c.Excluded = "Acme"
		}
	}
	for _, tag := range directdial.Tags() {
		if strings.Contains(text, string(tag)) {
			c.Tags = append(c.Tags, directdial.TagScore{Tag: tag, Score: 900})
			c.Keywords = append(c.Keywords, directdial.Keyword{Word: string(tag), For: "tag:" + string(tag), Weight: 900})
		}
	}
	return c
}
