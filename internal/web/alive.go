package web

import (
	"context"
	"time"

	"github.com/coder/websocket"

	"github.com/directdial/directdial"
)

// How often it is looked whether the other end of a stream is still there, and
// how long it may take to say so.
const (
	pingEvery = 30 * time.Second
	pingWait  = 20 * time.Second
)

// Alive pings the other end of a websocket until ctx ends, and returns an error
// once it has gone without a word. Somebody must read from the connection
// meanwhile.
func Alive(ctx context.Context, conn *websocket.Conn) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		waiting, done := context.WithTimeout(ctx, pingWait)
		err := conn.Ping(waiting)
		done()
		if err != nil {
			return directdial.Errorf(directdial.Temporary, "the server of the stream does not answer: %w", err)
		}
	}
}
