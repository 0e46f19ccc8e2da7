package ingest

import (
	"fmt"
	"testing"
)

func TestFewPlatformsStandInSubjects(t *testing.T) {
	var p platforms
	names := map[string]bool{}
	for i := range 1000 {
		names[p.name(fmt.Sprintf("p%d", i))] = true
	}
	if len(names) != maxPlatforms+1 || !names[otherPlatform] {
		t.Errorf("1000 platforms gave %d names", len(names))
	}
	if got := p.name("p1"); got != "p1" {
		t.Errorf("a platform that was early is %q now", got)
	}
}
