package sourcetest

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// Run runs the kit: one subtest for each thing that a source must hold.
func Run(t *testing.T, p Platform) {
	if p.Limit == nil {
		p.Limit = retryAfter
	}
	if p.Backlog == 0 {
		p.Backlog = 120
	}
	delivery(t, p)
	kills(t, p)
	refusals(t, p)
	hostile(t, p)
	changes(t, p)
	hour(t, p)
	record(t, p.Type)
	Folder(t, p.Type, p.Env)
}

// delivery is what holds on a good day.
func delivery(t *testing.T, p Platform) {
	test(t, p, "each post arrives once, as it was published", func(b *bench) {
		b.start()
		for range 5 {
			b.publish(3)
			time.Sleep(p.Every)
		}
		b.once()
		if b.up() != 1 {
			b.Error("the source works and does not say so")
		}
	})
	test(t, p, "posts of the first moments are not missed", func(b *bench) {
		b.start() // sees an empty platform
		b.publish(1)
		b.once()
	})
	test(t, p, "what was posted while the source was down arrives", func(b *bench) {
		b.start()
		b.publish(2)
		b.settle()
		b.kill()
		b.publish(p.Backlog)
		b.start()
		b.once()
	})
	test(t, p, "a restart brings nothing again", func(b *bench) {
		b.start()
		b.publish(3)
		b.exact()
		for range 3 {
			b.start()
			time.Sleep(p.Every)
		}
		b.once()
	})
	test(t, p, "a clock that is wrong loses nothing", func(b *bench) {
		b.start()
		b.publishAt(time.Now().Add(time.Hour))
		b.settle()
		b.publishAt(time.Now().Add(-48 * time.Hour)) // older than what was read
		b.settle()
		b.publishAt(time.Now())
		b.once()
	})
	for name, skew := range map[string]time.Duration{"ahead": 10 * time.Minute, "behind": -10 * time.Minute} {
		test(t, p, "our own clock is "+name+" and loses nothing", func(b *bench) {
			b.skew = skew
			b.start()
			for range 3 {
				b.publish(2)
				time.Sleep(p.Every)
			}
			b.start()
			b.publish(2)
			b.settle()
		})
	}
	test(t, p, "an old answer from a cache loses nothing", func(b *bench) {
		record, repeat := stale()
		b.gate.arm(0, 1000, record)
		b.start()
		b.publish(2)
		b.settle()
		b.gate.arm(0, 3, repeat)
		b.publish(2)
		b.exact()
	})
}

// kills are ends at the worst moments.
func kills(t *testing.T, p Platform) {
	killed := errors.New("killed")
	test(t, p, "a kill between publishing and saving loses nothing", func(b *bench) {
		b.start()
		b.publish(1)
		b.settle()
		published := len(b.log.Mentions())
		b.log.SetFaults(Faults{Save: func(string, []byte) (bool, error) { return false, killed }})
		b.publish(3)
		b.settle()
		b.kill()
		b.log.SetFaults(Faults{})
		b.publish(2)
		b.start()
		b.once()
		if published != 1 {
			b.Errorf("%d mentions after one post", published)
		}
	})
	test(t, p, "a lost answer while publishing loses nothing", func(b *bench) {
		for _, stored := range []bool{true, false} {
			n := 0
			b.log.SetFaults(Faults{Publish: func(int) (bool, error) {
				if n++; n <= 3 {
					return stored, &directdial.Error{Kind: directdial.Ambiguous, Msg: "the answer is lost"}
				}
				return true, nil
			}})
			b.start()
			b.publish(5)
			b.exact()
		}
	})
	test(t, p, "no state is saved before what it covers is published", func(b *bench) {
		b.start()
		time.Sleep(2 * p.Every)
		b.log.SetFaults(Faults{Publish: func(int) (bool, error) {
			return false, &directdial.Error{Kind: directdial.Temporary, Msg: "the stream is full"}
		}})
		b.publish(4)
		time.Sleep(10 * p.Every)
		b.kill()
		b.log.SetFaults(Faults{})
		b.start()
		b.once()
	})
	test(t, p, "it stops when it is told to, whatever it does", func(b *bench) {
		b.gate.arm(0, 1000, silence)
		b.start()
		begin := time.Now()
		b.kill()
		if waited := time.Since(begin); waited > time.Second {
			b.Errorf("it took %v to stop", waited)
		}
	})
}

// refusals are answers of a platform that has a bad day.
func refusals(t *testing.T, p Platform) {
	const wait = 20 * time.Minute
	for name, f := range map[string]fault{
		"429 in the platform's own units": limited(p.Limit, wait),
		"503 with Retry-After": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			retryAfter(w.Header(), time.Now().Add(wait))
			w.WriteHeader(http.StatusServiceUnavailable)
		},
	} {
		test(t, p, name+" is waited for", func(b *bench) {
			b.start()
			b.gate.arm(0, 1, f)
			b.publish(3)
			b.await("the request", time.Second, func() bool { return !b.gate.armed() })
			refused := time.Now()
			time.Sleep(wait - 2*time.Second)
			if n := b.gate.since(refused); n > 0 {
				b.Errorf("%d requests before the platform allows them", n)
			}
			if b.up() != 0 {
				b.Error("the source fails and does not say so")
			}
			b.once()
		})
	}
	for name, f := range map[string]fault{
		"429 without a word": status(http.StatusTooManyRequests), "500": status(http.StatusInternalServerError),
		"503": status(http.StatusServiceUnavailable), "401": status(http.StatusUnauthorized), "404": status(http.StatusNotFound),
		"a connection that breaks": hangUp, "half a page": torn, "silence": silence,
	} {
		test(t, p, name+" loses nothing, at whichever request", func(b *bench) { anyRequest(b, f) })
	}
	test(t, p, "a platform that is down is not hammered", func(b *bench) {
		b.start()
		b.gate.arm(0, 1<<30, status(http.StatusBadGateway))
		time.Sleep(30 * time.Minute)
		begin := time.Now()
		time.Sleep(6 * time.Hour)
		if n := b.gate.since(begin); n > 200 {
			b.Errorf("%d requests in six hours", n)
		}
		if b.up() != 0 {
			b.Error("the source fails and does not say so")
		}
		if n := strings.Count(b.text.String(), "source fails"); n != 1 {
			b.Errorf("%d lines in the log for one change of state", n)
		}
	})
}

// anyRequest lets the fault answer the first, second, third … request that
// follows after new posts, up to four times in a row. With -short it is the
// first and the third.
func anyRequest(b *bench, f fault) {
	skips := []int{0, 1, 2, 3}
	if testing.Short() {
		skips = []int{0, 2}
	}
	b.start()
	for _, skip := range skips {
		b.publish(1 + 7*skip)
		b.gate.arm(skip, 1+skip, f)
		b.settle()
		b.await("the last request that fails", b.platform.Every, func() bool { return !b.gate.armed() })
	}
	b.publish(1)
	b.once()
}

// hostile are answers of somebody who means harm.
func hostile(t *testing.T, p Platform) {
	for name, f := range map[string]fault{
		"an empty answer":            body("application/json", nil),
		"an answer in no charset":    body("application/json; charset=x-unknown", []byte("\xff\xfe\x00\x80[{\"id\":\"\xc3\x28\"}]")),
		"a page of another kind":     body("text/html", []byte("<!doctype html><title>Log in</title><p>Please log in.")),
		"null":                       body("application/json", []byte("null")),
		"deep nesting":               body("application/json", []byte(strings.Repeat("[", 100_000))),
		"a redirect to the loopback": redirect("http://127.0.0.1:9090/metrics"),
		"a redirect to the metadata": redirect("http://169.254.169.254/latest/meta-data/"),
		"a redirect to the network":  redirect("http://[::ffff:10.0.0.1]/"),
		"a redirect to a file":       redirect("file:///etc/passwd"),
		"a redirect to itself":       redirect("/again"),
	} {
		test(t, p, name+" loses nothing", func(b *bench) { anyRequest(b, f) })
	}
	test(t, p, "a gzip bomb loses nothing", func(b *bench) {
		b.start()
		b.publish(1)
		b.gate.arm(0, 1, bomb())
		b.once()
	})
	test(t, p, "an endless answer is cut off", func(b *bench) {
		var sent atomic.Int64
		b.start()
		b.publish(1)
		b.gate.arm(0, 1, endless(&sent))
		b.once()
		if n := sent.Load(); n > 2*maxBody {
			b.Errorf("the source read %d bytes", n)
		}
	})
}

// changes are edits and deletions, where the platform has them.
func changes(t *testing.T, p Platform) {
	if _, ok := p.New().(Editor); ok {
		test(t, p, "an edit arrives", func(b *bench) {
			b.start()
			m := b.publishAt(time.Now())
			b.settle()
			b.expect(b.fake.(Editor).Edit(m.ID, "post 1, edited: it works again"))
			b.exact()
		})
	}
	if _, ok := p.New().(Deleter); ok {
		test(t, p, "a deleted anchor loses nothing", func(b *bench) {
			b.start()
			var newest directdial.Mention
			for range 3 {
				newest = b.publishAt(time.Now())
				time.Sleep(time.Second)
			}
			b.settle()
			b.kill()
			b.fake.(Deleter).Delete(newest.ID)
			b.publish(3)
			b.start()
			b.settle()
		})
		test(t, p, "a deletion arrives", func(b *bench) {
			b.start()
			m := b.publishAt(time.Now())
			b.publish(1)
			b.settle()
			b.fake.(Deleter).Delete(m.ID)
			deleted := func(a directdial.Action) bool {
				return a.Kind == directdial.ActDeletion && a.Mention == Key.Mention(m.Platform, m.ID)
			}
			b.await("the deletion", p.Every, func() bool { return anyAction(b.log, deleted) })
			b.once()
		})
	}
}

func anyAction(l *Log, is func(directdial.Action) bool) bool {
	for _, a := range l.Actions() {
		if is(a) {
			return true
		}
	}
	return false
}
