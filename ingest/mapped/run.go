package mapped

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/itchyny/gojq"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// errTooMany says that a request makes more mentions than it may.
var errTooMany = errors.New("too many mentions")

// run makes mentions of the elements of a request, each for itself: what fails
// is rejected at the index of its element. An error is about the request as a
// whole: errTooMany, of kind Temporary, or that of a sender who hung up.
func (s *Source) run(ctx context.Context, h http.Header, elements []ingest.Element) (*ingest.Submitted, error) {
	ctx, cancel := s.bounds.watch(ctx)
	defer cancel()
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	m := &mapping{
		program: s.program, bounds: s.bounds, headers: names(h),
		into: &ingest.Submitted{Source: s.setup.Name, MayWriteAs: s.mayWriteAs},
	}
	for i, e := range elements {
		if err := m.element(ctx, i, e); err != nil {
			return nil, err
		}
	}
	return m.into, nil
}

// mapping is a program at work on one request.
type mapping struct {
	program *program
	bounds  *bounds
	headers map[string]any
	into    *ingest.Submitted
	made    int // mentions, those that are rejected included
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
	outputs := m.program.code.RunWithContext(&meter{Context: ctx, bounds: m.bounds}, input, m.headersOf(e))
	for {
		v, ok := outputs.Next()
		if !ok {
			return nil
		}
		if err, failed := v.(error); failed {
			return m.fail(ctx, index, err)
		}
		if err := m.take(index, v); err != nil {
			return err
		}
	}
}

// fail rejects an element whose mapping failed, unless the whole request is to
// end.
func (m *mapping) fail(ctx context.Context, index int, err error) error {
	switch {
	case errors.Is(err, m.bounds.errSteps):
		m.into.Reject(index, err)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		m.into.Reject(index, invalid("", "the mapping fails: "+clip(err.Error(), 200)))
	}
	return nil
}

// take takes one output of the program: a mention, an array of them, or null for
// none.
func (m *mapping) take(index int, v any) error {
	list, several := v.([]any)
	if !several {
		list = []any{v}
	}
	for _, v := range list {
		if v == nil {
			continue
		}
		if m.made++; m.made > ingest.MaxBatch {
			return errTooMany
		}
		left := room(maxMade)
		mention := left.shallow(v, 2)
		if left < 0 {
			m.into.Reject(index, invalid("", fmt.Sprintf("the mapping makes a mention of more than %d bytes", maxMade)))
			continue
		}
		raw, err := gojq.Marshal(mention)
		if err != nil {
			return err
		}
		m.into.Add(index, raw)
	}
	return nil
}

// headersOf are the headers with the attributes of the CloudEvent of an element:
// structured or binary, they look alike to a mapping.
func (m *mapping) headersOf(e ingest.Element) map[string]any {
	if e.Event == nil {
		return m.headers
	}
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
