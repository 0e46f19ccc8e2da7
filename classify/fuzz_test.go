package classify_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func FuzzClassify(f *testing.F) {
	for _, s := range []string{
		"", "@acme I was charged twice?!", "#AcmeFail", "e\u0301\u0301\u0301", "\xff\xfe", "http://", "www.", "a@b", "don't'", "'s", "@", "#", "&amp;", ":-", "<3", "🇸🇪🇸", "١٢٣؟", "𝐀𝐜𝐦𝐞", "ﷺ", "\u1100\u1161\u11a8", "a..b", "1.2,3", "____", "#__", "soooooo's",
	} {
		f.Add(s, "en")
	}
	c := classifier(f, config())
	f.Fuzz(func(t *testing.T, text, lang string) {
		out := c.Classify(text, lang)
		checkShape(t, text, out)
		if a, b := asJSON(t, out), asJSON(t, c.Classify(text, lang)); a != b {
			t.Fatalf("%q: %s, then %s", text, a, b)
		}
	})
}

func FuzzParseLexicon(f *testing.F) {
	f.Add([]byte("# language: en\nentry\tcomplaint\nfoo\t1\n"))
	f.Add([]byte("entry\tfrom\n^\t\n*\n:*\t5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := classify.ParseLexicon("x.tsv", data)
		if err != nil {
			return
		}
		if _, err := classify.New(classify.Config{Lexicons: []*classify.Lexicon{l}}); err != nil {
			t.Fatalf("a lexicon that parses does not compile: %v", err)
		}
		var b bytes.Buffer
		if _, err := l.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		again, err := classify.ParseLexicon("x.tsv", b.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b.String())
		}
		if len(again.Entries) != len(l.Entries) {
			t.Fatalf("%d entries became %d", len(l.Entries), len(again.Entries))
		}
	})
}

func FuzzReadSamples(f *testing.F) {
	f.Add("x.csv", "text,label\nhi,none\n")
	f.Add("x.jsonl", `{"text":"a","gold":{"complaint":1}}`)
	f.Add("x.csv", "text,complaint,lang\nhi,1,en\nho,,\n")
	f.Add("x.jsonl", `{"text":"a","complaint":true,"lang":"en"}`)
	byTag := classify.Columns{Tags: map[directdial.Tag]string{directdial.Complaint: "complaint"}, Where: map[string]string{"lang": "en"}}
	f.Fuzz(func(t *testing.T, name, data string) {
		for _, as := range []classify.Columns{{}, byTag} {
			samples, err := classify.ReadColumns(name, strings.NewReader(data), as)
			if err == nil && len(samples) > len(data) {
				t.Fatalf("%d samples from %d bytes", len(samples), len(data))
			}
		}
	})
}

// A hostile text costs time in proportion to its length: a megabyte of any of
// these is read at once, where a quadratic step would take minutes.
func TestHostileTextsAreReadInLinearTime(t *testing.T) {
	c := classifier(t, config())
	hostile := func(size int, pieces ...string) {
		for _, piece := range pieces {
			text := strings.Repeat(piece, size/len(piece))
			if out := c.Classify(text, ""); len(out.Keywords) > directdial.MaxKeywords {
				t.Errorf("%q: %d keywords", piece, len(out.Keywords))
			}
		}
	}
	hostile(1<<20, "a", "\u0301", "e\u0301", "#a", "#aB ", "refund ", "acme corporation cartoon ")
	hostile(1<<17, "invioce ", "refunding ", "@a", "@a.", "acme ", "acme corporation ", "charged ", "charged twice ", "solar charge ", "not ", "?", "!", ".", ":-",
		"'", "a'", "&amp;", "http://a", "a@a.", "😀", "🇸🇪", "कि", "退", "\u200b", "\xff", "\u1100\u1161\u11a8", "aaab", "İ", "ﷺ", "\x00", "\n")
}
