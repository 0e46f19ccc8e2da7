package ingest_test

import (
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var setups = make(chan ingest.Setup, 1)

func init() {
	ingest.Register("asking", func(s ingest.Setup) (ingest.Source, error) {
		setups <- s
		return scripted{}, nil
	})
}

func TestASourceIsToldWhatOfAPlatformWasErased(t *testing.T) {
	log := sourcetest.NewLog()
	for id, r := range map[string]directdial.MentionRecord{
		"stays": {State: directdial.Dialled}, "erased": {State: directdial.Erased},
		"expired": {State: directdial.Expired}, "deleted": {State: directdial.Dialled, Deleted: true},
	} {
		r.Key = sourcetest.Key.Mention("talk", id)
		log.SetRecord(r)
	}
	asking := []ingest.Config{{Name: "asking", Type: "asking"}}
	if err := ingest.NewRunner(ingest.Options{Log: log, Keyer: sourcetest.Key}).SetSources(asking); err != nil {
		t.Fatal(err)
	}
	setup := <-setups
	gone, elsewhere := setup.Gone("talk"), setup.Gone("forum")
	for id, want := range map[string]bool{"stays": false, "erased": true, "expired": true, "deleted": true, "unknown": false} {
		if gone(id) != want || elsewhere(id) {
			t.Errorf("%s: %v, elsewhere %v", id, gone(id), elsewhere(id))
		}
	}
	if err := ingest.Check(asking); err != nil {
		t.Fatal(err)
	}
	if setup = <-setups; setup.Gone("talk")("erased") {
		t.Error("a source that is only examined knows of an erasure")
	}
}
