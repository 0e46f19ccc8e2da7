package slack

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/web"
)

// socketed is a channel that hears through Socket Mode: Slack sends what people
// do through websockets that this program opens, so that no address of it needs
// to be reachable.
type socketed struct{ *channel }

const (
	// sockets is how many websockets are open: while one is replaced or broken,
	// the other hears. Slack takes ten from all processes of an app together.
	sockets = 2
	// maxFrame bounds one message; it holds the card that was pressed.
	maxFrame  = 1 << 20
	pingEvery = 30 * time.Second
	pingWait  = 20 * time.Second
	// linger is how long a websocket that Slack is about to close is still heard.
	linger = 30 * time.Second
	// soon is how soon a websocket that ends has failed, whatever the reason.
	soon     = 10 * time.Second
	minPause = time.Second
	maxPause = 2 * time.Minute
)

// Listen implements experts.Listening.
func (c *socketed) Listen(ctx context.Context, r experts.Replies) error {
	a := &answers{channel: c.channel, replies: r}
	var open sync.WaitGroup
	for range sockets {
		open.Go(func() { a.keep(ctx, &open) })
	}
	open.Wait()
	a.acting.Wait()
	return ctx.Err()
}

// keep holds one websocket open until ctx ends, and opens the next before Slack
// closes it.
func (a *answers) keep(ctx context.Context, open *sync.WaitGroup) {
	for failures := 0; ctx.Err() == nil; {
		began := a.now()
		err := a.link(ctx, open)
		if err == nil && a.now().Sub(began) > soon {
			failures = 0
			continue
		}
		wait := max(min(minPause<<min(failures, 10), maxPause), directdial.After(err))
		failures++
		level := zerolog.DebugLevel
		if err != nil && failures == 1 {
			level = zerolog.WarnLevel
		}
		a.log.WithLevel(level).Err(err).Dur("retry_in_ms", wait).Msg("a websocket to Slack ended")
		timer := time.NewTimer(wait + rand.N(wait/2))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// link opens a websocket and hears from it. It returns nil when Slack wants it
// replaced, and goes on hearing meanwhile; an error when it broke.
func (a *answers) link(ctx context.Context, open *sync.WaitGroup) error {
	conn, err := a.dial(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	over := make(chan error, 1) // the connection ended, or is about to
	var beside sync.WaitGroup
	beside.Go(func() { ping(ctx, conn, cancel) })
	open.Go(func() {
		defer beside.Wait()
		defer cancel(nil)
		defer func() { _ = conn.CloseNow() }()
		a.read(ctx, cancel, conn, over)
	})
	return <-over
}

// dial asks Slack for an address and opens a websocket there. The address is a
// credential.
func (a *answers) dial(ctx context.Context) (*websocket.Conn, error) {
	var address string
	err := a.call(ctx, connectionsOpen, repeatable, func(ctx context.Context) (err error) {
		_, address, err = a.client.StartSocketModeContext(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(address)
	base, baseErr := url.Parse(a.base)
	if err != nil || baseErr != nil || to.Scheme != "wss" && (to.Scheme != "ws" || base.Scheme != "http") {
		return nil, directdial.Errorf(directdial.Temporary, "Slack names no address for a websocket")
	}
	dialling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	conn, _, err := websocket.Dial(dialling, address, &websocket.DialOptions{HTTPClient: a.doer.client}) //nolint:bodyclose // the library closes it
	if err != nil {
		return nil, directdial.Errorf(directdial.Temporary, "a websocket to Slack: %s", web.ErrorText(err))
	}
	conn.SetReadLimit(maxFrame)
	return conn, nil
}

const connectionsOpen = "apps.connections.open"

// envelope is one message of a socket.
type envelope struct {
	ID      string          `json:"envelope_id"`
	Type    string          `json:"type"`
	Reason  string          `json:"reason"`
	Payload json.RawMessage `json:"payload"`
}

// acknowledgement says that an envelope has arrived; Payload is for whoever
// waits for an answer.
type acknowledgement struct {
	ID      string `json:"envelope_id"`
	Payload any    `json:"payload,omitempty"`
}

// read hears what comes until the websocket ends.
func (a *answers) read(ctx context.Context, cancel context.CancelCauseFunc, conn *websocket.Conn, over chan<- error) {
	tell := func(err error) {
		select {
		case over <- err:
		default: // it was told that it is about to end
		}
	}
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			tell(directdial.Errorf(directdial.Temporary, "a websocket to Slack broke: %w", err))
			return
		}
		var e envelope
		if json.Unmarshal(data, &e) != nil {
			a.log.Warn().Msg("Slack sends what cannot be read through a websocket")
			continue
		}
		switch e.Type {
		case "hello":
			a.log.Debug().Msg("Slack is listened to through a websocket")
		case "disconnect":
			tell(disconnected(e.Reason))
			last := time.AfterFunc(linger, func() { cancel(nil) })
			defer last.Stop()
		default:
			a.take(ctx, conn, e)
		}
	}
}

// disconnected is what follows from the reason why Slack ends a websocket.
func disconnected(reason string) error {
	switch reason {
	case "link_disabled":
		return &directdial.Error{Kind: directdial.Temporary, After: longPause, Msg: "Socket Mode is switched off in the settings of the Slack app"}
	case "too_many_websockets":
		return &directdial.Error{Kind: directdial.Temporary, After: pause, Msg: "the Slack app has too many websockets"}
	}
	return nil // warning, refresh_requested
}

// take acknowledges an envelope, then does what it says. Without an
// acknowledgement Slack sends it again, perhaps through another websocket.
func (a *answers) take(ctx context.Context, conn *websocket.Conn, e envelope) {
	if e.ID == "" {
		return
	}
	i, err := readEnvelope(e.Type, e.Payload)
	if err != nil {
		a.log.Warn().Err(err).Str("type", e.Type).Msg("an envelope of Slack was skipped")
	}
	a.acting.Go(func() {
		ack := acknowledgement{ID: e.ID, Payload: a.reply(ctx, i)}
		data, err := json.Marshal(ack)
		if err == nil {
			err = conn.Write(ctx, websocket.MessageText, data)
		}
		if err != nil {
			a.log.Debug().Err(err).Msg("an envelope could not be acknowledged; Slack sends it again")
		}
		// What was begun is finished, also while the program ends.
		a.follow(context.WithoutCancel(ctx), i)
	})
}

// ping finds out whether the other side is still there.
func ping(ctx context.Context, conn *websocket.Conn, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		waiting, done := context.WithTimeout(ctx, pingWait)
		err := conn.Ping(waiting)
		done()
		if err != nil {
			cancel(directdial.Errorf(directdial.Temporary, "Slack does not answer: %w", err))
			return
		}
	}
}

var _ experts.Listening = (*socketed)(nil)
