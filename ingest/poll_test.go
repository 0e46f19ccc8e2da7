package ingest

import (
	"errors"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestQueriesThatWorkKeepTheirPaceBesideOneThatFails(t *testing.T) {
	broken := errors.New("broken")
	limited := &directdial.Error{Kind: directdial.Temporary, After: time.Hour, Err: ErrLimit}
	for name, c := range map[string]struct {
		more   bool
		failed error
		worked bool
		want   error
		after  time.Duration
	}{
		"all work, and are at their end": {false, nil, true, nil, 0},
		"one goes on":                    {true, nil, true, ErrMore, 0},
		"one goes on, another fails":     {true, broken, true, broken, time.Minute},
		"one is limited for longer":      {false, limited, true, ErrLimit, time.Hour},
		"all fail":                       {false, broken, false, broken, 0},
	} {
		err := AfterRound(time.Minute, c.more, c.failed, c.worked)
		if !errors.Is(err, c.want) || (c.want != ErrMore && errors.Is(err, ErrMore)) || directdial.After(err) != c.after {
			t.Errorf("%s: %v, after %v", name, err, directdial.After(err))
		}
	}
}
