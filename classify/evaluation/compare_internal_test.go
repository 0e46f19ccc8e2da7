package evaluation

import (
	"math"
	"testing"
)

func TestMcNemarIsTheExactBinomialTest(t *testing.T) {
	for _, test := range []struct {
		corrected, spoiled int
		want               float64
	}{{0, 0, 1}, {1, 1, 1}, {10, 0, 2.0 / 1024}, {0, 10, 2.0 / 1024}, {9, 1, 22.0 / 1024}, {5, 5, 1}, {5000, 1000, 0}} {
		if got := mcNemar(test.corrected, test.spoiled); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%d and %d: p %.6f, want %.6f", test.corrected, test.spoiled, got, test.want)
		}
	}
}
