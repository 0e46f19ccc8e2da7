package bus

import (
	"fmt"
	"strconv"
	"testing"
)

// BenchmarkWrite compares the ways to write, in the same run on the same disk:
// messages that come one by one, some singles at once, and batches. x-single is
// what that buys against the first line.
func BenchmarkWrite(b *testing.B) {
	bus := open(b, Options{})
	body := make([]byte, 500)
	var single float64 // messages a second when they come one by one
	for _, n := range []int{1, batchFrom - 1, batchFrom, 100, batchMax} {
		msgs := make([]Message, n)
		for i := range msgs {
			msgs[i] = Message{Subject: "mentions.bench." + strconv.Itoa(n), Data: body}
		}
		b.Run(fmt.Sprintf("messages=%d", n), func(b *testing.B) {
			for b.Loop() {
				publish(b, bus, Mentions, msgs...)
			}
			rate := float64(b.N*n) / b.Elapsed().Seconds()
			if n == 1 {
				single = rate
			}
			b.ReportMetric(rate, "msg/s")
			b.ReportMetric(rate/single, "x-single")
		})
	}
}

// BenchmarkGather has many callers with one message each.
func BenchmarkGather(b *testing.B) {
	bus := open(b, Options{})
	body := make([]byte, 500)
	for _, callers := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			b.SetParallelism(callers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					publish(b, bus, Mentions, Message{Subject: "mentions.bench.gather", Data: body})
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

// BenchmarkRead compares one message at a time with a walk through the stream.
func BenchmarkRead(b *testing.B) {
	bus := open(b, Options{})
	const stored = 50_000
	for i := 0; i < stored; i += batchMax {
		msgs := make([]Message, batchMax)
		for j := range msgs {
			msgs[j] = Message{Subject: "mentions.bench.read", Header: map[string]string{"Mention": "k"}, Data: make([]byte, 500)}
		}
		publish(b, bus, Mentions, msgs...)
	}
	b.Run("get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := bus.Get(b.Context(), Mentions, uint64(i%stored)+1); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	})
	b.Run("follow", func(b *testing.B) {
		for b.Loop() {
			if _, err := follow(b.Context(), bus, Mentions, 1, stored); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*stored)/b.Elapsed().Seconds(), "msg/s")
	})
}
