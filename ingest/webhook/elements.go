package webhook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/directdial/directdial/internal/web"
)

// elements cuts the body into the raw bytes of its mentions. Lines stand for
// themselves, so that a broken one is refused alone. JSON must be JSON as a
// whole: behind an error of syntax nobody can say where a mention begins, and a
// guess could make mentions of what is text. Bytes that are no UTF-8 and names
// that come twice are no errors of syntax here; they concern one mention.
func (r *request) elements() ([][]byte, *web.Problem) {
	body := bytes.TrimPrefix(r.body, []byte("\xef\xbb\xbf")) // some write a byte order mark
	var list [][]byte
	var err error
	if r.lines {
		list, err = splitLines(body)
	} else {
		list, err = splitJSON(body)
	}
	switch {
	case errors.Is(err, errTooMany):
		p := web.NewProblem(http.StatusRequestEntityTooLarge, "A request may have 1000 mentions. Send them in several.")
		return nil, &p
	case err != nil:
		p := web.NewProblem(http.StatusBadRequest, err.Error())
		return nil, &p
	}
	return list, nil
}

var (
	errTooMany = errors.New("too many mentions")
	errEmpty   = refusal("The body is empty.")
)

// refusal is an error whose text is told to the sender.
type refusal string

func (r refusal) Error() string { return string(r) }

// splitLines cuts NDJSON into its lines; empty ones do not count.
func splitLines(body []byte) (list [][]byte, err error) {
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if len(list) == MaxBatch {
			return nil, errTooMany
		}
		list = append(list, line)
	}
	if len(list) == 0 {
		return nil, errEmpty
	}
	return list, nil
}

// splitJSON cuts an array into its elements; anything else is one element.
func splitJSON(body []byte) (list [][]byte, err error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if d.PeekKind() != '[' {
		element, err := d.ReadValue()
		if err == io.EOF {
			return nil, errEmpty
		}
		if err == nil {
			err = end(d)
		}
		if err != nil {
			return nil, notJSON(d, 0, err)
		}
		return [][]byte{bytes.Clone(element)}, nil
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, notJSON(d, 0, err)
	}
	for d.PeekKind() != ']' {
		element, err := d.ReadValue()
		if err != nil {
			return nil, notJSON(d, len(list), err)
		}
		if len(list) == MaxBatch {
			return nil, errTooMany
		}
		list = append(list, bytes.Clone(element))
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, notJSON(d, len(list), err)
	}
	if err := end(d); err != nil {
		return nil, notJSON(d, len(list), err)
	}
	return list, nil
}

var errTrailing = errors.New("there is more after the end")

// end holds that nothing follows.
func end(d *jsontext.Decoder) error {
	if _, err := d.ReadToken(); err != io.EOF {
		return errTrailing
	}
	return nil
}

// notJSON says where the syntax ends. It repeats nothing of the body.
func notJSON(d *jsontext.Decoder, index int, err error) error {
	at := d.InputOffset()
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		at = syntactic.ByteOffset
	}
	return refusal(fmt.Sprintf("The body is not valid JSON from byte %d on (mention %d). "+
		"Nothing of it was taken. Mentions one a line are sent as application/x-ndjson.", at, index))
}
