package bus

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

func TestEveryWriteIsSynced(t *testing.T) {
	dir := t.TempDir()
	b := open(t, Options{Dir: dir, MaxStore: 1 << 30})
	c := b.srv.JetStreamConfig()
	if !c.SyncAlways || c.StoreDir != filepath.Join(dir, "jetstream") || c.MaxStore != 1<<30 {
		t.Errorf("the server runs with %+v", c)
	}
	if b.srv.Addr() != nil {
		t.Errorf("the server listens on %s", b.srv.Addr())
	}
	for s, subjects := range map[Stream]string{Mentions: "mentions.>", Dials: "dials.>", Actions: "actions.>", Sources: "sources.*"} {
		st, err := b.js.Stream(t.Context(), string(s))
		if err != nil {
			t.Fatal(err)
		}
		switch c := st.CachedInfo().Config; {
		case !slices.Equal(c.Subjects, []string{subjects}),
			c.PersistMode != jetstream.DefaultPersistMode, c.Storage != jetstream.FileStorage,
			c.Retention != jetstream.LimitsPolicy, c.Discard != jetstream.DiscardNew, c.MaxAge != 0,
			c.DenyDelete, c.DenyPurge, !c.AllowAtomicPublish, c.AllowDirect, c.Replicas != 1,
			(c.MaxMsgsPerSubject == maxPut) != (s == Sources):
			t.Errorf("%s is %+v", s, c)
		}
	}
}

func TestOpenRefusesBadOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"nothing":           {},
		"no host":           {Dir: t.TempDir(), Listen: ":4222"},
		"no port":           {Dir: t.TempDir(), Listen: "127.0.0.1"},
		"a bad port":        {Dir: t.TempDir(), Listen: "127.0.0.1:nats"},
		"a port too large":  {Dir: t.TempDir(), Listen: "127.0.0.1:65536"},
		"no URL":            {URL: "somewhere"},
		"a bad URL":         {URL: "nats://user:secret@%zz:4222"},
		"the second is bad": {URL: "nats://127.0.0.1:1,://secret"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), o)
			wantKind(t, err, directdial.Invalid, nil)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%v tells the password", err)
			}
		})
	}
}

func TestOpenSaysThatNobodyIsThere(t *testing.T) {
	_, err := Open(t.Context(), Options{URL: "nats://user:secret@127.0.0.1:1"})
	wantKind(t, err, directdial.Temporary, nil)
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("%v tells the password", err)
	}
}

func TestOpenRefusesServersThatTakeLessThanAMessage(t *testing.T) {
	srv, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(), MaxPayload: 64 << 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	defer func() { srv.Shutdown(); srv.WaitForShutdown() }()
	_, err = Open(t.Context(), Options{URL: srv.ClientURL()})
	wantKind(t, err, directdial.Invalid, nil)
}

func TestOpenCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := Open(ctx, Options{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	open(t, Options{Dir: dir}) // nothing is left that would be in the way
}

func TestOpenSaysWhyTheServerDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "jetstream"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Error(err)
	}
}

func TestListenOpensAPort(t *testing.T) {
	b := open(t, Options{Listen: "127.0.0.1:0"})
	nc, err := nats.Connect(b.srv.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	sub, err := nc.SubscribeSync("dials.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	publish(t, b, Dials, numbered(Dials, 0, 1)...)
	if m, err := sub.NextMsgWithContext(t.Context()); err != nil || string(m.Data) != "0" {
		t.Error(m, err)
	}
}

func TestReopeningKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	for round := range 3 {
		b := open(t, Options{Dir: dir})
		for s, last := range map[Stream]int{Mentions: 1200 * round, Dials: 5 * round} {
			msgs := all(t, b, s)
			wantNumbers(t, msgs, 0, last-1)
		}
		publish(t, b, Mentions, numbered(Mentions, 1200*round, 1200)...)
		if _, err := b.Append(t.Context(), Dials, uint64(5*round), numbered(Dials, 5*round, 5)); err != nil {
			t.Fatal(err)
		}
		if err := b.Put(t.Context(), "sources.a", []byte{byte(round)}); err != nil {
			t.Fatal(err)
		}
		_, err := b.Claim(t.Context(), Actions, Message{Subject: "actions.o1.email.1"})
		if round == 0 && err != nil {
			t.Fatal(err)
		} else if round > 0 {
			wantKind(t, err, directdial.Denied, ErrClaimed)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, Options{Dir: dir})
	if m, err := b.Last(t.Context(), Sources, "sources.a"); err != nil || m.Data[0] != 2 {
		t.Error(m, err)
	}
}

func TestAStreamWhoseDescriptionIsLostComesBack(t *testing.T) {
	dir := t.TempDir()
	b := open(t, Options{Dir: dir})
	publish(t, b, Mentions, numbered(Mentions, 0, 500)...)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	meta := filepath.Join(dir, "jetstream", "$G", "streams", string(Mentions), "meta.inf")
	if err := os.WriteFile(meta, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	b = open(t, Options{Dir: dir})
	wantNumbers(t, all(t, b, Mentions), 0, 499)
}

func TestStreamsThatAreAsTheyShouldBeAreLeftAlone(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	changes := countChanges(t, srv)
	for range 3 {
		if err := open(t, Options{URL: srv.ClientURL()}).Close(); err != nil {
			t.Fatal(err)
		}
	}
	if n := changes(); n != 0 {
		t.Errorf("%d changes", n)
	}
}

// What an operator may choose stays, what must be comes back.
func TestStreamsAreChangedOnlyWhereTheyDiffer(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	_, js := direct(t, srv.ClientURL())
	changes := countChanges(t, srv)
	c := streamConfig(Dials, 1)
	c.MaxBytes, c.Description = 1<<20, "the operator's"
	if _, err := js.CreateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	open(t, Options{URL: srv.ClientURL()})
	if n := changes(); n != 0 {
		t.Error("a setting of the operator's was changed")
	}
	c.AllowAtomicPublish, c.MaxAge, c.Duplicates, c.AllowDirect = false, time.Hour, time.Minute, true
	if _, err := js.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	b := open(t, Options{URL: srv.ClientURL()})
	if n := changes(); n != 2 {
		t.Errorf("%d changes, want one by the operator and one back", n)
	}
	st, err := js.Stream(t.Context(), string(Dials))
	if err != nil {
		t.Fatal(err)
	}
	if c := st.CachedInfo().Config; c.MaxAge != 0 || !c.AllowAtomicPublish || c.AllowDirect || c.MaxBytes != 1<<20 || c.Description == "" {
		t.Errorf("the stream is now %+v", c)
	}
	publish(t, b, Dials, numbered(Dials, 0, batchFrom)...)
}

// countChanges counts the changes to streams from now on.
func countChanges(t *testing.T, srv *server.Server) func() int {
	t.Helper()
	nc, _ := direct(t, srv.ClientURL())
	updates, err := nc.SubscribeSync("$JS.API.STREAM.UPDATE.>")
	if err != nil {
		t.Fatal(err)
	}
	count := func() int {
		if err := nc.Flush(); err != nil {
			t.Fatal(err)
		}
		n, _, err := updates.Pending()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	count() // the subscription stands
	return count
}

func TestOpenSaysWhichSettingItCannotChange(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	_, js := direct(t, srv.ClientURL())
	c := streamConfig(Actions, 1)
	c.Storage = jetstream.MemoryStorage
	if _, err := js.CreateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Options{URL: srv.ClientURL()})
	if err == nil || !strings.Contains(err.Error(), "storage of stream ACTIONS") {
		t.Error(err)
	}
}

func TestHealthOfAnOpenLogIsGood(t *testing.T) {
	b := open(t, Options{})
	if err := b.Health(t.Context()); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	wantKind(t, b.Health(t.Context()), directdial.Temporary, nil)
}
