package main_test

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// lastYear are mentions that would be dialled if they were new.
func lastYear(n int) []directdial.Mention {
	list := several(1, n, complaint)
	first := time.Now().AddDate(-1, 0, 0)
	for i := range list {
		list[i].CreatedAt = first.Add(time.Duration(i) * time.Second).UTC().Truncate(time.Second)
	}
	return list
}

// historySize is ten thousand, or a tenth of it in a short run.
func historySize() int {
	if testing.Short() {
		return 1000
	}
	return 10_000
}

// heardAndNeverDialled checks that all of the history is in the ledger, and
// that nobody got a card.
func (d *daemon) heardAndNeverDialled(reason directdial.Reason, cards int) {
	d.t.Helper()
	l := d.settled()
	if l.Mentions != historySize() || l.Suppressed[string(reason)] != historySize() || l.Dials != 0 || cards != 0 {
		d.t.Errorf("%d cards, ledger %+v", cards, l)
	}
}

func TestTenThousandMentionsOfLastYearByWebhookAreNoCard(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	list := lastYear(historySize())
	for ; len(list) > 0; list = list[1000:] {
		if r := d.send(list[:1000]...); r.Accepted != 1000 {
			t.Fatal(r.body)
		}
	}
	d.heardAndNeverDialled(directdial.TooOld, len(slack.Messages()))
}

// table writes mentions as CSV.
func table(mentions []directdial.Mention) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"url", "platform", "text", "created_at", "author_handle"})
	for _, m := range mentions {
		_ = w.Write([]string{m.URL, m.Platform, m.Text, m.CreatedAt.Format(time.RFC3339), m.Author.Handle})
	}
	w.Flush()
	return b.String()
}

func TestTenThousandImportedMentionsAreNoCard(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	file := at.write("history.csv", table(lastYear(historySize())))
	// History may come before the first start of a daemon.
	for i, want := range []string{
		fmt.Sprintf("%d imported, 0 known already, 0 refused.", historySize()),
		fmt.Sprintf("0 imported, %d known already, 0 refused.", historySize()),
	} {
		if out := at.must("import", file); strings.TrimSpace(out) != want {
			t.Errorf("import %d: %s, want %s", i+1, out, want)
		}
	}
	d := at.start()
	// The same as JSON lines, beside a running daemon.
	file = at.write("history.jsonl", lines(lastYear(historySize())))
	if out := at.must("import", file); !strings.Contains(out, fmt.Sprintf("0 imported, %d known already", historySize())) {
		t.Errorf("import of what is known: %s", out)
	}
	d.heardAndNeverDialled(directdial.History, len(slack.Messages()))
}

func TestAnImportedJSONLineIsNoCardHoweverNewItIs(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	d := at.start()
	if out := at.must("import", at.write("new.jsonl", lines(several(1, 3, complaint)))); !strings.Contains(out, "3 imported") {
		t.Error(out)
	}
	if l := d.settled(); l.Suppressed[string(directdial.History)] != 3 || len(slack.Messages()) != 0 {
		t.Errorf("ledger %+v", l)
	}
}

func TestABadLineOfAnImportIsNamedAndSpoilsNothingElse(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	good := lines(several(1, 2, complaint))
	for name, c := range map[string]struct{ file, text, says string }{
		"no JSON":        {"a.jsonl", good + "{\n" + lines(several(3, 1, complaint)), "line 3: "},
		"no text":        {"b.jsonl", lines(several(11, 2, complaint)) + `{"id":"x"}` + "\n" + lines(several(13, 1, complaint)), "line 3: text: "},
		"a column short": {"c.csv", table(several(21, 2, complaint)) + "x,y\n" + strings.SplitAfterN(table(several(23, 1, complaint)), "\n", 2)[1], "line 4: "},
		"no time":        {"d.csv", "id,text,created_at\n1," + textMark + ",\n2," + textMark + ",yesterday\n3," + textMark + ",2025-01-01T00:00:00Z\n4," + textMark + ",\n", "line 3: created_at: "},
	} {
		t.Run(name, func(t *testing.T) {
			r := at.command("import", at.write(c.file, c.text))
			if r.code != 1 || !strings.Contains(r.err, c.says) || !strings.Contains(r.out, "3 imported, 0 known already, 1 refused.") {
				t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
			}
		})
	}
	r := at.command("import", at.write("e.jsonl", lines(several(31, 1, complaint))+`{"id":"x"}`+"\n{\n"+`{"id":"y"}`+"\n"))
	if said := regexp.MustCompile(`(?m)^line \d`).FindAllString(r.err, -1); !slices.Equal(said, []string{"line 2", "line 3", "line 4"}) {
		t.Errorf("not in the order of the lines:\n%s", r.err)
	}
	at.refused(2, "no such file", "import", "nowhere.csv")
	at.refused(1, "no known form", "import", at.write("history.xml", "<a/>"))
	if l := at.start().settled(); l.Mentions != 13 {
		t.Errorf("%d mentions, want %d", l.Mentions, 13)
	}
}
