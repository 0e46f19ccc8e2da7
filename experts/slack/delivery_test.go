package slack_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// bench is a channel, its fake, its log and its clock.
type bench struct {
	*slacktest.Server
	channel interface {
		experts.Channel
		experts.Editor
		experts.Finder
		experts.Limited
	}
	log *bytes.Buffer
	now time.Time
}

func setUp(t *testing.T, users ...slacktest.User) *bench {
	t.Helper()
	b := &bench{Server: slacktest.Start(t, users...), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	b.Clock(func() time.Time { return b.now })
	setup, log := channeltest.Setup(settings(b.URL()))
	setup.Now = func() time.Time { return b.now }
	c, err := slack.New(setup)
	if err != nil {
		t.Fatal(err)
	}
	b.log = log
	b.channel = c.(interface {
		experts.Channel
		experts.Editor
		experts.Finder
		experts.Limited
	})
	return b
}

func (b *bench) send(t *testing.T, to directdial.Expert) string {
	t.Helper()
	ref, err := b.channel.Send(t.Context(), to, channeltest.Card(to))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func wantKind(t *testing.T, err error, want directdial.Kind, says string) {
	t.Helper()
	if err == nil || directdial.KindOf(err) != want || !strings.Contains(err.Error(), says) {
		t.Errorf("want kind %v and %q, got %v: %v", want, says, directdial.KindOf(err), err)
	}
}

func TestWhoIsReached(t *testing.T) {
	for _, c := range []struct {
		name, address string
		member        slacktest.User
		kind          directdial.Kind // Internal: the card arrives
		says          string
	}{
		{"by e-mail address", "Ana@Acme.example", ana, 0, ""},
		{"by member id", "U0ANA", ana, 0, ""},
		{"by a member id of an enterprise", "W0ANA", slacktest.User{ID: "W0ANA"}, 0, ""},
		{"deactivated, by id", "U0ANA", slacktest.User{ID: "U0ANA", Deleted: true}, directdial.Gone, "user_disabled"},
		{"deactivated, by e-mail address", ana.Email, slacktest.User{ID: "U0ANA", Email: ana.Email, Deleted: true}, directdial.Gone, "users_not_found"},
		{"a guest, by id: whoever wrote the id knew", "U0ANA", slacktest.User{ID: "U0ANA", Guest: true}, 0, ""},
		{"a guest, by e-mail address", ana.Email, slacktest.User{ID: "U0ANA", Email: ana.Email, Guest: true}, directdial.Gone, "guest"},
		{"an app, by e-mail address", ana.Email, slacktest.User{ID: "U0ANA", Email: ana.Email, Bot: true}, directdial.Gone, "app"},
		{"unknown by e-mail address", "bo@acme.example", ana, directdial.Gone, "users_not_found"},
		{"unknown by id", "U0BO", ana, directdial.Gone, "not_found"},
		{"neither id nor e-mail address", "@ana", ana, directdial.Gone, "users_not_found"},
		{"a display name", "ana", ana, directdial.Invalid, "member id"},
		{"no address", "", ana, directdial.Invalid, "member id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := setUp(t, c.member)
			to := person(c.address)
			ref, err := b.channel.Send(t.Context(), to, channeltest.Card(to))
			if c.kind == 0 {
				if err != nil || len(b.Messages()) != 1 || b.Messages()[0].User != c.member.ID || ref == "" {
					t.Fatalf("%q, %v, %d messages", ref, err, len(b.Messages()))
				}
				return
			}
			wantKind(t, err, c.kind, c.says)
			if strings.Contains(err.Error(), "@") {
				t.Errorf("an address stands in the error: %v", err)
			}
		})
	}
}

func TestAPersonIsLookedUpOnceInSixHours(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	for _, wait := range []time.Duration{0, 3 * time.Hour, 2*time.Hour + 59*time.Minute, 2 * time.Minute} {
		b.now = b.now.Add(wait)
		b.send(t, to)
	}
	if lookups, opens := len(b.Calls("users.lookupByEmail")), len(b.Calls("conversations.open")); lookups != 2 || opens != 2 {
		t.Errorf("%d look-ups and %d openings for four cards, want 2 and 2", lookups, opens)
	}
}

func TestAChannelThatIsGoneIsLookedUpAgain(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	b.send(t, to)
	b.AddUser(slacktest.User{ID: "U0ANA", Email: ana.Email, Deleted: true}, slacktest.User{ID: "U9ANA", Email: ana.Email})
	b.send(t, to)
	if m := b.Messages(); len(m) != 2 || m[1].User != "U9ANA" {
		t.Errorf("%d messages", len(m))
	}
	b.AddUser(slacktest.User{ID: "U9ANA", Email: ana.Email, Guest: true})
	b.Script(slacktest.Fault{Method: "chat.postMessage", Error: "channel_not_found"})
	_, err := b.channel.Send(t.Context(), to, channeltest.Card(to))
	wantKind(t, err, directdial.Gone, "guest")
}

func TestWhatSlackIsAskedFor(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	ref := b.send(t, to)
	c := channeltest.Card(to)
	c.Revision = 2
	if err := b.channel.Edit(t.Context(), to, ref, c); err != nil {
		t.Fatal(err)
	}
	for _, call := range b.Calls("chat.postMessage", "chat.update") {
		if call.Args["parse"] != "none" || call.Args["link_names"] != "false" || call.Args["blocks"] == "" || call.Args["text"] == "" {
			t.Errorf("%s with parse %q, link_names %q", call.Method, call.Args["parse"], call.Args["link_names"])
		}
		if call.Method == "chat.postMessage" && (call.Args["unfurl_links"] != "false" || call.Args["unfurl_media"] != "false") {
			t.Error("Slack would fetch what the post links to")
		}
	}
	m := b.Messages()[0]
	for i, content := range append(m.Earlier, m.Content) {
		got := fmt.Sprint(content.Metadata.EventType, content.Metadata.EventPayload)
		if want := fmt.Sprintf("directdial_offermap[dial:d0123456789abcdef offer:d0123456789abcdef-1 revision:%d]", i+1); got != want {
			t.Errorf("the metadata is %s, want %s", got, want)
		}
	}
}

func TestALayoutThatIsRefusedGoesAsPlainText(t *testing.T) {
	for _, code := range []string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"} {
		t.Run(code, func(t *testing.T) {
			b := setUp(t, ana)
			to := person(ana.Email)
			b.Script(slacktest.Fault{Method: "chat.postMessage", Error: code})
			ref := b.send(t, to)
			m := b.Messages()
			if len(m) != 1 || m[0].Blocks != nil || ref != m[0].Channel+":"+m[0].TS {
				t.Fatalf("%d messages, blocks %s", len(m), m[0].Blocks)
			}
			c := channeltest.Card(to)
			for _, want := range []string{c.Title(), c.Post.Text, c.Post.Handle, c.Post.URL, c.When(c.Open), c.Why[0], c.Do[0]} {
				if shown := slacktest.Render(m[0]); !strings.Contains(shown, want) {
					t.Errorf("the plain card lacks %q:\n%s", want, shown)
				}
			}
			if !strings.Contains(b.log.String(), c.Offer) || strings.Contains(b.log.String(), c.Post.Text) {
				t.Errorf("the log names the offer and no words of the post: %s", b.log)
			}
		})
	}
}

func TestAnEditOfARefusedLayoutTakesTheBlocksAway(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	ref := b.send(t, to)
	b.Script(slacktest.Fault{Method: "chat.update", Error: "invalid_blocks"})
	c := channeltest.Card(to)
	c.Past = "taken by Bo Ek"
	if err := b.channel.Edit(t.Context(), to, ref, c); err != nil {
		t.Fatal(err)
	}
	if m := b.Messages()[0]; m.Blocks != nil || !strings.Contains(slacktest.Render(m), "taken by Bo Ek") {
		t.Errorf("the old layout still shows:\n%s", slacktest.Render(m))
	}
}

func TestWhatAnEditCanMeet(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(b *bench, ref string) string
		kind directdial.Kind
		says string
	}{
		{"the message was deleted", func(b *bench, ref string) string {
			channel, ts, _ := strings.Cut(ref, ":")
			b.Delete(channel, ts)
			return ref
		}, directdial.Gone, "message_not_found"},
		{"it is not ours", func(b *bench, ref string) string {
			b.Script(slacktest.Fault{Method: "chat.update", Error: "cant_update_message"})
			return ref
		}, directdial.Gone, "cant_update_message"},
		{"too many", func(b *bench, ref string) string {
			b.Script(slacktest.Fault{Method: "chat.update", Status: 429, RetryAfter: 3 * time.Second})
			return ref
		}, directdial.Temporary, "too many"},
		{"the answer is lost: it may be repeated", func(b *bench, ref string) string {
			b.Script(slacktest.Fault{Method: "chat.update", Lose: true})
			return ref
		}, directdial.Temporary, "chat.update"},
		{"failed halfway: it may be repeated", func(b *bench, ref string) string {
			b.Script(slacktest.Fault{Method: "chat.update", Error: "fatal_error"})
			return ref
		}, directdial.Temporary, "fatal_error"},
		{"502: it may be repeated", func(b *bench, ref string) string {
			b.Script(slacktest.Fault{Method: "chat.update", Status: 502})
			return ref
		}, directdial.Temporary, "502"},
		{"no reference", func(*bench, string) string { return "" }, directdial.Invalid, "no reference"},
		{"half a reference", func(*bench, string) string { return "D0ANA:" }, directdial.Invalid, "no reference"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := setUp(t, ana)
			to := person(ana.Email)
			ref := c.set(b, b.send(t, to))
			wantKind(t, b.channel.Edit(t.Context(), to, ref, channeltest.Card(to)), c.kind, c.says)
		})
	}
}

func TestARefusedAppIsLoggedOnceAndItsReturn(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	b.Script(slacktest.Fault{Error: "invalid_auth", Times: 3})
	for range 3 {
		_, err := b.channel.Send(t.Context(), to, channeltest.Card(to))
		wantKind(t, err, directdial.Temporary, "invalid_auth")
	}
	b.send(t, to)
	b.send(t, to)
	lines := strings.Split(strings.TrimSpace(b.log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"level":"error"`) || !strings.Contains(lines[0], "invalid_auth") || !strings.Contains(lines[1], "again") {
		t.Errorf("the log is:\n%s", b.log)
	}
}

func TestAMissingScopeIsLoggedOnce(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	b.Script(slacktest.Fault{Method: "chat.postMessage", Error: "missing_scope", Times: 3})
	for range 3 {
		b.now = b.now.Add(7 * time.Hour) // the member is looked up each time, which the app may
		_, err := b.channel.Send(t.Context(), to, channeltest.Card(to))
		wantKind(t, err, directdial.Temporary, "missing_scope")
	}
	if n := strings.Count(b.log.String(), "\n"); n != 1 {
		t.Errorf("%d lines in the log, want 1:\n%s", n, b.log)
	}
}

func TestASlowChannelHoldsUpOnlyItself(t *testing.T) {
	bo := slacktest.User{ID: "U0BO", Email: "bo@acme.example"}
	b := setUp(t, ana, bo)
	b.Script(slacktest.Fault{Method: "chat.postMessage", Channel: "D0ANA", Status: 429, RetryAfter: 9 * time.Second, Times: -1})
	_, err := b.channel.Send(t.Context(), person(ana.Email), channeltest.Card(person(ana.Email)))
	wantKind(t, err, directdial.Temporary, "too many")
	b.send(t, person(bo.Email))
}

func TestThePaceOfSlackIsAnError(t *testing.T) {
	b := setUp(t, ana)
	b.EnforcePace()
	to := person(ana.Email)
	b.send(t, to)
	_, err := b.channel.Send(t.Context(), to, channeltest.Card(to))
	wantKind(t, err, directdial.Temporary, "too many")
	b.now = b.now.Add(time.Second)
	b.send(t, to)
	if l := b.channel.Limits(); l.Pace.String() != "1/s" || l.Rate.String() != "50/s" || l.Ambiguous != "" {
		t.Errorf("limits %+v", l)
	}
}

// An app that may post and nothing else still brings the card, and finds it
// again by the channel that the answer named.
func TestCardGoesToTheMemberWhereTheChannelMayNotBeOpened(t *testing.T) {
	for _, code := range []string{"missing_scope", "unknown_method"} {
		b := setUp(t, ana)
		b.Script(slacktest.Fault{Method: "conversations.open", Error: code, Times: 1})
		to := person("U0ANA")
		card := channeltest.Card(to)
		ref, err := b.channel.Send(t.Context(), to, card)
		if err != nil || len(b.Messages()) != 1 {
			t.Fatalf("%s: %v, %d messages", code, err, len(b.Messages()))
		}
		card.Revision++
		if err := b.channel.Edit(t.Context(), to, ref, card); err != nil || len(b.Messages()[0].Earlier) != 1 {
			t.Errorf("%s: edit: %v", code, err)
		}
	}
}
