package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func TestSourcesAreListedWithWhatIsWrongAndWhatIsMissing(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.Local)
	left, expected := 42, 12.5
	var out strings.Builder
	err := desk.PrintSources(&out, []directdial.SourceStanding{
		{
			Name: "fediverse", Type: "mastodon", Condition: directdial.SourceWorks, Lag: 90, Success: at, Newest: at.Add(-time.Minute),
			Requests: 1204, Budget: &left, Reset: at.Add(5 * time.Minute), PerHour: 11, Expected: &expected,
			Gaps: directdial.SourceGaps{Count: 2, Backfilled: 1, Unknown: 1, Newest: []directdial.SourceGap{
				{Since: at.Add(-3 * time.Hour), Until: at.Add(-2 * time.Hour), Cause: "outage"},
				{Query: "#acme", Since: at.Add(-2 * time.Hour), Until: at.Add(-time.Hour), Cause: "expired cursor", Missing: -1},
			}},
		},
		{Name: "crm", Type: "webhook", Condition: directdial.SourceFails, Why: "the stream\nis full"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `
SOURCE     TYPE      STATE    LAG    LAST SUCCESS  NEWEST       REQUESTS  BUDGET          PER HOUR      GAPS          MISSING
fediverse  mastodon  ok       1m30s  11-21 10:00   11-21 09:59  1204      42 until 10:05  11.0 of 12.5  2, 1 fetched  0+?
crm        webhook   failing  -      -             -            0         -               0.0           0             0

fediverse
  gap of #acme 11-21 08:00 to 11-21 09:00, expired cursor: it cannot be told how many are missing
  gap 11-21 07:00 to 11-21 08:00, outage: fetched later

crm
  failing: the stream is full
`
	if got := "\n" + out.String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
