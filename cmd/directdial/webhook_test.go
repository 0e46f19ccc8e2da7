package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/ingest"
)

// Texts whose decision is known under the usual settings.
const (
	complaint = "acme billed twice, this is a bad joke " + textMark // billing, for ana
	parcel    = "acme lost my parcel again, terrible " + textMark   // delivery, for bo
	fire      = "my acme caught fire, this is awful " + textMark    // recall, restricted, for kim
	smalltalk = "acme has a new office in the harbour, " + textMark // no tag
	thanks    = "thanks " + textMark                                // no tag, no topic
)

// said is a mention with the number n, by an author of its own.
func said(n int, text string) directdial.Mention {
	url := fmt.Sprintf("https://social.example/@%s%d/%d", authorMark, n, n)
	return directdial.Mention{
		ID: url, Platform: "mastodon", URL: url, Text: text,
		Author: directdial.Author{Handle: fmt.Sprintf("%s%d@social.example", authorMark, n), Name: "User " + authorMark},
	}
}

// several are mentions with the numbers from first on.
func several(first, n int, text string) []directdial.Mention {
	list := make([]directdial.Mention, n)
	for i := range list {
		list[i] = said(first+i, text)
	}
	return list
}

// reply is a mention in the conversation of another.
func reply(n int, to directdial.Mention, text string) directdial.Mention {
	m := said(n, text)
	m.InReplyTo, m.Thread = to.ID, to.ID
	return m
}

// response is the answer of the webhook.
type response struct {
	status int
	header http.Header
	body   string

	Accepted   int
	Duplicates int
	Rejected   []directdial.Rejected
}

// request sends a body to the webhook. An error is one of the connection.
func (d *daemon) request(body []byte, change func(*http.Request)) (response, error) {
	req, err := http.NewRequest(http.MethodPost, "http://"+d.status.Listen+"/v1/mentions", bytes.NewReader(body))
	if err != nil {
		return response{}, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	r := response{status: resp.StatusCode, header: resp.Header, body: string(text)}
	if err == nil && r.status == http.StatusAccepted {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}

// post sends a body and checks that it is accepted.
func (d *daemon) post(body string, change func(*http.Request)) response {
	d.t.Helper()
	r, err := d.request([]byte(body), change)
	if err != nil {
		d.t.Fatal(err)
	}
	if r.status != http.StatusAccepted {
		d.t.Fatalf("%d %s", r.status, r.body)
	}
	return r
}

// send sends mentions in one request and checks that none is rejected.
func (d *daemon) send(mentions ...directdial.Mention) response {
	d.t.Helper()
	r := d.post(encode(mentions), nil)
	if len(r.Rejected) > 0 {
		d.t.Fatalf("rejected: %+v", r.Rejected)
	}
	return r
}

// delete says that a post is gone.
func (d *daemon) delete(m directdial.Mention) {
	d.t.Helper()
	d.post(fmt.Sprintf(`{"id":%q,"platform":%q,"deleted":true}`, m.ID, m.Platform), nil)
}

// encode writes mentions as a JSON array.
func encode(mentions []directdial.Mention) string {
	data, err := json.Marshal(mentions)
	if err != nil {
		panic(err) // a mention always encodes
	}
	return string(data)
}

// lines writes mentions as NDJSON.
func lines(mentions []directdial.Mention) string {
	var b strings.Builder
	for _, m := range mentions {
		data, err := json.Marshal(m)
		if err != nil {
			panic(err)
		}
		b.Write(append(data, '\n'))
	}
	return b.String()
}

func ndjson(r *http.Request) { r.Header.Set("Content-Type", "application/x-ndjson") }

// status asks what became of a mention.
func status(t testing.TB, req *http.Request) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var s struct {
		State string `json:"state"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	return s.State
}

func TestStatusSaysWhenTheFirstColleagueGotTheCard(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, func(s *settings) {
		s.channels = fmt.Sprintf(`{ slack: { token: %s, api_url: %q, pace: 1/h, rate: off } }`, slacktest.Token, s.slack)
	})
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	d.send(said(2, complaint)) // its card waits for an hour
	d.decided()
	taken := d.dials()[1].ID
	at.must("dials", "take", taken, "--as", "kim")
	reply := said(3, "and nobody answers")
	reply.InReplyTo = said(2, "").ID
	d.send(reply)
	d.until("the card that was taken is there", func(l *directdial.Ledger) bool { return l.Waiting == 0 && l.Cards.Delivered == 2 })
	for _, m := range []directdial.Mention{said(2, ""), reply} {
		req, err := http.NewRequest(http.MethodGet, "http://"+d.status.Listen+"/v1/mentions/mastodon/"+url.PathEscape(m.ID), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var s ingest.Status
		err = json.NewDecoder(res.Body).Decode(&s)
		res.Body.Close()
		if err != nil || s.Dial != directdial.Accepted || s.Delivery.IsZero() || s.Delivery.Before(s.Decided) || s.Decided.Before(s.Accepted) {
			t.Errorf("%s: %+v, %v", m.ID, s, err)
		}
	}
}
