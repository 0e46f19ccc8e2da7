package hackernewstest

import (
	"regexp"
	"strings"
)

// shown is how much Hacker News shows of a link.
const shown = 60

var (
	links   = regexp.MustCompile(`https?://[^\s<>"]+`)
	escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;", "/", "&#x2F;")
)

// Render makes the HTML of a text: paragraphs parted by <p>, which is never
// closed, every other character escaped that can be, and links cut off.
func Render(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range links.FindAllStringIndex(text, -1) {
		b.WriteString(escaper.Replace(text[end:at[0]]))
		link := text[at[0]:at[1]]
		end = at[1]
		words := link
		if len(words) > shown {
			words = words[:shown] + "..."
		}
		b.WriteString(`<a href="` + escaper.Replace(link) + `" rel="nofollow">` + escaper.Replace(words) + `</a>`)
	}
	b.WriteString(escaper.Replace(text[end:]))
	return strings.ReplaceAll(b.String(), "\n\n", "<p>")
}
