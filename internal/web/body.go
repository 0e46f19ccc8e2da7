package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"
)

// ReadBody reads the body of a request, of at most limit bytes. One that is
// announced as larger is refused before it is read.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *Problem) {
	tooLarge := NewProblem(http.StatusRequestEntityTooLarge, "A request may have "+strconv.FormatInt(limit, 10)+" bytes. Send the mentions in several.")
	if r.ContentLength > limit {
		return nil, &tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var max *http.MaxBytesError
	if errors.As(err, &max) {
		return nil, &tooLarge
	}
	if err != nil {
		p := NewProblem(http.StatusBadRequest, "The body broke off or came too slowly.")
		return nil, &p
	}
	return body, nil
}
