package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// maxBody bounds what the fake reads of a request.
const maxBody = 1 << 20

// errCut is a request whose body does not end: its client was killed or gave
// up. It is no call, and nothing that its client does wrong.
var errCut = errors.New("the request was cut off")

// arguments reads the arguments of a call from a form or a JSON body, never
// from the address: what stands there ends up in logs of proxies.
func arguments(r *http.Request) (map[string]string, error) {
	if r.URL.RawQuery != "" {
		return nil, fmt.Errorf("arguments stand in the address")
	}
	if r.Method != http.MethodPost {
		return nil, fmt.Errorf("the method is %s, not POST", r.Method)
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return nil, err
	}
	if err != nil {
		return nil, errCut
	}
	if len(body) == 0 {
		return map[string]string{}, nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		return fromForm(body)
	case "application/json":
		return fromJSON(body)
	}
	return nil, fmt.Errorf("the content type is %q", kind)
}

func fromForm(body []byte) (map[string]string, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	args := map[string]string{}
	for name, values := range form {
		if len(values) > 1 {
			return nil, fmt.Errorf("%q is given %d times", name, len(values))
		}
		args[name] = values[0]
	}
	return args, nil
}

func fromJSON(body []byte) (map[string]string, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	args := map[string]string{}
	for name, raw := range fields {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		args[name] = text
	}
	return args, nil
}

// reply is the body of an answer.
type reply map[string]any

// refuse is how Slack says no: status 200 and a code.
func refuse(code string) reply { return reply{"ok": false, "error": code} }

// tooFast is the one answer of a method that is no 200.
type tooFast struct{ seconds string }

func write(w http.ResponseWriter, answer any) {
	if t, ok := answer.(tooFast); ok {
		w.Header().Set("Retry-After", t.seconds)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusTooManyRequests)
		answer = refuse("ratelimited")
	} else {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	// The client may be gone: that is its affair.
	_ = json.NewEncoder(w).Encode(answer)
}
