package classify

import "math"

// cell says that a sample has something, and how much of it.
type cell struct {
	row   int32
	value float32
}

// design holds what samples have: for each column its cells, by row.
type design struct {
	rows    int
	columns [][]cell
}

// problem is one yes or no question about the rows of a design.
type problem struct {
	sign  []float64 // of each row: 1 yes, -1 no, 0 cannot be told
	start []float64 // of each row: the logarithm of the odds before anything is learned
	fixed []bool    // of each column: it keeps its weight
	bias  bool      // the bias may move
	// features is how many columns, the first ones, cost featureFreedom to move,
	// and free how many, the last ones, ownFreedom.
	features, free int
	sparse         float64 // weight of the sum of the changes
	shrink         float64 // weight of half the sum of their squares
}

// solution is what a fit found: how far each column's weight and the bias move.
type solution struct {
	change []float64
	bias   float64
}

const (
	maxRounds   = 20   // of a fit: each bends the loss anew
	innerPasses = 4    // through the columns, on one bend
	settled     = 2e-3 // the largest move of a round that ends the fit
	minBend     = 0.02 // keeps the step of rows that are nearly certain bounded
)

// fitting is a fit under way.
type fitting struct {
	*problem
	d       *design
	found   solution
	freedom []float64
	margin  []float64 // of each row, as fitted so far
	// Of the round: the bend and the gradient of the loss at each row, the bend
	// at each column, and how far the columns and the bias have moved.
	bend, slope []float64
	curvature   []float64
	moved       []float64
	movedBias   float64
}

// fit answers a problem by logistic regression with penalties on the changes:
// rounds of Newton's method, each solved column by column (as glmnet does), the
// sparse penalty as a soft threshold. Equal problems have equal solutions.
func (d *design) fit(p problem) solution {
	f := &fitting{problem: &p, d: d, margin: append([]float64(nil), p.start...)}
	f.found.change = make([]float64, len(d.columns))
	yes, no := f.count()
	if yes == 0 || no == 0 {
		return f.found
	}
	f.freely(yes, no)
	f.bend, f.slope = make([]float64, d.rows), make([]float64, d.rows)
	f.curvature, f.moved = make([]float64, len(d.columns)), make([]float64, len(d.columns))
	cost := f.cost()
	for range maxRounds {
		f.approximate()
		for range innerPasses {
			f.pass()
		}
		next, most := f.advance(cost)
		if most < settled {
			break
		}
		cost = next
	}
	return f.found
}

func (p *problem) count() (yes, no float64) {
	for _, s := range p.sign {
		switch {
		case s > 0:
			yes++
		case s < 0:
			no++
		}
	}
	return yes, no
}

// freely sets how freely each column may move: a word by the size of the
// logarithm of the ratio of its frequencies among yes and no (naive Bayes), so
// that what stands in both alike is held back. Features are few and in many
// texts: they all move freely.
func (f *fitting) freely(yes, no float64) {
	f.freedom = make([]float64, len(f.d.columns))
	for i, cells := range f.d.columns {
		if i >= len(f.d.columns)-f.problem.free {
			f.freedom[i] = ownFreedom
			continue
		}
		if i < f.features {
			f.freedom[i] = featureFreedom
			continue
		}
		inYes, inNo := 1.0, 1.0
		for _, c := range cells {
			switch v := math.Abs(float64(c.value)); {
			case f.sign[c.row] > 0:
				inYes += v
			case f.sign[c.row] < 0:
				inNo += v
			}
		}
		ratio := math.Abs(math.Log(inYes / (yes + 2) / (inNo / (no + 2))))
		f.freedom[i] = min(mostFreedom, leastFreedom+(1-leastFreedom)*ratio)
	}
}

// Bounds of the freedom of words, the freedom of features, and that of a column
// that stands for many lines.
const (
	leastFreedom   = 0.25
	mostFreedom    = 2.5
	featureFreedom = 1.5
	ownFreedom     = 4
)

// penalties of a column; one with freedom pays less.
func (f *fitting) penalties(i int) (sparse, shrink float64) {
	return f.sparse / f.freedom[i], f.shrink / (f.freedom[i] * f.freedom[i])
}

// cost is what is made small: the loss of all rows and the penalties.
func (f *fitting) cost() float64 {
	sum := 0.0
	for i, s := range f.sign {
		if s != 0 {
			sum += softplus(-s * f.margin[i])
		}
	}
	for i, c := range f.found.change {
		if c != 0 {
			sparse, shrink := f.penalties(i)
			sum += sparse*math.Abs(c) + shrink*c*c/2
		}
	}
	return sum
}

// softplus is log(1+exp(x)).
func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// approximate bends a parabola to the loss at the present margins.
func (f *fitting) approximate() {
	for i, s := range f.sign {
		f.bend[i], f.slope[i] = 0, 0
		if s != 0 {
			p := 1 / (1 + math.Exp(s*f.margin[i]))
			f.bend[i], f.slope[i] = max(p*(1-p), minBend), s*p
		}
	}
	for i, cells := range f.d.columns {
		f.curvature[i] = 0
		for _, c := range cells {
			f.curvature[i] += float64(c.value) * float64(c.value) * f.bend[c.row]
		}
	}
	clear(f.moved)
	f.movedBias = 0
}

// pass moves the bias and each column to where the parabola is lowest.
func (f *fitting) pass() {
	if f.bias {
		f.passBias()
	}
	for i, cells := range f.d.columns {
		if f.fixed[i] || f.curvature[i] == 0 {
			continue
		}
		slope := 0.0
		for _, c := range cells {
			slope += float64(c.value) * f.slope[c.row]
		}
		at := f.found.change[i] + f.moved[i]
		sparse, shrink := f.penalties(i)
		by := soft(f.curvature[i]*at+slope, sparse)/(f.curvature[i]+shrink) - at
		if by == 0 {
			continue
		}
		f.moved[i] += by
		for _, c := range cells {
			f.slope[c.row] -= by * float64(c.value) * f.bend[c.row]
		}
	}
}

func (f *fitting) passBias() {
	slope, curvature := 0.0, 0.0
	for i := range f.slope {
		slope += f.slope[i]
		curvature += f.bend[i]
	}
	by := slope / curvature
	f.movedBias += by
	for i := range f.slope {
		f.slope[i] -= by * f.bend[i]
	}
}

// advance takes the step of the round, or half, or a quarter of it, whichever
// first makes the cost smaller; it returns the cost and the largest move.
func (f *fitting) advance(cost float64) (next, most float64) {
	share := 1.0
	f.move(share)
	for next = f.cost(); next > cost && share > 1.0/16; next = f.cost() {
		f.move(-share / 2)
		share /= 2
	}
	for _, by := range f.moved {
		most = max(most, math.Abs(by)*share)
	}
	return next, max(most, math.Abs(f.movedBias)*share)
}

// move adds a share of the round's step to margins and solution.
func (f *fitting) move(share float64) {
	for i := range f.margin {
		f.margin[i] += share * f.movedBias
	}
	f.found.bias += share * f.movedBias
	for i, by := range f.moved {
		if by == 0 {
			continue
		}
		f.found.change[i] += share * by
		for _, c := range f.d.columns[i] {
			f.margin[c.row] += share * by * float64(c.value)
		}
	}
}

// soft moves x towards 0 by a distance, not beyond it.
func soft(x, by float64) float64 {
	switch {
	case x > by:
		return x - by
	case x < -by:
		return x + by
	}
	return 0
}
