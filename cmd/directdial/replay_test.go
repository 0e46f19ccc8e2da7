package main_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/bus"
)

// leave puts messages on MENTIONS of a site whose daemon is stopped, and says in
// the log that each is a dead letter: what a program before this one left.
func (s *site) leave(source string, bodies ...[]byte) {
	s.t.Helper()
	b, err := bus.Open(s.t.Context(), bus.Options{Dir: s.path("data/nats"), Log: zerolog.Nop()})
	if err != nil {
		s.t.Fatal(err)
	}
	defer b.Close()
	for _, body := range bodies {
		seqs, err := b.Publish(s.t.Context(), bus.Mentions, bus.Message{Subject: "mentions.mastodon." + source, Data: body})
		if err != nil {
			s.t.Fatal(err)
		}
		end, err := b.State(s.t.Context(), bus.Dials)
		if err != nil {
			s.t.Fatal(err)
		}
		last, err := b.Get(s.t.Context(), bus.Dials, end.Last)
		if err != nil {
			s.t.Fatal(err)
		}
		var step directdial.Step
		if err := json.Unmarshal(last.Data, &step); err != nil {
			s.t.Fatal(err)
		}
		now := directdial.Clock(time.Now())
		step.At, step.Prev, step.Mentions = now, directdial.Hash(last.Data), seqs[0]
		step.Input = directdial.Input{Kind: directdial.InputMention, Seq: seqs[0]}
		step.Events = []directdial.Event{{
			Kind: directdial.EvDeadLettered, Mention: s.keyer().Mention("dead-letter", source+last.Subject+now.String()), Seq: seqs[0],
			Reason: directdial.Unreadable, Accepted: now,
		}}
		data, err := json.Marshal(step)
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := b.Append(s.t.Context(), bus.Dials, end.Last, []bus.Message{{Subject: step.Subject(), Data: data}}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// letter is a mention as it stands on MENTIONS.
func (s *site) letter(m directdial.Mention, change func(*directdial.Mention)) []byte {
	s.t.Helper()
	m.V, m.Source, m.AcceptedAt = directdial.MentionVersion, "crm", directdial.Clock(time.Now())
	if change != nil {
		change(&m)
	}
	data, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

func TestDeadLettersAreListedAndDecidedAgain(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	d.send(said(1, fire))
	d.settled()
	if out := s.must("replay"); out != "No dead letters.\n" {
		t.Errorf("the list is %q", out)
	}
	d.stop()
	s.leave("crm", s.letter(said(1, fire), nil), s.letter(said(2, fire), nil),
		s.letter(said(3, fire), func(m *directdial.Mention) { m.AcceptedAt = m.AcceptedAt.AddDate(0, 0, -9) }))
	s.leave("forum", s.letter(said(4, fire), func(m *directdial.Mention) { m.V = 9 }))

	// Without a daemon, and as a list: nothing is decided.
	out := s.must("replay")
	for _, want := range []string{"crm", "forum", "mastodon", "unreadable", "can be read", "version 9, this program reads 1 to 1"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the list:\n%s", want, out)
		}
	}
	if strings.Contains(out, textMark) {
		t.Errorf("the list shows what was said:\n%s", out)
	}
	var letters []directdial.DeadLetterRecord
	if err := json.Unmarshal([]byte(s.must("replay", "--json", "--source", "crm")), &letters); err != nil || len(letters) != 3 {
		t.Fatalf("%+v, %v", letters, err)
	}
	if l := letters[1]; l.Platform != "mastodon" || l.Source != "crm" || l.Seq == 0 || l.Accepted.IsZero() || l.Why != "" {
		t.Errorf("listed as %+v", l)
	}
	s.refused(2, "say either which dead letters, or --all", "replay", "--all", "1a2b")
	s.refused(2, "--source is for the list", "replay", "--source", "crm", "1a2b")
	s.refused(1, "there is no dead letter", "replay", "ffffffffff")

	// One by its id, without a daemon; the rest asks the daemon.
	if out := s.must("replay", string(letters[1].Key)[:9]); !strings.Contains(out, "is dialled: d") || !strings.Contains(out, "Kim Strand") {
		t.Errorf("the second: %s", out)
	}
	d = s.start()
	r := s.command("replay", "--all")
	for _, want := range []string{"a repeat of mention", "suppressed: too old", "still cannot be read: version 9, this program reads 1 to 1"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in what became of them:\n%s", want, r.out)
		}
	}
	if r.code != 1 || !strings.Contains(r.err, "1 of 3 dead letters could not be decided") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if l := d.settled(); l.DeadLettered != 1 || l.Dialled != 2 || l.Suppressed["too old"] != 1 || l.Repeats != 1 || !l.Balanced() {
		t.Errorf("the ledger is %+v", l)
	}
	var replayed []desk.Replayed
	if r := s.command("replay", "--all", "--json"); json.Unmarshal([]byte(r.out), &replayed) != nil || len(replayed) != 1 || !replayed[0].Refused() {
		t.Errorf("once more: %+v\n%s", replayed, r.out)
	}
	if out := s.must("explain", said(2, fire).ID); !strings.Contains(out, "replayed  by ops: it was a dead letter before") {
		t.Errorf("explain says\n%s", out)
	}
	s.refused(1, "`directdial replay` says what is wrong with it", "explain", string(replayed[0].DeadLetter))
	s.must("explain", "--all")
	d.stop()
	if testing.Short() {
		return
	}
	before := s.dump()
	if err := os.Remove(s.path("data/index.db")); err != nil {
		t.Fatal(err)
	}
	s.must("ledger")
	after := s.dump()
	for key := range before {
		if before[key] != after[key] {
			t.Errorf("folded anew, %s is %s and was %s", key, after[key], before[key])
		}
	}
}
