package evaluation

import (
	"bytes"
	"fmt"
	"html"
)

// svg draws a plot as SVG.
func (p *plot) svg() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="sans-serif" font-size="%.0f">`+"\n", p.wide, p.high, p.wide, p.high, fontSize)
	fmt.Fprint(&b, `<rect width="100%" height="100%" fill="#fff"/>`+"\n")
	for _, m := range p.marks {
		switch {
		case m.words != "":
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", m.at[0].x, m.at[0].y, m.anchor, html.EscapeString(m.words))
		case m.dot:
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`+"\n", m.at[0].x, m.at[0].y, m.size, m.colour)
		default:
			fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="%g" points="`, m.colour, m.size)
			for i, at := range m.at {
				if i > 0 {
					b.WriteByte(' ')
				}
				fmt.Fprintf(&b, "%.1f,%.1f", at.x, at.y)
			}
			fmt.Fprint(&b, `"/>`+"\n")
		}
	}
	fmt.Fprint(&b, "</svg>\n")
	return b.Bytes()
}
