package web

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// crowded is from how many connections on a server wants those back that nobody
// uses: else a few hundred clients that each asked once and stay would hold all of
// MaxConnections for idleTimeout.
const crowded = MaxConnections * 3 / 4

// crowd closes, for each connection that comes when there are many, the one that has
// been idle for the longest. That is what a client sees at the end of idleTimeout,
// too, and bears.
type crowd struct {
	many int // connections

	mu   sync.Mutex
	open int
	idle map[net.Conn]time.Time // since when
}

// state is the http.Server.ConnState.
func (c *crowd) state(conn net.Conn, s http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.idle, conn)
	switch s {
	case http.StateNew:
		if c.open++; c.open >= c.many {
			c.makeRoom()
		}
	case http.StateIdle:
		if c.idle == nil {
			c.idle = map[net.Conn]time.Time{}
		}
		c.idle[conn] = time.Now()
	case http.StateClosed, http.StateHijacked:
		c.open--
	}
}

// makeRoom is called with the lock held.
func (c *crowd) makeRoom() {
	var oldest net.Conn
	for conn, since := range c.idle {
		if oldest == nil || since.Before(c.idle[oldest]) {
			oldest = conn
		}
	}
	if oldest != nil {
		delete(c.idle, oldest)
		_ = oldest.Close() // the server hears of it and tells that it is closed
	}
}
