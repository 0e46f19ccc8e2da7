package main_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// TestKillNothingIsLostAndNothingIsSentTwice kills the daemon at random moments
// while mentions come in, in batches and with retries, and while Slack fails
// now and then. Pace, burst and budget are off.
func TestKillNothingIsLostAndNothingIsSentTwice(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-kills=%d -seed=%d", *kills, *seed)
	mentions := 5000
	if testing.Short() {
		mentions = 1000
	}
	load := newLoad(t, mentions)
	k := &killing{load: load, random: rand.New(rand.NewPCG(*seed, 0)), phases: map[string]int{}}
	k.run()
	for _, phase := range slices.Sorted(maps.Keys(k.phases)) {
		t.Logf("killed while %s: %d", phase, k.phases[phase])
	}
	d := k.site.start()
	k.daemon.Store(d)
	load.finish()
	l := d.settled()
	t.Logf("%d mentions in %d requests by %d writers; %d dials, %d cards at Slack, which refused %d and lost the answer to %d; %d look-ups; %d sends are ambiguous",
		l.Mentions, load.answered.Load(), l.TakenOver, l.Dials, len(load.slack.Messages()), load.refused.Load(), load.lost.Load(),
		len(load.slack.Calls("conversations.history")), l.Cards.Ambiguous)
	load.everyMentionIsInOneState(d, l)
	d.stop()
	load.everyDialReachedSlackOnce(readLog(t, load.site), l)
	k.anIndexFoldedAnewIsTheSame()
}

// killing is the side of the test that kills.
type killing struct {
	*load
	random *rand.Rand
	phases map[string]int // how many kills in each
}

const starting = 0 // the aim at a daemon that does not answer yet

// aims are the moments that are aimed at; the random pause behind each decides
// what is really hit.
var aims = []func(*killing, *daemon, int){
	starting: func(k *killing, d *daemon, _ int) { k.pause(120 * time.Millisecond) },
	// while requests are answered
	func(k *killing, d *daemon, requests int) {
		d.ready()
		k.daemon.Store(d)
		target := k.answered.Load() + k.random.Int64N(int64(requests))
		await(k.t, "requests are answered", func() bool { return k.answered.Load() >= target })
		k.pause(5 * time.Millisecond)
	},
	// when all are answered and the router is behind
	func(k *killing, d *daemon, _ int) {
		d.ready()
		k.daemon.Store(d)
		await(k.t, "all requests are answered", func() bool { return k.open.Load() == 0 })
	},
	// while cards go out
	func(k *killing, d *daemon, requests int) {
		d.ready()
		k.daemon.Store(d)
		target := k.cards.Load() + k.random.Int64N(int64(requests*loadBatch/10))
		await(k.t, "cards go out", func() bool { return k.cards.Load() >= target })
		k.pause(5 * time.Millisecond)
	},
}

// run kills as often as asked. Each time a part of the load is let go before,
// the rest is left for the end.
func (k *killing) run() {
	part := len(k.bodies) / (*kills + 1)
	if part == 0 {
		k.t.Fatalf("-kills is at most %d", len(k.bodies)-1)
	}
	for i := range *kills {
		aim := (i + 1) % len(aims)
		if aim == starting && k.random.IntN(2) == 0 {
			_ = os.Remove(k.site.path("data/index.db")) // it is folded anew, or begun to be
		}
		k.release(part)
		d := k.site.launch("run", "--config", k.site.path("directdial.yaml"))
		aims[aim](k, d, part)
		k.phases[k.phase(d)]++
		d.kill()
	}
}

// pause lets a random time go by.
func (k *killing) pause(most time.Duration) {
	timer := time.NewTimer(time.Duration(k.random.Int64N(int64(most))))
	defer timer.Stop()
	<-timer.C
}

// phase is what the daemon is doing.
func (k *killing) phase(d *daemon) string {
	if _, err := d.desk.Status(k.t.Context()); err != nil {
		return "starting"
	}
	l, err := d.desk.Ledger(k.t.Context())
	switch {
	case err != nil:
		return "starting"
	case k.open.Load() > 0:
		return "accepting"
	case l.Waiting > 0:
		return "deciding"
	case l.Cards.Waiting > 0:
		return "delivering"
	}
	return "at rest"
}
