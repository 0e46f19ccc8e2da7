package evaluation

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// density is how many pixels a unit of a picture has: screens are fine today.
const density = 2

// png draws a plot as PNG.
func (p *plot) png() ([]byte, error) {
	letters, err := face()
	if err != nil {
		return nil, err
	}
	defer letters.Close()
	c := &canvas{
		image:   image.NewRGBA(image.Rect(0, 0, int(math.Ceil(p.wide*density)), int(math.Ceil(p.high*density)))),
		letters: letters,
	}
	draw.Draw(c.image, c.image.Bounds(), image.White, image.Point{}, draw.Src)
	for i := range p.marks {
		switch m := &p.marks[i]; {
		case m.words != "":
			c.text(m)
		case m.dot:
			c.fill(m.colour, circle(m.at[0], m.size))
		default:
			c.fill(m.colour, stroke(m.at, m.size)...)
		}
	}
	var b bytes.Buffer
	err = png.Encode(&b, c.image)
	return b.Bytes(), err
}

func face() (font.Face, error) {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: fontSize * density, DPI: 72})
}

type canvas struct {
	image   *image.RGBA
	letters font.Face
}

func (c *canvas) text(m *mark) {
	d := font.Drawer{Dst: c.image, Src: image.NewUniform(rgb(m.colour)), Face: c.letters}
	wide := d.MeasureString(m.words)
	d.Dot = fixed.Point26_6{X: fixed.Int26_6(m.at[0].x * density * 64), Y: fixed.Int26_6(m.at[0].y * density * 64)}
	switch m.anchor {
	case middle:
		d.Dot.X -= wide / 2
	case end:
		d.Dot.X -= wide
	}
	d.DrawString(m.words)
}

// fill paints outlines of one colour. Each is painted by itself, as far as it
// reaches: where two overlap, one would take the other away.
func (c *canvas) fill(with colour, outlines ...[]point) {
	source := image.NewUniform(rgb(with))
	for _, o := range outlines {
		within := reach(o).Intersect(c.image.Bounds())
		r := vector.NewRasterizer(within.Dx(), within.Dy())
		for i, at := range o {
			x, y := float32(at.x*density)-float32(within.Min.X), float32(at.y*density)-float32(within.Min.Y)
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
		r.Draw(c.image, within, source, image.Point{})
	}
}

// reach are the pixels that an outline touches.
func reach(o []point) image.Rectangle {
	low, high := o[0], o[0]
	for _, at := range o {
		low.x, low.y = math.Min(low.x, at.x), math.Min(low.y, at.y)
		high.x, high.y = math.Max(high.x, at.x), math.Max(high.y, at.y)
	}
	return image.Rect(
		int(math.Floor(low.x*density)), int(math.Floor(low.y*density)),
		int(math.Ceil(high.x*density))+1, int(math.Ceil(high.y*density))+1)
}

// circle is an outline with so many corners that none is seen.
func circle(at point, radius float64) []point {
	const corners = 32
	outline := make([]point, corners)
	for i := range outline {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		outline[i] = point{at.x + radius*cos, at.y + radius*sin}
	}
	return outline
}

// stroke is the outline of each piece of a line, with a circle at each bend of a
// thick one.
func stroke(at []point, width float64) (outlines [][]point) {
	for i := 1; i < len(at); i++ {
		a, b := at[i-1], at[i]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		if long == 0 {
			continue
		}
		dx, dy := (b.x-a.x)/long*width/2, (b.y-a.y)/long*width/2
		outlines = append(outlines, []point{{a.x - dy, a.y + dx}, {b.x - dy, b.y + dx}, {b.x + dy, b.y - dx}, {a.x + dy, a.y - dx}})
		if width > 1 && i < len(at)-1 {
			outlines = append(outlines, circle(b, width/2))
		}
	}
	return outlines
}

// rgb reads a colour; what is none is black.
func rgb(c colour) color.RGBA {
	out := color.RGBA{A: 255}
	_, _ = fmt.Sscanf(string(c), "#%02x%02x%02x", &out.R, &out.G, &out.B)
	return out
}
