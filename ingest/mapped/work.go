package mapped

import (
	"context"
	"fmt"

	"github.com/itchyny/gojq"
)

// work is what a program needs to run on an element. It shares nothing with the
// request that could change, so that it may run on when the request has ended.
type work struct {
	program *program
	bounds  *bounds
}

// output is what a program made of one element.
type output struct {
	mentions []made
	err      error // that it ended with
}

// made is a mention as JSON, or why it is none.
type made struct {
	raw []byte
	err error
}

// run runs the program; it may make so many mentions. A panic would end the
// daemon, as nobody above it recovers: it is an error of the element.
func (w work) run(ctx context.Context, input any, headers map[string]any, most int) (out output) {
	defer func() {
		if p := recover(); p != nil {
			out.err = fmt.Errorf("jq panics: %v", p)
		}
	}()
	outputs := w.program.code.RunWithContext(&meter{Context: ctx, bounds: w.bounds}, input, headers)
	for {
		v, ok := outputs.Next()
		if !ok {
			return out
		}
		err, failed := v.(error)
		if !failed {
			err = out.take(v, most)
		}
		if err != nil {
			out.err = err
			return out
		}
	}
}

// take takes one output of the program: a mention, an array of them, or null for
// none.
func (o *output) take(v any, most int) error {
	list, several := v.([]any)
	if !several {
		list = []any{v}
	}
	for _, v := range list {
		if v == nil {
			continue
		}
		if len(o.mentions) == most {
			return errTooMany
		}
		left := room(maxMade)
		mention := left.shallow(v, 2)
		if left < 0 {
			o.mentions = append(o.mentions, made{err: invalid("", fmt.Sprintf("the mapping makes a mention of more than %d bytes", maxMade))})
			continue
		}
		raw, err := gojq.Marshal(mention)
		if err != nil {
			return err
		}
		o.mentions = append(o.mentions, made{raw: raw})
	}
	return nil
}
