package main_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/directdial/directdial/experts/slack/slacktest"
)

// link is a connection to the log. When it is armed it lets the next write of
// the router through and swallows every answer from then on, until it is cut.
type link struct {
	listener net.Listener
	to       string
	armed    atomic.Bool
	deaf     atomic.Bool
	down     atomic.Bool // nobody gets through

	mu    sync.Mutex
	conns []net.Conn
}

func newLink(t *testing.T, to string) *link {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &link{listener: l, to: to}
	go k.serve()
	t.Cleanup(func() {
		l.Close()
		k.cut()
	})
	return k
}

func (k *link) serve() {
	for {
		near, err := k.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", k.to)
		if err != nil || k.down.Load() {
			near.Close()
			continue
		}
		k.mu.Lock()
		k.conns = append(k.conns, near, far)
		k.mu.Unlock()
		go func() {
			_, _ = io.Copy(writer(func(p []byte) (int, error) {
				if bytes.Contains(p, []byte("PUB dials.")) && k.armed.CompareAndSwap(true, false) {
					k.deaf.Store(true)
				}
				return far.Write(p)
			}), near)
		}()
		go func() {
			_, _ = io.Copy(writer(func(p []byte) (int, error) {
				if k.deaf.Load() {
					return len(p), nil
				}
				return near.Write(p)
			}), far)
		}()
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// cut breaks all connections.
func (k *link) cut() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.conns {
		c.Close()
	}
	k.conns = nil
}

func TestAnAnswerOfTheLogThatIsLostLeadsToNoSecondStep(t *testing.T) {
	t.Parallel()
	log := newCluster(t)
	link := newLink(t, log.address)
	slack := slacktest.Start(t, colleagues()...)
	at := newMember(t, link.listener.Addr().String(), slack)
	d := at.start()
	await(t, "the router writes", func() bool { return readDials(t, log.Bus).writers == 1 })
	const cuts, each = 5, 20
	for i := range cuts {
		steps := len(readDials(t, log.Bus).steps)
		link.armed.Store(true)
		body := []byte(encode(several(i*each, each, complaint)))
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			_, _ = d.request(body, nil) // whose answer may be lost, too
		}()
		await(t, "the router has written", func() bool { return link.deaf.Load() })
		await(t, "the log has what it wrote", func() bool { return len(readDials(t, log.Bus).steps) > steps })
		link.cut()
		link.deaf.Store(false)
		<-answered
		await(t, "the mentions are taken", func() bool {
			r, err := d.request(body, nil)
			return err == nil && r.status == http.StatusAccepted
		})
		d.settled()
	}
	h := readDials(t, log.Bus)
	for key, n := range h.decided {
		if n != 1 {
			t.Errorf("mention %s was decided %d times", key, n)
		}
	}
	if len(h.decided) != cuts*each || len(slack.Messages()) != cuts*each || h.writers != 1 {
		t.Errorf("%d mentions, %d cards, %d writers", len(h.decided), len(slack.Messages()), h.writers)
	}
	if n := d.log.count("could not be read or written"); n < cuts {
		t.Errorf("the router missed %d answers", n)
	}
}

func TestADaemonThatCannotReachItsLogSaysSoAndGoesOnWhenItCan(t *testing.T) {
	t.Parallel()
	link := newLink(t, newCluster(t).address)
	slack := slacktest.Start(t, colleagues()...)
	at := newMember(t, link.listener.Addr().String(), slack)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	link.down.Store(true)
	link.cut()
	await(t, "it is not ready", func() bool { return strings.Contains(d.admin("/readyz"), "not ready") })
	r, err := d.request([]byte(encode(several(2, 1, complaint))), nil)
	if err != nil || r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("the webhook says %d %s %v", r.status, r.body, err)
	}
	at.refused(1, "NATS", "ledger")
	link.down.Store(false)
	await(t, "the mention is taken", func() bool {
		r, err := d.request([]byte(encode(several(2, 1, complaint))), nil)
		return err == nil && r.status == http.StatusAccepted
	})
	d.settled()
	if n := len(slack.Messages()); n != 2 {
		t.Errorf("%d cards", n)
	}
	await(t, "it is ready", func() bool { return !strings.Contains(d.admin("/readyz"), "not ready") })
}
