package experts

import (
	"testing"

	"github.com/directdial/directdial"
)

func TestANoticeNamesTheFirstLateDials(t *testing.T) {
	d := directdial.Dial{ID: "d0123456789abcdef", Topic: "billing"}
	if got := LateLine(&d, 1); got != "late: billing, dial d01234567" {
		t.Errorf("the first is %q", got)
	}
	if got := LateLine(&d, MaxLate+1); got != "late: billing" {
		t.Errorf("one of many is %q", got)
	}
}
