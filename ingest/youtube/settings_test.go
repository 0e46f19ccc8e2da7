package youtube

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	channel := "UC0123456789abcdefghijkl"
	for settings, field := range map[string]string{
		"key: k\nwords: [acme]\n":                                      "",
		"key: k\nchannels: [" + channel + "]\nvideos: [dQw4w9WgXcQ]\n": "",
		"key: k\n":                                          "channels",
		"words: [acme]\n":                                   "key",
		"key: k\nchannels: ['@acme']\n":                     "channels",
		"key: k\nvideos: ['https://youtu.be/x']\n":          "videos",
		"key: k\nwords: ['\"']\n":                           "words",
		"key: k\nwords: ['a|b']\n":                          "words",
		"key: k\nwords: [acme, Acme]\n":                     "words",
		"key: k\nwords: [acme]\nevery: 10s\n":               "every",
		"key: k\nwords: [acme]\nquota: 10\n":                "quota",
		"key: k\nwords: [acme]\nsearches: 0\n":              "searches",
		"key: k\nwords: [acme]\napi: googleapis.com\n":      "api",
		"key: k\nwords: [" + strings.Repeat("w", 101) + "]": "words",
	} {
		_, err := ingest.Make("youtube", sourcetest.Setup(t, settings))
		var e *directdial.Error
		if errors.As(err, &e); (err == nil) != (field == "") || e != nil && e.Field != field {
			t.Errorf("%s: %v", settings, err)
		}
	}
}

func TestAWordStandsByItself(t *testing.T) {
	for _, c := range []struct {
		word, text string
		found      bool
	}{
		{"acme", "ACME's widget", true},
		{"acme", "acmeist", false},
		{"acme widget", "acme\n  widget!", true},
		{"c++", "I like C++.", true},
		{"東京", "東京タワー", true},
		{"acme", "acmeです", true},
	} {
		if standing(c.word).MatchString(c.text) != c.found {
			t.Errorf("%q in %q: want %v", c.word, c.text, c.found)
		}
	}
}

func TestTheStateStaysSmall(t *testing.T) {
	st, err := decodeState(nil, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s := &source{report: sourcetest.Setup(t, "").Report}
	for i := range 3 * maxWatched {
		id := fmt.Sprintf("%s.%022d", strings.Repeat("U", 26), i)
		s.heard(st, &directdial.Mention{ID: id, CreatedAt: time.Unix(int64(i), 0)}, "dQw4w9WgXcQ")
		st.Replies[id] = counted{Replies: i, At: int64(i)}
		trim(st.Replies, maxCounted, func(c counted) int64 { return c.At })
	}
	for i := range maxQueries {
		st.Queries[strings.Repeat("w", maxWord)+fmt.Sprint(i)] = &position{Walk: &walk{Token: strings.Repeat("t", 100)}}
	}
	data, err := json.Marshal(st)
	if err != nil || len(data) > ingest.MaxState*9/10 {
		t.Errorf("the state has %d bytes, %v", len(data), err)
	}
	if _, ok := st.Watched[fmt.Sprintf("%s.%022d", strings.Repeat("U", 26), 3*maxWatched-1)]; !ok {
		t.Error("the newest is not watched")
	}
	if _, err := decodeState([]byte(`{"v":2}`), nil, time.Now()); err == nil {
		t.Error("a state of another version is read")
	}
}
