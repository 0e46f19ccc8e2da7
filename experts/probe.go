package experts

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// Roll is what a probe asks and tells the exchange.
type Roll interface {
	// People are all who can be dialled.
	People() []directdial.Expert
	// Unreachable lists the channels that are known not to lead to somebody.
	Unreachable(expert string) []string
	Act(ctx context.Context, a directdial.Action) (directdial.Judgement, error)
}

const (
	firstProbe = time.Minute // after a start: channels have had time to come up
	probeEvery = 24 * time.Hour
	// probeTimeout bounds one channel.
	probeTimeout = 10 * time.Minute
)

// Probe asks each channel every day whom it reaches, and tells the exchange what
// has changed, so that an address that leads nowhere is known before a mention
// comes. It runs until ctx ends. channels returns those in use.
func Probe(ctx context.Context, roll Roll, channels func() map[string]Channel, log zerolog.Logger) error {
	for wait := firstProbe; ; wait = probeEvery - rand.N(probeEvery/10) {
		pause(ctx, wait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		asked := channels()
		for _, name := range slices.Sorted(maps.Keys(asked)) {
			if c, ok := asked[name].(Checker); ok {
				probe(ctx, roll, name, c, log)
			}
		}
	}
}

// probe asks one channel. What it cannot tell changes nothing.
func probe(ctx context.Context, roll Roll, name string, c Checker, log zerolog.Logger) {
	var people []directdial.Expert
	for _, e := range roll.People() {
		if e.Addresses[name] != "" {
			people = append(people, e)
		}
	}
	if len(people) == 0 {
		return
	}
	asking, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	for _, f := range c.Check(asking, people) {
		known := slices.Contains(roll.Unreachable(f.Expert), name)
		a := directdial.Action{Expert: f.Expert, Channel: name, Detail: Line(f.Says), Surface: name}
		switch {
		case f.Expert == "" || asking.Err() != nil:
			continue
		case f.Reach == directdial.ReachesNot && !known:
			a.Kind = directdial.ActUnreachable
		case f.Reach == directdial.Reaches && known:
			a.Kind, a.Detail = directdial.ActReachable, ""
		default:
			continue
		}
		j, err := roll.Act(ctx, a)
		if err == nil && j.Refused() {
			continue // it was told meanwhile
		}
		log.Info().Err(err).Str("channel", name).Str("expert", f.Expert).Str("kind", string(a.Kind)).Msg("whom a channel reaches has changed")
	}
}
