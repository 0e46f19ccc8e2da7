package reddit

import (
	"bytes"
	"testing"
)

func TestTheStateForgetsWhatWasErased(t *testing.T) {
	listen(t, gadgets(), func(b *bench) {
		erased, stays := b.say("one"), b.say("two")
		b.want("one", "two")
		if !bytes.Contains(b.state, []byte(erased.Name)) {
			b.Fatalf("it was not watched: %s", b.state)
		}
		b.gone = func(id string) bool { return id == erased.Name }
		b.hear() // the list still shows it
		if bytes.Contains(b.state, []byte(erased.Name)) || !bytes.Contains(b.state, []byte(stays.Name)) {
			b.Errorf("the state is %s", b.state)
		}
	})
}
