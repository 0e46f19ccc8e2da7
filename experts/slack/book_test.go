package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// book is an exchange with one card.
type book struct {
	mu     sync.Mutex
	card   experts.Card
	people []directdial.Expert
	acts   []directdial.Action
	known  map[string]directdial.Judgement
	away   bool
	until  time.Time
	grants []experts.Grant
	hold   chan struct{} // Act waits until it is closed; nil: it does not
	fail   error
}

// Act implements experts.Replies, as the router judges: the card goes to whoever
// takes it first, and the same id is the same action.
func (b *book) Act(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	if b.hold != nil {
		select {
		case <-b.hold:
		case <-ctx.Done():
			return directdial.Judgement{}, ctx.Err()
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return directdial.Judgement{}, b.fail
	}
	if j, again := b.known[a.ID]; again {
		return j, nil
	}
	j := directdial.Judgement{Action: a.ID, Words: "dial d0123456 is with Ana Lind now"}
	switch {
	case a.Kind == directdial.ActTake && b.card.State != directdial.Offered:
		j = directdial.Judgement{Action: a.ID, Event: directdial.Event{Kind: directdial.EvRefused}, Words: "Bo Ek took it at 10:04 UTC"}
	case a.Kind == directdial.ActTake:
		b.card.State = directdial.Accepted
	case a.Kind == directdial.ActPass:
		b.card.Past = "passed on to Bo Ek"
	case a.Kind == directdial.ActDecline:
		b.card.State = directdial.Declined
	case a.Kind == directdial.ActAnswered:
		b.card.State = directdial.Answered
	case a.Kind == directdial.ActAsk:
		j.Words = "Kim Strand is asked"
	case a.Kind == directdial.ActAway:
		b.away, b.until = true, a.Until
	case a.Kind == directdial.ActBack:
		b.away = false
	}
	if !j.Refused() {
		b.acts = append(b.acts, a)
	}
	b.known[a.ID] = j
	b.card.Revision++
	b.card.Choices = experts.Choices(&b.card)
	return j, nil
}

// Judged implements experts.Replies.
func (b *book) Judged(context.Context, directdial.Action) (directdial.Judgement, bool) {
	return directdial.Judgement{}, false
}

// Refused implements experts.Replies.
func (b *book) Refused(directdial.Reason) {}

// Who implements experts.Replies.
func (b *book) Who(_ context.Context, channel, address string) (directdial.Expert, error) {
	for _, e := range b.people {
		if known := e.Addresses[channel]; known != "" && strings.EqualFold(known, address) {
			return e, nil
		}
	}
	return directdial.Expert{}, directdial.Errorf(directdial.NotFound, "nobody has this address")
}

// Card implements experts.Replies.
func (b *book) Card(_ context.Context, offer string) (experts.Card, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if offer != b.card.Offer {
		return experts.Card{}, directdial.Errorf(directdial.NotFound, "there is no offer %s", offer)
	}
	return b.card.Clean(), nil
}

// Home implements experts.Replies.
func (b *book) Home(_ context.Context, expert string) (experts.Home, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := experts.Home{Expert: b.card.To, Duty: directdial.Duty{On: true}, Away: b.away, Until: b.until, Grants: b.grants}
	if b.card.To.ID == expert && !b.card.Over() {
		h.Dials = []experts.Card{b.card.Clean()}
	}
	return h, nil
}

// Colleagues implements experts.Replies.
func (b *book) Colleagues(_ context.Context, _, words string) ([]experts.Colleague, error) {
	all := []experts.Colleague{{ID: "bo", Name: "Bo Ek", Why: "is enabled for billing"}, {ID: "kim", Name: "Kim Strand", Why: "is enabled for billing"}}
	return slices.DeleteFunc(all, func(c experts.Colleague) bool {
		return !strings.Contains(strings.ToLower(c.Name), strings.ToLower(words))
	}), nil
}

func (b *book) done() []directdial.Action {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.acts)
}

// desk is a channel that hears, an exchange with one card that it has brought,
// and the fake.
type desk struct {
	*slacktest.Server
	t       *testing.T
	book    *book
	channel experts.Channel
	ref     string
	log     *notes
	stop    func()
}

// notes is a log that is read while it is written.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

// logged is what the channel logged so far.
func (d *desk) logged() string {
	d.log.mu.Lock()
	defer d.log.mu.Unlock()
	return d.log.text.String()
}

// ways are the two ways to hear.
var ways = []string{"socket", "http"}

func newDesk(t *testing.T, way string, change func(*book)) *desk {
	t.Helper()
	bo := slacktest.User{ID: "U0BO", Email: "bo@acme.example", Name: "Bo Ek"}
	d := &desk{t: t, Server: slacktest.Start(t, ana, bo)}
	to := person(ana.Email)
	d.book = &book{card: channeltest.Card(to), people: []directdial.Expert{to}, known: map[string]directdial.Judgement{}}
	d.book.card.Choices = experts.Choices(&d.book.card)
	if change != nil {
		change(d.book)
	}
	text := settings(d.URL())
	if way == "http" {
		text = strings.Replace(text, "app_token: "+slacktest.AppToken, "signing_secret: "+slacktest.SigningSecret, 1)
	}
	setup, _ := channeltest.Setup(text)
	d.log = new(notes)
	setup.Log = zerolog.New(d.log)
	c, err := slack.New(setup)
	if err != nil {
		t.Fatal(err)
	}
	d.channel = c
	if way == "http" {
		server := httptest.NewServer(c.(experts.Answered).Handler(d.book))
		d.PostTo(server.URL + "/v1/channels/slack/requests")
		d.stop = server.Close
	} else {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = c.(experts.Listening).Listen(ctx, d.book)
		}()
		d.stop = func() { cancel(); <-ended }
		await(t, "the websockets", func() bool { return d.Sockets() == 2 })
	}
	stop := sync.OnceFunc(d.stop)
	d.stop = stop
	t.Cleanup(stop)
	if d.ref, err = c.Send(t.Context(), d.book.card.To, d.book.card); err != nil {
		t.Fatal(err)
	}
	return d
}

// patience is how long a test waits for what must happen.
const patience = time.Minute

// await returns when the condition is met.
func await(t *testing.T, what string, met func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// tell tells the channel of a deed, and waits until it has done all of it.
func (d *desk) tell(deeds ...slacktest.Deed) json.RawMessage {
	d.t.Helper()
	var answer json.RawMessage
	for _, deed := range deeds {
		var err error
		if answer, err = d.Tell(d.t.Context(), deed); err != nil {
			d.t.Fatal(err)
		}
	}
	return answer
}

// card is the message with the card.
func (d *desk) card() slacktest.Where { return slacktest.On(d.Messages()[0]) }

// press presses a button of the card as Ana.
func (d *desk) press(label string) slacktest.Deed { return d.Press(ana.ID, d.card(), label) }

// acted waits until that many actions were done, and checks that no more come
// once the channel has stopped.
func (d *desk) acted(n int) []directdial.Action {
	d.t.Helper()
	await(d.t, "actions", func() bool { return len(d.book.done()) >= n })
	return d.book.done()
}

// said waits until something was said to a person alone.
func (d *desk) said(words string) slacktest.Message {
	d.t.Helper()
	var last slacktest.Message
	await(d.t, words, func() bool {
		for _, m := range d.Told() {
			if last = m; strings.Contains(slacktest.Render(m), words) {
				return true
			}
		}
		return false
	})
	return last
}
