package experts

import "testing"

func TestEntriesOfALexiconAreSpelledForReaders(t *testing.T) {
	for word, want := range map[string]string{
		"refund":                `"refund"`,
		"charg*":                `"charg…"`,
		"charged * times":       `"charged … times"`,
		"=refund ~5 late":       `"refund … late"`,
		"^is":                   `"is" at the beginning`,
		"not:recommend":         `not "recommend"`,
		"feature:question-mark": "the question mark",
		"feature:bias":          "",
	} {
		if got := spell(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
}
