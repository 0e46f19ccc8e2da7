package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// newHearing makes a site whose colleagues answer in Slack, through Socket Mode
// or by requests, and starts it. Ana stands in the configuration by e-mail.
func newHearing(t *testing.T, hears string) (*daemon, *slacktest.Server) {
	t.Helper()
	at, slack := newSlack(t, func(s *settings) {
		s.channels = fmt.Sprintf(`{ slack: { token: %s, %s, api_url: %q, pace: off, rate: off } }`, slacktest.Token, hears, s.slack)
		s.experts = strings.Replace(usualExperts, "U0ANA", "ana@acme.example", 1)
	})
	d := at.start()
	if strings.Contains(hears, "signing_secret") {
		slack.PostTo("http://" + d.status.Listen + "/v1/channels/slack/requests")
	} else {
		await(t, "websockets", func() bool { return slack.Sockets() > 0 })
	}
	return d, slack
}

// heard are the two ways in which people are heard.
var heard = map[string]string{
	"socket mode": "app_token: " + slacktest.AppToken,
	"requests":    "signing_secret: " + slacktest.SigningSecret,
}

// latest is the newest card of a member.
func latest(slack *slacktest.Server, user string) (m slacktest.Message) {
	for _, c := range slack.Messages() {
		if c.User == user {
			m = c
		}
	}
	return m
}

func TestADialIsTakenAndAnsweredByTheButtonsOfItsCard(t *testing.T) {
	t.Parallel()
	for name, hears := range heard {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, slack := newHearing(t, hears)
			d.send(said(1, complaint))
			d.settled()
			for _, step := range []struct {
				button, shows string
				want          directdial.DialState
			}{
				{"Take it", "[I have answered]", directdial.Accepted},
				{"I have answered", "billing · answered", directdial.Answered},
			} {
				press := slack.Press("U0ANA", slacktest.On(latest(slack, "U0ANA")), step.button)
				for range 2 { // Slack tells of it twice
					if _, err := slack.Tell(t.Context(), press); err != nil {
						t.Fatal(err)
					}
				}
				await(t, step.shows, func() bool { return strings.Contains(slacktest.Render(latest(slack, "U0ANA")), step.shows) })
				if dial := d.dials()[0]; dial.State != step.want || dial.Holder != "ana" {
					t.Errorf("after %q the dial is %+v", step.button, dial)
				}
			}
			if told := slack.Told(); len(told) != 0 {
				t.Errorf("said %+v", told)
			}
		})
	}
}

func TestADialIsPassedOnByTheFormOfItsCard(t *testing.T) {
	t.Parallel()
	for name, hears := range heard {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, slack := newHearing(t, hears)
			d.send(said(1, complaint))
			d.settled()
			card := slacktest.On(latest(slack, "U0ANA"))
			tell := func(deed slacktest.Deed) string {
				answer, err := slack.Tell(t.Context(), deed)
				if err != nil {
					t.Fatal(err)
				}
				return string(answer)
			}
			tell(slack.Press("U0ANA", card, "Pass on"))
			await(t, "the form", func() bool { return len(slack.Views()) == 1 })
			form := slack.Views()[0]
			if found := tell(slack.Search("U0ANA", form, "other", "strand")); !strings.Contains(found, `"kim"`) || strings.Contains(found, `"bo"`) {
				t.Errorf("found %s", found)
			}
			tell(slack.Submit("U0ANA", form, map[string]string{"other": "kim", "why": "too busy"}))
			await(t, "the card of Kim", func() bool { return latest(slack, "U0KIM").Text != "" })
			if dial := d.dials()[0]; dial.Holder != "kim" || dial.Reason != directdial.TooBusy {
				t.Errorf("the dial is %+v", dial)
			}
			// The button that Ana still has on her screen is too late, and she alone hears so.
			tell(slack.Press("U0ANA", card, "Take it"))
			await(t, "a refusal", func() bool {
				told := slack.Told()
				return len(told) == 1 && told[0].User == "U0ANA" && strings.Contains(told[0].Text, "Kim Strand")
			})
		})
	}
}

func TestTheHomeTabAndTheCommandShowWhatSomebodyHas(t *testing.T) {
	t.Parallel()
	d, slack := newHearing(t, heard["socket mode"])
	d.send(said(1, complaint))
	d.settled()
	shows := func(words string) {
		t.Helper()
		await(t, words, func() bool {
			v, _ := slack.Home("U0ANA")
			return strings.Contains(slacktest.RenderView(v), words)
		})
	}
	tell := func(deed slacktest.Deed) {
		t.Helper()
		if _, err := slack.Tell(t.Context(), deed); err != nil {
			t.Fatal(err)
		}
	}
	tell(slack.OpenHome("U0ANA"))
	shows("1 dial waits for you")
	tell(slack.Type("U0ANA", "/dial away"))
	shows("You are away until you say that you are back.")
	tell(slack.Type("U0ANA", "/dial back"))
	shows("You are on duty.")
	if told := slack.Told(); len(told) != 2 {
		t.Errorf("said %+v", told)
	}
}

// The first thing that is sent under a grant is a question. The gate opens when
// the colleague has said yes and tried one card, all of it in Slack.
func TestAColleagueIsEnabledByTheButtonsOfTheirCards(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, func(s *settings) {
		s.channels = fmt.Sprintf(`{ slack: { token: %s, app_token: %s, api_url: %q, pace: off, rate: off } }`, slacktest.Token, slacktest.AppToken, s.slack)
		s.experts = strings.Replace(usualExperts, "[billing], agreed: 2026-01-01,", "[billing],", 1)
	})
	d := at.start()
	await(t, "websockets", func() bool { return slack.Sockets() > 0 })
	for _, step := range []struct{ card, button string }{{"Will you answer in public?", "Yes"}, {"Practice:", "Take it"}} {
		shown := func() string { return slacktest.Render(latest(slack, "U0ANA")) }
		await(t, step.card, func() bool { return strings.Contains(shown(), step.card) })
		if _, err := slack.Tell(t.Context(), slack.Press("U0ANA", slacktest.On(latest(slack, "U0ANA")), step.button)); err != nil {
			t.Fatal(err)
		}
		await(t, step.button+" is gone", func() bool {
			return !strings.Contains(shown(), "["+step.button+"]") || !strings.Contains(shown(), step.card)
		})
	}
	d.send(said(1, complaint))
	d.settled()
	if dial := d.dials()[0]; dial.Holder != "ana" {
		t.Errorf("the dial is %+v", dial)
	}
	if told := slack.Told(); len(told) != 0 {
		t.Errorf("said %+v", told)
	}
}
