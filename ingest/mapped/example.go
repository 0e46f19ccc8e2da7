package mapped

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/setting"
)

// Example is a body and what the mapping must make of it.
type Example struct {
	// Body as it is posted: a JSON text.
	Body setting.Text `yaml:"body" jsonschema:"required"`
	// Headers that come with it. Content-Type is application/json if it is left
	// out.
	Headers map[string]string `yaml:"headers"`
	// Mentions that come of it, all of them, in this order, with all their fields.
	Mentions []ingest.Submission `yaml:"mentions"`
}

// try runs an example and says what is wrong with it, each at its line.
func (s *Source) try(n int, e *Example) (problems []error) {
	field := fmt.Sprintf("examples[%d]", n)
	say := func(field, format string, args ...any) {
		problems = append(problems, invalid(field, fmt.Sprintf(format, args...)))
	}
	got, err := s.example(e)
	if err != nil {
		say(field+".body", "%v", err)
		return problems
	}
	for _, r := range got.Rejected {
		say(field, "what the mapping makes of element %d is rejected: %s", r.Index, strings.TrimSpace(r.Field+" "+r.Error))
	}
	for i := range e.Mentions {
		at := fmt.Sprintf("%s.mentions[%d]", field, i)
		want, err := e.Mentions[i].Item(s.setup.Name)
		switch {
		case err != nil:
			say(at, "is no mention: %v", err)
		case i >= len(got.Items):
			say(at, "is missing; the mapping makes %d", len(got.Items))
		default:
			for _, d := range differences(fieldsOf(want), fieldsOf(got.Items[i])) {
				say(at+"."+d.field, "expected %s, mapped %s", d.want, d.got)
			}
		}
	}
	for i := len(e.Mentions); i < len(got.Items); i++ {
		say(field, "the mapping makes one more: %s", fieldsOf(got.Items[i]))
	}
	return problems
}

// example gives the body of an example to the mapping.
func (s *Source) example(e *Example) (*ingest.Submitted, error) {
	h := http.Header{"Content-Type": {"application/json"}}
	for name, value := range e.Headers {
		h.Set(name, value)
	}
	elements, problem := ingest.Elements(h, []byte(e.Body))
	if problem != nil {
		return nil, errors.New(problem.Detail)
	}
	return s.run(context.Background(), h, elements)
}
