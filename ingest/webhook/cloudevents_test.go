package webhook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	structured = "application/cloudevents+json"
	batched    = "application/cloudevents-batch+json; charset=UTF-8"
)

// event is a structured CloudEvent with more members.
func event(more string) string {
	return `{"specversion":"1.0","id":"e1","source":"/crm","type":"example.post",` + more + `}`
}

// binary are the headers of a CloudEvent in the binary mode.
func binary(more ...string) []option {
	options := []option{header("ce-specversion", "1.0"), header("ce-id", "e1"), header("ce-source", "/crm"), header("ce-type", "example.post")}
	for i := 0; i < len(more); i += 2 {
		options = append(options, header(more[i], more[i+1]))
	}
	return options
}

func TestCloudEventsBringMentions(t *testing.T) {
	const one, two = `{"id":"1","text":"a"}`, `{"id":"2","text":"a"}`
	of := func(kind string) []option { return []option{header("Content-Type", kind)} }
	for name, c := range map[string]struct {
		body               string
		options            []option
		accepted, rejected int
	}{
		"structured":                    {event(`"data":` + one), of(structured), 1, 0},
		"structured, several":           {event(`"data":[` + one + `,` + two + `]`), of(structured), 2, 0},
		"structured, base64":            {event(`"datacontenttype":"application/json","data_base64":"eyJpZCI6IjEiLCJ0ZXh0IjoiYSJ9"`), of(structured), 1, 0},
		"structured, lines in a string": {event(`"datacontenttype":"application/x-ndjson","data":"{\"id\":\"1\",\"text\":\"a\"}\n{"`), of(structured), 1, 1},
		"structured, with headers too":  {event(`"data":` + one), append(binary("ce-id", "%zz"), of(structured)...), 1, 0},
		"a batch":                       {`[` + event(`"data":`+one) + `,` + event(`"data":`+two) + `]`, of(batched), 2, 0},
		"an empty batch":                {`[]`, of(batched), 0, 0},
		"binary":                        {one, binary(), 1, 0},
		"binary, an array":              {`[` + one + `,` + two + `]`, binary(), 2, 0},
		"binary, lines":                 {one + "\n" + two, append(binary(), ndjson), 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.counts(b.send(c.body, c.options...), c.accepted, 0, c.rejected)
			b.stored(c.accepted, 0)
		})
	}
}

func TestAnEventThatIsNoneTakesNoNeighbourWithIt(t *testing.T) {
	b := newBench(t)
	a := b.taken(b.send(`[`+strings.Join([]string{
		event(`"data":{"id":"1","text":"a"}`),
		`{"specversion":"1.0","id":"e2","type":"example.post","data":{}}`,
		event(`"subject":"no data"`),
		event(`"datacontenttype":"text/plain","data":"a"`),
		event(`"datacontenttype":"application/json","data_base64":"e30gew=="`),
		event(`"data":{"id":"2"}`),
		event(`"data":{"id":"3","text":"a"}`),
		`7`,
	}, ",")+`]`, header("Content-Type", batched)))
	var got []string
	for _, r := range a.Rejected {
		got = append(got, r.Field+" "+r.Error)
	}
	want := []string{
		"source is required in an event", "data is required here", "datacontenttype must be JSON or NDJSON", "data is not valid JSON",
		"text is required and empty here", " an event is a JSON object",
	}
	if diff := cmp.Diff(want, got); diff != "" || a.Accepted != 2 || a.Rejected[5].Index != 7 {
		t.Errorf("%+v\n%s", a, diff)
	}
}

func TestRequestsThatAreNoCloudEvent(t *testing.T) {
	many := event(`"data":[` + strings.Repeat(`{},`, 600) + `{}]`)
	for name, c := range map[string]struct {
		body    string
		status  int
		detail  string
		options []option
	}{
		"without an id":           {`{"specversion":"1.0","source":"/","type":"x","data":{}}`, 400, "id: is required", []option{header("Content-Type", structured)}},
		"of another version":      {`{"specversion":"0.3"}`, 400, "id", []option{header("Content-Type", structured)}},
		"a batch in one event":    {`[]`, 400, "JSON object", []option{header("Content-Type", structured)}},
		"a batch that breaks off": {`[{"specversion":"1.0"`, 400, "mention 0", []option{header("Content-Type", batched)}},
		"another format":          {`<event/>`, 415, "JSON format", []option{header("Content-Type", "application/cloudevents+xml")}},
		"binary without a source": {`{}`, 400, "source: is required", []option{header("ce-specversion", "1.0"), header("ce-id", "1"), header("ce-type", "x")}},
		"binary, badly encoded":   {`{}`, 400, "subject", binary("ce-subject", "%C0%A0")},
		"binary, of another type": {`a`, 415, "CloudEvents", binary("Content-Type", "text/plain")},
		"more than a thousand":    {`[` + many + `,` + many + `]`, 413, "1000", []option{header("Content-Type", batched)}},
		"a thousand in one event": {event(`"data":[` + strings.Repeat(`{},`, 1000) + `{}]`), 413, "1000", []option{header("Content-Type", structured)}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if w := b.send(c.body, c.options...); w.Code != c.status || !strings.Contains(w.Body.String(), c.detail) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			b.stored(0, 0)
		})
	}
}
