package mapped

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/itchyny/gojq"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

var (
	// errTooMany says that a request makes more mentions than it may.
	errTooMany = errors.New("too many mentions")
	// errNoSlot is of the elements behind one whose program keeps the slot.
	errNoSlot = invalid("", "the mapping does not get to it: an element before it takes long, and too many others do; send it again later")
)

// run makes mentions of the elements of a request, each for itself: what fails
// is rejected at the index of its element. An error is about the request as a
// whole: errTooMany, of kind Temporary, or that of a sender who hung up.
func (s *Source) run(ctx context.Context, h http.Header, elements []ingest.Element) (*ingest.Submitted, error) {
	waiting, served := context.WithTimeoutCause(ctx, s.bounds.wait, s.bounds.errBusy)
	err := s.slots.take(waiting)
	served()
	if err != nil {
		return nil, err
	}
	program, err := s.program.forRequest()
	if err != nil {
		s.slots.free()
		return nil, err
	}
	m := &mapping{
		work: work{program: program, bounds: s.bounds}, slots: s.slots, holds: true, log: s.setup.Log, headers: names(h),
		into: &ingest.Submitted{Source: s.setup.Name, MayWriteAs: s.mayWriteAs},
	}
	defer m.free()
	ctx, cancel := s.bounds.watch(ctx)
	defer cancel()
	for i, e := range elements {
		if err := m.element(ctx, i, e); err != nil {
			return nil, err
		}
	}
	return m.into, nil
}

// mapping is a program at work on one request.
type mapping struct {
	work
	slots   *slots
	holds   bool // its slot
	log     zerolog.Logger
	headers map[string]any
	into    *ingest.Submitted
	made    int // mentions, those that are rejected included
}

func (m *mapping) free() {
	if m.holds {
		m.slots.free()
	}
}

// element runs the program on one element.
func (m *mapping) element(ctx context.Context, index int, e ingest.Element) error {
	if e.Err != nil {
		m.into.Reject(index, e.Err)
		return nil
	}
	input, err := decode(e.Raw)
	if err != nil {
		m.into.Reject(index, err)
		return nil
	}
	if !m.holds {
		m.into.Reject(index, errNoSlot)
		return nil
	}
	out := m.try(ctx, input, m.headersOf(e))
	m.made += len(out.mentions)
	for _, made := range out.mentions {
		if made.err != nil {
			m.into.Reject(index, made.err)
		} else {
			m.into.Add(index, made.raw)
		}
	}
	return m.fail(ctx, index, out.err)
}

// try runs the program beside the request, so that the answer does not wait for
// a step that does not end.
func (m *mapping) try(ctx context.Context, input any, headers map[string]any) output {
	ctx, cancel := context.WithTimeoutCause(ctx, m.bounds.element, m.bounds.errTime)
	defer cancel()
	var out output
	ended, most := make(chan struct{}), ingest.MaxBatch-m.made
	go func() {
		defer close(ended)
		out = m.run(ctx, input, headers, most)
	}()
	select {
	case <-ended:
		return out
	case <-ctx.Done():
	}
	grace := time.NewTimer(m.bounds.grace)
	defer grace.Stop()
	select {
	case <-ended:
		return out
	case <-grace.C:
	}
	m.holds = m.slots.leave(ended)
	m.log.Warn().Int("left", len(m.slots.left)).Bool("slot", m.holds).
		Msg("a step of the mapping takes long and cannot be stopped: it is left running, and its element is rejected")
	return output{err: context.Cause(ctx)}
}

// fail rejects an element whose mapping failed, unless the whole request is to
// end.
func (m *mapping) fail(ctx context.Context, index int, err error) error {
	b := m.bounds
	switch {
	case err == nil:
	case errors.Is(err, errTooMany):
		return err
	case errors.Is(err, b.errSteps), errors.Is(err, b.errTime), errors.Is(err, b.errLate):
		m.into.Reject(index, err)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		m.into.Reject(index, invalid("", "the mapping fails: "+clip(wordsOf(err), 200)))
	}
	return nil
}

// wordsOf is the text of an error of jq. The value that it may have is written in
// part: it can be of any size, see whole.
func wordsOf(err error) string {
	var has gojq.ValueError
	if !errors.As(err, &has) {
		return err.Error()
	}
	says := "error: "
	if errors.As(err, new(*gojq.HaltError)) {
		says = "halt error: "
	}
	if text, ok := has.Value().(string); ok {
		return says + text
	}
	return says + gojq.Preview(has.Value())
}

// headersOf are the headers with the attributes of the CloudEvent of an element:
// structured or binary, they look alike to a mapping. They are a copy, as a
// program that was left may still read its own.
func (m *mapping) headersOf(e ingest.Element) map[string]any {
	out := maps.Clone(m.headers)
	for name, value := range e.Event {
		out["ce-"+name] = value
	}
	return out
}

// names are the headers of a request as a mapping sees them, in lower case, the
// credentials left out.
func names(h http.Header) map[string]any {
	out := map[string]any{}
	for name, values := range h {
		if name != "Authorization" && name != "Cookie" {
			out[strings.ToLower(name)] = strings.ToValidUTF8(strings.Join(values, ", "), "\ufffd")
		}
	}
	return out
}

// clip cuts a text between two characters and shows that it did.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.ToValidUTF8(s[:limit], "\ufffd") + "…"
}

// problemOf is the answer when a request is refused as a whole.
func problemOf(err error) web.Problem {
	if errors.Is(err, errTooMany) {
		return *ingest.TooMany()
	}
	p := web.ProblemOf(&directdial.Error{Kind: directdial.Temporary})
	var e *directdial.Error
	if errors.As(err, &e) {
		p.Detail, p.RetryAfter = "Nothing was taken: "+e.Msg+". Send the same request again later.", e.After
	}
	return p
}
