package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// told is one line of the answer to what takes long: how far it is, or at last
// what was found, or why it ended.
type told[T any] struct {
	Done  uint64 `json:"done,omitempty"`
	Of    uint64 `json:"of,omitempty"`
	Found *T     `json:"found,omitempty"`
	Error string `json:"error,omitempty"`
}

// tell answers line by line, so that whoever waits sees how far it is.
func tell[T any](w http.ResponseWriter, r *http.Request, work func(ctx context.Context, progress func(done, of uint64)) (*T, error)) {
	// It takes as long as the log is long.
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{})
	_ = control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", "application/x-ndjson")
	lines := json.NewEncoder(w)
	say := func(line told[T]) {
		_ = lines.Encode(line) // who hung up ends the request's context
		_ = control.Flush()
	}
	found, err := work(r.Context(), func(done, of uint64) { say(told[T]{Done: done, Of: of}) })
	if err != nil {
		say(told[T]{Error: err.Error()})
		return
	}
	say(told[T]{Found: found})
}

// follow asks for what is answered by tell; what names it in an error.
func follow[T any](c *Client, r *http.Request, what string, progress func(done, of uint64)) (*T, error) {
	resp, err := c.send(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, problem(resp)
	}
	for lines := json.NewDecoder(resp.Body); ; {
		var line told[T]
		if err := lines.Decode(&line); err != nil {
			return nil, fmt.Errorf("%s: the answer was broken off: %w", what, err)
		}
		switch {
		case line.Error != "":
			return nil, errors.New(line.Error)
		case line.Found != nil:
			return line.Found, nil
		}
		progress(line.Done, line.Of)
	}
}
