package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Receive reads a signed request: its body, raw, of at most limit bytes, and
// what the signature says. Where ok is false, it has answered: the sender's
// handshake, or 405, 413, 415, or 401, the same for whatever is wrong with a
// signature.
func (v *Verifier) Receive(w http.ResponseWriter, r *http.Request, limit int64, now time.Time) (body []byte, signed Signed, ok bool) {
	if v.Handshake(w, r) {
		return nil, Signed{}, false
	}
	if r.Method != http.MethodPost {
		allowed := http.MethodPost
		if v.scheme.crc {
			allowed = "GET, POST"
		}
		MethodNotAllowed(w, allowed)
		return nil, Signed{}, false
	}
	if c := r.Header.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		NewProblem(http.StatusUnsupportedMediaType, "The body must not be compressed.").Write(w)
		return nil, Signed{}, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		NewProblem(http.StatusRequestEntityTooLarge, "").Write(w)
		return nil, Signed{}, false
	case err != nil:
		NewProblem(http.StatusBadRequest, "The body broke off or came too slowly.").Write(w)
		return nil, Signed{}, false
	}
	if signed, err = v.Verify(r.Header, body, now); err != nil {
		NewProblem(http.StatusUnauthorized, "A valid signature is required.").Write(w)
		return nil, Signed{}, false
	}
	return body, signed, true
}

// Payload returns the JSON of a webhook: the body, or the field payload of a
// form, as GitHub can be told to send it. Discourse calls a body a form and sends
// JSON all the same. ok is false if it is neither. It is called after the
// signature, which is of the raw body.
func Payload(h http.Header, body []byte) (payload []byte, ok bool) {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case err != nil:
		return nil, false
	case kind == "application/json", strings.HasSuffix(kind, "+json"):
		return body, true
	case kind == "application/x-www-form-urlencoded" && bytes.HasPrefix(body, []byte("{")):
		return body, true
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		return []byte(form.Get("payload")), err == nil && form.Has("payload")
	}
	return nil, false
}
