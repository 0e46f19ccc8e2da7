package deploy_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// kubeconform wants one JSON Schema a kind. It usually fetches them from the
// network; here they are made of what the projects publish in their modules:
// the API's description of itself, and the definition of a custom resource.
// Unknown keys are refused, as by the API server with strict validation.

type schema = map[string]any

// writeAPISchemas writes the schemas of all kinds of an OpenAPI description.
func writeAPISchemas(t *testing.T, swagger, dir string) {
	t.Helper()
	var api struct {
		Definitions map[string]schema `json:"definitions"`
	}
	if err := json.Unmarshal([]byte(read(t, swagger)), &api); err != nil {
		t.Fatal(err)
	}
	for name, s := range api.Definitions {
		api.Definitions[name] = strict(s, name).(schema)
	}
	written := 0
	for name, s := range api.Definitions {
		kinds, _ := s["x-kubernetes-group-version-kind"].([]any)
		if len(kinds) != 1 { // those of several kinds are options of requests
			continue
		}
		k := kinds[0].(schema)
		needed := map[string]schema{}
		collect(api.Definitions, name, needed)
		writeSchema(t, dir, k["kind"].(string), k["group"].(string), k["version"].(string), schema{
			"$ref": "#/definitions/" + name, "definitions": needed,
		})
		written++
	}
	if written < 100 {
		t.Fatalf("%s describes %d kinds", swagger, written)
	}
}

// writeCRDSchemas writes the schemas of a custom resource.
func writeCRDSchemas(t *testing.T, definition, dir string) {
	t.Helper()
	spec := at(documents(t, definition)[0], "spec")
	for _, v := range at(spec, "versions").([]any) {
		s := strict(at(v, "schema", "openAPIV3Schema"), "").(schema)
		// What each object has is checked by no definition.
		s["properties"].(schema)["metadata"] = schema{"type": "object"}
		writeSchema(t, dir, at(spec, "names", "kind").(string), at(spec, "group").(string), at(v, "name").(string), s)
	}
}

// writeSchema gives a schema the name by which kubeconform looks for it.
func writeSchema(t *testing.T, dir, kind, group, version string, s schema) {
	t.Helper()
	suffix := "-" + version
	if group != "" {
		first, _, _ := strings.Cut(group, ".")
		suffix = "-" + first + suffix
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, strings.ToLower(kind)+suffix+".json"), string(data), 0o644)
}

// strict is a schema that refuses unknown keys. Two types are written in
// OpenAPI as texts and are more.
func strict(v any, name string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = strict(v[i], "")
		}
	case schema:
		for key := range v {
			v[key] = strict(v[key], "")
		}
		switch {
		case v["x-kubernetes-int-or-string"] == true || strings.HasSuffix(name, ".IntOrString"):
			return schema{"type": []string{"integer", "string"}}
		case strings.HasSuffix(name, ".Quantity"):
			return schema{"type": []string{"number", "string"}}
		}
		_, properties := v["properties"].(schema)
		_, additional := v["additionalProperties"]
		if v["type"] == "object" && properties && !additional && v["x-kubernetes-preserve-unknown-fields"] == nil {
			v["additionalProperties"] = false
		}
	}
	return v
}

// collect gathers a definition and all that it refers to.
func collect(all map[string]schema, name string, needed map[string]schema) {
	if _, ok := needed[name]; ok {
		return
	}
	needed[name] = all[name]
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case schema:
			if ref, ok := v["$ref"].(string); ok {
				collect(all, strings.TrimPrefix(ref, "#/definitions/"), needed)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(all[name])
}
