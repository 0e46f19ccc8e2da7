package webhook

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func TestStatusOfAMention(t *testing.T) {
	b := newBench(t)
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	b.status["mastodon https://social.example/users/user1/statuses/109?x=1#y"] = ingest.Status{
		State: directdial.Dialled, Source: "crm", Accepted: at, Decided: at.Add(time.Second), Dial: directdial.Offered, Delivery: at.Add(2 * time.Second),
	}
	b.status["crm https://forum.example/t/1"] = ingest.Status{State: directdial.Suppressed, Reason: directdial.TooOld, Source: "crm"}
	b.status["crm 2"] = ingest.Status{State: directdial.Parked, Source: "shop"}
	const dialled = `{"state":"dialled","accepted_at":"2026-11-21T10:00:00Z","decided_at":"2026-11-21T10:00:01Z","dial":"offered","delivered_at":"2026-11-21T10:00:02Z"}`
	for name, c := range map[string]struct {
		path, token string
		status      int
		body        string
	}{
		"escaped":               {"mastodon/" + url.PathEscape("https://social.example/users/user1/statuses/109?x=1#y"), token, 200, dialled},
		"with slashes":          {"mastodon/https://social.example/users/user1/statuses/109%3Fx=1%23y", token, 200, dialled},
		"by its URL":            {"crm/" + url.PathEscape("https://Forum.example/t/1/?utm_source=x"), token, 200, `{"state":"suppressed","reason":"too old"}`},
		"of another source":     {"crm/2", token, 404, ""},
		"of that source itself": {"crm/2", "shop-token", 200, `{"state":"parked"}`},
		"not known":             {"crm/3", token, 404, ""},
		"no id":                 {"crm/", token, 400, ""},
		"no platform":           {"crm", token, 400, ""},
		"a wrong token":         {"crm/2", "x", 401, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := b.request(http.MethodGet, "/v1/mentions/"+c.path, nil, bearer(c.token))
			if w.Code != c.status || (c.body != "" && strings.TrimSpace(w.Body.String()) != c.body) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	other := b.request(http.MethodGet, "/v1/mentions/crm/2", nil, bearer(token)).Body.String()
	if unknown := b.request(http.MethodGet, "/v1/mentions/crm/3", nil, bearer(token)).Body.String(); other != unknown {
		t.Errorf("%s tells that there is one, unlike %s", other, unknown)
	}
	w := b.request(http.MethodGet, "/v1/mentions/crm/2", nil, b.signed(otherSecret, "msg_1", b.now, ""))
	if w.Code != 200 {
		t.Errorf("signed: %d %s", w.Code, w.Body)
	}
}

func TestAMentionThatWasJustAcceptedWaits(t *testing.T) {
	b := newBench(t)
	b.counts(b.send(`{"id":"1","text":"a"}`), 1, 0, 0)
	w := b.request(http.MethodGet, "/v1/mentions/crm/1", nil, bearer(token))
	if want := `{"state":"waiting","accepted_at":"` + b.now.Format(time.RFC3339Nano) + `"}`; strings.TrimSpace(w.Body.String()) != want {
		t.Errorf("%d %s, want %s", w.Code, w.Body, want)
	}
	if w := b.request(http.MethodGet, "/v1/mentions/crm/1", nil, bearer("shop-token")); w.Code != 404 {
		t.Errorf("another source is told: %d %s", w.Code, w.Body)
	}
}

func TestAddressesAndMethods(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/v1/mentions", 405, "POST"},
		{"DELETE", "/v1/mentions", 405, "POST"},
		{"POST", "/v1/mentions/crm/1", 405, "GET, HEAD"},
		{"POST", "/v1/openapi.json", 405, "GET, HEAD"},
		{"HEAD", "/v1/openapi.json", 200, ""},
		{"GET", "/v1/openapi.json", 200, ""},
		{"POST", "/v1/mentions/", 405, "GET, HEAD"},
		{"POST", "/v1/mention", 404, ""},
		{"GET", "/", 404, ""},
	} {
		w := b.request(c.method, c.path, nil)
		if w.Code != c.status || w.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q", c.method, c.path, w.Code, w.Header().Get("Allow"))
		}
	}
}
