package cloudevent

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
)

const required = `"specversion":"1.0","id":"1","source":"/crm","type":"post"`

func TestStructuredEvents(t *testing.T) {
	attributes := func(more ...string) map[string]string {
		all := map[string]string{"specversion": "1.0", "id": "1", "source": "/crm", "type": "post"}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	for name, c := range map[string]struct {
		event string
		want  Event
	}{
		"without data":              {`{` + required + `}`, Event{attributes(), nil}},
		"JSON without a type":       {`{` + required + `,"data":{"a":1}}`, Event{attributes(), []byte(`{"a":1}`)}},
		"JSON of another type":      {`{` + required + `,"datacontenttype":"application/ld+json; charset=utf-8","data":[1]}`, Event{attributes("datacontenttype", "application/ld+json; charset=utf-8"), []byte(`[1]`)}},
		"null is data":              {`{` + required + `,"data":null}`, Event{attributes(), []byte(`null`)}},
		"a JSON string stays one":   {`{` + required + `,"data":"{}"}`, Event{attributes(), []byte(`"{}"`)}},
		"text in a string":          {`{` + required + `,"datacontenttype":"text/plain","data":"a\nb"}`, Event{attributes("datacontenttype", "text/plain"), []byte("a\nb")}},
		"base64":                    {`{` + required + `,"datacontenttype":"application/json","data_base64":"eyJhIjoxfQ=="}`, Event{attributes("datacontenttype", "application/json"), []byte(`{"a":1}`)}},
		"null is an attribute less": {`{` + required + `,"subject":null,"time":null}`, Event{attributes(), nil}},
		"extensions":                {`{` + required + `,"tenant":"acme","attempt":2,"urgent":true,"time":"2026-11-21T10:00:00Z"}`, Event{attributes("tenant", "acme", "attempt", "2", "urgent", "true", "time", "2026-11-21T10:00:00Z"), nil}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse([]byte(c.event))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error("-want +got\n" + diff)
			}
		})
	}
}

func TestWhatIsNoEventIsRefusedWithItsAttribute(t *testing.T) {
	for name, c := range map[string]struct{ event, field string }{
		"an array":                  {`[]`, ""},
		"null":                      {`null`, ""},
		"broken":                    {`{`, ""},
		"a name twice":              {`{"id":"1","id":"2"}`, ""},
		"no id":                     {`{"specversion":"1.0","source":"/","type":"x"}`, "id"},
		"an empty source":           {`{"specversion":"1.0","id":"1","source":"","type":"x"}`, "source"},
		"a type that is null":       {`{"specversion":"1.0","id":"1","source":"/","type":null}`, "type"},
		"the version before":        {`{"specversion":"0.3","id":"1","source":"/","type":"x"}`, "specversion"},
		"two kinds of data":         {`{` + required + `,"data":1,"data_base64":"eA=="}`, "data_base64"},
		"no base64":                 {`{` + required + `,"data_base64":"?"}`, "data_base64"},
		"base64 that is no string":  {`{` + required + `,"data_base64":[]}`, "data_base64"},
		"text that is no string":    {`{` + required + `,"datacontenttype":"text/plain","data":{}}`, "data"},
		"an object as an attribute": {`{` + required + `,"tenant":{}}`, "tenant"},
		"a fraction":                {`{` + required + `,"attempt":1.5}`, "attempt"},
		"a name in upper case":      {`{` + required + `,"Tenant":"x"}`, "Tenant"},
		"an empty name":             {`{` + required + `,"":"x"}`, ""},
		"a time that is none":       {`{` + required + `,"time":"now"}`, "time"},
		"a type of data that is no": {`{` + required + `,"datacontenttype":";;"}`, "datacontenttype"},
		"no UTF-8":                  {"{" + required + ",\"subject\":\"\xff\"}", "subject"},
		"a very long name":          {`{` + required + `,"` + strings.Repeat("A", 500) + `":1}`, strings.Repeat("A", 80) + "…"},
		"very deep":                 {`{` + required + `,"data":` + strings.Repeat("[", 1<<20), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.event))
			var e *directdial.Error
			if !errors.As(err, &e) || e.Kind != directdial.Invalid || e.Field != c.field {
				t.Errorf("%v", err)
			}
		})
	}
}

func binaryHeader(more ...string) http.Header {
	h := http.Header{}
	for _, line := range append([]string{"ce-specversion: 1.0", "ce-id: 1", "ce-source: /crm", "ce-type: post", "Content-Type: application/json"}, more...) {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return h
}

func TestBinaryEvents(t *testing.T) {
	for name, c := range map[string]struct{ header, attribute, want string }{
		"as it is":                 {"ce-subject: a+b", "subject", "a+b"},
		"percent":                  {"ce-subject: Euro%20%E2%82%AC%20%F0%9F%98%80", "subject", "Euro € 😀"},
		"percent in lower case":    {"ce-subject: %e2%82%ac", "subject", "€"},
		"encoded though it is not": {"ce-subject: %41", "subject", "A"},
		"one round only":           {"ce-subject: %2541", "subject", "%41"},
		"quotes of older senders":  {`ce-subject: "a \"b\" %20"`, "subject", `a "b"  `},
		"an extension":             {"Ce-Tenant: acme", "tenant", "acme"},
	} {
		t.Run(name, func(t *testing.T) {
			h := binaryHeader(c.header)
			e, err := ParseBinary(h, []byte("{}"))
			if err != nil || !IsBinary(h) || e.Attributes[c.attribute] != c.want || string(e.Data) != "{}" || !IsJSON(e.ContentType()) {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
	for name, header := range map[string]string{
		"half of a percent":       "ce-subject: 5%",
		"no hexadecimal digits":   "ce-subject: %zz",
		"an overlong space":       "ce-subject: %C0%A0",
		"twice":                   "ce-type: another",
		"a type of data":          "ce-datacontenttype: text/plain",
		"a name with a hyphen":    "ce-my-tenant: x",
		"a time that is none":     "ce-time: now",
		"a header without a name": "ce-: x",
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			if e, err := ParseBinary(binaryHeader(header), nil); directdial.KindOf(err) != directdial.Invalid {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
}

// FuzzParse holds that nothing makes the parser panic, and that what it takes
// says the same when it is written and read again.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{`+required+`,"data":{"a":1},"tenant":"acme"}`), "text/plain", "Euro%20%E2%82%AC")
	f.Add([]byte(`{`+required+`,"data_base64":"eA=="}`), "application/json", `"a\"b"`)
	f.Add([]byte("{\"\xff\":1}"), ";", "%C0%A0")
	f.Fuzz(func(t *testing.T, raw []byte, contentType, value string) {
		if e, err := Parse(raw); err == nil {
			members := map[string]any{}
			for name, value := range e.Attributes {
				members[name] = value
			}
			again, err := json.Marshal(members)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Parse(again); err != nil || !maps.Equal(got.Attributes, e.Attributes) {
				t.Errorf("%v, then %v, %v", e.Attributes, got.Attributes, err)
			}
		}
		h := binaryHeader("ce-subject: " + value)
		h.Set("Content-Type", contentType)
		if e, err := ParseBinary(h, raw); err == nil && e.check() != nil {
			t.Errorf("%+v is no event", e)
		}
	})
}
