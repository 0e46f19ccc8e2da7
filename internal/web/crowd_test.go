package web

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

func TestWhereThereAreManyConnectionsTheLongestIdleMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{many: 4}
		var conns []net.Conn
		closed := func(i int) bool {
			_ = conns[i].SetReadDeadline(time.Now().Add(time.Second))
			_, err := conns[i].Read(make([]byte, 1))
			return err == io.ErrClosedPipe
		}
		come := func(states ...http.ConnState) {
			conn, other := net.Pipe()
			t.Cleanup(func() { _ = other.Close() })
			conns = append(conns, conn)
			for _, s := range append([]http.ConnState{http.StateNew}, states...) {
				c.state(conn, s)
			}
			time.Sleep(time.Second)
		}
		come(http.StateActive)
		come(http.StateActive, http.StateIdle)
		come(http.StateActive, http.StateIdle)
		if closed(0) || closed(1) || closed(2) {
			t.Error("one was closed while there was room")
		}
		come(http.StateActive)
		if closed(0) || !closed(1) || closed(2) || closed(3) {
			t.Error("it was not the longest idle that was closed")
		}
		c.state(conns[1], http.StateClosed)
		c.state(conns[2], http.StateActive)
		come()
		for i := range conns {
			if i != 1 && closed(i) {
				t.Errorf("%d was closed, which is in use", i)
			}
		}
	})
}

func TestServerCountsItsConnections(t *testing.T) {
	if NewServer(nil, zerolog.Nop()).ConnState == nil || crowded >= MaxConnections {
		t.Error("nobody makes room")
	}
}
