package bus

import (
	"io"
	"net"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// serve starts a NATS server of its own on loopback, as an operator would; port
// -1 takes any.
func serve(t testing.TB, dir string, port int) *server.Server {
	t.Helper()
	srv, err := server.NewServer(&server.Options{
		ServerName: "external", Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, SyncAlways: true, JetStreamMaxStore: 1 << 30,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	if !srv.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	return srv
}

// direct connects to a server without the bus.
func direct(t testing.TB, url string) (*nats.Conn, jetstream.JetStream) {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return nc, js
}

// eventually waits until something that is under way has happened.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for !done() {
		if t.Context().Err() != nil {
			t.Fatal("never:", what)
		}
		runtime.Gosched()
	}
}

// wire is a connection to a server that a test can hold up and cut: what the
// server says stays on the way, while what it is told arrives.
type wire struct {
	t        testing.TB
	listener net.Listener
	server   string

	mu    sync.Mutex
	open  *sync.Cond
	held  bool
	conns map[net.Conn]bool // true: cut
	done  sync.WaitGroup
}

func newWire(t testing.TB, srv *server.Server) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, listener: l, server: srv.Addr().String(), conns: map[net.Conn]bool{}}
	w.open = sync.NewCond(&w.mu)
	w.done.Go(w.accept)
	t.Cleanup(func() {
		l.Close()
		w.cut()
		w.done.Wait()
	})
	return w
}

func (w *wire) url() string { return "nats://" + w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		srv, err := net.Dial("tcp", w.server)
		if err != nil {
			client.Close()
			continue
		}
		w.mu.Lock()
		w.conns[client] = false
		w.mu.Unlock()
		w.done.Go(func() { defer srv.Close(); io.Copy(srv, client) })
		w.done.Go(func() { defer client.Close(); w.answers(client, srv) })
	}
}

// answers passes on what the server says.
func (w *wire) answers(client, srv net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := srv.Read(buf)
		w.mu.Lock()
		for w.held && !w.conns[client] {
			w.open.Wait()
		}
		cut := w.conns[client]
		w.mu.Unlock()
		if cut || err != nil {
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// hold keeps what the server says from now on.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = true
}

// release lets it through again.
func (w *wire) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = false
	w.open.Broadcast()
}

// cut breaks all connections; what was held is lost. New ones pass.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = false
	for c := range w.conns {
		w.conns[c] = true
		c.Close()
	}
	w.open.Broadcast()
}

// batches counts, in a stream as the server has it, the messages that came
// singly and the batches that the others came in.
func batches(t testing.TB, js jetstream.JetStream, s Stream) (singles int, sizes []int) {
	t.Helper()
	st, err := js.Stream(t.Context(), string(s))
	if err != nil {
		t.Fatal(err)
	}
	last := ""
	for seq := uint64(1); seq <= st.CachedInfo().State.LastSeq; seq++ {
		m, err := st.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		id := m.Header.Get(batchID)
		switch {
		case id == "":
			singles++
		case id != last:
			sizes = append(sizes, 1)
		default:
			sizes[len(sizes)-1]++
		}
		if last = id; id != "" && m.Header.Get(batchSeq) != strconv.Itoa(sizes[len(sizes)-1]) {
			t.Fatalf("message %d is %s of its batch, want %d", seq, m.Header.Get(batchSeq), sizes[len(sizes)-1])
		}
	}
	return singles, sizes
}

// lastSeq is the last sequence of a stream, asked for without the bus.
func lastSeq(t testing.TB, js jetstream.JetStream, s Stream) uint64 {
	t.Helper()
	st, err := js.Stream(t.Context(), string(s))
	if err != nil {
		t.Fatal(err)
	}
	return st.CachedInfo().State.LastSeq
}
