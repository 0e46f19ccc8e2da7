package webhook

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// description is openapi.json, with its schemas.
type description struct {
	t        *testing.T
	doc      map[string]any
	compiler *jsonschema.Compiler
}

func read(t *testing.T) description {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return description{t, doc.(map[string]any), c}
}

// at returns what stands under the names.
func (d description) at(names ...string) any {
	d.t.Helper()
	var v any = d.doc
	for _, name := range names {
		m, ok := v.(map[string]any)
		if !ok || m[name] == nil {
			d.t.Fatalf("openapi.json has no %v", names)
		}
		v = m[name]
	}
	return v
}

// schema compiles the schema under a JSON pointer.
func (d description) schema(pointer string) *jsonschema.Schema {
	d.t.Helper()
	s, err := d.compiler.Compile("openapi.json#" + pointer)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d description) validate(pointer string, v any) {
	d.t.Helper()
	if err := d.schema(pointer).Validate(v); err != nil {
		d.t.Errorf("%s: %v\n%v", pointer, err, v)
	}
}

const schemas = "/components/schemas/"

func TestTheExamplesOfTheDescriptionFitItsSchemas(t *testing.T) {
	d := read(t)
	for name, schema := range d.at("components", "schemas").(map[string]any) {
		examples, _ := schema.(map[string]any)["examples"].([]any)
		if len(examples) == 0 && name != "Rejected" {
			t.Errorf("%s has no example", name)
		}
		for _, e := range examples {
			d.validate(schemas+name, e)
		}
	}
	const body = "/paths/~1v1~1mentions/post/requestBody/content/application~1json/schema"
	content := d.at("paths", "/v1/mentions", "post", "requestBody", "content", "application/json", "examples")
	for _, e := range content.(map[string]any) {
		d.validate(body, e.(map[string]any)["value"])
	}
	for _, bad := range []string{`{"text":"a"}`, `{"id":"1"}`, `{"id":"1","text":5}`, `{"id":"1","text":"a","reach":{"likes":-1}}`, `"a"`} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if d.schema(schemas+"Mention").Validate(v) == nil {
			t.Errorf("%s fits", bad)
		}
	}
}

func TestTheExamplesOfTheDescriptionAreAccepted(t *testing.T) {
	b, d := newBench(t), read(t)
	for i, e := range d.at("components", "schemas", "Mention", "examples").([]any) {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if a := b.taken(b.send(string(text))); a.Accepted != 1 {
			t.Errorf("example %d: %+v", i, a)
		}
	}
}

// TestAnswersAreAsDescribed sends requests that have every answer there is.
func TestAnswersAreAsDescribed(t *testing.T) {
	b, d := newBench(t), read(t)
	b.status["crm 1"] = ingest.Status{State: directdial.Dialled, Source: "crm", Accepted: b.now}
	const post, get = "/v1/mentions", "/v1/mentions/{platform}/{id}"
	seen := map[string][]string{}
	check := func(path, method string, w *httptest.ResponseRecorder) {
		t.Helper()
		seen[path] = append(seen[path], strconv.Itoa(w.Code))
		pointer := "/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method + "/responses/" + strconv.Itoa(w.Code)
		response := d.at("paths", path, method, "responses", strconv.Itoa(w.Code)).(map[string]any)
		if ref, ok := response["$ref"].(string); ok {
			pointer = strings.TrimPrefix(ref, "#")
		}
		v, err := jsonschema.UnmarshalJSON(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.ReplaceAll(w.Header().Get("Content-Type"), "/", "~1")
		d.validate(pointer+"/content/"+kind+"/schema", v)
	}
	js := header("Content-Type", "application/json")
	body := func(s string) *strings.Reader { return strings.NewReader(s) }
	check(post, "post", b.send(`[{"id":"1","text":"a"},{"id":"2"}]`))
	check(post, "post", b.request("POST", post+"?dry_run=true", body(`[{"id":"1","text":"billed"},{"id":"2","text":"a"},{"id":"3","deleted":true},{}]`), js, bearer(token)))
	check(post, "post", b.send(``))
	check(post, "post", b.send(``, bearer("x")))
	check(post, "post", b.send(strings.Repeat(" ", MaxBody+1)))
	check(post, "post", b.send(``, header("Content-Type", "text/plain")))
	for range 11 {
		b.send(`[]`, bearer("shop-token"))
	}
	check(post, "post", b.send(`[]`, bearer("shop-token")))
	check(get, "get", b.request("GET", "/v1/mentions/crm/1", nil, bearer("shop-token")))
	check(post, "post", b.request("PUT", post, nil))
	check(get, "get", b.request("GET", "/v1/mentions/crm/1", nil, bearer(token)))
	check(get, "get", b.request("GET", "/v1/mentions/crm/2", nil, bearer(token)))
	check(get, "get", b.request("GET", "/v1/mentions/crm/", nil, bearer(token)))
	check(get, "get", b.request("GET", "/v1/mentions/crm/1", nil))
	check(get, "get", b.request("POST", "/v1/mentions/crm/1", nil))
	b.log.SetFaults(sourcetest.Faults{Publish: func(int) (bool, error) { return false, http.ErrServerClosed }})
	check(post, "post", b.send(`{"id":"3","text":"a"}`))
	for path, method := range map[string]string{post: "post", get: "get"} {
		for code := range d.at("paths", path, method, "responses").(map[string]any) {
			if !slices.Contains(seen[path], code) {
				t.Errorf("%s %s never answered %s, only %v", method, path, code, seen[path])
			}
		}
	}
}

// sameFields demands that a struct and the properties under names have the same
// fields.
func (d description) sameFields(in reflect.Type, names ...string) {
	d.t.Helper()
	var code, described []string
	for i := range in.NumField() {
		code = append(code, in.Field(i).Tag.Get("json"))
	}
	for name := range d.at(names...).(map[string]any) {
		described = append(described, name)
	}
	slices.Sort(code)
	slices.Sort(described)
	if diff := cmp.Diff(code, described); diff != "" {
		d.t.Errorf("%v (-code +described):\n%s", names, diff)
	}
}

func TestTheDescriptionHasTheFieldsAndLimitsOfTheCode(t *testing.T) {
	d := read(t)
	mention := []string{"components", "schemas", "Mention", "properties"}
	in := reflect.TypeFor[ingest.Submission]()
	d.sameFields(in, mention...)
	for _, name := range []string{"Author", "Reach"} {
		f, _ := in.FieldByName(name)
		d.sameFields(f.Type, append(slices.Clone(mention), strings.ToLower(name), "properties")...)
	}
	text := string(openapi)
	for _, limit := range []int{MaxBody, MaxBatch, directdial.MaxText, directdial.MaxID, directdial.MaxName, directdial.MaxMention} {
		if !strings.Contains(text, strconv.Itoa(limit)) {
			t.Errorf("the limit %d is not described", limit)
		}
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for i := range in.NumField() {
		if name := in.Field(i).Tag.Get("json"); !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("README.md does not name %s", name)
		}
	}
}
