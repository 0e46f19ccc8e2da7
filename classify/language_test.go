package classify_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/abadojack/whatlanggo"

	"github.com/directdial/directdial/classify"
)

func TestLanguagesOfShortTexts(t *testing.T) {
	c := classifier(t, config())
	for _, test := range []struct{ text, hint, want string }{
		{"where is my refund", "", "en"},
		{"refund!!", "", "en"},
		{"Acme never again", "", "en"},
		{"Wo bleibt meine Rückerstattung", "", "de"},
		{"Die Rechnung ist falsch", "", "de"},
		{"Où est mon colis", "", "fr"},
		{"¿Dónde está mi pedido?", "", "es"},
		{"Dov'è il mio pacco, non arriva", "", "it"},
		{"Cadê meu reembolso, não recebi nada", "", "pt"},
		{"Var är min återbetalning", "", "sv"},
		{"Waar blijft mijn bestelling", "", "nl"},
		{"Gdzie jest moja paczka", "", "pl"},
		{"где мои деньги", "", "ru"},
		{"де мої гроші", "uk", "uk"},
		{"أين أموالي", "", "ar"},
		{"मेरा पैसा कहाँ है", "", "hi"},
		{"返金してください", "", "ja"},
		{"我的退款在哪里", "", "zh"},
		{"환불 언제 되나요", "", "ko"},
		{"Acme", "", ""},
		{"Acme", "sv-SE", "sv"},
		{"😡", "en", "en"},
		{"Hol van a pénzem", "hu", "hu"},
		{"where is my refund, it has been weeks", "de", "en"}, // the text knows better than the platform
		{"Acme Zenith", "und", ""},
		{"Acme Zenith", "qme", ""},
		{"mijn geld", "NL_be", "nl"},
		{"", "en", "en"},
	} {
		if got := c.Classify(test.text, test.hint).Lang; got != test.want {
			t.Errorf("%q with hint %q: %q, want %q", test.text, test.hint, got, test.want)
		}
	}
}

func TestWithoutALexiconThereIsNoTag(t *testing.T) {
	out := classifier(t, config()).Classify("Das ist awful, ich will meinen refund und warte auf die Rechnung", "")
	if out.Lang != "de" || out.Lexicon || len(out.Tags) > 0 || topicsOf(out) != "billing" {
		t.Errorf("%+v, want German, no lexicon, no tag, the topic all the same", out)
	}
}

// Texts in eight languages, as people post them, without the platform's hint.
func TestLanguagesOnTheDevelopmentData(t *testing.T) {
	if testing.Short() {
		t.Skip("reads thousands of posts in eight languages")
	}
	f, err := os.Open(filepath.Join(devData, "umsab.jsonl"))
	if err != nil {
		t.Skip("the development data is not here")
	}
	defer f.Close()
	c := classifier(t, classify.Config{})
	codes := map[string]string{"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "arabic": "ar", "hindi": "hi"}
	type counts struct{ all, right, unknown, baseline int }
	byLanguage := map[string]*counts{}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var row struct{ Text, Lang string }
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		want := codes[row.Lang]
		n := byLanguage[want]
		if n == nil {
			n = &counts{}
			byLanguage[want] = n
		}
		n.all++
		switch c.Classify(row.Text, "").Lang {
		case want:
			n.right++
		case "":
			n.unknown++
		}
		if whatlanggo.DetectLang(row.Text).Iso6391() == want {
			n.baseline++
		}
	}
	right, baseline := 0, 0
	for _, name := range strings.Fields("en de fr es it pt ar hi") {
		n := byLanguage[name]
		right, baseline = right+n.right, baseline+n.baseline
		percent := func(k int) float64 { return 100 * float64(k) / float64(n.all) }
		t.Logf("%s n=%d right %.1f %%, unknown %.1f %%; whatlanggo right %.1f %%", name, n.all, percent(n.right), percent(n.unknown), percent(n.baseline))
	}
	if right <= baseline {
		t.Errorf("%d right, whatlanggo has %d", right, baseline)
	}
}
