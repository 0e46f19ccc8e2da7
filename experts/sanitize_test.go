package experts

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "Where is my refund? 😡", "Where is my refund? 😡"},
		{"nothing is normalised", "e\u0301 \u00e9 Å ｆｕｌｌ", "e\u0301 \u00e9 Å ｆｕｌｌ"},
		{"all line ends", "a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"},
		{"one empty line stays", "\n\na  \n\n \n\nb\n\n", "a\n\nb"},
		{"tab", "a\tb", "a b"},
		{"controls", "a\x00b\x1b[31mc\x07d\x7fe\u009bf", "ab[31mcdef"},
		{"bidi", "\u202Eevil\u202C \u2066x\u2069 \u200Fy\u061C", "evil x y"},
		{"zero width", "re\u200Bfu\u2060nd\uFEFF s\u00ADhy \u180Ex", "refund shy x"},
		{"tags", "x\U000E0041\U000E007F\U000E0100", "x"},
		{"fillers", "\u115F\u1160\u3164\uFFA0\u034F\u17B4", ""},
		{"no characters", "a\uFFFE\uFFFF\U0001FFFF\uFDD0b", "ab"},
		{"invalid UTF-8", "caf\xe9\xff \xed\xa0\x80", "caf\uFFFD \uFFFD"},
		{"a joiner hides in a word", "ad\u200Dmin \u200C12\u200D3", "admin 123"},
		{"a joiner at the ends", "\u200D👩\u200D", "👩"},
		{"a family", "👨\u200D👩\u200D👧 ❤\uFE0F\u200D🔥 👩🏽\u200D💻", "👨\u200D👩\u200D👧 ❤\uFE0F\u200D🔥 👩🏽\u200D💻"},
		{"Persian", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"Sinhala", "ශ්\u200Dරී", "ශ්\u200Dරී"},
		{"Arabic number sign", "\u0600١٢", "\u0600١٢"},
		{"Hebrew with points", "שָׁלוֹם", "שָׁלוֹם"},
		{"stacked marks", "Z" + strings.Repeat("\u0335", 50) + "a", "Z" + strings.Repeat("\u0335", 8) + "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.in); got != tt.want {
				t.Errorf("got  %+q\nwant %+q", got, tt.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	if got, want := Line(" Ana\r\nBcc: x\u2028\tLind \u00a0"), "Ana Bcc: x Lind"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCutCountsWhatAReaderCounts(t *testing.T) {
	family := "👨\u200D👩\u200D👧\u200D👦"
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"refund", 6, "refund"},
		{"refunds", 6, "refun…"},
		{"a b c", 3, "a…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{strings.Repeat(family, 3), 3, strings.Repeat(family, 3)},
		{strings.Repeat(family, 3), 2, family + "…"},
		{"🇸🇪🇩🇪🇫🇷", 2, "🇸🇪…"},
		{"", 3, ""},
		{"x" + strings.Repeat("👩\u200D", 500) + "👧", 100, "…"},
	} {
		if got := Cut(tt.in, tt.n); got != tt.want {
			t.Errorf("Cut(%+q, %d) = %+q, want %+q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://social.example/@user1/109":               "https://social.example/@user1/109",
		"http://a.example:8080/p?q=1&r=%2F#f":             "http://a.example:8080/p?q=1&r=%2F#f",
		"https://[2001:db8::1]:8443/x":                    "https://[2001:db8::1]:8443/x",
		"HTTPS://A.example/a%2Fb":                         "https://a.example/a%2Fb",
		"https://аcme.example/":                           "https://xn--cme-5cd.example/",
		"https://a.example/ä ö?q=ä \u202E<b>\"|x'y":       "https://a.example/%C3%A4%20%C3%B6?q=%C3%A4%20%E2%80%AE%3Cb%3E%22%7Cx'y",
		"https://a.example/x\r\ny":                        "",
		"https://bank.example@evil.example/":              "",
		"javascript:alert(1)":                             "",
		"https:evil.example":                              "",
		"//evil.example":                                  "",
		"https://":                                        "",
		"https://a b.example/":                            "",
		"https://evil\u202E.example/":                     "",
		"https://a.example/" + strings.Repeat("x", 3<<10): "",
		"": "",
	} {
		if got := Link(in); got != want {
			t.Errorf("Link(%+q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"Where is my refund?", "a\r\n\r\n\r\nb", "\x1b[2J", "\u202E\u200B", "👨\u200D👩\u200D👧", "e\u0301\u0335\u0335", "\xff\xfe",
		"می\u200Cخواهم", "\u200D\u200Da", "x\U000E0041", "https://a.example/ä?q=\u202E",
	} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		clean := Clean(s)
		check(t, clean)
		if again := Clean(clean); again != clean {
			t.Fatalf("cleaning twice: %+q, then %+q", clean, again)
		}
		line := Line(s)
		check(t, line)
		if strings.ContainsAny(line, "\n\t") || Line(line) != line {
			t.Fatalf("not one clean line: %+q", line)
		}
		if n = n%2000 + 1; n > 0 {
			cut := Cut(clean, n)
			check(t, cut)
			if got := uniseg.GraphemeClusterCount(cut); got > n {
				t.Fatalf("%d characters, want at most %d: %+q", got, n, cut)
			}
			if Cut(cut, n) != cut || Clean(cut) != cut {
				t.Fatalf("cutting or cleaning again changes %+q", cut)
			}
		}
		if link := Link(s); link != "" {
			if !strings.HasPrefix(link, "http") || strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>"|\^{}`+"`", r) }) {
				t.Fatalf("a bad link: %q", link)
			}
			if Link(link) != link && len(link) < 2048 {
				t.Fatalf("a link of a link: %q, then %q", link, Link(link))
			}
		}
	})
}

func check(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("not valid UTF-8: %q", s)
	}
	for _, r := range s {
		if unicode.Is(unicode.Cc, r) && r != '\n' || unicode.In(r, unicode.Bidi_Control) || r == '\u200B' || r == '\uFEFF' || r == '\u2028' || r == '\u2029' {
			t.Fatalf("%U stayed in %+q", r, s)
		}
	}
}
