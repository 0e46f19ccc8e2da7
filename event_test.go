package directdial_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/directdial/directdial"
)

func TestStepStandsUnderItsFirstEvent(t *testing.T) {
	for want, events := range map[string][]directdial.Event{
		"dials.offered.complaint.billing": {{Kind: directdial.EvOffered, Tag: directdial.Complaint, Topic: "billing"}, {Kind: directdial.EvLate}},
		"dials.suppressed.-.-":            {{Kind: directdial.EvSuppressed}},
		"dials.parked.question.-":         {{Kind: directdial.EvParked, Tag: directdial.Question}},
		"dials.none.-.-":                  nil,
	} {
		s := directdial.Step{Events: events}
		if got := s.Subject(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestKindOfAnErrorIsThatOfTheFirstThatHasOne(t *testing.T) {
	cause := errors.New("the disk is full")
	err := fmt.Errorf("publish: %w", directdial.Errorf(directdial.Temporary, "the log: %w", cause))
	if directdial.KindOf(err) != directdial.Temporary || !errors.Is(err, cause) || err.Error() != "publish: the log: the disk is full" {
		t.Errorf("%s: %v", directdial.KindOf(err), err)
	}
	if directdial.KindOf(cause) != directdial.Internal || directdial.KindOf(nil) != directdial.Internal {
		t.Error("an error without a kind is a fault of ours")
	}
	for want, e := range map[string]*directdial.Error{
		"text: is required":          {Field: "text", Msg: "is required"},
		"the disk is full":           {Err: cause},
		"save: the disk is full":     {Msg: "save", Err: cause},
		"id: save: the disk is full": {Field: "id", Msg: "save", Err: cause},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
