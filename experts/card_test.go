package experts

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// facts are those of a first offer to Ana; change makes others of them.
func facts(change func(*Facts)) Facts {
	f := Facts{
		Offer: directdial.Offer{ID: "d1-1", Dial: "d1", Hop: 1, Expert: "ana", Revision: 1},
		Dial: directdial.Dial{
			ID: "d1", State: directdial.Offered, Tag: directdial.Complaint, Topic: "billing", Hop: 1, Holder: "ana",
			Next: []string{"bo", "kim"}, AcceptBy: monday.Add(time.Hour), AnswerBy: monday.Add(4 * time.Hour), Revision: 1,
		},
		Posts: []Said{{
			Record: directdial.MentionRecord{Seq: 7, First: 7, Platform: "mastodon"},
			Mention: &directdial.Mention{
				Text: "Billed twice!\u202E", URL: "https://social.example/1", CreatedAt: monday.Add(-time.Minute), AcceptedAt: monday,
				Author: directdial.Author{Name: "User", Handle: "user1@social.example", Followers: 12},
			},
		}},
		Named:    true,
		Decision: directdial.Decision{Via: directdial.RoleTopic, Verdicts: []directdial.Verdict{{Expert: "ana"}, {Expert: "bo", Reason: directdial.Outranked}}},
		Classification: directdial.Classification{Keywords: []directdial.Keyword{
			{Word: "acme", For: "brand:Acme", Weight: 100},
			{Word: "twice", For: "tag:complaint", Weight: 200},
			{Word: "billed twice", For: "topic:billing", Weight: 900},
			{Word: "billed twice", For: "topic:billing", Weight: 900},
			{Word: "furious*", For: "tag:complaint", Weight: 700},
			{Word: "charged * times", For: "tag:complaint", Weight: 600},
			{Word: "great", For: "tag:complaint", Weight: 800, Negated: true},
		}},
		Directory: &directdial.Directory{Experts: []directdial.Expert{
			{ID: "ana", Name: "Ana Lind", Timezone: "Europe/Stockholm", Deputy: "bo", Grants: []directdial.Grant{{Topics: []string{"billing"}}}},
			{ID: "bo", Name: "Bo Ek", Timezone: "Europe/Stockholm"},
			{ID: "kim", Name: "Kim Strand", Grants: []directdial.Grant{{Topics: []string{"*"}}}},
		}},
		Policy: Policy{Version: "2026-3", Do: []string{"say sorry first"}},
	}
	if change != nil {
		change(&f)
	}
	return f
}

func TestComposeShowsWhatThereIs(t *testing.T) {
	want := Card{
		Kind: directdial.DialCard, Offer: "d1-1", Dial: "d1", Revision: 1, State: directdial.Offered,
		To: directdial.Expert{ID: "ana", Name: "Ana Lind", Timezone: "Europe/Stockholm", Deputy: "bo", Grants: []directdial.Grant{{Topics: []string{"billing"}}}},
		Post: Post{
			Text: "Billed twice!", Author: "User", Handle: "user1@social.example", Platform: "mastodon",
			URL: "https://social.example/1", Said: monday.Add(-time.Minute), Followers: 12,
		},
		Count: 1, Tag: directdial.Complaint, Topic: "billing",
		Why:  []string{"you are granted billing", `complaint because of "furious…", "charged … times", "twice"`, `billing because of "billed twice"`},
		Next: []string{"Bo Ek", "Kim Strand"}, Open: monday.Add(time.Hour),
		Do: []string{"say sorry first"}, Policy: "2026-3",
		Choices: []Choice{
			{Act: directdial.ActTake, Label: "Take it"},
			{Act: directdial.ActPass, Label: "Pass on"},
			{Act: directdial.ActDecline, Label: "Not for us"},
			{Act: directdial.ActAsk, Label: "Ask the coach"},
		},
		Others: []Colleague{{ID: "bo", Name: "Bo Ek"}, {ID: "kim", Name: "Kim Strand"}},
	}
	if diff := cmp.Diff(want, Compose(facts(nil))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestComposeSaysWhyItIsYours(t *testing.T) {
	away := func(reason directdial.Reason) []directdial.Verdict {
		return []directdial.Verdict{{Expert: "ana", Reason: reason}, {Expert: "bo"}}
	}
	hop := func(f *Facts, from string, why directdial.Reason) {
		f.Offer.Hop, f.Dial.Hop, f.Dial.Previous, f.Dial.Reason = 2, 2, []string{from}, why
	}
	for _, tt := range []struct {
		name   string
		change func(*Facts)
		want   []string
	}{
		{"granted the topic", func(*Facts) {}, []string{"you are granted billing"}},
		{"granted any topic", func(f *Facts) { f.Offer.Expert, f.Named = "kim", false }, []string{"you are granted every topic that is not restricted"}},
		{"granted it and stands in", func(f *Facts) {
			f.Offer.Expert, f.Decision.Via, f.Decision.Verdicts = "bo", directdial.RoleTopic|directdial.RoleDeputy, away(directdial.OffDuty)
			f.Duty = map[string]directdial.Duty{"ana": {Next: monday.Add(-time.Hour).Add(7 * 24 * time.Hour)}}
		}, []string{"you are granted billing", "you stand in for Ana Lind until Mon 30 Nov 09:00 CET"}},
		{"stands in, nobody knows until when", func(f *Facts) {
			f.Offer.Expert, f.Decision.Via, f.Decision.Verdicts = "bo", directdial.RoleDeputy, away(directdial.OffDuty)
		}, []string{"you stand in for Ana Lind"}},
		{"stands in for who has enough", func(f *Facts) {
			f.Offer.Expert, f.Decision.Via, f.Decision.Verdicts = "bo", directdial.RoleDeputy, away(directdial.OverBudget)
		}, []string{"you stand in for Ana Lind, who has enough for now"}},
		{"owner", func(f *Facts) { f.Decision.Via = directdial.RoleOwner }, []string{"you own the topic billing"}},
		{"owner who is granted it", func(f *Facts) { f.Decision.Via = directdial.RoleOwner | directdial.RoleTopic }, []string{"you are granted billing"}},
		{"fallback", func(f *Facts) { f.Decision.Via = directdial.RoleFallback }, []string{"nobody else may take it: you are the fallback"}},
		{"fallback, unsure", func(f *Facts) {
			f.Decision.Via, f.Dial.Unsure, f.Dial.Topic = directdial.RoleFallback|directdial.RoleTopic, true, ""
		}, []string{"nobody else may take it: you are the fallback", "what it is about could not be told for sure"}},
		{"the same author", func(f *Facts) { f.Decision.Verdicts[0].Score.Author = 300 }, []string{"you are granted billing", "this author was with you before"}},
		{"named by a colleague", func(f *Facts) {
			hop(f, "bo", directdial.NotMyTopic)
			f.Decision.Via = directdial.RoleNamed | directdial.RoleTopic
		}, []string{"Bo Ek passed it on to you: not my topic", "you are granted billing"}},
		{"after one who was silent", func(f *Facts) { hop(f, "bo", directdial.NoAnswer) }, []string{"you are granted billing", "Bo Ek did not take it in time"}},
		{"after one who got no card", func(f *Facts) { hop(f, "bo", directdial.Undelivered) }, []string{"you are granted billing", "it could not be brought to Bo Ek"}},
		{"after one whose grant ended", func(f *Facts) { hop(f, "bo", directdial.GateClosed) }, []string{"you are granted billing", "it was with Bo Ek, whose grant or duty ended"}},
		{"after an edit", func(f *Facts) { hop(f, "bo", directdial.MadeRestricted) }, []string{"you are granted billing", "it was with Bo Ek, until an edit made it so"}},
		{"taken over", func(f *Facts) { hop(f, "bo", directdial.TakenOver) }, []string{"you are granted billing", "you took it over from Bo Ek"}},
		{"late", func(f *Facts) { f.Dial.Late = true }, []string{"you are granted billing", "nobody took it in time: it stays with you"}},
		{"somebody who has left the directory", func(f *Facts) { hop(f, "old", directdial.NoAnswer) }, []string{"you are granted billing", "old did not take it in time"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := facts(func(f *Facts) { f.Classification = directdial.Classification{} })
			tt.change(&f)
			if diff := cmp.Diff(tt.want, Compose(f).Why); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestComposeSaysWhatBecameOfIt(t *testing.T) {
	gone := func(reason directdial.Reason) func(*Facts) {
		return func(f *Facts) {
			f.Offer.Past, f.Dial.Hop, f.Dial.Holder, f.Dial.Reason = true, 2, "bo", reason
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*Facts)
		want   string
	}{
		{"open", func(*Facts) {}, "open until Mon 23 Nov 11:00 CET"},
		{"open without a limit", func(f *Facts) { f.Dial.AcceptBy, f.Dial.AnswerBy = time.Time{}, time.Time{} }, "open"},
		{"taken by its reader", func(f *Facts) { f.Dial.State = directdial.Accepted }, "taken by you, open until Mon 23 Nov 14:00 CET"},
		{"taken by another", gone(directdial.TakenOver), "no longer yours: taken by Bo Ek"},
		{"passed on", gone(directdial.TooBusy), "no longer yours: passed on to Bo Ek: too busy"},
		{"passed on without a word why", gone(directdial.PassedOn), "no longer yours: passed on to Bo Ek"},
		{"too late", gone(directdial.NoAnswer), "no longer yours: the time was over; it went to Bo Ek"},
		{"off duty", gone(directdial.GateClosed), "no longer yours: your grant or your duty ended; it went to Bo Ek"},
		{"it went on twice", func(f *Facts) {
			gone(directdial.NotAllowed)(f)
			f.Dial.Hop, f.Dial.Holder = 3, "kim"
		}, "no longer yours: it is with Kim Strand now"},
		{"the post is gone", func(f *Facts) { f.Dial.State = directdial.Withdrawn }, "withdrawn: the post is gone"},
		{"answered", func(f *Facts) { f.Dial.State = directdial.Answered }, "answered"},
		{"not for us", func(f *Facts) { f.Dial.State = directdial.Declined }, "closed: not for us"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Compose(facts(tt.change))
			if got := c.Status(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if c.Over() && (c.Why != nil || c.Next != nil || !c.Open.IsZero()) {
				t.Errorf("a card that is over asks for something: %+v", c)
			}
		})
	}
}

func TestComposeShowsNoWordsOfAPostThatIsGone(t *testing.T) {
	for name, change := range map[string]func(*Facts){
		"deleted by its author": func(f *Facts) { f.Posts[0].Record.Deleted = true },
		"no longer kept":        func(f *Facts) { f.Posts[0].Mention = nil },
	} {
		p := Compose(facts(change)).Post
		if p.Text != "" || p.Author != "" || p.Handle != "" || p.URL != "" || p.Platform != "mastodon" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// The words are there for who asks for them, and nowhere else.
func TestComposeHidesWordsThatMayHarm(t *testing.T) {
	plain := Compose(facts(nil))
	hidden := Compose(facts(func(f *Facts) { f.Dial.Topic = directdial.Harm }))
	for i, p := range append([]Post{hidden.Post}, hidden.More...) {
		shown := append([]Post{plain.Post}, plain.More...)[i].Text
		if p.Text != "" || p.Hidden != shown || strings.Contains(p.Words(), shown) {
			t.Errorf("post %d: %+v", i, p)
		}
	}
}

// Who held a dial before an edit made it harmful keeps no words of it.
func TestComposeLeavesWordsThatMayHarmWithNobodyElse(t *testing.T) {
	c := Compose(facts(func(f *Facts) {
		f.Dial.Topic, f.Dial.Reason, f.Dial.Hop, f.Offer.Past = directdial.Harm, directdial.MayHarm, f.Offer.Hop+1, true
	}))
	for i, p := range append([]Post{c.Post}, c.More...) {
		if p.Text != hiddenWords || p.Hidden != "" {
			t.Errorf("post %d: %+v", i, p)
		}
	}
	if want := "an edit brought in what may harm; it went to "; !strings.HasPrefix(c.Past, want) {
		t.Errorf("it says %q", c.Past)
	}
}

// What is restricted is for who has it now, and of a closed dial for who was
// dialled about that.
func TestComposeWithholdsWordsThatAreRestrictedToOthers(t *testing.T) {
	recall := func(f *Facts) {
		f.Directory.Topics = []directdial.Topic{{Name: "recall", Restricted: true}}
		f.Dial.Topic, f.Decision.Topic = "recall", "billing"
	}
	for name, test := range map[string]struct {
		change   func(*Facts)
		withheld bool
	}{
		"who has it":                       {func(*Facts) {}, false},
		"who had it":                       {func(f *Facts) { f.Offer.Past = true }, true},
		"who answered about another topic": {func(f *Facts) { f.Dial.State = directdial.Answered }, true},
		"who answered about that":          {func(f *Facts) { f.Dial.State, f.Decision.Topic = directdial.Answered, "recall" }, false},
		"who had another topic": {func(f *Facts) {
			f.Offer.Past, f.Directory.Topics[0].Restricted = true, false
		}, false},
	} {
		c := Compose(facts(func(f *Facts) { recall(f); test.change(f) }))
		if c.Post.Text == withheldWords != test.withheld {
			t.Errorf("%s is shown %q", name, c.Post.Text)
		}
	}
	c := Compose(facts(func(f *Facts) {
		recall(f)
		f.Dial.Reason, f.Dial.Hop, f.Offer.Past = directdial.MadeRestricted, f.Offer.Hop+1, true
	}))
	if want := "an edit brought in a restricted topic; it went to "; !strings.HasPrefix(c.Past, want) {
		t.Errorf("it says %q", c.Past)
	}
}

func TestComposeSaysThatTheCoachReadsTheAnswerFirst(t *testing.T) {
	c := Compose(facts(func(f *Facts) {
		f.Decision.Verdicts[0].Review = true
		f.Directory.Coaches = []string{"kim"}
	}))
	if want := "Kim Strand reads your answer before you give it"; c.Do[0] != want || len(c.Do) != 2 {
		t.Errorf("do %q, want %q first", c.Do, want)
	}
}

func TestComposeShowsTheNewestThatJoined(t *testing.T) {
	c := Compose(facts(func(f *Facts) {
		f.Dial.Joined = 9
		for _, text := range []string{"one", "two", "three", "four"} {
			f.Posts = append(f.Posts, Said{
				Record: directdial.MentionRecord{Seq: 9, First: 8}, Mention: &directdial.Mention{Text: text},
			})
		}
	}))
	if len(c.More) != 3 || c.More[2].Text != "four" || !c.More[0].Edited || c.Count != 10 || c.Joined() != "9 more posts" || c.Between() != "6 more posts in between" {
		t.Errorf("%+v, %q, %q", c.More, c.Joined(), c.Between())
	}
}

func TestComposeOfANoticeIsNoDial(t *testing.T) {
	c := Compose(Facts{
		Offer:  directdial.Offer{ID: "n1", Expert: "kim", Card: directdial.NoticeCard, Revision: 1},
		Notice: Notice{Parked: 1, Waits: map[string]int{"nobody enabled": 1}},
	})
	if c.Kind != directdial.NoticeCard || c.Title() != "1 mention waits with you" || c.Over() {
		t.Errorf("%+v", c)
	}
}

func TestTitle(t *testing.T) {
	for want, c := range map[string]Card{
		"Complaint about billing":                  {Tag: directdial.Complaint, Topic: "billing"},
		"Question, perhaps about billing":          {Tag: directdial.Question, Topic: "billing", Unsure: true},
		"Question, topic unsure":                   {Tag: directdial.Question, Unsure: true},
		"Ambassador, on billing":                   {Tag: directdial.Ambassador, Topic: "billing"},
		"Mention, topic unsure":                    {Unsure: true},
		"Complaint":                                {Tag: directdial.Complaint},
		"Test card":                                {Kind: directdial.TestCard},
		"1 late dial waits with you":               {Kind: directdial.NoticeCard, Notice: Notice{Late: 1}},
		"2 late dials and 1 mention wait with you": {Kind: directdial.NoticeCard, Notice: Notice{Late: 2, Parked: 1}},
		"3 mentions wait with you":                 {Kind: directdial.NoticeCard, Notice: Notice{Parked: 3}},
	} {
		if got := c.Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCleanOfAPostIsShort(t *testing.T) {
	long := Card{Post: Post{Text: string(make([]byte, 1<<20)), Author: "a"}, Why: make([]string, 100)}
	for i := range long.Why {
		long.Why[i] = "why"
	}
	long.Post.Text = "word " + long.Post.Text + "x"
	c := long.Clean()
	if c.Post.Text != "word x" || len(c.Why) != maxLines {
		t.Errorf("%q, %d reasons", c.Post.Text, len(c.Why))
	}
	if diff := cmp.Diff(c, c.Clean()); diff != "" {
		t.Errorf("cleaning twice: %s", diff)
	}
}
