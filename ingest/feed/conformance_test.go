package feed

import (
	"testing"
	"time"

	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestConformance(t *testing.T) {
	base := "http://" + sourcetest.Host
	sourcetest.Run(t, sourcetest.Platform{
		Type:     "feed",
		New:      func() sourcetest.Fake { return newPublisher(base) },
		Settings: func(base string) string { return "url: " + base + "/feed.xml\nevery: 1m\n" },
		Every:    time.Minute,
	})
}
