package route

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// company has n colleagues, each granted one of many topics, so that about
// twenty know any one of them: that is how a large company looks.
func company(n int) *directdial.Directory {
	d := office()
	d.Experts = nil
	topics := max(n/20, 1)
	for i := range topics {
		d.Topics = append(d.Topics, directdial.Topic{Name: fmt.Sprint("topic", i), Mode: directdial.Direct})
	}
	for i := range n {
		d.Experts = append(d.Experts, person(fmt.Sprintf("p%05d", i), fmt.Sprint("topic", i%topics)))
	}
	return d
}

// busy is an index on disk in which everybody was dialled before, and what more
// puts into it.
func busy(b *testing.B, d *directdial.Directory, more ...func(*index.Tx)) index.Reader {
	b.Helper()
	db, err := index.Open(filepath.Join(b.TempDir(), "index.db"), Buckets()...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	tx := db.Begin()
	for i, e := range d.Experts {
		last := noon.Add(-time.Duration(i%500) * time.Minute)
		put(tx, bExperts, e.ID, load{Open: i % 3, Dials: []time.Time{last.Add(-time.Hour), last}})
	}
	for _, fill := range more {
		fill(tx)
	}
	tx.Confirm()
	if err := db.Commit(); err != nil {
		b.Fatal(err)
	}
	return db.Begin()
}

// BenchmarkDecideCase is the pure function alone, on a case of twenty
// candidates: what a backtest does.
func BenchmarkDecideCase(b *testing.B) {
	c, _ := situated("complaint #billing", crowd(30, "billing")).decide()
	for b.Loop() {
		Decide(c)
	}
	b.ReportMetric(float64(len(c.Candidates)), "candidates")
}

// benchMentions is how many mentions one run of the benchmarks below routes.
const benchMentions = 5_000

// BenchmarkRouter is the whole way from MENTIONS to the index: read, decide
// among 1,000 experts, write the step with fsync, fold.
func BenchmarkRouter(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := prepare(b)
		b.StartTimer()
		p.route(b)
		b.StopTimer()
		p.close(b)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*benchMentions)/b.Elapsed().Seconds(), "mentions/s")
}

// BenchmarkFold folds that log into a new index.
func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := prepare(b)
		p.route(b)
		r := p.router(b, "other.db")
		b.StartTimer()
		if err := r.Recover(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		p.close(b)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N*benchMentions)/b.Elapsed().Seconds(), "steps/s")
}

// plant is a log with mentions and what works on it.
type plant struct {
	dir     string
	log     *bus.Bus
	indexes []*index.DB
}

func prepare(b *testing.B) *plant {
	b.Helper()
	p := &plant{dir: b.TempDir()}
	var err error
	if p.log, err = bus.Open(context.Background(), bus.Options{Dir: filepath.Join(p.dir, "nats"), Log: zerolog.Nop()}); err != nil {
		b.Fatal(err)
	}
	msgs := make([]bus.Message, benchMentions)
	for i := range msgs {
		msgs[i] = bus.Message{Subject: "mentions.mastodon.crm", Data: encode(directdial.Mention{
			V: 1, ID: fmt.Sprint("https://social.example/", i), Platform: "mastodon", Source: "crm",
			Text:   fmt.Sprintf("complaint #topic%d, and some words more, as many as people write", i%50),
			Author: directdial.Author{Handle: fmt.Sprint("user", i)}, AcceptedAt: directdial.Clock(time.Now()),
		})}
	}
	if _, err := p.log.Publish(context.Background(), bus.Mentions, msgs...); err != nil {
		b.Fatal(err)
	}
	return p
}

// router makes a router with an index of its own.
func (p *plant) router(b *testing.B, name string) *Router {
	b.Helper()
	db, err := index.Open(filepath.Join(p.dir, name), Buckets()...)
	if err != nil {
		b.Fatal(err)
	}
	p.indexes = append(p.indexes, db)
	keys, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		b.Fatal(err)
	}
	return New(Options{
		Bus: p.log, Index: db, Keys: keys, Duty: testDuty, Now: time.Now, Log: zerolog.Nop(),
		Plan: Plan{Directory: company(1_000), Channels: []string{"terminal"}, Classify: testClassify},
	})
}

// route routes everything.
func (p *plant) route(b *testing.B) {
	b.Helper()
	r := p.router(b, "index.db")
	if err := r.Recover(context.Background()); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	for {
		changed := r.Changed()
		if read, _, _ := r.Position(); read == benchMentions {
			break
		}
		<-changed
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

func (p *plant) close(b *testing.B) {
	b.Helper()
	for _, db := range p.indexes {
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
	if err := p.log.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDraw draws the sample of a week among the mentions of four.
func BenchmarkDraw(b *testing.B) {
	db, err := index.Open(filepath.Join(b.TempDir(), "index.db"), Buckets()...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	until := monday(noon)
	for i := range 200_000 {
		tx := db.Begin()
		rec := directdial.MentionRecord{
			Key: directdial.Key(fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(i))))[:32]), Seq: uint64(i), First: uint64(i), Platform: "mastodon", Source: "crm",
			State: directdial.Suppressed, Reason: directdial.NoTag, Accepted: noon, Decided: until.Add(-time.Duration(i%4)*week - time.Hour),
		}
		put(tx, bMentions, string(rec.Key), rec)
		tx.Confirm()
	}
	if err := db.Commit(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var d drawing
		turns, longest := 0, time.Duration(0)
		for done := false; !done; turns++ {
			began := time.Now()
			done = d.draw(db.Begin(), until)
			longest = max(longest, time.Since(began))
		}
		if n := len(d.take()); n != directdial.MissedSample {
			b.Fatal(n)
		}
		b.ReportMetric(float64(longest.Microseconds()), "us/longest-turn")
	}
}
