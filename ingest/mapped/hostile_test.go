package mapped

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

func TestHostileBodies(t *testing.T) {
	const simple = `{id: .n, text: .t}`
	deep := strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)
	for name, c := range map[string]struct {
		program, body, want string
	}{
		"deep, and nobody looks":        {simple, `{"n":"1","t":"a","x":` + deep + `}`, ""},
		"deep, and the mapping gets in": {`{id: "1", text: ([..] | length | tostring)}`, `{"x":` + deep + `}`, ""},
		"deep as a text":                {`{id: "1", text: .x}`, `{"x":` + deep + `}`, "must be a string"},
		"deep as a mention":             {`.x`, `{"x":` + deep + `}`, "JSON object"},
		"a thousand names twice":        {simple, `{` + strings.Repeat(`"n":"1",`, 1000) + `"t":"a"}`, ""},
		"a number with many digits":     {`{id: (.n | tostring), text: "a"}`, `{"n":` + strings.Repeat("9", 1000) + `}`, ""},
		"a number with more digits":     {`{id: (.n | tostring), text: "a"}`, `{"l":[{"n":-` + strings.Repeat("9", 1000) + `}]}`, "more than 1000 digits"},
		"a text of two MiB":             {`{id: "1", text: ("a" * 2097152)}`, `{}`, "more than 1048576 bytes"},
		"names without end":             {`{id: "1", text: "a", author: ([range(3000) | {key: (("n" * 400) + tostring), value: 1}] | from_entries)}`, `{}`, "more than 1048576 bytes"},
		"an endless loop":               {`{id: "1", text: last(repeat(1))}`, `{}`, "500000 steps"},
		"a value that holds itself":     {`{id: "1", text: "a", author: (reduce range(60) as $i ({}; {a: ., b: .}))}`, `{}`, ""},
		"a text that holds itself":      {`{id: "1", text: (reduce range(60) as $i ([]; [., .]))}`, `{}`, "must be a string"},
		"a huge text":                   {`{id: "1", text: ("a" * 1000000)}`, `{}`, "65536"},
		"a text of half a GiB":          {`{id: "1", text: ("a" * 1e12)}`, `{}`, "too large"},
		"an index beyond all":           {`.[1000000000000] = 1`, `[[]]`, "too large"},
		"an error with the whole body":  {`error(.)`, `{"t":"` + strings.Repeat("ä", 100_000) + `"}`, "...}"},
		"an end":                        {`halt_error`, `{}`, "halt"},
		"not a number":                  {`{id: "1", text: "a", reach: {likes: nan, views: infinite}}`, `{}`, "whole number"},
		"control characters":            {simple, `{"n":"1","t":"a\r\nBcc: x@evil.example\u001b[2J\u0000"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.program)
			a := b.taken(b.send(c.body+"\n"+`{"neighbour":1}`, kind("application/x-ndjson")))
			var first directdial.Rejected
			for _, r := range a.Rejected {
				if r.Index == 0 {
					first = r
				}
			}
			if (first.Error == "") != (c.want == "") || !strings.Contains(first.Error, c.want) || len(first.Error) > 300 || !utf8.ValidString(first.Error) {
				t.Errorf("%+v", a)
			}
		})
	}
}

// Which of the bounds ends them first is the machine's affair.
func TestWhatRunsOnEnds(t *testing.T) {
	for name, program := range map[string]string{
		"a recursion":      `def f: 1 + f; f`,
		"an endless array": `[range(1e18)]`,
		"a loop in a loop": `[range(1e9) as $i | range(1e9) as $j | select($i < 0)]`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, program)
			if w := b.send(`{}`); !strings.Contains(w.Body.String(), "the mapping takes ") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestALongNumberIsNotWritten(t *testing.T) {
	left := room(maxMade)
	left.shallow(new(big.Int).Lsh(big.NewInt(1), 4*maxMade), 2)
	if left >= 0 {
		t.Errorf("%d bytes are left", left)
	}
}

func TestARefusalNamesItsBound(t *testing.T) {
	for err, want := range map[error]string{
		standard.errSteps:  "the mapping takes more than 5000000 steps",
		standard.errTime:   "the mapping takes longer than 5s",
		standard.errLate:   "the mapping has taken 10s for this request; send fewer elements at once",
		standard.errBusy:   "the mapping is busy with other requests",
		standard.errMemory: "the mapping takes more than 256 MiB",
	} {
		if err.Error() != want || (directdial.KindOf(err) == directdial.Temporary) != (directdial.After(err) > 0) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestHostileRequests(t *testing.T) {
	for name, c := range map[string]struct {
		program, body string
		status        int
		detail        string
	}{
		"a MiB of brackets":           {`.`, strings.Repeat("[", ingest.MaxBody), 400, "not valid JSON"},
		"more than a MiB":             {`.`, strings.Repeat(" ", ingest.MaxBody+1), 413, "1048576"},
		"a mention too many":          {`range(1001) | {id: tostring, text: "a"}`, `{}`, 413, "1000"},
		"endless mentions":            {`repeat({id: "1", text: "a"})`, `{}`, 413, "1000"},
		"a mention too many at last":  {`.[] | {id: tostring, text: "a"}`, `[[` + strings.Repeat("1,", 999) + `1],[1]]`, 413, "1000"},
		"more elements than it may":   {`empty`, `[` + strings.Repeat("1,", 1000) + `1]`, 413, "1000"},
		"a text that doubles":         {`reduce range(60) as $i ("a"; . + .)`, `{}`, 503, "48 MiB"},
		"a text that doubles with it": {`reduce range(60) as $i (.t; . + .)`, `{"t":"` + strings.Repeat("a", 1<<19) + `"}`, 503, "48 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c.program)
			b.refused(b.send(c.body), c.status, c.detail)
		})
	}
}

func TestAMappingHasNoWayOut(t *testing.T) {
	t.Setenv("DIRECTDIAL_TEST_SECRET", "hush")
	b := newBench(t, `{id: "1", text: ([env, $ENV] | tojson)}`)
	b.taken(b.send(`{}`))
	if got := b.texts(); len(got) != 1 || got[0] != "1: [{},{}]" {
		t.Errorf("%q", got)
	}
	for _, program := range []string{
		`import "a" as a; .`, `include "a"; .`, `import "a" as $a; $a`, `input`, `inputs`, `debug`, `stderr`, `input_filename`,
		`get_search_list`, `$__prog_args`, `modulemeta`,
	} {
		if _, err := compile(program); err == nil {
			// What compiles must fail, or say nothing of this machine.
			b := newBench(t, program)
			if a := b.taken(b.send(`"a"`)); a.Accepted != 0 || len(a.Rejected) > 1 {
				t.Errorf("%s: %+v", program, a)
			}
		}
	}
}

// FuzzBody holds that no body makes a mapping panic or run on, and that what
// comes of it is accepted by the exchange.
func FuzzBody(f *testing.F) {
	f.Add([]byte(`{"n":"1","t":"<p>a","at":1795341600}`), "application/json")
	f.Add([]byte(`[{"n":1e999,"t":[[]]},{"n":"2","t":"b","l":[1,null,"x"]}]`), "application/json")
	f.Add([]byte("{\"n\":\"\xff\"}\n{"), "application/x-ndjson")
	f.Add([]byte(`{"specversion":"1.0","id":"e","source":"/","type":"t","data":{"n":"1"}}`), "application/cloudevents+json")
	b := newBench(f, `recurse(.l[]?; . != null) | {id: .n, text: (.t | html_text), created_at: (.at | todate? // null), author: .a, deleted: .d}`)
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		b.t = t
		w := b.send(string(body), kind(contentType))
		if w.Code >= 500 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q", w.Body)
		}
	})
}

// FuzzProgram holds that no program makes the compiler or the place of its
// errors panic, and that it ends.
func FuzzProgram(f *testing.F) {
	f.Add(`.a[] | {id, text: (.t | html_text)}`, `{"a":[{"id":"1","t":"x"}]}`)
	f.Add("# a comment\n{id: foo}", `null`)
	f.Add(`"\(`, `1`)
	f.Add(`$x`, `[]`)
	f.Add("\"\\\n", `0`)
	f.Add(`.a *= 2 | .[.n] = (1, 2) * 3`, `{"n":"a"}`)
	f.Fuzz(func(t *testing.T, text, body string) {
		p, err := compile(text)
		if err != nil {
			if directdial.KindOf(err) != directdial.Invalid || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		s := &Source{program: p, bounds: tight, slots: newSlots()}
		if _, err := s.run(t.Context(), http.Header{}, []ingest.Element{{Raw: []byte(body)}}); err != nil {
			_ = fmt.Sprint(problemOf(err))
		}
	})
}
