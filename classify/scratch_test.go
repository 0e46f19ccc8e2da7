package classify

import (
	"testing"

	"github.com/directdial/directdial"
)

// The pool that lends a scratch may lose it at any time, so the scratch itself
// is tested.
func TestATextAllocatesNothing(t *testing.T) {
	c, err := New(Config{
		Brands: []directdial.Brand{{Name: "Acme", Keywords: []string{"acme"}, Exclude: []string{"acme cartoon"}}},
		Topics: []directdial.Topic{{Name: "billing", Keywords: []string{"refund", "charged * times", "invoice ~5 wrong", "reimbursement"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := newScratch(c)
	var out directdial.Classification
	for _, text := range []string{
		"@acme I was charged three times, where is my refund?? never again #AcmeFail acme cartoon",
		"wrong invioces, refunding nothing of the reimbursment, wrong invoice",
		"Ｆull width, e\u0301 and 😡 in one",
	} {
		classify := func() {
			s.run(c, text, "en")
			s.result(c, &out)
		}
		classify()
		if n := testing.AllocsPerRun(100, classify); n > 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}

// Marks of texts long ago must not be taken for this one's when the count of
// texts begins anew.
func TestTheCountOfTextsMayBeginAnew(t *testing.T) {
	c, err := New(Config{Topics: []directdial.Topic{{Name: "t", Keywords: []string{"refund"}}}})
	if err != nil {
		t.Fatal(err)
	}
	s := newScratch(c)
	var before, after directdial.Classification
	s.run(c, "refund, not good", "en") // round 1
	s.result(c, &before)
	s.round = maxRound
	s.run(c, "refund, not good", "en") // round 1 again
	s.result(c, &after)
	if s.round != 1 || len(after.Topics) != 1 || len(after.Keywords) != len(before.Keywords) {
		t.Errorf("round %d: %+v, want %+v", s.round, after, before)
	}
}
