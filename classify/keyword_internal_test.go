package classify

import "testing"

// The normal form of a keyword is a keyword, and its own normal form.
func FuzzParseTopicPattern(f *testing.F) {
	for _, s := range []string{"refund ~5 late", "=^how much", "=", "=)", "~0", "a ~0 b", "ü* ~20 x * b", "déjà vu", "\xff ~1 \u0301", "#a ~3 @b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, keyword string) {
		p, err := parseTopicPattern(keyword)
		if err != nil {
			return
		}
		again, err := parseTopicPattern(p.key)
		if err != nil || again.key != p.key {
			t.Fatalf("%q is %q, which is %q: %v", keyword, p.key, again.key, err)
		}
	})
}
