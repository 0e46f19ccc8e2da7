package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/email/smtptest"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/internal/config"
)

// officeYAML is a company of three who may answer everything. Ana and Bo get
// their cards in Slack, Kim by mail.
const officeYAML = `
data_dir: ./data
http: { public_url: "http://` + officePublic + `" }
brands: [{ name: Acme, keywords: [acme] }]
topics:
  - { name: billing, owner: kim, keywords: [invoice, billed twice, refund] }
channels:
  slack: { token: %s, %s, api_url: %q, pace: off, rate: off }
  email: { smtp: "smtp://%s", from: "Direct Dial <dial@acme.example>", pace: off, rate: off }
coaches: [%s]
experts:
  - { id: ana, name: Ana Lind, slack: U0ANA, budget: off, grants: [{ topics: [billing], agreed: 2020-01-01, until: 2099-12-31 }] }
  - { id: bo, name: Bo Ek, slack: U0BO, budget: off, grants: [{ topics: [billing], agreed: 2020-01-01, until: 2099-12-31 }] }
  - { id: kim, name: Kim Strand, email: kim@acme.example, budget: off, grants: [{ topics: [billing], agreed: 2020-01-01, until: 2099-12-31 }] }
routing: { fallback: kim, accept_within: off, answer_within: off, burst: off }
`

// Where the office stands in the network of the bubble.
const (
	officeSlack  = "127.0.0.1:1"
	officePublic = "127.0.0.1:2"
)

// officeHears are the two ways in which people are heard in Slack.
var officeHears = []string{"app_token: " + slacktest.AppToken, "signing_secret: " + slacktest.SigningSecret}

// members are those of the office who have Slack.
var members = map[string]string{"ana": "U0ANA", "bo": "U0BO"}

// office is a whole exchange in a bubble of testing/synctest with all its
// surfaces: Slack, mail with its pages, and the desk that commands ask. All
// speak through pipes; the mail server alone is outside.
type office struct {
	t     tester
	d     *daemon
	slack *slacktest.Server
	smtp  *smtptest.Server
	desk  *desk.Client
	web   *http.Client
	close func()
	heard int // mentions
	// replays do again what was done in the round before.
	replays map[string][]hand
	// drawn are the revisions at which pages had forms, by offer and act.
	drawn map[string]string
	coach string
}

// tester is a test, or a case of a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// openOffice opens an office in a directory of its own, from inside a bubble.
// For as long as it is open, HTTP without a transport of its own goes through
// the network of the bubble.
func openOffice(t tester, dir, hears string, smtp *smtptest.Server) *office {
	t.Helper()
	return openOfficeOf(t, "kim", officeOpens, dir, hears, smtp)
}

// officeOpens is when an office opens, a Monday.
var officeOpens = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// openOfficeOf is openOffice with another coach, and at another time.
func openOfficeOf(t tester, coach string, at time.Time, dir, hears string, smtp *smtptest.Server) *office {
	t.Helper()
	o := &office{t: t, coach: coach, slack: slacktest.New(), smtp: smtp, drawn: map[string]string{}}
	o.slack.At("http://" + officeSlack + "/api/")
	o.slack.AddUser(slacktest.User{ID: "U0ANA", Name: "Ana Lind"}, slacktest.User{ID: "U0BO", Name: "Bo Ek"})
	inside := map[string]*pipes{officeSlack: newPipes(), officePublic: newPipes()}
	within := newPipes() // the desk's
	o.desk = desk.Over(within.dial)
	usual := http.DefaultTransport
	network := &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
		return inside[address].dial(ctx)
	}}
	http.DefaultTransport, o.web = network, &http.Client{Transport: network}
	time.Sleep(time.Until(at))
	o.d = o.openDaemon(dir, hears)

	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	servers := []*http.Server{}
	serve := func(h http.Handler, on net.Listener) {
		s := &http.Server{Handler: h}
		servers = append(servers, s)
		running.Go(func() { _ = s.Serve(on) })
	}
	serve(o.slack, inside[officeSlack])
	serve(o.d.public(), inside[officePublic])
	serve(o.d.desk(desk.Status{}), within)
	running.Go(func() { _ = o.d.router.Run(ctx) })
	running.Go(func() { _ = o.d.delivery.Run(ctx) })
	running.Go(func() { _ = o.d.hearing.Run(ctx) })
	if strings.Contains(hears, "signing_secret") {
		o.slack.PostTo("http://" + officePublic + "/v1/channels/slack/requests")
	}
	o.close = func() {
		cancel()
		o.slack.Drop()
		for _, s := range servers {
			_ = s.Close()
		}
		running.Wait()
		_ = o.d.close()
		network.CloseIdleConnections()
		http.DefaultTransport = usual
		time.Sleep(time.Minute) // in which the last goroutines see that it is closed
	}
	o.settle()
	return o
}

func (o *office) openDaemon(dir, hears string) *daemon {
	o.t.Helper()
	path := filepath.Join(dir, "directdial.yaml")
	text := fmt.Sprintf(officeYAML, slacktest.Token, hears, o.slack.URL(), o.smtp.Addr, o.coach)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatalf("%v", err)
	}
	c, problems := config.Load(path, configOptions(true))
	if c == nil {
		o.t.Fatalf("%v", problems)
	}
	d, err := newDaemon(context.Background(), c, daemonOptions{log: zerolog.Nop(), out: io.Discard})
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	return d
}

// settle lets everything that follows from what was done happen, and the time
// pass in which a second click counts as the first.
func (o *office) settle() {
	time.Sleep(5 * time.Second)
	synctest.Wait()
}

// hears is a complaint that comes in, of another author each time.
func (o *office) hears() {
	o.t.Helper()
	o.heard++
	id := fmt.Sprintf("https://social.example/%d", o.heard)
	m := &directdial.Mention{
		ID: id, URL: id, Platform: "mastodon", Text: fmt.Sprintf("acme, billed twice again, for the %dth time, terrible.", o.heard),
		Lang: "en", CreatedAt: time.Now(), Author: directdial.Author{Handle: fmt.Sprintf("user%d@social.example", o.heard)},
	}
	if _, err := o.d.runner.Emit("crm")(context.Background(), m); err != nil {
		o.t.Fatalf("%v", err)
	}
	o.settle()
}

// dials are what `directdial dials --json --all` shows, the oldest first.
func (o *office) dials() []desk.DialView {
	o.t.Helper()
	list, err := o.desk.Dials(context.Background(), true, desk.MaxList)
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// offers are all cards that a dial has, by hop; the first is 1.
func (o *office) offers(d *desk.DialView) []directdial.Offer {
	var offers []directdial.Offer
	for hop := range d.Hop {
		if offer, ok := o.d.router.Offer(directdial.OfferID(d.ID, hop+1)); ok {
			offers = append(offers, offer)
		}
	}
	return offers
}

// message is the card of an offer in Slack.
func (o *office) message(offer string) (m slacktest.Message, ok bool) {
	for _, m := range o.slack.Messages() {
		if m.Payload("offer") == offer {
			return m, true
		}
	}
	return m, false
}

var officeLink = regexp.MustCompile(`http://` + regexp.QuoteMeta(officePublic) + `/v1/channels/email/[^"?\s]+`)

// link leads to the page of an offer, from the newest mail about it.
func (o *office) link(offer string) (link string, ok bool) {
	o.t.Helper()
	for _, m := range o.smtp.Mails() {
		for _, found := range officeLink.FindAllString(readable(o.t, m.Data), -1) {
			if strings.Contains(found, "/"+offer+".kim.") {
				link, ok = found, true
			}
		}
	}
	return link, ok
}

// readable is the text of the parts of a mail.
func readable(t tester, data []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v", err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	var text strings.Builder
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if err != nil {
			return text.String()
		}
		_, _ = io.Copy(&text, part)
	}
}

// get reads a page.
func (o *office) get(address string) string {
	o.t.Helper()
	resp, err := o.web.Get(address)
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	return o.body(resp)
}

func (o *office) body(resp *http.Response) string {
	o.t.Helper()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	return string(text)
}

// name is what somebody is called.
func (o *office) name(id string) string { return cmp.Or(o.d.name(id), id) }
