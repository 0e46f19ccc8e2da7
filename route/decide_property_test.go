package route

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// decideReceipt decides what stands in a receipt.
func decideReceipt(t tester, data []byte) []byte {
	t.Helper()
	var c directdial.Case
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatalf("%v", err)
	}
	return encode(Decide(c))
}

// mostly draws what lets a dial through five times of six: a dial must pass a
// dozen questions before a property about it says anything.
func mostly[T any](good T, others ...T) *rapid.Generator[T] {
	var all []T
	for range 5 * len(others) {
		all = append(all, good)
	}
	return rapid.SampledFrom(append(all, others...))
}

// drawDirectory draws people who may know billing, recall (restricted), both or
// neither, in all states that a grant can be in around an instant.
func drawDirectory(t *rapid.T, at time.Time) *directdial.Directory {
	id := rapid.SampledFrom([]string{"e0", "e1", "e2", "e3", "e4", "e5", ""})
	d := &directdial.Directory{
		Topics: []directdial.Topic{
			{Name: "billing", Owner: id.Draw(t, "owner"), Mode: mostly(directdial.Direct, "", directdial.Units, directdial.Central).Draw(t, "mode")},
			{Name: "recall", Owner: id.Draw(t, "owner of recall"), Restricted: true},
		},
		Rules: directdial.Rules{
			Fallback: id.Draw(t, "fallback"), MaxHops: rapid.IntRange(0, 3).Draw(t, "max hops"), MaxAge: 72 * time.Hour,
			AcceptWithin: map[directdial.Tag]time.Duration{directdial.Complaint: rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(t, "accept within"), directdial.Ambassador: time.Hour},
			AnswerWithin: map[directdial.Tag]time.Duration{directdial.Complaint: 3 * time.Hour, directdial.Question: rapid.SampledFrom([]time.Duration{0, 2 * time.Hour}).Draw(t, "answer within")},
		},
		Coaches: []string{"e0"}, Policy: mostly("", "1", "2").Draw(t, "policy"),
	}
	if drawRare.Draw(t, "harm is configured") {
		d.Topics = append(d.Topics, directdial.Topic{Name: "harm", Owner: id.Draw(t, "owner of harm")})
	}
	for i := range 6 - rapid.IntRange(0, 6).Draw(t, "experts less") {
		d.Experts = append(d.Experts, drawExpert(t, at, fmt.Sprint("e", i), id.Draw(t, "deputy")))
	}
	return d
}

func drawExpert(t *rapid.T, at time.Time, id, deputy string) directdial.Expert {
	e := directdial.Expert{
		ID: id, Deputy: deputy, Team: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "team"),
		Addresses: mostly(map[string]string{"email": "e"}, map[string]string{"email": "e", "slack": "s"}, map[string]string{"pager": "p"}, nil).Draw(t, "addresses"),
		Languages: mostly(nil, []string{"en"}, []string{"it"}).Draw(t, "languages"),
		Budget:    mostly(directdial.Budget{Off: true}, directdial.Budget{PerHour: 1, PerDay: 2}, directdial.Budget{}).Draw(t, "budget"),
		Hours:     mostly(nil, []string{"9-17"}, []string{"14-20"}, []string{"1-2"}).Draw(t, "hours"),
		Calendar:  mostly("", "11-40", "16-17", "30-200").Draw(t, "leave"),
	}
	for range 3 - rapid.IntRange(0, 3).Draw(t, "grants less") {
		e.Grants = append(e.Grants, directdial.Grant{
			Topics: rapid.SampledFrom([][]string{{"billing"}, {"*"}, {"billing", "recall"}, {"*", "recall"}, {"recall"}, {"garden"}, {"*", "harm"}, {"harm", "billing"}, nil}).Draw(t, "topics"),
			Tags:   mostly(nil, []directdial.Tag{directdial.Complaint}, []directdial.Tag{directdial.Question, directdial.Ambassador}).Draw(t, "tags"),

			Platforms: mostly(nil, []string{"mastodon"}, []string{"feed"}).Draw(t, "platforms"),
			Languages: mostly(nil, []string{"en"}, []string{"it"}).Draw(t, "granted languages"),
			Agreed:    mostly(longAgo, at, farOff, time.Time{}).Draw(t, "agreed"),
			Risk:      mostly(0, 100).Draw(t, "risk"), Review: drawRare.Draw(t, "review"),
			Paused: drawRare.Draw(t, "paused"), Resumes: mostly(time.Time{}, at, at.Add(time.Hour)).Draw(t, "resumes"),
			From:  mostly(time.Time{}, longAgo, at, farOff).Draw(t, "from"),
			Until: mostly(farOff, time.Time{}, at.Add(time.Hour), at, longAgo).Draw(t, "until"),
		})
	}
	return e
}

var (
	drawText = mostly("complaint #billing", "question #billing", "ambassador #recall", "complaint #recall #billing", "complaint", "hello", "#billing", "cartoon", "#harm", "complaint #harm #billing")
	drawLang = mostly("en", "", "it")
	drawRare = mostly(false, false, true)
)

// drawSituation draws a decision with everything that it depends on.
func drawSituation(t *rapid.T) *situation {
	s := &situation{
		directory: drawDirectory(t, noon), index: memory{},
		at: noon.Add(time.Duration(rapid.IntRange(-6, 12).Draw(t, "hour")) * time.Hour),
	}
	s.subject = subject{
		key: someMention, author: someAuthor,
		mention: directdial.CaseMention{
			Key: someMention, Said: s.at.Add(-time.Duration(mostly(0, 1, 73).Draw(t, "age")) * time.Hour),
			Platform: rapid.SampledFrom([]string{"mastodon", "feed"}).Draw(t, "platform"),
			History:  drawRare.Draw(t, "history"), Own: drawRare.Draw(t, "own"), Audience: mostly(0, 100, 110).Draw(t, "audience"),
		},
		classification: testClassify(drawText.Draw(t, "text"), drawLang.Draw(t, "lang")),
	}
	for _, e := range s.directory.Experts {
		var l load
		l.Open = rapid.IntRange(0, 2).Draw(t, "open")
		for range rapid.IntRange(0, 3).Draw(t, "dials") {
			l.Dials = append(l.Dials, s.at.Add(-time.Duration(rapid.IntRange(0, 1500).Draw(t, "minutes ago"))*time.Minute))
		}
		slices.SortFunc(l.Dials, time.Time.Compare)
		s.index.put(bExperts, e.ID, l)
	}
	s.index.put(bAuthors, string(someAuthor), relation{Expert: rapid.SampledFrom([]string{"", "e0", "e1"}).Draw(t, "relation")})
	return s
}

// matter is what the situation is about, taken from its text.
func (s *situation) matter(topic string, tag directdial.Tag) matter {
	return matter{tag: tag, topic: topic, platform: s.subject.mention.Platform, lang: s.subject.classification.Lang, audience: s.subject.mention.Audience}
}

// opens is what the mention of a case is about where it opens a dial: what is
// restricted and says nothing by its words, and whatever may harm, is taken for
// a complaint.
func (s *situation) opens(c *directdial.Case) matter {
	said := s.subject.classification
	tag := said.Tag()
	if c.Topic.Name == directdial.Harm || (tag == "" && said.Lexicon && c.Topic.Restricted) {
		tag = directdial.Complaint
	}
	return s.matter(c.Topic.Name, tag)
}

// hasRoom reports whether the budget of an expert has room for one more dial.
func (s *situation) hasRoom(e directdial.Expert) bool {
	l, _ := get[load](s.index, bExperts, e.ID)
	hour, day := 0, 0
	for _, at := range l.Dials {
		if s.at.Sub(at) < time.Hour {
			hour++
		}
		if s.at.Sub(at) < 24*time.Hour {
			day++
		}
	}
	return e.Budget.Off || (hour < e.Budget.PerHour && day < e.Budget.PerDay)
}

// wantEnabled holds a decision to the rule of enablement.
func wantEnabled(t *rapid.T, s *situation, m matter, d directdial.Decision, dutyToo bool) {
	t.Helper()
	if d.Outcome != directdial.ToDial && d.Outcome != directdial.ToReopen {
		if d.Expert != "" {
			t.Fatalf("%s names %s", d.Outcome, d.Expert)
		}
		return
	}
	if !enabledFor(s.directory, d.Expert, m, s.at) {
		t.Fatalf("%s %s, who is not enabled for %+v", d.Outcome, d.Expert, m)
	}
	if dutyToo && !onDuty(s.directory, d.Expert, s.at) {
		t.Fatalf("%s %s, who is off duty", d.Outcome, d.Expert)
	}
	for _, e := range s.directory.Experts {
		if e.ID == d.Expert && dutyToo && !s.hasRoom(e) {
			t.Fatalf("%s %s, who has no budget left", d.Outcome, d.Expert)
		}
		if e.ID == d.Expert && (e.Addresses[d.Channel] == "" || d.Channel == "pager") {
			t.Fatalf("%s cannot be reached by %q", d.Expert, d.Channel)
		}
	}
	if last := lastMoment(s.directory, d.Expert, m, s.at, d.AcceptBy, false); !d.SendBefore.Equal(last) {
		t.Fatalf("to be sent before %s, want %s", d.SendBefore, last)
	}
}

func TestDecidePropertyNoPathLeadsToWhoIsNotEnabled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		c, d := s.decide()
		wantEnabled(t, s, s.opens(&c), d, true)
	})
}

func TestDecidePropertyNorDoesALaterHop(t *testing.T) {
	states := []directdial.DialState{directdial.Offered, directdial.Accepted, directdial.Answered, directdial.Declined, directdial.Withdrawn}
	id := rapid.SampledFrom([]string{"e0", "e1", "e2", "e3", "e4", "e5", "nobody"})
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		past, opened := s.decide()
		dial := s.dialled(rapid.SampledFrom(states).Draw(t, "state"), id.Draw(t, "holder"))
		dial.Tag, dial.Topic, dial.Unsure = opened.Tag, opened.Topic, opened.Unsure
		s.index.put(bDials, dial.ID, dial)
		about := s.matter(dial.Topic, dial.Tag)
		if rapid.Bool().Draw(t, "a reply") {
			s.subject.classification = testClassify(drawText.Draw(t, "reply"), drawLang.Draw(t, "its lang"))
			c, d := s.decide()
			// A withdrawn dial takes nobody, so that the reply stands for itself; so does
			// one about a restricted topic that the dial is not about.
			if dial.State == directdial.Withdrawn || c.Topic.Restricted && c.Topic.Name != dial.Topic {
				about = s.opens(&c)
			} else {
				about = s.matter(dial.Topic, dial.Tag)
			}
			wantEnabled(t, s, about, d, d.Outcome != directdial.ToReopen)
			if d.Outcome == directdial.ToReopen && d.Expert != dial.Holder {
				t.Fatalf("opened again for %s, held by %s", d.Expert, dial.Holder)
			}
			return
		}
		h := hop{
			why: rapid.SampledFrom(append(slices.Clone(given), directdial.Undelivered, directdial.Lapsed, directdial.TakenOver)).Draw(t, "why"),
			to:  rapid.SampledFrom([]string{"", "", "e0", "e1", "e2"}).Draw(t, "to"), held: []string{dial.Holder},
		}
		d := Decide(s.rules().nextCase(s.index, s.at, past, &dial, h))
		wantEnabled(t, s, about, d, h.why != directdial.TakenOver)
		if d.Outcome == directdial.ToDial && (d.Expert == dial.Holder || (h.to != "" && d.Expert != h.to)) {
			t.Fatalf("held by %s, named %q, and dialled %s", dial.Holder, h.to, d.Expert)
		}
	})
}

// The other side of the gate: who may take it is not passed over in favour of
// parking it.
func TestDecidePropertySomebodyWhoMayIsDialled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		s.directory.Topics[0].Mode = directdial.Direct
		c, d := s.decide()
		if d.Outcome != directdial.ToPark || d.Unsure {
			return
		}
		for _, e := range s.directory.Experts {
			reachable := e.Addresses["email"] != "" || e.Addresses["slack"] != ""
			if s.hasRoom(e) && reachable && onDuty(s.directory, e.ID, s.at) &&
				enabledFor(s.directory, e.ID, s.opens(&c), s.at) {
				t.Fatalf("parked (%s), although %s may take it: %+v", d.Reason, e.ID, verdictOf(d, e.ID))
			}
		}
	})
}

func TestDecidePropertyReceiptDecidesEqualByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		if rapid.Bool().Draw(t, "in a conversation") {
			s.dialled(directdial.Answered, "e0")
		}
		c, d := s.decide()
		data := receipt(&c)
		if len(data) > directdial.MaxCase {
			t.Fatalf("the receipt has %d bytes", len(data))
		}
		if again := encode(Decide(c)); string(again) != string(encode(d)) {
			t.Fatalf("the same case decides\n%s and\n%s", encode(d), again)
		}
		if got := decideReceipt(t, data); string(got) != string(encode(d)) {
			t.Fatalf("the receipt decides\n%s, want\n%s", got, encode(d))
		}
	})
}

// The order in which people stand in the configuration decides nothing.
func TestDecidePropertyOrderOfTheConfigurationDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSituation(t)
		if rapid.Bool().Draw(t, "a crowd") {
			crowd(30, "billing")(s.directory)
		}
		c, d := s.decide()
		seed := rapid.Uint64().Draw(t, "order")
		r := rand.New(rand.NewPCG(seed, 0))
		r.Shuffle(len(s.directory.Experts), func(i, j int) {
			s.directory.Experts[i], s.directory.Experts[j] = s.directory.Experts[j], s.directory.Experts[i]
		})
		c2, d2 := s.decide()
		if string(encode(c)) != string(encode(c2)) || string(encode(d)) != string(encode(d2)) {
			t.Fatalf("another order: %s, was %s", encode(d2), encode(d))
		}
	})
}
