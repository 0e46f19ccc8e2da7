package slack

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// judge draws a card and lets the fake, which knows nothing of how it was
// made, judge what came out.
func judge(t interface{ Errorf(string, ...any) }, card experts.Card) slacktest.Message {
	card = card.Clean()
	raw, err := json.Marshal(blocks(card))
	if err != nil {
		t.Errorf("%v", err)
	}
	if faults, code := slacktest.CheckBlocks(raw); code != "" {
		t.Errorf("Slack would answer %s: %v", code, faults)
	}
	m := slacktest.Message{Content: slacktest.Content{Text: plainText(card), Blocks: raw}}
	if n := units(m.Text); n == 0 || n > maxPlain {
		t.Errorf("the plain text has %d characters, want 1 to %d", n, maxPlain)
	}
	if pings := slacktest.Pings(m); len(pings) > 0 {
		t.Errorf("the card notifies %q", pings)
	}
	if styled := slacktest.Styled(m.Text); len(styled) > 0 {
		t.Errorf("the plain text styles %q", styled)
	}
	for _, s := range []string{m.Text, slacktest.Render(m)} {
		for _, r := range s {
			if r != '\n' && r != '\u200C' && r != '\u200D' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)) {
				t.Errorf("%U stands in the card", r)
			}
		}
	}
	return m
}

// text draws strings as the world writes them: plain, long, hostile, and made
// of what counts more than it shows. The longest is over twice what the roomiest
// field of Slack takes.
var text = sync.OnceValue(func() *rapid.Generator[string] {
	bits := []string{
		"a", "word ", "&", "<", ">", "&lt;", "<!channel>", "<@U1>", "*", "_", "~", "`", "```", "\n", "\r\n", "\x1b[2J", "\u202E",
		"👩🏽\u200D💻", "👨\u200D👩\u200D👧\u200D👦", "🇸🇪", "é", "e\u0301", "Z" + strings.Repeat("\u0335", 40), "ש", "漢", "\xff", ":tada:", "|", "\"", "\\",
	}
	hostile := channeltest.Hostile()
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		bits = append(bits, hostile[name][:min(len(hostile[name]), 400)])
	}
	piece := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(rapid.SampledFrom(bits).Draw(t, "bit"), rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 1, 1, 2, 7, 60, 400}).Draw(t, "times"))
	})
	return rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "pieces"), "")
		return s[:min(len(s), 8<<10)]
	})
})

func TestNoCardExceedsALimitOfSlack(t *testing.T) {
	link := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "https://social.example/1", "https://social.example/?", "http://ü.example/"}).Draw(t, "base") + text().Draw(t, "rest")
	})
	post := rapid.Custom(func(t *rapid.T) experts.Post {
		return experts.Post{
			Text: text().Draw(t, "text"), Author: text().Draw(t, "author"), Handle: text().Draw(t, "handle"), Platform: text().Draw(t, "platform"),
			URL: link.Draw(t, "url"), Said: time.Unix(rapid.Int64Range(0, 253402300799).Draw(t, "said"), 0),
			Followers: rapid.IntMin(0).Draw(t, "followers"), Edited: rapid.Bool().Draw(t, "edited"), Deleted: rapid.Bool().Draw(t, "deleted"),
		}
	})
	lines := rapid.SliceOfN(text(), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		c := experts.Card{
			Kind:  rapid.SampledFrom([]directdial.CardKind{directdial.DialCard, directdial.DialCard, directdial.NoticeCard, directdial.TestCard, directdial.InvitationCard, directdial.PracticeCard, directdial.QuestionCard}).Draw(t, "kind"),
			State: rapid.SampledFrom([]directdial.DialState{directdial.Offered, directdial.Accepted, directdial.Answered, directdial.Withdrawn}).Draw(t, "state"),
			Tag:   rapid.SampledFrom([]directdial.Tag{"", directdial.Complaint, directdial.Question, directdial.Ambassador}).Draw(t, "tag"),
			Topic: text().Draw(t, "topic"), Past: text().Draw(t, "past"), Policy: text().Draw(t, "policy"),
			Unsure: rapid.Bool().Draw(t, "unsure"), Count: rapid.IntRange(0, 1e6).Draw(t, "count"),
			Post: post.Draw(t, "post"), More: rapid.SliceOfN(post, 0, 4).Draw(t, "more"),
			Why: lines.Draw(t, "why"), Next: lines.Draw(t, "next"), Do: lines.Draw(t, "do"), Dont: lines.Draw(t, "don't"),
			Link: link.Draw(t, "link"), Open: time.Unix(rapid.Int64Range(0, 253402300799).Draw(t, "open"), 0),
			To:     directdial.Expert{ID: "ana", Timezone: rapid.SampledFrom([]string{"", "Europe/Stockholm", "Nowhere"}).Draw(t, "zone")},
			Notice: experts.Notice{Parked: 1, Waits: map[string]int{"nobody enabled": 1, "nobody on duty": 0}},
		}
		c.Rows = []experts.Row{{Label: "for", Lines: lines.Draw(t, "row")}}
		c.Offer, c.Choices = "d0123456789abcdef-1", experts.Choices(&c)
		judge(t, c)
		for _, name := range lines.Draw(t, "others") {
			c.Others = append(c.Others, experts.Colleague{ID: "bo", Name: name, Why: name})
		}
		c.Others = c.Others[:min(len(c.Others), 2)]
		judgeView(t, passView(c.Clean(), "D0ANA"))
	})
}

func judgeView(t interface{ Errorf(string, ...any) }, view any) {
	raw, err := json.Marshal(view)
	if err != nil {
		t.Errorf("%v", err)
	}
	if faults, code := slacktest.CheckView(raw); code != "" {
		t.Errorf("Slack would answer %s: %v", code, faults)
	}
}

// TestTheLongestHomeFits has more of everything than anybody has.
func TestTheLongestHomeFits(t *testing.T) {
	long := strings.Repeat("& 👩🏽\u200D💻", 800)
	c := channeltest.Card(directdial.Expert{ID: "ana"})
	c.Post = experts.Post{Text: long, Author: long, Handle: long, Platform: long, Said: c.Post.Said, URL: "https://social.example/?" + strings.Repeat("a", maxLinkMore-24)}
	c.Topic, c.Choices = long, experts.Choices(&c)
	h := experts.Home{Expert: c.To}
	for range 40 {
		h.Dials = append(h.Dials, c)
		h.Grants = append(h.Grants, experts.Grant{ID: strings.Repeat("billing,", 100), Coach: long, Grant: directdial.Grant{Topics: []string{long}, Until: c.Post.Said}, State: directdial.Reason(long)})
	}
	judgeView(t, map[string]any{"type": "home", "blocks": home(h, long, true)})
	raw, err := json.Marshal(home(h, "", false))
	if err != nil {
		t.Fatal(err)
	}
	if faults, code := slacktest.CheckBlocks(raw); code != "" {
		t.Errorf("Slack would answer %s: %v", code, faults)
	}
}

func FuzzAnyWordsAreInert(f *testing.F) {
	for _, h := range channeltest.Hostile() {
		f.Add(h[:min(len(h), 64<<10)])
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := channeltest.Card(directdial.Expert{ID: "ana"})
		c.Post.Text, c.Post.Author, c.Past = s, s, ""
		m := judge(t, c)
		words := experts.Card{Post: c.Post}.Clean().Post.Words()
		if shown := slacktest.Render(m); width(words) <= maxPost && !strings.Contains(shown, strings.ReplaceAll(words, "\n", "\n│ ")) {
			t.Errorf("the card does not show the words %q:\n%s", words, shown)
		}
	})
}

func FuzzFitKeepsTheLimit(f *testing.F) {
	f.Add("a<b&c", 5)
	f.Add("👩🏽\u200D💻👩🏽\u200D💻", 8)
	f.Add("e\u0301e\u0301", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit = limit % 5000; limit < 1 || !utf8.ValidString(s) {
			return
		}
		got := fit(s, limit)
		if n := units(escape(got)); n > limit {
			t.Errorf("%d characters, want at most %d: %q", n, limit, got)
		}
		if whole := strings.TrimSuffix(got, "…"); !strings.HasPrefix(s, whole) || !utf8.ValidString(got) {
			t.Errorf("%q is not the beginning of %q", got, s)
		}
	})
}

func TestTextIsCutBetweenCharactersAndEscapedOnce(t *testing.T) {
	for _, c := range []struct {
		name, in string
		limit    int
		want     string
	}{
		{"fits", "a < b", 8, "a &lt; b"},
		{"an entity is never cut", "a < b", 7, "a &lt;…"},
		{"an entity that does not fit goes whole", "a < b", 6, "a…"},
		{"already escaped text is text", "&lt;", 20, "&amp;lt;"},
		{"a family is one character", "x👨\u200D👩\u200D👧", 8, "x…"},
		{"an accent stays on its letter", "cafe\u0301s", 6, "cafe\u0301s"},
		{"an accent goes with its letter", "cafe\u0301s", 5, "caf…"},
		{"a flag is not halved", "🇸🇪🇩🇪", 7, "🇸🇪…"},
		{"spaces before the cut go", "one two", 5, "one…"},
	} {
		if got := escape(fit(c.in, c.limit)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMarksThatStyleAreReplacedAndOthersStay(t *testing.T) {
	for in, want := range map[string]string{
		"*bold* _it_ ~no~": "∗bold∗ ˍitˍ ∼no∼",
		"`code`":           "ˋcodeˋ",
		"a`b`c":            "aˋbˋc",
		"user_name_2":      "user_name_2",
		"2*3 and 2 * 3":    "2*3 and 2 ∗ 3",
		"_":                "ˍ",
		"**x**":            "∗∗x∗∗",
	} {
		if got := plainMarks(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestTheLongestCardFits fills every field to the brim with what counts most.
func TestTheLongestCardFits(t *testing.T) {
	for _, bit := range []string{"a", "&", "<", "👩🏽\u200D💻", "👨\u200D👩\u200D👧\u200D👦", "e\u0301\u0301\u0301\u0301\u0301\u0301"} {
		long := strings.Repeat(bit, 1500)
		c := channeltest.Card(directdial.Expert{ID: "ana"})
		c.Post = experts.Post{Text: long, Author: long, Handle: long, Platform: long, Said: c.Post.Said, URL: "https://social.example/?" + strings.Repeat("a", maxLink-24)}
		c.More = []experts.Post{c.Post, c.Post, c.Post}
		for i := range c.More {
			c.More[i].URL = "https://social.example/?" + strings.Repeat("a", maxLinkMore-24)
		}
		c.Topic, c.Policy, c.Link, c.Count = long, long, c.More[0].URL, 1e6
		lines := []string{long, long, long, long, long, long}
		c.Why, c.Next, c.Do, c.Dont = lines, lines, lines, lines
		judge(t, c)
	}
}
