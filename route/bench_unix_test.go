//go:build unix

package route

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// wanted is how many decisions a second one core is to make.
const wanted = 50_000

// BenchmarkDecide is a decision with everything that it takes: candidates, gate,
// score, choice; "with its receipt" is that and the receipt as JSON. x-wanted is how
// many of them fit into a second of processor time, of both the decisions and the
// collector of their garbage, against the number wanted: what else the machine does
// is not in it.
func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{10, 1_000, 20_000} {
		for name, text := range map[string]string{"about twenty candidates": "complaint #topic0", "a topic that all know": "complaint #all"} {
			b.Run(fmt.Sprintf("%d experts, %s", n, name), func(b *testing.B) {
				s := situated(text)
				s.directory = company(n)
				s.directory.Topics = append(s.directory.Topics, directdial.Topic{Name: "all"})
				for i := range s.directory.Experts {
					s.directory.Experts[i].Grants[0].Topics = append(s.directory.Experts[i].Grants[0].Topics, "all")
				}
				x, r := s.rules(), busy(b, s.directory)
				measure(b, func() {
					if _, d := x.consider(r, s.at, s.subject); d.Outcome != directdial.ToDial {
						b.Fatalf("%+v", d)
					}
				})
			})
		}
	}
	for _, n := range []int{1_000, 20_000} {
		b.Run(fmt.Sprintf("%d experts of whom a fifth was granted all by command", n), func(b *testing.B) {
			s := situated("complaint #topic0")
			s.directory = company(n)
			for i := range s.directory.Experts[:n/5] {
				s.directory.Experts[i].Grants = nil
			}
			x, r := s.rules(), busy(b, s.directory, func(tx *index.Tx) {
				for _, e := range s.directory.Experts[:n/5] {
					g := grant("*")
					put(tx, bGrants, e.ID, colleague{Said: []said{{ID: "*", Grant: &g}}})
					tx.Put(bCovers, coverKey("*", e.ID), nil)
				}
			})
			measure(b, func() {
				if _, d := x.consider(r, s.at, s.subject); d.Outcome != directdial.ToDial {
					b.Fatalf("%+v", d)
				}
			})
		})
	}
	b.Run("1000 experts, with its receipt", func(b *testing.B) {
		s := situated("complaint #topic0")
		s.directory = company(1_000)
		x, r := s.rules(), busy(b, s.directory)
		measure(b, func() {
			c, _ := x.consider(r, s.at, s.subject)
			receipt(&c)
		})
	})
}

// measure runs f, and reports what it takes of the processor.
func measure(b *testing.B, f func()) {
	b.ReportAllocs()
	before := processorTime(b)
	n := 0
	for b.Loop() {
		f()
		n++
	}
	each := (processorTime(b) - before).Seconds() / float64(n)
	b.ReportMetric(each*1e6, "cpu-µs/op")
	b.ReportMetric(1/each/wanted, "x-wanted")
}

// processorTime is what this process has had of the processor.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
