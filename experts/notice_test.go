package experts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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

func TestTheLateDialsOfANoticeNameTheCommandsThatAnswerThem(t *testing.T) {
	c := Card{Kind: directdial.NoticeCard, To: directdial.Expert{ID: "ana"}, Notice: Notice{Waits: map[string]int{}}}
	if got := Typed(&c); got != nil {
		t.Errorf("without a late dial: %q", got)
	}
	d := directdial.Dial{ID: "d0123456789abcdef", Topic: "billing"}
	if err := c.Notice.Add(&d, func() ([]Said, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	want := []string{"directdial dials take DIAL --as ana", "directdial dials pass DIAL --as ana", "directdial dials decline DIAL --as ana"}
	if diff := cmp.Diff(want, Typed(&c)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
