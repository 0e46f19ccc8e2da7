package mapped

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// mistakes are the lines of what a constructor says is wrong.
func mistakes(t *testing.T, settings string) []string {
	t.Helper()
	_, err := ingest.Make("mapped", sourcetest.Setup(t, settings))
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestMistakesInAMappingAreToldWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ program, want string }{
		"nothing":                      {" \n", "map: is empty; a mapping that takes mentions as they are is a dot"},
		"a token too many":             {".a\n| .b }", `map: line 2, column 6: unexpected token "}"`},
		"an end too early":             {"{id: .a,\n  text: .b\n", "map: line 3, column 1: unexpected EOF"},
		"behind characters of a kind":  {`"äöü" | ]`, `map: line 1, column 9: unexpected token "]"`},
		"a function that there is not": {".foo\n| foo(1)", "map: line 2, column 3: function not defined: foo/1"},
		"a variable that there is not": {"{text: .t,\n id: $id}", "map: line 2, column 6: variable not defined: $id"},
		"too many arguments":           {"html_text(1)", "map: line 1, column 1: function not defined: html_text/1"},
		"a module":                     {`import "a" as a; a::f`, `map: cannot load module: "a"`},
		"other input":                  {`.a | input`, "map: input(s)/0 is not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := compile(c.program)
			if err == nil || err.Error() != c.want {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	for name, c := range map[string]struct{ settings, want string }{
		"a token":                      {"map: .\ntoken: x", ""},
		"a secret":                     {"map: .\nsecret: " + secret, ""},
		"a scheme":                     {"map: .\nscheme: github\nsecret: a-long-secret", ""},
		"both, and all of it":          {"map: .\ntoken: x y\nscheme: x\nsecret: a-long-secret\nplatforms: ['*']\nrate: off", ""},
		"no credential":                {"map: .", "token: a mapping needs"},
		"a scheme without a secret":    {"map: .\ntoken: x\nscheme: github", "secret: a secret is needed"},
		"a scheme that there is not":   {"map: .\nscheme: rot13\nsecret: a-long-secret", "secret: there is no scheme"},
		"a secret of another scheme":   {"map: .\nsecret: a-long-secret", "secret: a signing secret is"},
		"a platform that is none":      {"map: .\ntoken: x\nplatforms: [Forum]", "platforms: a platform is of"},
		"a program and no credential":  {"map: '{'\n", "token"},
		"a key that there is not":      {"map: .\ntoken: x\nmapp: .", "mapp"},
		"a rate that is none":          {"map: .\ntoken: x\nrate: fast", "rate"},
		"an example that has no body":  {"map: .\ntoken: x\nexamples: [{mentions: []}]", "examples[0].body: The body is empty."},
		"an example that is no JSON":   {"map: .\ntoken: x\nexamples: [{body: '{'}]", "examples[0].body: The body is not valid JSON"},
		"an example of another type":   {"map: .\ntoken: x\nexamples: [{body: '<a/>', headers: {content-type: text/xml}}]", "examples[0].body: The Content-Type"},
		"an example in a CloudEvent":   {"map: '{id: $headers[\"ce-id\"], text: .}'\ntoken: x\nexamples: [{body: '\"a\"', headers: {ce-specversion: '1.0', ce-id: e, ce-source: /, ce-type: t}, mentions: [{id: e, text: a}]}]", ""},
		"an example that makes no end": {"map: repeat({})\ntoken: x\nexamples: [{body: '1'}]", "examples[0].body: too many mentions"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(mistakes(t, c.settings), "\n")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s", got)
			}
			if strings.Contains(got, "a-long-secret") {
				t.Error("the error holds the secret")
			}
		})
	}
}

func TestAnExampleThatFailsIsToldFieldByField(t *testing.T) {
	const example = `
token: x
map: |
  {id: .n, text: .t, author: {handle: .a}, created_at: .at, deleted: .gone}
examples:
  - body: '[{"n":"1","t":"a"}]'
    mentions: [{id: "1", text: a}]
  - body: |
      [{"n":"1","t":"It broke after a week, and nobody answers the phone. What now?","a":"user1","at":"2026-11-21T11:00:00+01:00"},
        {"n":"2","gone":true}, {"n":"3","t":"one more"}, {"n":"4"}]
    mentions:
      - { id: "1", text: "It broke after a week, and nobody answers the mail. What now?", created_at: 2026-11-21T10:00:00.000Z, author: { name: User, handle: user1 } }
      - { id: "2", text: "not deleted" }
  - body: '[{"n":"1","t":"a"}]'
    mentions: [{id: "1", text: a}, {id: "2", text: b}, {id: "3"}]
`
	want := []string{
		`examples[1]: what the mapping makes of element 3 is rejected: text is required and empty here`,
		`examples[1].mentions[0].author.name: expected "User", mapped nothing`,
		`examples[1].mentions[0].text: expected "… nobody answers the mail. What now?", mapped "… nobody answers the phone. What now?"`,
		`examples[1].mentions[1].deleted: expected nothing, mapped "true"`,
		`examples[1].mentions[1].text: expected "not deleted", mapped nothing`,
		`examples[1]: the mapping makes one more: id: "3", platform: "under-test", text: "one more"`,
		`examples[2].mentions[1]: is missing; the mapping makes 1`,
		`examples[2].mentions[2]: is no mention: text: is required and empty here`,
	}
	got := mistakes(t, example)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("-want +got\n" + diff)
	}
}
