package suggest

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTheWordThatWasMeantIsNamed(t *testing.T) {
	for _, test := range []struct {
		word, want string
		known      []string
	}{
		{"retruns", `there is no topic "retruns": did you mean returns?`, []string{"leaking", "returns"}},
		{"zoe", `there is no topic "zoe": known here: leaking, returns`, []string{"returns", "leaking"}},
		{"zoe", `there is no topic "zoe"`, nil},
	} {
		if got := None("topic", test.word, test.known); got != test.want {
			t.Errorf("%s: %s, want %s", test.word, got, test.want)
		}
	}
}

func TestTheDistanceOfWordsIsADistance(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		const far = 100
		d := distance(a, b, far)
		switch {
		case (d == 0) != (a == b):
			t.Fatal("only equal words are the same")
		case d != distance(b, a, far):
			t.Fatal("there and back differ")
		case d > max(len(a), len(b)):
			t.Fatal("further than to write it anew")
		case distance("x"+a, "x"+b, far) > d:
			t.Fatal("a letter in common makes it further")
		}
	})
	for _, c := range []struct {
		a, b string
		want int
	}{{"htpp", "http", 1}, {"brand", "brands", 1}, {"kim", "kmi", 1}, {"token", "topic", 3}} {
		if got := distance(c.a, c.b, 9); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
