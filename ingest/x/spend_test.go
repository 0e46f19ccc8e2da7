package x

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// midnight lets time pass until a minute before the next day in UTC.
func midnight() {
	now := time.Now().UTC()
	time.Sleep(now.Truncate(24 * time.Hour).Add(24*time.Hour - time.Minute).Sub(now))
}

func TestWhatTheCapLeavesIsAGapWithItsNumber(t *testing.T) {
	listen(t, 200, func(b *bench) { // of which 20 are for looks
		for range 250 {
			b.write("acme")
		}
		items := b.hear()
		g := sourcetest.Gaps(items)
		if n := len(sourcetest.Texts(items)); n != 180 || len(g) != 1 || g[0].Missing != 70 || g[0].Cause != causeCap {
			b.Fatalf("heard %d, gaps %+v", n, g)
		}
		if g[0].From.After(g[0].To) || g[0].Query != "search acme" {
			b.Errorf("gap %+v", g[0])
		}
		_, err := b.poll()
		until := time.Now().UTC().Add(directdial.After(err))
		if directdial.KindOf(err) != directdial.Temporary || !until.Equal(until.Truncate(24*time.Hour)) || !strings.Contains(err.Error(), "200 posts a day") {
			b.Errorf("until %v: %v", until, err)
		}
		if n := b.x.Charged(time.Now()); n != 180 {
			b.Errorf("%d posts are charged", n)
		}
	})
}

func TestWhatIsSaidUntilMidnightIsReadThenForHalfTheCap(t *testing.T) {
	listen(t, 200, func(b *bench) {
		for range 180 {
			b.write("acme of today")
		}
		b.hear()
		for i := range 150 {
			b.write(fmt.Sprintf("acme, the evening %03d", i))
			time.Sleep(time.Second)
		}
		asked := len(b.x.Requests())
		if items, err := b.poll(); err == nil || len(items) > 0 || len(b.x.Requests()) != asked {
			b.Fatalf("over the cap: %v, %v", items, err)
		}
		midnight()
		items := b.hear()
		got, g := sourcetest.Texts(items), sourcetest.Gaps(items)
		slices.Sort(got)
		if len(got) != 100 || got[0] != "acme, the evening 050" || len(g) != 1 || g[0].Missing != 50 {
			b.Fatalf("heard %d, gaps %+v", len(got), g)
		}
		for range 60 {
			b.write("acme of the new day")
		}
		if n := len(sourcetest.Texts(b.hear())); n != 60 {
			b.Errorf("heard %d of 60 on the new day", n)
		}
	})
}

func TestTheAccountOfADayStandsInTheState(t *testing.T) {
	listen(t, 100, func(b *bench) {
		for range 50 {
			b.write("acme")
		}
		b.hear()
		b.restart()
		b.hear() // reads the same posts again
		if n := b.spend.account().Posts; n != 50 {
			b.Errorf("counted %d posts, 50 were read", n)
		}
		for range 60 {
			b.write("acme")
		}
		items := b.hear()
		if n := len(sourcetest.Texts(items)); n != 40 || sourcetest.Gaps(items)[0].Missing != 20 {
			b.Errorf("heard %d, gaps %+v", n, sourcetest.Gaps(items))
		}
		if n := b.x.Charged(time.Now()); n != 90 {
			b.Errorf("%d posts are charged", n)
		}
		b.restart()
		if _, err := b.poll(); directdial.KindOf(err) != directdial.Temporary {
			b.Errorf("a restart forgets the cap: %v", err)
		}
	})
}

func TestAPostIsCountedOnceADay(t *testing.T) {
	listen(t, 100, func(b *bench) {
		midnight()
		w := b.write("acme")
		b.hear()
		b.hear()
		if _, err := b.Look(b.Context(), ingest.Post{ID: w.ID, Thread: w.ID}); err != nil {
			b.Fatal(err)
		}
		if n := b.spend.account().Posts; n != 1 || b.x.Charged(time.Now()) != n {
			b.Errorf("counted %d posts, %d are charged", n, b.x.Charged(time.Now()))
		}
	})
}

func TestMentionsBeyondTheCapCannotBeCounted(t *testing.T) {
	hearing(t, Settings{Mentions: []string{"1000"}, PostsPerDay: 100}, func(b *bench) {
		for range 120 {
			b.write("@acme help")
		}
		items := b.hear()
		if g := sourcetest.Gaps(items); len(sourcetest.Texts(items)) != 90 || len(g) != 1 || g[0].Missing != -1 {
			b.Errorf("heard %d, gaps %+v", len(sourcetest.Texts(items)), g)
		}
	})
}
