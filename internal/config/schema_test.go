package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/directdial/directdial/internal/config"
)

// compile makes a validator of the schema with and without kinds.
func compile(t *testing.T, k config.Kinds) *jsonschema.Schema {
	t.Helper()
	data, err := config.Schema(k, "../..")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("directdial.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("directdial.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// values reads YAML as an editor does.
func values(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	v, err = jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheConfigurationsThatWeShipFitTheSchema(t *testing.T) {
	sample, err := os.ReadFile("../../deploy/example/directdial.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]config.Kinds{"with kinds": kinds(), "without kinds": {}} {
		s := compile(t, k)
		for which, data := range map[string][]byte{
			"sample": sample, "starter": config.Starter(now), "starter switched on": switchOn(config.Starter(now)), "builtin": config.Builtin(now),
		} {
			if err := s.Validate(values(t, data)); err != nil {
				t.Errorf("%s, %s: %v", which, name, err)
			}
		}
	}
}

func TestTheSchemaFindsWhatTheDecoderFinds(t *testing.T) {
	s := compile(t, kinds())
	for _, bad := range []string{
		"htpp: {}",
		"topics: [{ name: a }]",
		"topics: [{ name: a, keywords: [a], mode: unit }]",
		"sources: [{ name: a, type: webhok }]",
		"sources: [{ name: a, type: mastodon, token: x }]",
		"sources: [{ name: a, type: mastodon, token: x, server: y, platforms: [] }]",
		"channels: { slak: {} }",
		"channels: { slack: {} }",
		"channels: { email: { smtp: x } }",
		"experts: [{ id: a, slak: a }]",
		"experts: [{ id: a, budget: none }]",
		"experts: [{ id: a, grants: [{ topics: [a], tags: [praise] }] }]",
		"experts: [{ id: a, grants: [{ topics: [a], until: soon }] }]",
		"experts: [{ id: a, grants: [{ topics: [a], risk: 0 }] }]",
		"experts: [{ id: a, grants: [{ topics: [a], review: anybody }] }]",
		"experts: [{ id: a, grants: [{ topics: [a], paused: on }] }]",
		"routing: { max_hops: three }",
		"routing: { max_hops: 0 }",
		"routing: { max_age: never }",
		"routing: { accept_within: { praise: 1h } }",
		"retention: { text: off }",
	} {
		if err := s.Validate(values(t, []byte(bad))); err == nil {
			t.Errorf("the schema lets through %s", bad)
		}
		if _, problems := config.Parse("x", []byte(bad), options()); !config.Refused(problems) {
			t.Errorf("the decoder lets through %s", bad)
		}
	}
	for _, good := range []string{
		"topics: [{ name: harm, owner: ana }, { name: a, keywords: [a] }]",
		"sources: [{ name: a, type: mastodon, token_file: x, server: y, limit: 3 }]",
		"channels: { terminal: , slack: { token_file: x } }",
		`routing: { max_hops: "${HOPS}", max_age: off, accept_within: 1h, burst: off, crisis: false }`,
		"experts: [{ id: a, budget: off, hours: [a, b] }, { id: b, hours: a, grants: [{ topics: [a], until: never }] }]",
		"experts: [{ id: a, grants: [{ topics: [a], risk: 10000, review: coach, paused: until-resumed }, { topics: [b], paused: 2027-01-31 }] }]",
	} {
		if err := s.Validate(values(t, []byte(good))); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

func TestTheSchemaTellsWhatAnAdapterTells(t *testing.T) {
	data, err := config.Schema(kinds(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"default": "1m"`, `"default": 40`, `"token_file"`, `"const": "mastodon"`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("the schema lacks %s", want)
		}
	}
}

func TestEveryKeyIsDescribed(t *testing.T) {
	data, err := config.Schema(config.Kinds{}, "../..")
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	undescribed(t, "", s)
}

func undescribed(t *testing.T, path string, s map[string]any) {
	properties, _ := s["properties"].(map[string]any)
	for key, v := range properties {
		if p, ok := v.(map[string]any); ok && p["description"] == nil {
			t.Errorf("%s.%s has no description", path, key)
		}
	}
	for key, v := range s {
		switch v := v.(type) {
		case map[string]any:
			undescribed(t, path+"/"+key, v)
		case []any:
			for i, item := range v {
				if m, ok := item.(map[string]any); ok {
					undescribed(t, fmt.Sprintf("%s/%s/%d", path, key, i), m)
				}
			}
		}
	}
}

// switchOn removes the # of lines that are only commented out.
func switchOn(data []byte) []byte {
	var out []string
	for line := range strings.Lines(string(data)) {
		text := strings.TrimLeft(line, " ")
		if rest, ok := strings.CutPrefix(text, "#"); ok && !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "\n") {
			line = line[:len(line)-len(text)] + rest
		} else if ok && strings.HasPrefix(rest, "  ") { // goes on with such a line
			line = line[:len(line)-len(text)] + rest
		}
		out = append(out, line)
	}
	return []byte(strings.Join(out, ""))
}
