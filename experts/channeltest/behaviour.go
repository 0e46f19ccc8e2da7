package channeltest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

func checkFault(t *testing.T, f Fault, err error) {
	t.Helper()
	if err == nil {
		t.Fatal("Send returned no error")
	}
	if got := directdial.KindOf(err); got != f.Kind {
		t.Errorf("the error is %v, want %v: %v", got, f.Kind, err)
	}
	if wait := directdial.After(err); wait < f.After {
		t.Errorf("not before %v, want at least %v", wait, f.After)
	}
	if got := errors.Is(err, experts.ErrChannel); got != f.Channel {
		t.Errorf("everybody waits: %v, want %v: %v", got, f.Channel, err)
	}
}

// cancels wants a channel that gives up when it is told to, and does not claim
// that nothing happened when the card was on its way.
func cancels(t *testing.T, k Kit) {
	t.Run("before", func(t *testing.T) {
		far := k.Open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		within(t, func(context.Context) {
			if _, err := far.Channel.Send(ctx, far.To, Card(far.To)); err == nil {
				t.Error("Send with a cancelled context returned no error")
			} else if kind := directdial.KindOf(err); kind == directdial.Gone || kind == directdial.Invalid || kind == directdial.Ambiguous {
				t.Errorf("the error is %v, though nothing was sent and another try may work: %v", kind, err)
			}
		})
		if n := len(far.Cards()); n != 0 {
			t.Errorf("%d cards arrived, want none", n)
		}
	})
	t.Run("while the far end is silent", func(t *testing.T) {
		far := k.Open(t)
		if far.Hang == nil {
			t.Skip("this far end is never silent")
		}
		far.Hang()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		within(t, func(context.Context) {
			failed := make(chan error)
			go func() {
				_, err := far.Channel.Send(ctx, far.To, Card(far.To))
				failed <- err
			}()
			cancel()
			err := <-failed
			switch kind := directdial.KindOf(err); {
			case err == nil:
				t.Error("Send returned no error, though nobody answered")
			case kind == directdial.Gone || kind == directdial.Invalid:
				t.Errorf("the error is %v, though another try may work: %v", kind, err)
			case kind != directdial.Ambiguous && len(far.Cards()) > 0:
				t.Errorf("the error is %v, though the card arrived: %v", kind, err)
			}
		})
	})
}

func concurrent(t *testing.T, k Kit) {
	far := k.Open(t)
	const n = 16
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			c := Card(far.To)
			c.Dial = fmt.Sprintf("d%016x", i)
			c.Offer = c.Dial + "-1"
			if _, err := far.Channel.Send(t.Context(), far.To, c); err != nil {
				t.Errorf("card %d: %v", i, err)
			}
		})
	}
	all.Wait()
	refs := map[string]bool{}
	for _, c := range far.Cards() {
		refs[c.Ref] = true
	}
	if len(refs) != n || len(far.Cards()) != n {
		t.Errorf("%d cards with %d references arrived, want %d", len(far.Cards()), len(refs), n)
	}
}

// edits makes each change that a card can show, each twice: the first may have
// arrived without its answer.
func edits(t *testing.T, k Kit) {
	for name, change := range map[string]func(*experts.Card){
		"a post joined": func(c *experts.Card) {
			p := c.Post
			p.Text = "And now the hotline is down, too."
			c.More, c.Count = []experts.Post{p}, 2
		},
		"withdrawn":    func(c *experts.Card) { c.State, c.Turned = directdial.Withdrawn, c.Revision },
		"handed on":    func(c *experts.Card) { c.Past, c.Turned = "taken by Bo Ek", c.Revision },
		"opened again": func(c *experts.Card) { c.Turned = c.Revision },
	} {
		t.Run(name, func(t *testing.T) {
			far := k.Open(t)
			editor, ok := far.Channel.(experts.Editor)
			if !ok {
				t.Skip("this channel does not change what was sent")
			}
			c := Card(far.To)
			ref := send(t, far, c)
			c.Shown, c.Revision = 1, 2
			change(&c)
			var seen [2]string
			for i := range seen {
				if err := editor.Edit(t.Context(), far.To, ref, c); err != nil {
					t.Fatalf("edit %d: %v", i+1, err)
				}
				cards := far.Cards()
				if len(cards) != 1 {
					t.Fatalf("after edit %d the person sees %d cards, want 1", i+1, len(cards))
				}
				seen[i] = cards[0].Text
			}
			if seen[0] != seen[1] {
				t.Errorf("the second edit changed what the person sees:\n%s\n---\n%s", seen[0], seen[1])
			}
			if c.Over() && !strings.Contains(strings.ToLower(flat(seen[0])), strings.ToLower(flat(c.Status()))) {
				t.Errorf("the card does not say %q:\n%s", c.Status(), seen[0])
			}
		})
	}
}

func finds(t *testing.T, k Kit) {
	far := k.Open(t)
	finder, ok := far.Channel.(experts.Finder)
	if !ok {
		t.Skip("this channel cannot look a card up")
	}
	c := Card(far.To)
	if _, found, err := finder.Find(t.Context(), far.To, c.Offer); found || err != nil {
		t.Fatalf("before it was sent: found %v, error %v", found, err)
	}
	ref := send(t, far, c)
	if got, found, err := finder.Find(t.Context(), far.To, c.Offer); !found || got != ref || err != nil {
		t.Fatalf("Find returned %q, %v, %v; want %q", got, found, err, ref)
	}
	if _, found, err := finder.Find(t.Context(), far.To, "dffffffffffffffff-1"); found || err != nil {
		t.Fatalf("another offer: found %v, error %v", found, err)
	}
}
