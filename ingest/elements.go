package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/directdial/directdial/internal/cloudevent"
	"github.com/directdial/directdial/internal/web"
)

// Bounds of one request to a receiver of mentions.
const (
	MaxBody  = 1 << 20 // bytes
	MaxBatch = 1000    // elements
)

// Element is one of the things that a request brings.
type Element struct {
	Raw []byte // JSON, perhaps broken
	// Event has the attributes of the CloudEvent that it came in; nil if it came
	// in none.
	Event map[string]string
	// Err says what is wrong with an event that stands for itself: it is refused
	// alone.
	Err error
}

// Elements cuts the body of a request into its elements: an object, those of an
// array, the lines of NDJSON, the data of CloudEvents. Lines stand for
// themselves, so that a broken one is refused alone. JSON must be JSON as a
// whole: behind an error of syntax nobody can say where an element begins, and
// a guess could make mentions of what is text. Bytes that are no UTF-8 and names
// that come twice are no errors of syntax here; they concern one element.
func Elements(h http.Header, body []byte) ([]Element, *web.Problem) {
	f, problem := formOf(h)
	if problem != nil {
		return nil, problem
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) // some write a byte order mark
	list, err := f.elements(h, body)
	switch {
	case errors.Is(err, errTooMany):
		return nil, TooMany()
	case err != nil:
		p := web.NewProblem(http.StatusBadRequest, err.Error())
		return nil, &p
	}
	return list, nil
}

// TooMany is the answer to a request of more than MaxBatch mentions.
func TooMany() *web.Problem {
	p := web.NewProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("A request may have %d mentions. Send them in several.", MaxBatch))
	return &p
}

// form is how the elements stand in a body.
type form uint8

const (
	formJSON form = iota
	formLines
	formEvent  // structured
	formEvents // batched
)

// formOf tells the form by the media type.
func formOf(h http.Header) (form, *web.Problem) {
	problem := func(detail string) *web.Problem {
		p := web.NewProblem(http.StatusUnsupportedMediaType, detail)
		return &p
	}
	// Not unpacked: 1 MiB could become a thousand, and nobody has to send more
	// at once.
	if c := h.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return 0, problem("The body must not be compressed.")
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return 0, problem("The charset must be UTF-8.")
	}
	switch {
	case kind == cloudevent.MediaType:
		return formEvent, nil
	case kind == cloudevent.MediaTypeBatch:
		return formEvents, nil
	case cloudevent.IsMediaType(kind):
		return 0, problem("Of CloudEvents there is the JSON format only: " + cloudevent.MediaType + " or " + cloudevent.MediaTypeBatch + ".")
	case isLines(kind):
		return formLines, nil
	case cloudevent.IsJSON(kind):
		return formJSON, nil
	}
	return 0, problem("The Content-Type must be application/json (one mention, or an array), application/x-ndjson (one mention a line), or one of CloudEvents.")
}

func isLines(kind string) bool {
	switch kind {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return true
	}
	return false
}

func (f form) elements(h http.Header, body []byte) ([]Element, error) {
	switch f {
	case formEvent:
		list, err := splitEvents([][]byte{body})
		if err == nil && list[0].Err != nil {
			err = refusal("The body is no CloudEvent 1.0: " + list[0].Err.Error() + ".")
		}
		return list, err
	case formEvents:
		raw, err := splitJSON(body)
		if err != nil {
			return nil, err
		}
		return splitEvents(raw)
	}
	var event map[string]string
	if cloudevent.IsBinary(h) {
		e, err := cloudevent.ParseBinary(h, body)
		if err != nil {
			return nil, refusal("The headers are no CloudEvent 1.0: " + err.Error() + ".")
		}
		event = e.Attributes
	}
	split := splitJSON
	if f == formLines {
		split = splitLines
	}
	raw, err := split(body)
	return within(event, raw), err
}

// splitEvents cuts the data of each event into its elements, as if it had come
// alone. An event that cannot be read is an element with an error.
func splitEvents(raw [][]byte) (list []Element, err error) {
	for _, r := range raw {
		if e, err := cloudevent.Parse(r); err != nil {
			list = append(list, Element{Err: err})
		} else {
			list = append(list, splitData(e)...)
		}
		if len(list) > MaxBatch {
			return nil, errTooMany
		}
	}
	return list, nil
}

func splitData(e cloudevent.Event) []Element {
	kind, _, _ := mime.ParseMediaType(e.ContentType()) // checked
	split := splitJSON
	switch {
	case e.Data == nil:
		return []Element{{Err: refused("data", "is required here")}}
	case isLines(kind):
		split = splitLines
	case kind != "" && !cloudevent.IsJSON(kind):
		return []Element{{Err: refused("datacontenttype", "must be JSON or NDJSON")}}
	}
	raw, err := split(e.Data)
	switch {
	case errors.Is(err, errTooMany):
		return make([]Element, MaxBatch+1) // the whole request is too large
	case err != nil:
		return []Element{{Err: refused("data", "is not valid JSON")}}
	}
	return within(e.Attributes, raw)
}

// within makes elements that came in one event, or in none.
func within(event map[string]string, raw [][]byte) []Element {
	list := make([]Element, len(raw))
	for i, r := range raw {
		list[i] = Element{Raw: r, Event: event}
	}
	return list
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
