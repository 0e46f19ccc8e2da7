package slack

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/web"
)

// signed is a channel that hears over HTTP: Slack posts what people do to
// http.public_url, and signs it.
type signed struct {
	*channel
	secret []byte
}

// requests is where Slack posts everything: interactivity, the slash command and
// events.
const requests = "/v1/channels/slack/requests"

const (
	// maxRequest bounds the body of a request; it holds the card that was pressed.
	maxRequest = 1 << 20
	// tolerance is how far the clock of a signature may be off, both ways.
	tolerance = 5 * time.Minute
)

// Handler implements experts.Answered.
func (c *signed) Handler(r experts.Replies) http.Handler {
	a := &answers{channel: c.channel, replies: r}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+requests, func(w http.ResponseWriter, r *http.Request) { c.hear(a, w, r) })
	return mux
}

// hear takes one request. It is acknowledged before anything is done.
func (c *signed) hear(a *answers, w http.ResponseWriter, r *http.Request) {
	body, problem := web.ReadBody(w, r, maxRequest)
	if problem != nil {
		problem.Write(w)
		return
	}
	if !c.holds(r.Header, body) {
		web.NewProblem(http.StatusUnauthorized, "A valid signature is required.").Write(w)
		return
	}
	i, challenge, err := readRequest(r.Header.Get("Content-Type"), body)
	if err != nil {
		web.ProblemOf(err).Write(w)
		return
	}
	var answer any
	if challenge != "" {
		answer = map[string]string{"challenge": challenge}
	} else {
		answer = a.reply(r.Context(), i)
	}
	acknowledge(w, answer)
	// The request is answered; the server waits for this before it ends.
	a.follow(context.WithoutCancel(r.Context()), i)
}

// acknowledge sends the whole answer at once.
func acknowledge(w http.ResponseWriter, answer any) {
	var body []byte
	if answer != nil {
		body, _ = json.Marshal(answer) // strings and options: that does not fail
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush() // else it goes out when the action is done
}

// readRequest reads a body whose signature holds. A challenge is Slack's question
// whether this is the right address.
func readRequest(contentType string, body []byte) (i interaction, challenge string, err error) {
	if kind, _, _ := mime.ParseMediaType(contentType); kind != "application/json" {
		i, err = readForm(body)
		return i, "", err
	}
	e, err := readEvent(body)
	if err == nil && e.Type == "url_verification" {
		return i, e.Challenge, nil
	}
	return e.interaction(), "", err
}

// holds checks the signature, which is of the raw body and the time.
func (c *signed) holds(h http.Header, body []byte) bool {
	stamp := h.Get("X-Slack-Request-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	off := c.now().Unix() - seconds // in seconds, as a Duration overflows for the year 9999
	if err != nil || off > int64(tolerance/time.Second) || off < -int64(tolerance/time.Second) {
		return false
	}
	mac := hmac.New(sha256.New, c.secret)
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return hmac.Equal([]byte(h.Get("X-Slack-Signature")), []byte("v0="+hex.EncodeToString(mac.Sum(nil))))
}

var _ experts.Answered = (*signed)(nil)
