package directdial_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestOnlyATemporaryErrorAsksToWait(t *testing.T) {
	limited := &directdial.Error{Kind: directdial.Temporary, After: time.Minute}
	for name, c := range map[string]struct {
		err  error
		want time.Duration
	}{
		"none":                      {nil, 0},
		"an error of somebody else": {errors.New("no route to host"), 0},
		"temporary":                 {limited, time.Minute},
		"wrapped":                   {fmt.Errorf("#acme: %w", limited), time.Minute},
		"temporary without a wait":  {directdial.Errorf(directdial.Temporary, "busy"), 0},
		"a time gone by":            {&directdial.Error{Kind: directdial.Temporary, After: -time.Minute}, 0},
		"it may have happened":      {&directdial.Error{Kind: directdial.Ambiguous, After: time.Minute}, 0},
		"the outer one counts":      {&directdial.Error{Kind: directdial.Denied, Err: limited}, 0},
	} {
		if got := directdial.After(c.err); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
