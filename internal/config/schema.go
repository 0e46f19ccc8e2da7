package config

import (
	"encoding"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/setting"
)

// Forms of what is more than a type. Each may be a variable, whose value no
// editor knows.
const (
	variablePattern = `.*\$\{.+`
	durationPattern = `[0-9][0-9.a-zµ]*`
	datePattern     = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
)

// Schema returns the JSON Schema of the configuration, made of the structs that
// decode it; their comments are read from the sources of the module, whose
// folder is root. What a source or a channel says of its own is asked from the
// kinds. Without any, it is not described, and everything is allowed there.
func Schema(kinds Kinds, root string) ([]byte, error) {
	docs := &comments{root: root, texts: map[string]map[string]string{}}
	r := reflector(docs)
	s := r.Reflect(&file{})
	s.Title, s.Description = "Configuration of directdial", ""
	s.Definitions["source"] = sourceSchema(s.Definitions["source"], kinds.Sources, docs)
	s.Definitions["channels"] = channelsSchema(kinds.Channels, docs)
	s.Definitions["topic"] = topicSchema(s.Definitions["topic"])
	s.Definitions["expert"] = expertSchema(s.Definitions["expert"], kinds.Channels)
	for name, what := range map[string]*jsonschema.Schema{
		"clocks": text(durationPattern, off),
		"burst":  text("", off),
		"budget": text("", off),
	} {
		d := s.Definitions[name]
		s.Definitions[name] = &jsonschema.Schema{Description: d.Description, AnyOf: []*jsonschema.Schema{d, what}}
		d.Description = ""
	}
	finish(s)
	if docs.err != nil {
		return nil, docs.err
	}
	out, err := json.MarshalIndent(s, "", "  ")
	return append(out, '\n'), err
}

func reflector(docs *comments) *jsonschema.Reflector {
	return &jsonschema.Reflector{
		Anonymous: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: true,
		FieldNameTag:  "yaml",
		LookupComment: docs.lookup,
		Mapper:        schemaOf,
		Namer:         func(t reflect.Type) string { return strings.TrimSuffix(t.Name(), "Section") },
	}
}

const inFile = "inFile" // marks a schema until its file is added

// schemaOf describes the types that are written as something else than they
// are, nil for all others.
func schemaOf(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[secret.Value](), reflect.TypeFor[setting.Text]():
		return &jsonschema.Schema{Type: "string", Extras: map[string]any{inFile: true}}
	case reflect.TypeFor[time.Duration]():
		return text(durationPattern)
	case reflect.TypeFor[span]():
		return text(durationPattern, off)
	case reflect.TypeFor[probability]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "number", Minimum: "0.001", Maximum: "1"}, text("")}}
	case reflect.TypeFor[date]():
		return text(datePattern)
	case reflect.TypeFor[until]():
		return text(datePattern, "never")
	case reflect.TypeFor[pause]():
		return text(datePattern, untilResumed)
	case reflect.TypeFor[severals]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "array", Items: &jsonschema.Schema{Type: "string"}}}}
	case reflect.TypeFor[channels]():
		return &jsonschema.Schema{Ref: "#/$defs/channels"}
	case reflect.TypeFor[directdial.Tag]():
		return &jsonschema.Schema{Type: "string", Enum: []any{"complaint", "question", "ambassador"}}
	}
	switch {
	case t.Kind() == reflect.Bool:
		return &jsonschema.Schema{Enum: []any{true, false, "on", off}}
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return &jsonschema.Schema{Type: "string"}
	}
	return nil
}

// text is a string of that form, or one of the words, or with a variable.
func text(pattern string, words ...string) *jsonschema.Schema {
	var all []string
	if pattern != "" {
		all = append(all, pattern)
	}
	all = append(append(all, words...), variablePattern)
	return &jsonschema.Schema{Type: "string", Pattern: "^(" + strings.Join(all, "|") + ")$"}
}

// sourceSchema describes an entry under sources: for each type what its
// constructor decodes.
func sourceSchema(common *jsonschema.Schema, kinds map[string]Constructor, docs *comments) *jsonschema.Schema {
	common.AdditionalProperties = nil
	if len(kinds) == 0 {
		return common
	}
	kind, _ := common.Properties.Get("type")
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		kind.Enum = append(kind.Enum, name)
		own := settingsSchema(kinds[name], docs)
		for p := common.Properties.Oldest(); p != nil; p = p.Next() {
			own.Properties.Set(p.Key, jsonschema.TrueSchema)
		}
		is := jsonschema.NewProperties()
		is.Set("type", &jsonschema.Schema{Const: name})
		common.AllOf = append(common.AllOf, &jsonschema.Schema{
			If: &jsonschema.Schema{Properties: is, Required: []string{"type"}}, Then: own,
		})
	}
	return common
}

// channelsSchema describes the section channels. An entry may be empty.
func channelsSchema(kinds map[string]Constructor, docs *comments) *jsonschema.Schema {
	out := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties()}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		own := settingsSchema(kinds[name], docs)
		if len(own.Required) == 0 && len(own.AllOf) == 0 {
			own = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{own, {Type: "null"}}}
		}
		out.Properties.Set(name, own)
		out.AdditionalProperties = jsonschema.FalseSchema
	}
	return out
}

// topicSchema demands keywords of every topic that is not built in.
func topicSchema(s *jsonschema.Schema) *jsonschema.Schema {
	is := jsonschema.NewProperties()
	is.Set("name", &jsonschema.Schema{Const: directdial.Harm, Description: "The topic that is built in."})
	s.AnyOf = []*jsonschema.Schema{{Required: []string{"keywords"}}, {Properties: is, Required: []string{"name"}}}
	return s
}

// expertSchema adds the addresses, which have the names of the channels.
func expertSchema(s *jsonschema.Schema, kinds map[string]Constructor) *jsonschema.Schema {
	if len(kinds) == 0 {
		s.AdditionalProperties = &jsonschema.Schema{Type: "string"}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		s.Properties.Set(name, &jsonschema.Schema{Type: "string", Description: "Address in the channel " + name + "."})
	}
	return s
}

var errSeen = errors.New("the struct was seen")

// settingsSchema describes what a constructor decodes. The constructor tells by
// decoding: it hands over its struct, with the defaults in it.
func settingsSchema(construct Constructor, docs *comments) *jsonschema.Schema {
	out := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	_ = construct("name", func(into any) error {
		r := reflector(docs)
		r.DoNotReference = true
		out = r.Reflect(into)
		out.Version = ""
		setDefaults(out, reflect.ValueOf(into).Elem())
		return errSeen
	})
	finish(out)
	return out
}

// setDefaults tells what stands in the struct before it is decoded, where that
// is a word or a number.
func setDefaults(s *jsonschema.Schema, v reflect.Value) {
	for _, f := range fieldsOf(v.Type()).list {
		property, ok := s.Properties.Get(f.key)
		value := v.FieldByIndex(f.index)
		if !ok || f.secret || value.IsZero() {
			continue
		}
		switch x := value.Interface().(type) {
		case time.Duration:
			property.Default = shortDuration(x)
		case string, int, bool:
			property.Default = x
		case encoding.TextMarshaler:
			if word, err := x.MarshalText(); err == nil {
				property.Default = string(word)
			}
		}
	}
}

// shortDuration is how somebody would write it: 10m, and not 10m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// finish goes through a schema and what is in it.
func finish(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	for _, d := range s.Definitions {
		finish(d)
	}
	for _, a := range s.AnyOf {
		finish(a)
	}
	finish(s.Items)
	if s.Properties == nil {
		return
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		switch {
		case p.Value.Type == "integer": // or a variable; the bounds say nothing of strings
			p.Value.Type = ""
			p.Value.AnyOf = []*jsonschema.Schema{{Type: "integer"}, text("")}
		case p.Value.Extras[inFile] != nil:
			p.Value.Extras = nil
			addFile(s, p.Key)
		}
		finish(p.Value)
	}
}

// addFile adds, for a secret or a text, the key that names its file. One of the
// two will do where it is required.
func addFile(s *jsonschema.Schema, key string) {
	s.Properties.Set(key+fileSuffix, &jsonschema.Schema{Type: "string", Description: "File that holds " + key + "."})
	i := slices.Index(s.Required, key)
	if i < 0 {
		return
	}
	s.Required = slices.Delete(s.Required, i, i+1)
	s.AllOf = append(s.AllOf, &jsonschema.Schema{
		AnyOf: []*jsonschema.Schema{{Required: []string{key}}, {Required: []string{key + fileSuffix}}},
	})
}
