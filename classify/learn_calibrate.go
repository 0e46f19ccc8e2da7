package classify

import "math"

// calibrate finds for each free tag the straight line from the sums of unseen
// samples to the logarithm of their odds, and draws it into the weights of l
// and into the trials. What was fitted is too sure of what it has not seen.
func (a *trials) calibrate(l *Lexicon, free *[3]bool) {
	for t := range tags {
		if !free[t] {
			continue
		}
		scale, shift := a.line(t)
		if scale <= 0 {
			continue // the sums say nothing
		}
		l.rescale(t, scale, shift)
		for _, group := range a {
			for i := range group {
				group[i].sum[t] = int(math.Round(float64(group[i].sum[t])*scale + 1000*shift))
			}
		}
	}
}

// line finds the straight line from the sums of tag t to the logarithm of the odds.
func (a *trials) line(t int) (scale, shift float64) {
	var p problem
	var sums []cell
	for judge, group := range a {
		for i := range group {
			if judge>>t&1 == 0 {
				continue
			}
			sign := -1.0
			if group[i].has>>t&1 != 0 {
				sign = 1
			}
			sums = append(sums, cell{int32(len(p.sign)), float32(group[i].sum[t]) / 1000})
			p.sign = append(p.sign, sign)
		}
	}
	p.start, p.fixed, p.bias, p.free = make([]float64, len(sums)), []bool{false}, true, 1
	d := design{rows: len(sums), columns: [][]cell{sums}}
	found := d.fit(p)
	return found.change[0], found.bias
}

// rescale multiplies the weights for tag t and adds to its bias.
func (l *Lexicon) rescale(t int, scale, shift float64) {
	for i := range l.Entries {
		e := &l.Entries[i]
		w := float64(e.Weights[t]) * scale
		if e.Word == featureWords[bias] {
			w += 1000 * shift
		}
		e.Weights[t] = int(math.Round(max(-maxWeight, min(maxWeight, w))))
	}
}
