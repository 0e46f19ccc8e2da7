package evaluation

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"path/filepath"
)

// WritePlots writes the report as pictures into a folder, which it makes if it
// is not there: macro-f1.svg, every teller with its interval, and of a teller
// with scores calibration.svg and precision-recall.svg.
func (r *Report) WritePlots(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	pictures := map[string][]byte{"macro-f1.svg": r.macroPlot()}
	if len(r.Calibrations) > 0 {
		pictures["calibration.svg"] = r.calibrationPlot()
		pictures["precision-recall.svg"] = r.recallPlot()
	}
	for name, picture := range pictures {
		if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// colours are those of the tags, apart also for who sees no red or no green.
var colours = [3]string{"#b2182b", "#2166ac", "#1b7837"}

// plot is a picture whose axes both go from 0 to 1.
type plot struct {
	bytes.Buffer
	width, height, left, top float64 // of the plane, and where it stands
}

func newPlot(title string, width, height, left float64) *plot {
	p := &plot{width: width, height: height, left: left, top: 40}
	w, h := left+width+20, p.top+height+45
	fmt.Fprintf(p, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="sans-serif" font-size="12">`+"\n", w, h, w, h)
	fmt.Fprintf(p, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	p.text(left, 22, "start", title)
	fmt.Fprintf(p, `<rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" fill="none" stroke="#999"/>`+"\n", left, p.top, width, height)
	for i := range 6 {
		v := float64(i) / 5
		p.line(p.x(v), p.top, p.x(v), p.top+height, "#eee", 1)
		p.text(p.x(v), p.top+height+16, "middle", fmt.Sprintf("%.1f", v))
	}
	return p
}

// vertical labels the vertical axis.
func (p *plot) vertical() {
	for i := range 6 {
		v := float64(i) / 5
		p.line(p.left, p.y(v), p.left+p.width, p.y(v), "#eee", 1)
		p.text(p.left-6, p.y(v)+4, "end", fmt.Sprintf("%.1f", v))
	}
}

func (p *plot) x(v float64) float64 { return p.left + v*p.width }
func (p *plot) y(v float64) float64 { return p.top + (1-v)*p.height }

func (p *plot) text(x, y float64, anchor, words string) {
	fmt.Fprintf(p, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(words))
}

func (p *plot) line(x1, y1, x2, y2 float64, colour string, width float64) {
	fmt.Fprintf(p, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="%g"/>`+"\n", x1, y1, x2, y2, colour, width)
}

func (p *plot) dot(x, y, radius float64, colour string) {
	fmt.Fprintf(p, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`+"\n", x, y, radius, colour)
}

func (p *plot) curve(points []point, colour string) {
	fmt.Fprintf(p, `<polyline fill="none" stroke="%s" stroke-width="2" points="`, colour)
	for _, at := range points {
		fmt.Fprintf(p, "%.1f,%.1f ", p.x(at.x), p.y(at.y))
	}
	fmt.Fprint(p, `"/>`+"\n")
}

// legend names a colour in the place i of the right half.
func (p *plot) legend(i int, words, colour string) {
	y := p.top + p.height - 14 - float64(i)*16
	p.dot(p.left+p.width*0.55, y-4, 4, colour)
	p.text(p.left+p.width*0.55+10, y, "start", words)
}

func (p *plot) axis(words string) { p.text(p.left+p.width/2, p.top+p.height+34, "middle", words) }

func (p *plot) close() []byte {
	fmt.Fprint(p, "</svg>\n")
	return p.Bytes()
}
