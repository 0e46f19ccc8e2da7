package youtube

import (
	"bytes"
	"testing"
)

func TestTheStateForgetsWhatWasErased(t *testing.T) {
	listen(t, owner(), func(b *bench) {
		video := b.upload()
		erased, stays := b.say("one", video), b.say("two", video)
		b.reply("user2", "three", erased)
		b.want("one", "two", "three")
		if !bytes.Contains(b.state, []byte(erased.ID+`"`)) {
			b.Fatalf("it was not watched: %s", b.state)
		}
		b.gone = func(id string) bool { return id == erased.ID }
		b.hear() // the list still shows it
		if bytes.Contains(b.state, []byte(erased.ID+`"`)) || !bytes.Contains(b.state, []byte(stays.ID+`"`)) {
			b.Errorf("the state is %s", b.state)
		}
	})
}
