package evaluation

import (
	"fmt"
	"os"
	"path/filepath"
)

// WritePlots writes the report as pictures into a folder, which it makes if it
// is not there, each as SVG and as PNG: macro-f1, every teller with its interval,
// and of a teller with scores calibration and precision-recall.
func (r *Report) WritePlots(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	plots := map[string]*plot{"macro-f1": r.macroPlot()}
	if len(r.Calibrations) > 0 {
		plots["calibration"], plots["precision-recall"] = r.calibrationPlot(), r.recallPlot()
	}
	for name, p := range plots {
		pixels, err := p.png()
		if err != nil {
			return fmt.Errorf("%s.png: %w", name, err)
		}
		for end, data := range map[string][]byte{".svg": p.svg(), ".png": pixels} {
			if err := os.WriteFile(filepath.Join(dir, name+end), data, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// colour is #rrggbb.
type colour string

// colours are those of the tags, apart also for who sees no red or no green.
var colours = [3]colour{"#b2182b", "#2166ac", "#1b7837"}

const (
	black  colour = "#000000"
	frame  colour = "#999999"
	grid   colour = "#eeeeee"
	others colour = "#777777"
)

// plot is a picture whose axes both go from 0 to 1, as a list of marks: what it
// is drawn with does not matter to who plots.
type plot struct {
	marks                    []mark
	wide, high               float64 // of the whole
	width, height, left, top float64 // of the plane, and where it stands
}

// mark is one thing in a picture: a line through points, a dot at the only one,
// or words beside it.
type mark struct {
	at     []point // in units of the picture, from its upper left corner
	colour colour
	size   float64 // width of a line, radius of a dot
	dot    bool
	words  string
	anchor anchor
}

// anchor is which part of words stands at their point.
type anchor string

const (
	start  anchor = "start"
	middle anchor = "middle"
	end    anchor = "end"
)

// What stands around the plane, and the size of letters.
const (
	above, below = 40.0, 45.0
	beside       = 20.0
	fontSize     = 12.0
)

func newPlot(title string, width, height, left, right float64) *plot {
	p := &plot{width: width, height: height, left: left, top: above}
	p.wide, p.high = left+width+right, p.top+height+below
	p.text(left, 22, start, title)
	for i := range 6 {
		v := float64(i) / 5
		p.line(grid, 1, point{p.x(v), p.top}, point{p.x(v), p.top + height})
		p.text(p.x(v), p.top+height+16, middle, fmt.Sprintf("%.1f", v))
	}
	r, b := left+width, p.top+height
	p.line(frame, 1, point{left, p.top}, point{r, p.top}, point{r, b}, point{left, b}, point{left, p.top})
	return p
}

// vertical labels the vertical axis.
func (p *plot) vertical() {
	for i := range 6 {
		v := float64(i) / 5
		if i > 0 && i < 5 {
			p.line(grid, 1, point{p.left, p.y(v)}, point{p.left + p.width, p.y(v)})
		}
		p.text(p.left-6, p.y(v)+4, end, fmt.Sprintf("%.1f", v))
	}
}

func (p *plot) x(v float64) float64 { return p.left + v*p.width }
func (p *plot) y(v float64) float64 { return p.top + (1-v)*p.height }

func (p *plot) text(x, y float64, a anchor, words string) {
	p.marks = append(p.marks, mark{at: []point{{x, y}}, colour: black, words: words, anchor: a})
}

func (p *plot) line(c colour, width float64, points ...point) {
	p.marks = append(p.marks, mark{at: points, colour: c, size: width})
}

func (p *plot) dot(x, y, radius float64, c colour) {
	p.marks = append(p.marks, mark{at: []point{{x, y}}, colour: c, size: radius, dot: true})
}

// curve draws a line through points of the plane.
func (p *plot) curve(points []point, c colour) {
	at := make([]point, len(points))
	for i, q := range points {
		at[i] = point{p.x(q.x), p.y(q.y)}
	}
	p.line(c, 2, at...)
}

// legend names a colour in the place i of the right half.
func (p *plot) legend(i int, words string, c colour) {
	y := p.top + p.height - 14 - float64(i)*16
	p.dot(p.left+p.width*0.55, y-4, 4, c)
	p.text(p.left+p.width*0.55+10, y, start, words)
}

func (p *plot) axis(words string) { p.text(p.left+p.width/2, p.top+p.height+34, middle, words) }
