package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
)

const referenceFile = "../../docs/configuration.md"

// The reference of the configuration is the schema, for people.
func TestReferenceOfTheConfigurationIsFresh(t *testing.T) {
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	r := reference{defs: s.Definitions}
	r.printf("# Configuration\n\nEvery key of directdial.yaml, made from the schema that editors and `directdial check`\n" +
		"use: `go generate ./cmd/directdial`. `${NAME}` stands for a variable of the environment in\n" +
		"any value. **Bold** keys must be there.\n\n")
	r.keys(&s)
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		r.section(p.Key, p.Value)
	}
	if *update {
		if err := os.WriteFile(referenceFile, []byte(r.String()), 0o644); err != nil { //nolint:gosec // everybody may read it
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), r.String()); diff != "" {
		t.Errorf("docs/configuration.md is stale; run: go generate ./cmd/directdial\n%s", diff)
	}
}

// reference is a schema as Markdown.
type reference struct {
	strings.Builder
	defs jsonschema.Definitions
}

func (r *reference) printf(format string, args ...any) { fmt.Fprintf(&r.Builder, format, args...) }

// section describes what stands below a key, if anything does.
func (r *reference) section(path string, s *jsonschema.Schema) {
	d := r.below(s)
	if d == nil {
		return
	}
	if each := r.resolve(s); each.Type == "array" || each.AdditionalProperties == d {
		path += "[]"
	}
	r.printf("\n## %s\n\n", path)
	if d.Properties.Len() > 0 {
		r.keys(d)
	}
	for _, kind := range d.AllOf {
		if kind.Then == nil {
			continue
		}
		of, _ := kind.If.Properties.Get("type")
		r.printf("\n### %s of type %v\n\n", path, of.Const)
		r.keys(kind.Then)
	}
	for p := d.Properties.Oldest(); p != nil; p = p.Next() {
		r.section(path+"."+p.Key, p.Value)
	}
}

// keys is the table of what stands in an object.
func (r *reference) keys(s *jsonschema.Schema) {
	r.printf("| key | value | meaning |\n|---|---|---|\n")
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		if whatever, _ := json.Marshal(p.Value); string(whatever) == "true" {
			continue // said with the keys that all kinds have
		}
		key := "`" + p.Key + "`"
		if slices.Contains(s.Required, p.Key) {
			key = "**" + key + "**"
		}
		meaning := p.Value.Description
		if p.Value.Default != nil {
			meaning += fmt.Sprintf(" Default: %v.", p.Value.Default)
		}
		r.printf("| %s | %s | %s |\n", key, r.value(p.Value), inCell(meaning))
	}
}

// value says what a key takes.
func (r *reference) value(s *jsonschema.Schema) string {
	s = r.resolve(s)
	switch {
	case slices.Contains(s.Enum, any("off")): // and what YAML makes of on and off
		return "on, off"
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, w := range s.Enum {
			words[i] = fmt.Sprint(w)
		}
		return strings.Join(words, ", ")
	case len(s.AnyOf) > 0:
		var ways []string
		for _, way := range s.AnyOf {
			if v := r.value(way); !slices.Contains(ways, v) {
				ways = append(ways, v)
			}
		}
		return strings.Join(ways, " or ")
	case s.Type == "array":
		return "list of " + r.value(s.Items)
	case s.Type == "object" || s.Properties.Len() > 0:
		return "mapping"
	case strings.Contains(s.Pattern, "[0-9][0-9.a-zµ]*"):
		return "duration"
	case strings.Contains(s.Pattern, "[0-9]{4}-"):
		return "date"
	case s.Type == "string":
		return "text"
	}
	return s.Type
}

// below is the object that a key or each of its entries holds, nil if it is
// none.
func (r *reference) below(s *jsonschema.Schema) *jsonschema.Schema {
	s = r.resolve(s)
	switch {
	case s.Type == "array":
		return r.below(s.Items)
	case s.Properties.Len() > 0 || len(s.AllOf) > 0:
		return s
	case len(s.AnyOf) > 0:
		return r.below(s.AnyOf[0])
	case s.AdditionalProperties != nil && s.AdditionalProperties.Type == "object":
		return s.AdditionalProperties
	}
	return nil
}

func (r *reference) resolve(s *jsonschema.Schema) *jsonschema.Schema {
	for s.Ref != "" {
		s = r.defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
	}
	return s
}

// inCell keeps a text from ending its cell.
func inCell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`).Replace(strings.TrimSpace(s))
}
