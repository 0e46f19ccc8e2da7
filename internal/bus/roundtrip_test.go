package bus

import (
	"testing"
	"time"
)

func TestWhatIsPublishedIsReadAgain(t *testing.T) {
	b := open(t, Options{})
	before := time.Now().Add(-time.Minute)
	for _, n := range []int{1, 7, 8, 30} {
		last := state(t, b, Mentions).Last
		msgs := numbered(Mentions, 0, n)
		for i := range msgs {
			msgs[i].Header = map[string]string{"Mention": "k1", "author": "ö"}
		}
		seqs := publish(t, b, Mentions, msgs...)
		for i, seq := range seqs {
			if seq != last+uint64(i)+1 {
				t.Fatalf("%d messages have the sequences %v after %d", n, seqs, last)
			}
			m, err := b.Get(t.Context(), Mentions, seq)
			if err != nil {
				t.Fatal(err)
			}
			if m.Stream != Mentions || m.Seq != seq || m.Subject != msgs[i].Subject || string(m.Data) != string(msgs[i].Data) ||
				len(m.Header) != 2 || m.Header["Mention"] != "k1" || m.Header["author"] != "ö" || m.Time.Before(before) {
				t.Errorf("published %+v, got %+v", msgs[i], m)
			}
		}
	}
}
