package channeltest

import (
	"fmt"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Enabling are the cards about being enabled, as they are composed for somebody:
// an invitation, a practice card, a policy to read, the end of a grant, a sample of
// what was left, and one
// that was answered.
func Enabling(to directdial.Expert) map[string]experts.Card {
	until := time.Date(2027, 6, 30, 22, 0, 0, 0, time.UTC)
	g := directdial.Grant{
		Topics: []string{"billing"}, Tags: []directdial.Tag{directdial.Complaint, directdial.Question},
		Risk: 10_000, Review: true, Until: until,
	}
	facts := func(kind directdial.CardKind, change func(*experts.Facts)) experts.Card {
		f := experts.Facts{
			Offer: directdial.Offer{ID: "i0123456789abcdef-t9xk2w", Expert: to.ID, Card: kind, First: 1, Revision: 1, Grant: g.ID()},
			Directory: &directdial.Directory{
				Brands:  []directdial.Brand{{Name: "Acme"}},
				Experts: []directdial.Expert{to, {ID: "bo", Name: "Bo Ek"}, {ID: "kim", Name: "Kim Strand"}},
				Coaches: []string{"kim"},
			},
			Policy: experts.Policy{Version: "2026-4", Do: []string{"say sorry first"}, Dont: []string{"promise a date or an amount"}},
			Grant:  experts.Grant{ID: g.ID(), Grant: g, PerWeek: 3, Coach: "Kim Strand"},
		}
		change(&f)
		return experts.Compose(f)
	}
	return map[string]experts.Card{
		"invitation": facts(directdial.InvitationCard, func(*experts.Facts) {}),
		"invitation-unknown": facts(directdial.InvitationCard, func(f *experts.Facts) {
			f.Grant.Grant, f.Grant.PerWeek = directdial.Grant{Topics: []string{"*", "recall"}, Platforms: []string{"mastodon"}, Languages: []string{"en", "sv"}}, 0
		}),
		"invitation-yes": facts(directdial.InvitationCard, func(f *experts.Facts) {
			f.Offer.Answered, f.Offer.Answer, f.Offer.Revision = until, directdial.EvAgreed, 2
		}),
		"practice": facts(directdial.PracticeCard, func(*experts.Facts) {}),
		"policy": facts(directdial.PolicyCard, func(f *experts.Facts) {
			f.Offer.Policy, f.Grant.ReadBy = "2026-4", time.Date(2026, 12, 5, 10, 0, 0, 0, time.UTC)
		}),
		"grant-ends": facts(directdial.NewsCard, func(f *experts.Facts) { f.Offer.Reason = directdial.GrantEnds }),
		"grant-ends-coach": facts(directdial.NewsCard, func(f *experts.Facts) {
			f.Offer.Reason, f.Offer.About = directdial.GrantEnds, "bo"
		}),
		"sample": facts(directdial.NewsCard, func(f *experts.Facts) { sampled(f) }),
	}
}

// sampled makes a card ask about mentions that were left: one of which nothing
// is said, one of each answer, and one that is gone.
func sampled(f *experts.Facts) {
	f.Offer.ID, f.Offer.Reason, f.Offer.Revision = "m0123456789abcdef-t9xk2w", directdial.Sampled, 3
	f.Directory.Topics = []directdial.Topic{{Name: "billing"}, {Name: "delivery"}}
	for i, text := range []string{
		"@acme well that was a day\nat the counter", "the new acme colour is something", "acme, again no parcel", "",
	} {
		key := directdial.Key(fmt.Sprintf("%032x", i+1))
		said := experts.Said{Record: directdial.MentionRecord{Key: key, Platform: "mastodon", State: directdial.Suppressed}}
		if said.Record.Deleted = text == ""; !said.Record.Deleted {
			said.Mention = &directdial.Mention{
				Text: text, URL: fmt.Sprintf("https://social.example/@user1/%d", i),
				Author: directdial.Author{Name: "User One", Handle: "user1@social.example"},
			}
		}
		f.Posts = append(f.Posts, said)
	}
	f.Posts[1].Record.Reviewed, f.Posts[2].Record.Reviewed = directdial.RightlyLeft, directdial.Belonged
}
