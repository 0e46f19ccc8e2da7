package demo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func TestEachRoundHasIDsOfItsOwnAndThreadsOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"a/1", "a/2", "b/1"} {
		round := map[string]bool{}
		for _, m := range roundOf(name) {
			if seen[m.ID] {
				t.Errorf("%s stands in two rounds", m.ID)
			}
			round[m.ID] = true
			if m.InReplyTo != "" && !round[m.InReplyTo] {
				t.Errorf("%s replies to %s, which is not in its round", m.ID, m.InReplyTo)
			}
			if !strings.Contains(m.URL, "/"+name+"/") {
				t.Errorf("%s is at %s", m.ID, m.URL)
			}
		}
		for id := range round {
			seen[id] = true
		}
	}
}

func TestColleaguesReactOnceTheyHaveRead(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	kinds := map[directdial.ActionKind]int{}
	for i := range 200 {
		d := desk.DialView{Dial: directdial.Dial{ID: "d", Hop: 1, State: directdial.Offered}}
		d.Offer = directdial.Offer{ID: fmt.Sprintf("d%d.1", i), At: at}
		if _, due := reaction(d, at); due {
			t.Fatal("somebody answers a card that has just come")
		}
		kind, due := reaction(d, at.Add(time.Minute))
		if !due {
			t.Fatal("nobody reacts within a minute")
		}
		kinds[kind]++
	}
	if kinds[directdial.ActTake] < 100 || kinds[directdial.ActPass] == 0 || kinds[directdial.ActDecline] == 0 {
		t.Errorf("of 200 cards: %v", kinds)
	}
	taken := desk.DialView{Dial: directdial.Dial{ID: "d", State: directdial.Accepted, Accepted: at}}
	if kind, due := reaction(taken, at.Add(time.Minute)); kind != directdial.ActAnswered || !due {
		t.Errorf("a dial that was taken a minute ago: %s, %v", kind, due)
	}
}
