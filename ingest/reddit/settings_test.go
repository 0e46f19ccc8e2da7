package reddit

import (
	"errors"
	"fmt"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	who := "client_id: id\nclient_secret: secret\noperator: u/acme_support\n"
	own := who + "api: http://127.0.0.1:8080/base/\n"
	for settings, field := range map[string]string{
		own + "words: [acme]\ncomments: [gadgets]\n": "",
		who + "words: [acme]\n":                      "",
		who + "communities: [r/Acme, /r/gadgets]\n":  "",
		who:                           "words",
		who + "words: ['\"']\n":       "words",
		who + "words: ['a\\b']\n":     "words",
		who + "words: [acme, ACME]\n": "words",
		who + "comments: [gadgets]\n": "comments",
		who + "communities: [all]\n":  "communities",
		who + "communities: [a b]\n":  "communities",
		who + "words: [acme]\ncomments: [gadgets, r/Gadgets]\n":            "words",
		who + "words: [acme]\ncomments: [gadgets]\ncommunities: [gadgets]": "words",
		who + "words: [acme]\nevery: 1s\n":                                 "every",
		who + "words: [acme]\napi: reddit.com\n":                           "api",
		who + "words: [acme]\nlogin: https://u:p@reddit.com\n":             "login",
		"client_id: 'a:b'\nclient_secret: s\noperator: o\nwords: [a]\n":    "client_id",
		"client_id: id\noperator: o\nwords: [a]\n":                         "client_secret",
		"client_id: id\nclient_secret: s\nwords: [a]\n":                    "operator",
		"client_id: id\nclient_secret: s\noperator: 'o)'\nwords: [a]\n":    "operator",
	} {
		_, err := ingest.Make("reddit", sourcetest.Setup(t, settings))
		var e *directdial.Error
		if errors.As(err, &e); (err == nil) != (field == "") || e != nil && e.Field != field {
			t.Errorf("%s: %v", settings, err)
		}
	}
	many := who + "words: ["
	for i := range maxQueries + 1 {
		many += fmt.Sprintf("w%d,", i)
	}
	if _, err := ingest.Make("reddit", sourcetest.Setup(t, many+"]\n")); directdial.KindOf(err) != directdial.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestAWordStandsByItself(t *testing.T) {
	for _, c := range []struct {
		word, text string
		found      bool
	}{
		{"acme", "Acme's widget", true},
		{"acme", "acmeist", false},
		{"acme", "acmes and ACME", true},
		{"c++", "I like C++.", true},
		{`"acme widget"`, "acme\n  widget", true},
		{"東京", "東京タワー", true},
		{"é", "é", true},
	} {
		if anyOf([]word{newWord(c.word)}, c.text) != c.found {
			t.Errorf("%q in %q: want %v", c.word, c.text, c.found)
		}
	}
}
