package classify_test

import (
	"testing"

	"github.com/directdial/directdial/classify"
)

// Each fit is told once, in order, and the last one is all of them, so that whoever
// waits sees how long.
func TestLearningTellsHowManyOfItsFitsAreDone(t *testing.T) {
	samples := planted()
	for i := range samples {
		samples[i].Route = []string{"", "billing", "delivery"}[i%3]
	}
	topics := samples[:60]
	for name, learn := range map[string]func(classify.LearnConfig) error{
		"lexicon": func(c classify.LearnConfig) error { _, err := classify.Learn(c, samples); return err },
		"words alone": func(c classify.LearnConfig) error {
			c.KeepFeatures = true
			_, err := classify.Learn(c, samples)
			return err
		},
		"cross-validation": func(c classify.LearnConfig) error {
			c.KeepFeatures = true
			_, err := classify.CrossValidate(c, samples)
			return err
		},
		"topics":          func(c classify.LearnConfig) error { _, err := classify.LearnTopics(c, topics); return err },
		"measured topics": func(c classify.LearnConfig) error { _, err := classify.CrossValidateTopics(c, nil, topics); return err },
	} {
		var calls, last, all uint64
		cfg := learnConfig(t)
		cfg.Progress = func(done, of uint64) {
			calls++
			if done != calls || all != 0 && of != all {
				t.Errorf("%s: call %d says %d of %d, before of %d", name, calls, done, of, all)
			}
			last, all = done, of
		}
		if err := learn(cfg); err != nil {
			t.Fatal(err)
		}
		if calls == 0 || last != all {
			t.Errorf("%s: ended at %d of %d", name, last, all)
		}
	}
}
