package classify

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// What earlier texts left behind changes nothing, however often one word takes
// the place of another.
func TestTheSameTextIsTheSameAfterOthers(t *testing.T) {
	c, err := New(Config{
		Brands: []directdial.Brand{{Name: "Acme", Keywords: []string{"acme"}}},
		Topics: []directdial.Topic{{Name: "billing", Keywords: []string{"refund", "charg*", "invoice ~5 wrong", "reimbursement", "betalning"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	piece := rapid.OneOf(rapid.SampledFrom(strings.Fields(
		"refund refunds #refund #refunds refunding refnud reimbursment charging overcharged invoice's wrong soooo grreat great GREAT "+
			"@acme @acme@social.example #AcmeFail the och betalningen 24/7 :) 😡 naïve électricité https://t.co/x donaudampfschifffahrtsgesellschaft",
	)), rapid.StringMatching(`[a-cé']{1,4}`))
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), rapid.SampledFrom([]string{" ", "", ". ", "'s "}).Draw(t, "between"))
	})
	used := newScratch(c)
	rapid.Check(t, func(t *rapid.T) {
		used.words = make(words, 1<<rapid.IntRange(1, 4).Draw(t, "places"))
		for _, text := range rapid.SliceOfN(text, 1, 4).Draw(t, "texts") {
			lang := rapid.SampledFrom([]string{"", "en", "sv"}).Draw(t, "lang")
			var want, got directdial.Classification
			fresh := newScratch(c)
			fresh.words = make(words, 1<<10)
			for s, out := range map[*scratch]*directdial.Classification{fresh: &want, used: &got} {
				s.run(c, text, lang)
				s.result(c, out)
			}
			a, _ := json.Marshal(want)
			b, _ := json.Marshal(got)
			if string(a) != string(b) {
				t.Fatalf("%q\n%s\n%s", text, a, b)
			}
		}
	})
}

func TestPlainBytesEndWhereAWordMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("azAZ09_@[`{/:^"))), 8, 8).Draw(t, "bytes")
		want := 0
		for want < len(b) && class[b[want]] <= isJoin {
			want++
		}
		if got := plain(binary.LittleEndian.Uint64(b)); got != want {
			t.Fatalf("%q: %d, want %d", b, got, want)
		}
	})
}
