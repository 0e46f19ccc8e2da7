package config

import (
	"bytes"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/goccy/go-yaml"
)

// Listening is a source for a configuration that is written for somebody.
type Listening struct {
	Name, Type string
	Settings   map[string]any
}

//go:embed heard.yaml
var heardYAML string

var heardTemplate = template.Must(template.New("heard.yaml").Funcs(template.FuncMap{
	"quote": strconv.Quote,
	"settings": func(s Listening) (string, error) {
		data, err := yaml.Marshal(s.Settings)
		return "    " + strings.ReplaceAll(strings.TrimSpace(string(data)), "\n", "\n    "), err
	},
}).Parse(heardYAML))

// Heard is a configuration that goes on hearing a brand, the first of its names.
// It passes `check`.
func Heard(names []string, sources []Listening, now time.Time) []byte {
	var b bytes.Buffer
	err := heardTemplate.Execute(&b, struct {
		Names   []string
		Sources []Listening
		Today   string
	}{names, sources, now.Format(time.DateOnly)})
	if err != nil {
		panic(fmt.Sprintf("config: heard.yaml: %v", err)) // tested
	}
	return b.Bytes()
}
