package htmltext

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMarkdownIsReadAsItIsShown(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"one\ntwo", "one\ntwo"},
		{"one\r\n\r\ntwo", "one\n\ntwo"},
		{"it is **not** _working_ ~~well~~", "it is not working well"},
		{"see [the docs](https://acme.example/docs) or https://acme.example", "see the docs or https://acme.example"},
		{"![a screenshot](https://acme.example/1.png)", "a screenshot"},
		{"<!-- Please fill in\n\nthe template -->\nIt broke", "It broke"},
		{"<details><summary>Log</summary>\n\n`panic`\n\n</details>", "Log\n\npanic"},
		{"before\n\n```go\nx := 1 < 2\n```\n", "before\n\nx := 1 < 2"},
		{`2 \* 3 \<b\> &amp; "x"`, `2 * 3 <b> & "x"`},
		{"<script>alert(1)</script>after", "after"},
		{"@ana what about #12?", "@ana what about #12?"},
		{"a\xffb", "a\uFFFDb"},
	} {
		if got := Markdown(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func TestATagIsTextWhereMarkdownHasNoHTML(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"why <why> **not**?", "why <why> not?"},
		{"<div>\n\nin a box", "<div>\n\nin a box"},
		{"`<b>` &amp; <https://acme.example/a>", "<b> & https://acme.example/a"},
		{"[a](https://acme.example) ~~b~~ https://acme.example/c", "a b https://acme.example/c"},
		{"<script>alert(1)</script>", "<script>alert(1)</script>"},
	} {
		if got := MarkdownAlone(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"# a\n\n* b", "[a](b \"c\")", "<!-- -->", "|a|\n|-|\n|b|", strings.Repeat("> ", 50), "```\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, read := range []func(string) string{Markdown, MarkdownAlone} {
			if got := read(src); !utf8.ValidString(got) {
				t.Errorf("%q became %q", src, got)
			}
		}
	})
}

// A post of 64 KiB must not keep a source busy, whatever stands in it.
func BenchmarkMarkdownOfSomebodyWhoMeansHarm(b *testing.B) {
	for _, part := range []string{"> ", "[", "![", "*a_", "<a", "`", "- ", "|a"} {
		src := strings.Repeat(part, 64<<10/len(part))
		b.Run(part, func(b *testing.B) {
			for b.Loop() {
				Markdown(src)
			}
		})
	}
}
