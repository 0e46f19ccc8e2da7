package classify_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// routed is a text whose topic and group are known.
type routed struct{ text, topic, group string }

// readRouted reads a set in which each intent is a topic and each route a group
// of people who know it; without intents a route is both.
func readRouted(t *testing.T, set string) (all []routed) {
	t.Helper()
	f, err := os.Open(filepath.Join(devData, set+".jsonl"))
	if os.IsNotExist(err) {
		t.Skip("the development data is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var s struct{ Text, Route, Intent string }
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if s.Intent == "" {
			s.Intent = s.Route
		}
		if s.Route != "" && s.Intent != "oos" {
			all = append(all, routed{s.Text, s.Intent, s.Route})
		}
	}
	return all
}

// How often the words of the names of topics alone, as somebody has them who
// writes a first configuration, find the group who knows: first, and among the
// first three. Keyword lists learned from data find more.
func TestNamesOfTopicsFindWhoKnows(t *testing.T) {
	if testing.Short() {
		t.Skip("the figures are the same with the race detector")
	}
	for set, least := range map[string]struct{ first, three int }{ // in percent
		"banking77": {38, 57},
		"clinc150":  {61, 76},
	} {
		t.Run(set, func(t *testing.T) {
			all := readRouted(t, set)
			groups := map[string]string{}
			var topics []directdial.Topic
			for _, s := range all {
				if _, known := groups[s.topic]; known {
					continue
				}
				groups[s.topic] = s.group
				words := strings.FieldsFunc(strings.ToLower(s.topic), func(r rune) bool { return strings.ContainsRune("_-/? ", r) })
				keywords := slices.Compact(slices.Sorted(slices.Values(append(words, strings.Join(words, " ")))))
				topics = append(topics, directdial.Topic{Name: s.topic, Keywords: keywords})
			}
			c, err := classify.New(classify.Config{Topics: topics})
			if err != nil {
				t.Fatal(err)
			}
			first, three := 0, 0
			for _, s := range all {
				var found []string // groups, best first
				for _, topic := range c.Classify(s.text, "en").Topics {
					if g, ok := groups[topic.Topic]; ok && !slices.Contains(found, g) {
						found = append(found, g)
					}
				}
				switch at := slices.Index(found, s.group); {
				case at == 0:
					first++
					three++
				case at == 1, at == 2:
					three++
				}
			}
			share := func(n int) float64 { return 100 * float64(n) / float64(len(all)) }
			t.Logf("%s: %d texts, %d topics: top-1 %.1f%%, top-3 %.1f%%", set, len(all), len(topics), share(first), share(three))
			if share(first) < float64(least.first) || share(three) < float64(least.three) {
				t.Errorf("less than %d%% and %d%%", least.first, least.three)
			}
		})
	}
}
