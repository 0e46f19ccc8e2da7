package main_test

import (
	"net/http"
	"strings"
	"testing"
)

// mapped is a source whose mapping ends with more, and whose example expects a
// text.
func mapped(tok, more, text string) string {
	return usualSources + strings.NewReplacer("TOKEN", tok, "MORE", more, "TEXT", text).Replace(`
  - name: listening
    type: mapped
    token: TOKEN
    map: |
      .posts[]
      | {url, text: .bodyMORE}
    examples:
      - body: '{"posts": [{"url": "https://forum.example/t/12", "body": "Billed twice by Acme."}]}'
        mentions:
          - url: https://forum.example/t/12
            text: TEXT
`)
}

func TestCheckRunsTheExamplesOfAMapping(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ more, text, says string }{
		"that hold":    {"", "Billed twice by Acme.", "is good"},
		"that do not":  {"", "Billed thrice.", `:19: source listening: examples[0].mentions[0].text: expected "Billed thrice.", mapped "Billed twice by Acme."`},
		"of no jq":     {" | }", "", `: source listening: map: line 2, column 23: unexpected token "}"`},
		"of no number": {" + 1", "Billed twice.", "the mapping fails: cannot add: string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A token that is not set here hides nothing of it.
			at := newSite(t, settings{slack: "http://127.0.0.1:1/api/", sources: mapped("${LISTENING_TOKEN_THAT_IS_NOT_SET}", c.more, c.text)})
			r := at.command("check")
			if !strings.Contains(r.out, c.says) || (r.code == 0) != (c.says == "is good") || strings.Contains(r.out, ":1:1: examples") {
				t.Errorf("exit %d:\n%s", r.code, r.out)
			}
		})
	}
}

func TestWhatIsPostedToAMappingIsDialled(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, func(s *settings) { s.sources = mapped(token+"-2", "", "Billed twice by Acme.") })
	d := at.start()
	r, err := d.request([]byte(`{"posts":[{"url":"https://forum.example/t/1","body":"I was billed twice by Acme, please refund me"},{"url":"https://forum.example/t/2"}]}`),
		func(r *http.Request) {
			r.URL.Path = "/v1/sources/listening/"
			r.Header.Set("Authorization", "Bearer "+token+"-2")
		})
	if err != nil || r.Accepted != 1 || len(r.Rejected) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	d.decided()
	if m := d.admin("/metrics"); !strings.Contains(m, `state="dialled"} 1`) {
		t.Error(tail(m))
	}
}
