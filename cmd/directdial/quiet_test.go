package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

// Every daemon of these tests is held to it (checkLog); here everything goes
// wrong that writes a line.
func TestNoTextNoAuthorAndNoSecretStandsInTheLogOrInMetrics(t *testing.T) {
	t.Parallel()
	secret := signingSecret("one")
	at, slack := newSlack(t, func(s *settings) {
		s.sources = usualSources + signedSource(secret) + fmt.Sprintf(`
  - { name: nowhere, type: feed, url: "http://127.0.0.1:1/%s?key=%s", every: 1m }
  - { name: fediverse, type: mastodon, server: "http://127.0.0.1:1", token: %s, every: 10s }`, "feed", secretMark, secretMark)
	})
	for _, f := range []slacktest.Fault{
		{Error: "invalid_blocks"}, {Error: "internal_error"}, {Status: 500}, {Status: 429, RetryAfter: time.Second}, {Lose: true}, {Error: "what_is_this"},
	} {
		f.Method = "chat.postMessage"
		slack.Script(f)
	}
	d := at.start()
	hostile := attacker(1, strings.Repeat(textMark, 100))
	d.send(hostile)
	d.send(several(2, 5, complaint)...)
	d.delete(said(3, ""))
	for _, body := range []string{
		`{"id":"` + authorMark + `","text":"` + textMark + `","platform":"` + textMark + `.>"}`,
		`{"id":"` + authorMark + `","text":"` + textMark + `","lang":"` + strings.Repeat(textMark, 200) + `"}`,
		`{"id":"` + authorMark + `","text":["` + textMark + `"]}`,
		`{"` + textMark + `":1,"` + textMark + `":2}`,
		textMark,
		"[" + textMark,
	} {
		if _, err := d.request([]byte(body), nil); err != nil {
			t.Error(err)
		}
		if _, err := d.request([]byte(body), ndjson); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.request([]byte("{}"), func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong-"+secretMark) }); err != nil {
		t.Error(err)
	}
	d.decided()
	at.configure(settings{slack: slack.URL(), sources: usualSources + "\n  - { name: bad, type: webhook, secret: whsec_" + secretMark + ", tokn: " + secretMark + " }"})
	await(t, "the bad file is refused", func() bool { return d.log.has("stays in force") })
	at.refused(2, "refused", "run")
	if r := at.command("check"); r.code != 2 {
		t.Errorf("check: exit %d", r.code)
	}
	for _, words := range []string{"source fails", "layout", "nobody knows whether a card arrived"} {
		if !d.log.has(words) {
			t.Errorf("nothing happened that says %q", words)
		}
	}
	metrics := d.admin("/metrics") + d.admin("/readyz")
	for _, never := range []string{textMark, authorMark, secretMark, "Ana Lind", `"ana"`, "U0ANA", slacktest.Token, "evil"} {
		if strings.Contains(metrics, never) {
			t.Errorf("metrics hold %q", never)
		}
	}
	if !strings.Contains(metrics, `state="dialled"}`) {
		t.Error("metrics do not count mentions")
	}
}
