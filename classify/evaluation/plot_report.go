package evaluation

import (
	"fmt"
	"math"
)

// calibrationPlot shows the share of samples with the tag over the score: on
// the diagonal, scores are probabilities. A dot is a tenth of the scores, its
// area how many samples there are.
func (r *Report) calibrationPlot() *plot {
	p := newPlot("Share of mentions with the tag, by score", 360, 360, 45, beside)
	p.vertical()
	p.line(frame, 1, point{p.x(0), p.y(0)}, point{p.x(1), p.y(1)})
	for i, c := range r.Calibrations {
		of := colours[tagOf(c.Tag)]
		var points []point
		for _, b := range c.Bins {
			if b.Samples == 0 {
				continue
			}
			points = append(points, point{b.Score, b.Share})
			p.dot(p.x(b.Score), p.y(b.Share), 2+10*math.Sqrt(float64(b.Samples)/float64(c.Samples)), of)
		}
		p.curve(points, of)
		p.legend(i, fmt.Sprintf("%s, ECE %.3f", c.Tag, c.ECE), of)
	}
	p.axis("score")
	return p
}

// recallPlot shows what precision each recall costs.
func (r *Report) recallPlot() *plot {
	p := newPlot("Precision, by recall", 360, 360, 45, beside)
	p.vertical()
	for i, c := range r.curves {
		p.curve(c.points, colours[tagOf(c.tag)])
		p.legend(i, string(c.tag), colours[tagOf(c.tag)])
	}
	for _, g := range r.Tags {
		p.dot(p.x(g.Recall), p.y(g.Precision), 5, colours[tagOf(g.Tag)])
	}
	p.axis("recall; the dot is where the threshold stands")
	return p
}

// Row is one line of a plot of figures: a head, or somebody's figure with its
// interval.
type Row struct {
	Head  string
	Name  string
	Value float64
	Interval
	Ours bool // not of somebody to compare with
}

// PlotMacroF1 shows figures one below the other, as SVG.
func PlotMacroF1(title string, rows []Row) []byte { return figures(title, rows).svg() }

// figures shows figures one below the other, each with its interval and in
// numbers.
func figures(title string, rows []Row) *plot {
	const height, whisker = 24, 4
	p := newPlot(title, 360, float64(height*len(rows)), 150, 150)
	for i, r := range rows {
		y := p.top + height*(float64(i)+0.5)
		if r.Head != "" {
			p.text(p.left-8, y+4, end, r.Head+":")
			continue
		}
		of := others
		if r.Ours {
			of = colours[1]
		}
		p.text(p.left-8, y+4, end, r.Name)
		low, high := p.x(r.Low), p.x(r.High)
		p.line(of, 2, point{low, y}, point{high, y})
		p.line(of, 2, point{low, y - whisker}, point{low, y + whisker})
		p.line(of, 2, point{high, y - whisker}, point{high, y + whisker})
		p.dot(p.x(r.Value), y, 3, of)
		p.text(p.left+p.width+8, y+4, start, fmt.Sprintf("%.3f [%.3f, %.3f]", r.Value, r.Low, r.High))
	}
	p.axis("macro-F1")
	return p
}

// macroPlot shows the macro-F1 of the deciding tag, of everybody who was
// measured.
func (r *Report) macroPlot() *plot {
	rows := []Row{{Name: r.Name, Value: r.Classes.MacroF1, Interval: r.Intervals.Classes, Ours: true}}
	for _, c := range r.Comparisons {
		rows = append(rows, Row{Name: c.With, Value: c.Evaluation.Classes.MacroF1, Interval: c.Intervals.Classes})
	}
	return figures("Macro-F1 of the deciding tag, with 95 % intervals", rows)
}
