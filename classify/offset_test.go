package classify_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// disguise writes word as people and keyboards do: in other case, full width,
// decomposed, with characters that cannot be seen inside.
func disguise(t *rapid.T, word string) string {
	if rapid.Bool().Draw(t, "decomposed") {
		word = norm.NFD.String(word)
	}
	unseen := []string{"", "", "\u200b", "\u200d", "\u2060", "\u202e", "\u00ad", "\ufe0f"}
	var b strings.Builder
	for i, r := range []rune(word) {
		if i > 0 && !unicode.IsMark(r) {
			b.WriteString(rapid.SampledFrom(unseen).Draw(t, "unseen"))
		}
		switch rapid.IntRange(0, 2).Draw(t, "form") {
		case 0:
			r = unicode.ToUpper(r)
		case 1:
			if '!' <= r && r <= '~' {
				r += 0xFEE0 // full width
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

var surroundings = []string{
	"", "hello ", "😀 ", "👩🏽‍🚀 👨‍👩‍👧 ", "שלום ", "مرحبا ", "e\u0301te\u0301 ", "ｆｕｌｌ ", "今日は ", "\u202eabc\u202c ", "a\u200bb ", "ﬁne ", "№ ", "🇸🇪 ", "\xff\xfe ", "İstanbul ", "größe ",
}

// Whatever stands around it, the offsets of a keyword cut exactly the author's
// spelling of it out of the original text.
func TestOffsetsPointAtTheOriginal(t *testing.T) {
	words := []string{"refund", "überweisung", "charged twice", "straße", "naïve", "कार्ड", "счёт", "退款", "😡", "łódź"}
	c := classifier(t, classify.Config{Topics: []directdial.Topic{{Name: "words", Keywords: words}}})
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(words).Draw(t, "word")
		before := strings.Join(rapid.SliceOfN(rapid.SampledFrom(surroundings), 0, 4).Draw(t, "before"), "")
		after := strings.Join(rapid.SliceOfN(rapid.SampledFrom(surroundings), 0, 3).Draw(t, "after"), "")
		written := disguise(t, word)
		text := before + written + " " + after
		for _, k := range c.Classify(text, "").Keywords {
			if k.For == "topic:words" {
				if got := text[k.Start:k.End]; k.Word != word || got != written {
					t.Fatalf("%q: %q at %d:%d is %q, want %q", text, k.Word, k.Start, k.End, got, written)
				}
				return
			}
		}
		t.Fatalf("%q is not found in %q", word, text)
	})
}

// lexiconWords are words that mean something to the shipped lexicon, and some
// that break things up.
func lexiconWords() []string {
	words := []string{"@acme", "#acme", "#AcmeFail", "acme", "?", "!", "!!!", "...", ",", ".", "but", "not", "never", "WTF", "SHOUTING", "soooo", "http://x.example/a", "😡", ":)", "\n", "12"}
	for i, e := range classify.Shipped()[0].Entries {
		if i%9 == 0 && !strings.Contains(e.Word, ":") {
			words = append(words, strings.Trim(e.Word, "^*"))
		}
	}
	return words
}

func mentions() *rapid.Generator[string] {
	words := lexiconWords()
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 60).Draw(t, "words"), " ")
	})
}

// The keywords of a tag and its base give its score: nothing else counted.
func TestKeywordsReproduceTheScore(t *testing.T) {
	c := classifier(t, config())
	texts := mentions()
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		out := c.Classify(text, "en")
		for _, tag := range out.Tags {
			sum := tag.Base
			for _, k := range out.Keywords {
				if k.For == "tag:"+string(tag.Tag) {
					sum += k.Weight
				}
			}
			if got := classify.Probability(sum); got != tag.Score {
				t.Fatalf("%q: %s has %d, its keywords give %d", text, tag.Tag, tag.Score, got)
			}
		}
	})
}

func checkShape(t interface{ Fatalf(string, ...any) }, text string, out directdial.Classification) {
	if len(out.Keywords) > directdial.MaxKeywords || len(out.Topics) > directdial.MaxTopics || len(out.Tags) > 3 {
		t.Fatalf("%q: %d keywords, %d topics, %d tags", text, len(out.Keywords), len(out.Topics), len(out.Tags))
	}
	last := 0
	for _, k := range out.Keywords {
		if k.Start < 0 || k.End < k.Start || k.End > len(text) || k.Start < last {
			t.Fatalf("%q: keyword %+v", text, k)
		}
		if k.End < len(text) && utf8.ValidString(text) && (!utf8.RuneStart(text[k.Start]) || !utf8.RuneStart(text[k.End])) {
			t.Fatalf("%q: %+v cuts a character", text, k)
		}
		last = k.Start
	}
	for _, s := range out.Tags {
		if s.Score < 0 || s.Score > 1000 {
			t.Fatalf("%q: %+v", text, s)
		}
	}
}

func TestTheSameTextIsAlwaysToldTheSame(t *testing.T) {
	c := classifier(t, config())
	texts := mentions()
	var reused directdial.Classification
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		first := c.Classify(text, "")
		c.ClassifyInto(&reused, text, "")
		if a, b := asJSON(t, first), asJSON(t, reused); a != b {
			t.Fatalf("%q: %s, then %s", text, a, b)
		}
		checkShape(t, text, first)
	})
}

func TestSegmentsJoinedAreTheText(t *testing.T) {
	c := classifier(t, config())
	texts := mentions()
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		var b strings.Builder
		for _, s := range classify.Highlight(text, c.Classify(text, "").Keywords) {
			b.WriteString(s.Text)
		}
		if b.String() != text {
			t.Fatalf("%q became %q", text, b.String())
		}
	})
}

func TestOneClassifierServesManyAtOnce(t *testing.T) {
	c := classifier(t, config())
	texts := []string{"charged twice by acme", "I love it", "how do I pay", strings.Repeat("refund not good ", 400), "😀"}
	var want []string
	for _, text := range texts {
		want = append(want, asJSON(t, c.Classify(text, "")))
	}
	done := make(chan string)
	for worker := range 8 {
		go func() {
			for i := range 300 {
				at := (worker + i) % len(texts)
				if data, _ := json.Marshal(c.Classify(texts[at], "")); string(data) != want[at] {
					done <- string(data)
					return
				}
			}
			done <- ""
		}()
	}
	for range 8 {
		if wrong := <-done; wrong != "" {
			t.Errorf("told otherwise beside others: %s", wrong)
		}
	}
}
