package x

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestSettingsThatAreRefusedNameTheField(t *testing.T) {
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprintf("acme%d", i)
	}
	for settings, field := range map[string]string{
		"token: a":                           "queries",
		"queries: [acme]":                    "token",
		"token: a\nqueries: ['  ']":          "queries",
		"token: a\nqueries: [acme, ' acme']": "queries",
		"token: a\nqueries: [" + strings.Repeat("a", 513) + "]":      "queries",
		"token: a\nqueries: [" + strings.Join(many, ", ") + "]":      "queries",
		"token: a\nmentions: ['@acme']":                              "mentions",
		"token: a\nmentions: ['007']":                                "mentions",
		"token: a\nmentions: ['7', '7']":                             "mentions",
		"token: a\nqueries: [acme]\nposts_per_day: 99":               "posts_per_day",
		"token: a\nqueries: [acme]\nposts_per_day: 100001":           "posts_per_day",
		"token: a\nqueries: [acme]\nrecheck: 23h":                    "recheck",
		"token: a\nqueries: [acme]\nrecheck: 91d":                    "recheck",
		"token: a\nqueries: [acme]\nevery: 1s":                       "every",
		"token: a\nqueries: [acme]\nserver: api.x.com":               "server",
		"token: a\nqueries: [acme]\nserver: 'https://a:b@api.x.com'": "server",
		"secret: short": "secret",
		"token: a\nqueries: [acme]\nserver: 'https://api.x.com/?a=b'": "server",
	} {
		_, err := New(sourcetest.Setup(t, settings+"\n"))
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Invalid || e.Field != field {
			t.Errorf("%.60q: %v", settings, err)
		}
	}
}

func TestASourceThatIsOnlyPostedToHasNobodyToAsk(t *testing.T) {
	s, err := New(sourcetest.Setup(t, "secret: a secret that is long\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.(ingest.Checker).Check(t.Context()); err != nil {
		t.Error(err)
	}
	if items, err := s.(ingest.Looker).Look(t.Context(), ingest.Post{ID: "2080765813578191303"}); err != nil || len(items) > 0 {
		t.Errorf("%v, %v", items, err)
	}
}

func TestAStateOfAnotherVersionIsRefused(t *testing.T) {
	listen(t, 100, func(b *bench) {
		for _, state := range []string{`{"v":2}`, `[]`, `{"v":1,"queries":1}`} {
			if _, _, err := b.fetch(b.Context(), []byte(state)); err == nil {
				b.Errorf("%s is taken", state)
			}
		}
		b.state = []byte(strings.Replace(string(b.state), "search acme", "search other", 1))
		b.write("acme")
		b.want("acme") // begins anew
	})
}
