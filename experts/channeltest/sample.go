package channeltest

import (
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/directdial/directdial/experts"
)

// Sample checks the sample.yaml of a channel, in the folder of the test: the
// constructor takes its settings, as they stand and with every line that is
// commented out, and README.md shows it between <!-- sample --> and
// <!-- /sample -->. vars are the values of its ${VARIABLES}.
func Sample(t *testing.T, channel string, make experts.New, vars map[string]string) {
	sample, err := os.ReadFile("sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"as it stands":   string(sample),
		"with all lines": strings.ReplaceAll(string(sample), "\n    # ", "\n    "),
	} {
		for v, value := range vars {
			text = strings.ReplaceAll(text, "${"+v+"}", value)
		}
		var file struct{ Channels map[string]map[string]any }
		if err := yaml.Unmarshal([]byte(text), &file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if file.Channels[channel] == nil {
			file.Channels[channel] = map[string]any{} // nothing but comments
		}
		settings, err := yaml.Marshal(file.Channels[channel])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		setup, _ := Setup(string(settings))
		if _, err := make(setup); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "<!-- sample -->\n```yaml\n" + string(sample) + "```\n<!-- /sample -->"; !strings.Contains(string(readme), want) {
		t.Errorf("README.md does not show sample.yaml:\n%s", want)
	}
}
