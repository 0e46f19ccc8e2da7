package htmltext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestACutShows(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"short enough", "short enough"},
		{"this text is somewhat longer than that", "this text is […]"},
		{"Donaudampfschifffahrtsgesellschaft", "Donaudampfschi […]"},
		{"ööööööööööööööööööööööö", "ööööööö […]"},
	} {
		if got := Cut(c.in, 20); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func TestACutKeepsTheLimitAndTheCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, limit := rapid.String().Draw(t, "text"), rapid.IntRange(10, 200).Draw(t, "limit")
		got := Cut(text, limit)
		if len(got) > limit || !utf8.ValidString(got) {
			t.Fatalf("%d bytes: %q", len(got), got)
		}
		if got != text && !strings.HasPrefix(text, strings.TrimSuffix(got, " […]")) {
			t.Fatalf("%q is no beginning of %q", got, text)
		}
	})
}

func TestALineIsOne(t *testing.T) {
	if got := Line("<p>one</p><p>two<br>three &amp; \r\n four"); got != "one two three & four" {
		t.Errorf("got %q", got)
	}
}
