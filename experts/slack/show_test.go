package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// Words that may harm stand on no card; its receiver, and nobody else, opens them
// with one press more, and nothing is done to the dial.
func TestHiddenWordsAreShownToWhoAsks(t *testing.T) {
	const words = "something that hurts to read"
	hide := func(b *book) { b.card.Post.Text, b.card.Post.Hidden = "", words }
	d := newDesk(t, "socket", hide)
	for _, m := range d.Messages() {
		if data, _ := json.Marshal(m); strings.Contains(string(data), words) {
			t.Errorf("the card shows them: %s", data)
		}
	}
	d.tell(d.press("Show the words"))
	d.stop()
	views := d.Views()
	if len(views) != 1 {
		t.Fatalf("%d views were opened", len(views))
	}
	if data, _ := json.Marshal(views[0]); !strings.Contains(string(data), words) {
		t.Errorf("the view does not show them: %s", data)
	}
	if acts := d.book.done(); len(acts) != 0 {
		t.Errorf("showing them did %v", acts)
	}
}

func TestHiddenWordsAreShownToNobodyElse(t *testing.T) {
	d := newDesk(t, "socket", func(b *book) { b.card.Post.Text, b.card.Post.Hidden = "", "something that hurts to read" })
	press := d.press("Show the words")
	d.book.mu.Lock()
	d.book.card.To.ID = "bo"
	d.book.mu.Unlock()
	d.tell(press)
	d.said("There is nothing here any more.")
	if len(d.Views()) != 0 {
		t.Error("they were shown")
	}
}
