package sourcetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial/ingest"
)

// Posted is a type of source that is posted to, and what posts to it.
type Posted struct {
	// Settings are those of a source that takes what Deliver makes, as YAML
	// without name and type.
	Settings string
	// Serve serves all sources of a runner. Nil: each at its own address.
	Serve func(*ingest.Runner) http.Handler
	// Path of the requests; "" is the source's own.
	Path string
	// Deliver makes something new appear, and returns the request that tells of
	// it and the id of the mention that must come of it.
	Deliver func(address string) (r *http.Request, id string)
	// Sign makes a request of any body, as somebody with the secret or the
	// token sends it.
	Sign func(address string, body any) *http.Request
}

// receiving is one test: the exchange, and the process that is posted to.
type receiving struct {
	*testing.T
	kind    string
	posted  Posted
	log     *Log
	handler http.Handler
}

// told is a request that can be sent again.
type told struct {
	request *http.Request
	body    []byte
	id      string
}

var errStore = errors.New("the log is full")

// Receive runs the kit for what is posted: one subtest for each thing that a
// receiver of that type must hold. What it did not take, its sender sends again.
// sender is called in the bubble of each test.
func Receive(t *testing.T, kind string, sender func() Posted) {
	for name, f := range map[string]func(r *receiving){
		"each delivery arrives once":                                     (*receiving).arrives,
		"deliveries out of order all arrive":                             (*receiving).reversed,
		"the same delivery again changes nothing":                        (*receiving).repeated,
		"a 503 says that it cannot be stored, and the next try is taken": (*receiving).full,
		"a kill between publishing and answering loses nothing":          (*receiving).killed,
		"who has no credential is refused":                               (*receiving).stranger,
		"a body that is hostile stores nothing and ends nothing":         (*receiving).hostile,
	} {
		name = "posted: " + name
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &receiving{T: t, kind: kind, posted: sender(), log: NewLog()}
				r.start()
				f(r)
				if !t.Failed() {
					pass(kind, name)
				}
			})
		})
	}
	record(t, kind)
}

// start begins a new process, which knows what is on disk and nothing else.
func (r *receiving) start() {
	r.Helper()
	runner := ingest.NewRunner(ingest.Options{Log: r.log, Keyer: Key, Metrics: prometheus.NewRegistry(), Logger: zerolog.Nop()})
	config := ingest.Config{Name: sourceName, Type: r.kind, Settings: r.posted.Settings, Decode: decode(r.posted.Settings)}
	if err := runner.SetSources([]ingest.Config{config}); err != nil {
		r.Fatal(err)
	}
	if r.handler = runner.Handler(); r.posted.Serve != nil {
		r.handler = r.posted.Serve(runner)
	}
}

func (r *receiving) address() string {
	if r.posted.Path != "" {
		return "http://hook.example" + r.posted.Path
	}
	return "http://hook.example/v1/sources/" + sourceName + "/"
}

// next is a delivery of something new.
func (r *receiving) next() told {
	r.Helper()
	req, id := r.posted.Deliver(r.address())
	return r.keep(req, id)
}

func (r *receiving) keep(req *http.Request, id string) told {
	r.Helper()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		r.Fatal(err)
	}
	return told{request: req, body: body, id: id}
}

// send sends a delivery and returns the status of the answer.
func (r *receiving) send(d told) *http.Response {
	r.Helper()
	req := d.request.Clone(r.Context())
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(d.body)), int64(len(d.body))
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, req)
	return w.Result()
}

// taken sends a delivery, which must be taken.
func (r *receiving) taken(d told) {
	r.Helper()
	if resp := r.send(d); resp.StatusCode/100 != 2 {
		r.Fatalf("%s: %s", d.id, resp.Status)
	}
}

// stored demands that these and no others stand on MENTIONS, each once.
func (r *receiving) stored(deliveries ...told) {
	r.Helper()
	got, want := []string{}, []string{}
	for _, m := range r.log.Mentions() {
		got = append(got, m.ID)
	}
	for _, d := range deliveries {
		want = append(want, d.id)
	}
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		r.Errorf("stored %q, want %q", got, want)
	}
}

func (r *receiving) arrives() {
	a, b := r.next(), r.next()
	r.taken(a)
	r.taken(b)
	r.stored(a, b)
}

func (r *receiving) reversed() {
	a, b, c := r.next(), r.next(), r.next()
	for _, d := range []told{c, a, b} {
		r.taken(d)
	}
	r.stored(a, b, c)
}

func (r *receiving) repeated() {
	a, b := r.next(), r.next()
	for _, d := range []told{a, a, b, a, b} {
		r.taken(d)
	}
	r.start()
	r.taken(a)
	r.stored(a, b)
}

func (r *receiving) full() {
	d := r.next()
	for range 2 {
		r.log.SetFaults(Faults{Publish: func(int) (bool, error) { return false, errStore }})
		resp := r.send(d)
		if resp.StatusCode != http.StatusServiceUnavailable {
			r.Errorf("answers %s", resp.Status)
		}
		r.stored()
	}
	r.log.SetFaults(Faults{})
	r.taken(d)
	r.stored(d)
}

func (r *receiving) killed() {
	d := r.next()
	r.log.SetFaults(Faults{Publish: func(int) (bool, error) { return true, context.Canceled }})
	if resp := r.send(d); resp.StatusCode/100 == 2 {
		r.Errorf("answers %s", resp.Status)
	}
	r.log.SetFaults(Faults{})
	r.start()
	r.taken(d)
	r.stored(d)
}

func (r *receiving) stranger() {
	d := r.next()
	bare := d
	bare.request = d.request.Clone(r.Context())
	for name := range d.request.Header {
		if name != "Content-Type" {
			bare.request.Header.Del(name)
		}
	}
	if resp := r.send(bare); resp.StatusCode/100 != 4 {
		r.Errorf("answers %s", resp.Status)
	}
	r.stored()
	r.taken(d)
	r.stored(d)
}

// hostile sends what somebody with the secret should not, and what nobody should.
func (r *receiving) hostile() {
	nested := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	for _, body := range []string{
		`null`, `[]`, `7`, `"x"`, `{}`, `{"action":7,"post":[],"data":null,"issue":"","posts":{}}`, nested,
		`{"data":{"event_type":"post.create","payload":7},"action":"opened","issue":{"id":{}},"post":{"id":"x"}}`,
	} {
		d := r.keep(r.posted.Sign(r.address(), json.RawMessage(body)), "")
		if resp := r.send(d); resp.StatusCode/100 == 5 {
			r.Errorf("%.40s: answers %s", body, resp.Status)
		}
	}
	d := r.next()
	for name, body := range map[string][]byte{
		"half":  d.body[:len(d.body)/2],
		"large": bytes.Repeat([]byte(" "), tooMuch),
		"bytes": {0xff, 0xfe, 0, 1, 2},
		"empty": nil,
	} {
		broken := d
		broken.body = body
		if resp := r.send(broken); resp.StatusCode/100 != 4 {
			r.Errorf("%s: answers %s", name, resp.Status)
		}
	}
	small := d
	small.request = d.request.Clone(r.Context())
	small.request.Header.Set("Content-Encoding", "gzip")
	small.body = packed()
	if resp := r.send(small); resp.StatusCode/100 != 4 {
		r.Errorf("gzip: answers %s", resp.Status)
	}
	r.stored()
	r.taken(d)
	r.stored(d)
}
