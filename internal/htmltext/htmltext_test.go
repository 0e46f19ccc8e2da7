package htmltext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestTextIsWhatAReaderSees(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text", "billed twice", "billed twice"},
		{"nothing", " \n ", ""},
		{"entities, clean and raw", "<p>broke & I &lt;3 it &amp; you&#39;re &copy;</p>", "broke & I <3 it & you're ©"},
		{"paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo"},
		{"line breaks", "one<br>two<br/>three<br><br><br>four", "one\ntwo\nthree\n\nfour"},
		{"white space", "<p>\n  a \t b\r\n c </p>\n", "a b c"},
		{"inline elements part no words", "un<b>believ</b>able <i>x</i>", "unbelievable x"},
		{"blocks part words", "<div>a</div><div>b</div>c", "a\nb\nc"},
		{"lists", "<p>I want:</p><ul><li>a refund</li><li><p>an answer</p></li><li></li></ul>soon", "I want:\n\n- a refund\n\n- an answer\n\nsoon"},
		{"tables", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"preformatted", "<pre>if x:\n    y\n\n\n\nz  </pre>after", "if x:\n    y\n\nz\n\nafter"},
		{"images are their description", `see <img src="x.png" alt="a burnt plug">!`, "see a burnt plug!"},
		{"what nobody reads", "a<script>alert('<p>x')</script><style>p{}</style><template>t</template><!-- c -->b", "ab"},
		{"an svg closed by itself", "a<svg/>b<svg><title>t</title></svg>c", "abc"},
		{"the head of a document", "<!doctype html><html><head><title>T</title></head><body>b</body></html>", "b"},
		{"tags never closed", "<p>one<p>two<ul><li>three<b>four", "one\n\ntwo\n\n- threefour"},
		{"end tags never opened", "</p></a></pre>one</script></b>", "one"},
		{"a tag cut off", "one <b", "one"},
		{"a less-than sign", "1 < 2 <3", "1 < 2 <3"},
		{"invalid UTF-8", "a\xffb", "a\uFFFDb"},
		{"no-break space", "a&nbsp;b", "a\u00a0b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestHabitsOfTheFediverse(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{
			"mention and hashtag",
			`<p>Hey <span class="h-card"><a href="http://localhost:8098/@acme" class="u-url mention">@<span>acme</span></a></span> your <a href="http://localhost:8098/tags/acmewidget" class="mention hashtag">#<span>acmewidget</span></a> broke & I &lt;3 it</p>`,
			"Hey @acme your #acmewidget broke & I <3 it",
		},
		{
			"a shortened link is its address",
			`<p>see <a href="https://www.shop.example/help/returns?a=1&amp;b=2"><span class="invisible">https://www.</span><span class="ellipsis">shop.example/help/ret</span><span class="invisible">urns?a=1&amp;b=2</span></a>, please</p>`,
			"see https://www.shop.example/help/returns?a=1&b=2, please",
		},
		{
			"a link that shows something else is where it leads",
			`<a href="https://evil.example/"><span class="invisible">https://</span>bank.example</a>`,
			"https://evil.example/",
		},
		{
			"an address that is none is not shown",
			`<a href="javascript:alert(1)"><span class="invisible">x</span>click</a>`,
			"xclick",
		},
		{"a link never closed", `a <a href="https://b.example/c"><span class="invisible">https://</span>b`, "a https://b.example/c"},
		{"hidden text outside a link", `I <span class="invisible">do not </span>like <span class="big">it</span>`, "I like it"},
		{"hidden text nested", `a<span class="invisible">b<span>c</span>d</span>e`, "ae"},
		{"a hidden line break hides nothing else", `a<br class="invisible">b`, "a\nb"},
		{"the fallback of a quote", `<p class="quote-inline">RE: <a href="https://x.example/1">https://x.example/1</a></p><p>agreed</p>`, "agreed"},
		{"a custom emoji", `so <img class="emoji" alt=":angry_cat:" src="x"> now`, "so :angry_cat: now"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestDepthCostsNothing(t *testing.T) {
	const deep = 200_000
	in := strings.Repeat("<div><ul><li>", deep) + "here" + strings.Repeat("</li></ul></div>", deep)
	if got := Text(in); got != "- here" {
		t.Errorf("got %.40q", got)
	}
}

func TestEscapedTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-z0-9<>&"';#é😀]{1,8}`)).Draw(t, "words")
		want := strings.Join(words, " ")
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(want)
		if got := Text("<p>" + escaped + "</p>"); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		`<p>a<br>b</p>`, `<a href="https://a.example"><span class="invisible">h</span>`, "<pre>\n\n a", "<svg/><li><td>", "\xff<\x00>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Text(in)
		if !utf8.ValidString(out) {
			t.Errorf("not UTF-8: %q", out)
		}
		if strings.Contains(out, "\n\n\n") || strings.HasPrefix(out, "\n") || strings.HasSuffix(out, "\n") || strings.HasSuffix(out, " ") {
			t.Errorf("white space at an end or in a heap: %q", out)
		}
		if len(out) > 16*len(in)+16 {
			t.Errorf("%d bytes became %d", len(in), len(out))
		}
	})
}
