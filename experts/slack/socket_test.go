package slack_test

import (
	"context"
	"strings"
	"testing"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestASocketIsReplacedBeforeSlackClosesIt(t *testing.T) {
	d := newDesk(t, "socket", nil)
	press := d.press("Take it")
	d.Disconnect(t.Context(), "refresh_requested")
	await(t, "other websockets", func() bool { return d.Sockets() == 2 })
	if n := len(d.Calls("apps.connections.open")); n != 4 {
		t.Errorf("%d websockets were opened, want 2 and 2", n)
	}
	d.tell(press)
	d.acted(1)
}

func TestABrokenSocketIsOpenedAgain(t *testing.T) {
	d := newDesk(t, "socket", nil)
	press := d.press("Take it")
	d.Drop()
	await(t, "other websockets", func() bool { return d.Sockets() == 2 })
	d.tell(press)
	d.acted(1)
}

// An envelope whose acknowledgement was lost comes again, through whichever
// websocket there is.
func TestAnEnvelopeThatComesAgainThroughAnotherSocketActsOnce(t *testing.T) {
	d := newDesk(t, "socket", nil)
	press := d.press("Take it")
	for range 4 {
		d.tell(press)
	}
	d.Disconnect(t.Context(), "warning")
	await(t, "other websockets", func() bool { return d.Sockets() == 2 })
	d.tell(press)
	d.stop()
	if acts := d.book.done(); len(acts) != 1 {
		t.Errorf("did %v", acts)
	}
}

func TestWhatStopsListeningIsLoggedWithoutTheAddress(t *testing.T) {
	for _, reason := range []string{"too_many_websockets", "link_disabled"} {
		d := newDesk(t, "socket", nil)
		d.Disconnect(t.Context(), reason)
		words := map[string]string{"too_many_websockets": "too many websockets", "link_disabled": "switched off"}[reason]
		await(t, reason, func() bool { return strings.Contains(d.logged(), words) })
		d.stop()
		for _, never := range []string{"ticket", slacktest.AppToken, slacktest.Token} {
			if strings.Contains(d.logged(), never) {
				t.Errorf("the log holds %q:\n%s", never, d.logged())
			}
		}
	}
}

func TestWhatSlackSendsAndNobodyKnowsIsAcknowledged(t *testing.T) {
	d := newDesk(t, "socket", nil)
	for _, deed := range []slacktest.Deed{
		{Type: "hologram", Payload: map[string]any{}},
		{Type: "interactive", Payload: map[string]any{"type": "shortcut", "user": map[string]any{"id": ana.ID}}},
		{Type: "interactive", Payload: map[string]any{"type": "block_actions"}},
		{Type: "interactive", Payload: map[string]any{"type": 7}},
		{Type: "events_api", Payload: map[string]any{"type": "event_callback", "event": map[string]any{"type": "message", "user": ana.ID}}},
		{Type: "slash_commands", Payload: map[string]any{}},
	} {
		if _, err := d.Tell(t.Context(), deed); err != nil {
			t.Errorf("%v: %v", deed, err)
		}
	}
	d.stop()
	if len(d.book.done()) != 0 || len(d.Told()) != 0 {
		t.Errorf("did %v, said %v", d.book.done(), d.Told())
	}
}

func TestListeningEndsWithWhatWasBegun(t *testing.T) {
	d := newDesk(t, "socket", func(b *book) { b.hold = make(chan struct{}) })
	d.tell(d.press("Take it"))
	ended := make(chan struct{})
	go func() { defer close(ended); d.stop() }()
	close(d.book.hold)
	<-ended
	if acts := d.book.done(); len(acts) != 1 {
		t.Errorf("did %v", acts)
	}
	if _, err := d.Tell(context.Background(), slacktest.Deed{}); err == nil {
		t.Error("somebody listens still")
	}
}
