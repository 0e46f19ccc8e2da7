package classify_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jonreiter/govader"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// The development data does not come with the project. Where it is, these
// tests measure on it; -part=tune shows the four fifths that lexicons and
// thresholds may be tuned on, the default the fifth that nobody looked at.
var part = flag.String("part", "held", "which part of the development data to measure on: held or tune")

const (
	devData = "../../shared/data/dev"
	folds   = 5
	heldOut = 0
)

// hasDevData reports whether the development data is there.
func hasDevData() bool {
	_, err := os.Stat(devData)
	return err == nil
}

// readSet reads all of a set.
func readSet(t testing.TB, set string) []classify.Sample {
	t.Helper()
	f, err := os.Open(filepath.Join(devData, set+".jsonl"))
	if os.IsNotExist(err) {
		t.Skip("the development data is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := classify.ReadSamples(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func devSamples(t testing.TB, set string) []classify.Sample {
	t.Helper()
	var samples []classify.Sample
	for _, s := range readSet(t, set) {
		if (classify.Fold(s.Text, folds) == heldOut) == (*part == "held") {
			samples = append(samples, s)
		}
	}
	return samples
}

// devBrands are the brands that the sets are about; their names say nothing.
var devBrands = []directdial.Brand{
	{Name: "United", Keywords: []string{"united"}},
	{Name: "US Airways", Keywords: []string{"usairways", "us airways"}},
	{Name: "American", Keywords: []string{"americanair", "american airlines"}},
	{Name: "Southwest", Keywords: []string{"southwestair", "southwest"}},
	{Name: "Apple", Keywords: []string{"apple", "ipad", "iphone"}},
	{Name: "Google", Keywords: []string{"google", "android"}},
}

// handles are taken out of what VADER reads: "united" is praise to it.
var handles = regexp.MustCompile(`@\w+`)

// measure is one number a set is judged by.
type measure struct {
	set   string
	about string
	tags  []directdial.Tag // one: against the rest; two: three classes
	vader func(score float64) directdial.Tag
}

func negativeIsComplaint(score float64) directdial.Tag {
	switch {
	case score <= -0.05:
		return directdial.Complaint
	case score >= 0.05:
		return directdial.Ambassador
	}
	return ""
}

var measures = []measure{
	{"complaints", "complaint", []directdial.Tag{directdial.Complaint}, negativeIsComplaint},
	{"airline", "three classes", []directdial.Tag{directdial.Complaint, directdial.Ambassador}, negativeIsComplaint},
	{"sxsw", "three classes", []directdial.Tag{directdial.Complaint, directdial.Ambassador}, negativeIsComplaint},
	{"tac", "question", []directdial.Tag{directdial.Question}, nil},
	{"nps", "question", []directdial.Tag{directdial.Question}, nil},
	{"nlupp", "question", []directdial.Tag{directdial.Question}, nil},
}

// macroF1 is the mean F1 over the classes that tell names.
func macroF1(samples []classify.Sample, about []directdial.Tag, tell func(text string) directdial.Tag) float64 {
	var pairs [][2]directdial.Tag
	classes := map[directdial.Tag]bool{}
	for _, s := range samples {
		var gold directdial.Tag
		for _, tag := range about {
			if s.Gold[tag] {
				gold = tag
				break
			}
		}
		classes[gold] = true
		pairs = append(pairs, [2]directdial.Tag{gold, tell(s.Text)})
	}
	sum := 0.0
	for class := range classes {
		var c classify.Counts
		for _, p := range pairs {
			c.Add(p[0] == class, p[1] == class)
		}
		_, _, f1, _ := c.Scores()
		sum += f1
	}
	return sum / float64(len(classes))
}

// vaderTells is what VADER makes of a text.
func vaderTells(vader *govader.SentimentIntensityAnalyzer, m measure) func(string) directdial.Tag {
	return func(text string) directdial.Tag {
		tag := m.vader(vader.PolarityScores(handles.ReplaceAllString(text, "")).Compound)
		if len(m.tags) == 1 && tag != m.tags[0] {
			return ""
		}
		return tag
	}
}

func toldBy(c *classify.Classifier, about []directdial.Tag) func(string) directdial.Tag {
	return func(text string) directdial.Tag {
		out := c.Classify(text, "en")
		for _, tag := range about {
			for _, t := range out.Tags {
				if t.Tag == tag {
					return tag
				}
			}
		}
		return ""
	}
}

func TestTagsAreToldBetterThanBySentimentOnTheDevelopmentData(t *testing.T) {
	if testing.Short() {
		t.Skip("reads six development sets twice")
	}
	c := classifier(t, classify.Config{Brands: devBrands})
	vader := govader.NewSentimentIntensityAnalyzer()
	for _, m := range measures {
		samples := devSamples(t, m.set)
		got := macroF1(samples, m.tags, toldBy(c, m.tags))
		line := fmt.Sprintf("%-10s %-13s n=%5d  macro-F1 %.3f", m.set, m.about, len(samples), got)
		if m.vader != nil {
			base := macroF1(samples, m.tags, vaderTells(vader, m))
			line += fmt.Sprintf("  VADER %.3f", base)
			if got <= base {
				t.Errorf("%s: macro-F1 %.3f, VADER has %.3f", m.set, got, base)
			}
		}
		t.Log(line)
	}
}

// Whoever is spoken to or about, the tags stay: a name is not an opinion.
func TestAnotherNameOrHandleChangesNearlyNoTag(t *testing.T) {
	tagsOf := func(c *classify.Classifier, text string) string {
		var b strings.Builder
		for _, tag := range c.Classify(text, "en").Tags {
			b.WriteString(string(tag.Tag) + " ")
		}
		return b.String()
	}
	united := classifier(t, classify.Config{Brands: []directdial.Brand{{Name: "United", Keywords: []string{"united"}}}})
	other := classifier(t, classify.Config{Brands: []directdial.Brand{{Name: "Other", Keywords: []string{"qorvax"}}}})
	name := regexp.MustCompile(`(?i)\bunited\b`)
	all, renamed, masked := 0, 0, 0
	for _, s := range devSamples(t, "airline") {
		if s.Brand != "United" {
			continue
		}
		all++
		want := tagsOf(united, s.Text)
		if tagsOf(other, name.ReplaceAllString(s.Text, "qorvax")) != want {
			renamed++
		}
		if tagsOf(united, handles.ReplaceAllString(s.Text, "@user")) != want {
			masked++
		}
	}
	t.Logf("%d mentions: another name changes %d, masked handles %d", all, renamed, masked)
	if 100*renamed > all || 100*masked > all {
		t.Errorf("of %d mentions another name changes %d, masked handles %d; want below one in a hundred", all, renamed, masked)
	}
}
