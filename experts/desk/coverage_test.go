package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestCoverageIsPrintedWithItsWorstHolesFirst(t *testing.T) {
	from := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	day := func(from, to int) []int {
		hours := make([]int, 24)
		for h := from; h < to; h++ {
			hours[h] = 2
		}
		return hours
	}
	c := &directdial.Coverage{
		From: from, Hours: 24,
		Cells: []directdial.Cell{
			{Topic: "billing", Tag: directdial.Complaint, Enabled: 2, OnDuty: day(0, 8)},
			{Topic: "billing", Tag: directdial.Question, Enabled: 2, OnDuty: day(0, 4)},
			{Topic: "shop", Tag: directdial.Complaint, OnDuty: day(0, 0)},
		},
		Holes: []directdial.Hole{
			{Topic: "billing", Tag: directdial.Complaint, From: from.Add(8 * time.Hour), Until: from.Add(24 * time.Hour), Enabled: 2},
			{Topic: "billing", Tag: directdial.Question, From: from.Add(8 * time.Hour), Until: from.Add(24 * time.Hour), Enabled: 2},
			{Topic: "shop", From: from, Until: from.Add(24 * time.Hour)},
		},
		Train: []directdial.Unmet{{Topic: "shop", Tag: directdial.Question, Mentions: 7}},
	}
	var b strings.Builder
	if err := PrintCoverage(&b, c, time.UTC); err != nil {
		t.Fatal(err)
	}
	const want = `TOPIC    Mon     Tue
billing  22..........
shop     ............

A sign is 2 hours from Mon 08:00 UTC on: how many could be dialled, at the worst tag, platform and language; . is nobody.

HOLES                          FROM              UNTIL             WHY
shop                           Mon 23 Nov 08:00  Tue 24 Nov 08:00  nobody is enabled
billing (complaint, question)  Mon 23 Nov 16:00  Tue 24 Nov 08:00  none of 2 is on duty

TRAIN NEXT  TAG       IN FOUR WEEKS
shop        question  7
`
	if b.String() != want {
		t.Errorf("it prints\n%s\nwant\n%s", b.String(), want)
	}
}
