package main_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest/hackernews/hackernewstest"
)

// A dial that is taken has its post read again at once: an edit changes the
// card, a public reply of ours answers it, and a post that is gone is withdrawn.
func TestWhenADialIsTakenItsPostIsReadAgain(t *testing.T) {
	t.Parallel()
	news := hackernewstest.New()
	url := serve(t, news)
	at, _ := newSlack(t, func(s *settings) {
		s.sources = usualSources + fmt.Sprintf("\n  - { name: news, type: hackernews, words: [acme], search: %q, items: %q, every: 1m }", url, url)
		s.brands = `[{ name: Acme, keywords: [acme], accounts: [{ id: "hackernews:acme", holder: kim }] }]`
	})
	d := at.start()
	await(t, "the source works", func() bool { return d.up("news") == "1" })
	d.stop() // a start reads the source at once, so it stands for the time that goes by
	write := func(author, text string, to int64) int64 {
		return news.Post(hackernewstest.Post{Author: author, Text: text, InReplyTo: to})
	}
	comment := func(author, text string) int64 { // one conversation is one dial, so each has its own
		return write(author, text, news.Post(hackernewstest.Post{Author: "kim", Title: "About parcels", Text: "who lost one?"}))
	}
	edited := comment("sam", "acme billed twice, this is a bad joke")
	answered := comment("alex", "acme billed twice again, this is a terrible and bad joke")
	gone := comment("kit", "acme billed twice in advance, this is a really bad joke")
	d = at.start()
	d.until("three dials are open", func(l *directdial.Ledger) bool { return l.Open == 3 })
	text := func(id int64) string {
		m, _ := d.mention(strconv.FormatInt(id, 10))
		return m.Text
	}
	of := map[int64]string{} // what is deleted is not found by its number any more
	for _, id := range []int64{edited, answered, gone} {
		m, _ := d.mention(strconv.FormatInt(id, 10))
		of[id] = m.Dial
	}
	dial := func(id int64) directdial.Dial {
		for _, v := range d.dials() {
			if v.ID == of[id] {
				return v.Dial
			}
		}
		return directdial.Dial{}
	}
	news.Edit(edited, "acme billed twice, and then paid it back")
	write("acme", "We are sorry, you have it back.", answered)
	replied := time.Now()
	news.Delete(gone)
	for _, id := range []int64{edited, answered, gone} {
		at.must("dials", "take", dial(id).ID, "--as", dial(id).Holder)
	}
	await(t, "the edit is read", func() bool { return text(edited) == "acme billed twice, and then paid it back" })
	await(t, "the answer is heard", func() bool { return dial(answered).State == directdial.Answered })
	await(t, "the post that is gone is withdrawn, and its text with it", func() bool { return dial(gone).State == directdial.Withdrawn && text(gone) == "" })
	if when := dial(answered).Answered; when.Sub(replied).Abs() > 2*time.Second {
		t.Errorf("answered at %s, want %s", when, replied)
	}
	if state := dial(edited).State; state != directdial.Accepted {
		t.Errorf("the edited one is %s", state)
	}
	if out := at.must("dials", "outcome", dial(answered).ID, "helped"); out == "" || dial(answered).Outcome != directdial.Helped {
		t.Errorf("%s%+v", out, dial(answered))
	}
}
