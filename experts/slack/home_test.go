package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// home waits until the Home tab of Ana says something.
func (d *desk) home(words string) slacktest.View {
	d.t.Helper()
	var v slacktest.View
	await(d.t, words, func() bool {
		var ok bool
		v, ok = d.Home(ana.ID)
		return ok && strings.Contains(slacktest.RenderView(v), words)
	})
	return v
}

func withGrants(b *book) {
	agreed := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	b.grants = []experts.Grant{
		{ID: "billing", Coach: "Kim Strand", Grant: directdial.Grant{
			Topics: []string{"billing"}, Tags: []directdial.Tag{directdial.Complaint}, Languages: []string{"en"}, Agreed: agreed, Until: time.Date(2027, 6, 30, 0, 0, 0, 0, time.UTC),
		}},
		{
			ID: "*", State: directdial.GrantPaused,
			Grant: directdial.Grant{Topics: []string{"*"}, Agreed: agreed, Fewer: &directdial.Budget{PerHour: 2, PerDay: 4}},
		},
		{ID: "recall", Grant: directdial.Grant{Topics: []string{"recall"}}, State: directdial.NotAgreed},
	}
}

func TestTheHomeTabShowsWhatSomebodyHas(t *testing.T) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			d := newDesk(t, way, withGrants)
			d.tell(d.OpenHome(ana.ID))
			v := d.home("1 dial waits for you")
			golden(t, "home", []byte(slacktest.RenderView(v)+"-- blocks --\n"+string(v.Blocks)+"\n"))
			d.tell(d.Press(ana.ID, slacktest.In(v), "Take it"))
			d.acted(1)
			d.home("I have answered")
		})
	}
}

func TestWhatIsRefusedInTheHomeTabIsSaidThere(t *testing.T) {
	d := newDesk(t, "socket", nil)
	d.tell(d.OpenHome(ana.ID))
	press := d.Press(ana.ID, slacktest.In(d.home("1 dial waits for you")), "Take it")
	d.book.mu.Lock()
	d.book.card.Past, d.book.card.Choices = "taken by Bo Ek", nil
	d.book.mu.Unlock()
	d.tell(press)
	d.home("That cannot be done any more: no longer yours: taken by Bo Ek.")
	d.home("Nothing waits for you")
}

func TestADialIsPassedOnFromTheHomeTab(t *testing.T) {
	d := newDesk(t, "socket", nil)
	d.tell(d.OpenHome(ana.ID))
	d.tell(d.Press(ana.ID, slacktest.In(d.home("Pass on")), "Pass on"))
	await(t, "the form", func() bool { return len(d.Views()) == 1 })
	d.tell(d.Submit(ana.ID, d.Views()[0], map[string]string{"to": "-"}))
	if a := d.acted(1)[0]; a.Kind != directdial.ActPass || a.To != "" || a.Reason != "" {
		t.Errorf("did %+v", a)
	}
	d.home("Nothing waits for you")
}

func TestAGrantIsLoweredPausedAndEndedInTheHomeTab(t *testing.T) {
	d := newDesk(t, "socket", withGrants)
	d.tell(d.OpenHome(ana.ID))
	v := d.home("What you are enabled for")
	for n, press := range []struct {
		label string
		act   directdial.ActionKind
		grant string
	}{
		{"Fewer", directdial.ActHalve, "billing"},
		{"Pause", directdial.ActPause, "billing"},
		{"End", directdial.ActEnd, "billing"},
		{"As many as before", directdial.ActWhole, "*"},
		{"Go on", directdial.ActResume, "*"},
		{"Yes", directdial.ActAgree, "recall"}, // which was put off
		{"Yes, but fewer", directdial.ActFewer, "recall"},
	} {
		d.tell(d.Press(ana.ID, slacktest.In(v), press.label))
		a := d.acted(n + 1)[n]
		if a.Kind != press.act || a.By != "ana" || a.Expert != "ana" || a.GrantID != press.grant {
			t.Errorf("%s did %+v", press.label, a)
		}
	}
}

func TestAwayAndBackInTheHomeTab(t *testing.T) {
	d := newDesk(t, "socket", nil)
	d.tell(d.OpenHome(ana.ID))
	d.tell(d.Choose(ana.ID, slacktest.In(d.home("I am away")), "for a week"))
	if a := d.acted(1)[0]; a.Kind != directdial.ActAway || a.By != "ana" || a.Until.IsZero() || a.Offer != "" {
		t.Errorf("did %+v", a)
	}
	d.tell(d.Press(ana.ID, slacktest.In(d.home("You are away until")), "I am back"))
	if a := d.acted(2)[1]; a.Kind != directdial.ActBack {
		t.Errorf("did %+v", a)
	}
	d.home("You are on duty.")
}

func TestTheSlashCommand(t *testing.T) {
	for _, way := range ways {
		for _, c := range []struct{ typed, says, does string }{
			{"/dial", "1 dial waits for you", ""},
			{"/dial away", "Ana Lind", "away zero"},
			{"/dial away until 3h", "Ana Lind", "away set"},
			{"/dial  back", "Ana Lind", "back zero"},
			{"/dial away for ever", "Until when?", ""},
			{"/dial dance", "/dial away", ""},
		} {
			t.Run(way+" "+c.typed, func(t *testing.T) {
				d := newDesk(t, way, withGrants)
				d.tell(d.Type(ana.ID, c.typed))
				if m := d.said(c.says); m.User != ana.ID || !m.Ephemeral || strings.Contains(slacktest.Render(m), "[Take it]") {
					t.Errorf("said %+v", m)
				}
				d.stop()
				did := ""
				for _, a := range d.book.done() {
					did += fmt.Sprint(a.Kind, " ", map[bool]string{true: "zero", false: "set"}[a.Until.IsZero()])
				}
				if did != c.does {
					t.Errorf("did %q, want %q", did, c.does)
				}
			})
		}
	}
}

// The profile of a member is written by the member: it is Slack's directory that
// must lead from the address to them.
func TestAMemberIsTheColleagueWhoseAddressLeadsToThem(t *testing.T) {
	d := newDesk(t, "socket", nil)
	thief := slacktest.User{ID: "U0EVE", Email: ana.Email, Name: "Ana Lind"}
	d.AddUser(thief) // behind Ana: her address leads to Ana
	d.tell(d.Type(thief.ID, "/dial away"))
	d.said("You are not among the colleagues")
	d.tell(d.Type(ana.ID, "/dial away"))
	d.acted(1)
	d.tell(d.Type(ana.ID, "/dial back"))
	if acts := d.acted(2); acts[0].By != "ana" || len(acts) != 2 {
		t.Errorf("did %v", acts)
	}
	if n := len(d.Calls("users.info")); n != 2 {
		t.Errorf("%d look-ups of two members", n)
	}
}

func TestWhoCannotBeToldIsTold(t *testing.T) {
	d := newDesk(t, "socket", nil)
	d.Script(slacktest.Fault{Method: "users.info", Status: 503})
	d.tell(d.press("Take it"))
	d.said("Try again in a minute.")
}

func TestACardHasNoButtonsWhereNobodyHears(t *testing.T) {
	fake := slacktest.Start(t, ana)
	d := newDesk(t, "socket", nil)
	c := openWith(t, "token: "+slacktest.Token+"\napi_url: "+fake.URL())
	if _, err := c.Send(t.Context(), d.book.card.To, d.book.card); err != nil {
		t.Fatal(err)
	}
	if shown := slacktest.Render(fake.Messages()[0]); strings.Contains(shown, "[Take it]") {
		t.Errorf("the card shows\n%s", shown)
	}
}
