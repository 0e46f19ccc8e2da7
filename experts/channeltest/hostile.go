package channeltest

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Hostile is text that has hurt programs which show text from outside, by
// what it tries.
func Hostile() map[string]string {
	return map[string]string{
		"ping everybody in Slack":     "<!channel> <!here> <!everyone> <@U0123456> <!subteam^S012|team> @channel",
		"false link in Slack":         "<https://evil.example|https://acme.example>",
		"Slack markup":                "*bold* _it_ ~no~ `code` ```block``` > quote &lt;!channel&gt; :tada:",
		"mail headers":                "refund\r\nBcc: everyone@acme.example\r\n\r\nnew body",
		"lone line feeds":             "refund\nSubject: other\n.\nQUIT\n",
		"end of DATA":                 "one\r\n.\r\nMAIL FROM:<x@evil.example>\r\n.\r\n",
		"encoded word":                "=?utf-8?q?Bcc=3A?= =?utf-8?b?PHNjcmlwdD4=?=",
		"script":                      `<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>`,
		"broken out of an attribute":  `"><img src="https://evil.example/p.gif">' onmouseover='x`,
		"style and form":              `<style>*{display:none}</style><form action="https://evil.example"><input></form><!-- `,
		"template":                    "{{.Post}} ${HOME} %s %n %[1]v",
		"terminal: clear and title":   "\x1b[2J\x1b]0;owned\x07\x1b[31mred",
		"terminal: C1 and hyperlink":  "\u009b31m\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
		"terminal: carriage return":   "all is well\rYOU OWE US",
		"bell, backspace, NUL, DEL":   "a\x07b\bc\x00d\x7fe",
		"bidi override":               "invoice \u202Efdp.exe\u202C \u2066\u2069 \u200F",
		"zero width":                  "re\u200Bfu\u2060nd \uFEFF\u200D\u200C hid\u00ADden",
		"tags":                        "hello\U000E0041\U000E0042\U000E007F",
		"line separators":             "one\u2028two\u2029three\u0085four",
		"stacked marks":               "Z" + strings.Repeat("\u0335\u0321", 500) + "algo",
		"invalid UTF-8":               "caf\xe9 \xff\xfe \xed\xa0\x80 \xc0\xaf",
		"one word without end":        strings.Repeat("a", directdial.MaxText),
		"family without end":          strings.Repeat("👩\u200D", 5000) + "👧",
		"flags and skin":              "🇸🇪🇩🇪 👩🏽\u200D💻 🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
		"formula":                     `=HYPERLINK("https://evil.example","refund")`,
		"JSON":                        `"},"channel":"C0","text":"`,
		"only spaces and zero widths": " \u200B \n\t\u00A0 ",
	}
}

// HostileLinks are addresses that must not be followed.
func HostileLinks() []string {
	return []string{
		"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "file:///etc/passwd",
		"https://acme.example@evil.example/", "https://evil.example/\r\nBcc: x@y", "//evil.example", "mailto:x@y.example",
		`https://evil.example/"onmouseover="x`, "https://evil.example/|label>", "https://\u0430cme.example/", "https://evil.example/\u202Egpj",
	}
}

func inert(t *testing.T, k Kit) {
	for name, text := range Hostile() {
		for past, told := range map[string]string{"": "", " in the past": text[:min(len(text), directdial.MaxName)]} {
			t.Run(name+past, func(t *testing.T) {
				far := k.Open(t)
				c := Card(far.To)
				name := text[:min(len(text), directdial.MaxName)]
				c.Post.Text, c.Post.Author, c.Post.Handle, c.Post.Platform = text, name, name, name
				c.More = []experts.Post{c.Post}
				c.Count = 2
				c.Topic, c.Past = name, told
				c.Why, c.Next, c.Do, c.Dont = []string{name}, []string{name}, []string{name}, []string{name}
				send(t, far, c)
				cards := far.Cards()
				if len(cards) != 1 {
					t.Fatalf("%d cards arrived, want 1", len(cards))
				}
				Inert(t, cards[0].Text)
				Inert(t, cards[0].Raw)
			})
		}
	}
	for _, link := range HostileLinks() {
		t.Run("link "+link, func(t *testing.T) {
			far := k.Open(t)
			c := Card(far.To)
			c.Post.URL = link
			send(t, far, c)
			cards := far.Cards()
			if len(cards) != 1 {
				t.Fatalf("%d cards arrived, want 1", len(cards))
			}
			Inert(t, cards[0].Text)
			for _, bad := range []string{"javascript:", "data:text", "file:", "@evil.example", `/"onmouseover`, "\u0430cme"} {
				if strings.Contains(cards[0].Raw+cards[0].Text, bad) {
					t.Errorf("the card has %q in it:\n%s", bad, cards[0].Text)
				}
			}
		})
	}
}

// Inert fails if s holds what acts on whoever shows it, whatever the medium:
// control characters, bidi controls, hidden characters, broken UTF-8. Colours
// of a terminal's own must be taken away before.
func Inert(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("not valid UTF-8: %.200q", s)
	}
	for i, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
		case r == '\u200C' || r == '\u200D': // joiners have a meaning between some letters
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029', 0xE0000 <= r && r <= 0xE0FFF:
			t.Errorf("%U at byte %d acts or hides: %.200q", r, i, s)
			return
		}
	}
}
