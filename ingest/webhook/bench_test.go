package webhook

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkAThousandMentions(b *testing.B) {
	bench := newBench(b)
	for n := 0; b.Loop(); n++ {
		elements := make([]string, 1000)
		for i := range elements {
			elements[i] = fmt.Sprintf(`{"id":"%d-%d","platform":"mastodon","text":"I was billed twice by Acme. Who can help?","author":{"handle":"user%d"}}`, n, i, i)
		}
		bench.counts(bench.send("["+strings.Join(elements, ",")+"]"), 1000, 0, 0)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/mention")
}
