package desk

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// PrintLedger writes both sides of the ledger for people.
func PrintLedger(w io.Writer, l *directdial.Ledger) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(indent int, name string, n int, note string) {
		fmt.Fprintf(t, "%-28s\t%d\t", strings.Repeat("  ", indent)+name, n)
		if note != "" {
			fmt.Fprintf(t, "  %s", note)
		}
		fmt.Fprintln(t)
	}
	row(0, "messages read", int(l.Position), "")
	row(0, "less repeats and edits", -l.Repeats, "")
	row(0, "mentions", l.Mentions, "")
	row(1, "dialled", l.Dialled, "")
	suppressed := reasons(l.Suppressed)
	row(1, "suppressed", suppressed.sum, suppressed.words)
	parked := reasons(l.Parked)
	row(1, "parked", parked.sum, parked.words)
	row(1, "dead-lettered", l.DeadLettered, "")
	row(1, "erased", l.Erased, "")
	row(1, "expired", l.Expired, "")
	row(0, "waiting to be read", int(l.Waiting), "")
	fmt.Fprintln(t)
	row(0, "dials", l.Dials, "")
	late := ""
	if l.Late > 0 {
		late = fmt.Sprintf("%d late", l.Late)
	}
	row(1, "open", l.Open, late)
	row(1, "answered", l.Answered, "")
	row(1, "declined", l.Declined, "")
	row(1, "withdrawn", l.Withdrawn, "")
	row(1, "expired", l.Removed, "")
	fmt.Fprintln(t)
	row(0, "cards delivered", l.Cards.Delivered, "")
	row(1, "waiting", l.Cards.Waiting, "")
	row(1, "ambiguous", l.Cards.Ambiguous, "")
	row(1, "failed", l.Cards.Failed, "")
	if err := t.Flush(); err != nil {
		return err
	}
	if l.Balanced() {
		_, err := fmt.Fprintln(w, "\nIt balances: every mention is in exactly one state.")
		return err
	}
	_, err := fmt.Fprintf(w, "\nDAMAGE: it does not balance.\n  %s\n", strings.Join(l.Damage, "\n  "))
	return err
}

type sum struct {
	sum   int
	words string
}

// reasons adds up counts and says them, the largest first.
func reasons(counts map[string]int) (s sum) {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var words []string
	for _, name := range names {
		s.sum += counts[name]
		if counts[name] > 0 {
			words = append(words, fmt.Sprintf("%s %d", name, counts[name]))
		}
	}
	s.words = strings.Join(words, ", ")
	return s
}

// PrintMentions writes a list of mentions for people: a line about each, and
// under it what was said. The key is what `explain` takes.
func PrintMentions(w io.Writer, list []MentionView) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "No mentions.")
		return err
	}
	rows, texts := []string{"KEY\tACCEPTED\tPLATFORM\tABOUT\tSTATE"}, []string{""}
	for _, m := range list {
		state := string(m.State)
		switch {
		case m.Waits != "":
			state += ": " + m.Waits
		case m.State == directdial.Dialled:
			state += " " + short(m.Dial)
		case m.Reason != "":
			state += ": " + string(m.Reason)
		}
		text := m.Text
		if m.Deleted {
			text = "(deleted)"
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%s", string(m.Key)[:8], stamp(m.Accepted), m.Platform, about(m.Tag, m.Topic), state))
		texts = append(texts, text)
	}
	return twoLines(w, rows, texts)
}

// PrintDials writes a list of dials for people: a line about each, and under it
// what was said. The beginning of an id is enough for take, pass and decline.
func PrintDials(w io.Writer, list []DialView) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "No open dials.")
		return err
	}
	rows, texts := []string{"DIAL\tOPENED\tSTATE\tWITH\tCARD\tUNTIL\tTHEN\tABOUT\tPOSTS"}, []string{""}
	for _, d := range list {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%d", short(d.ID), stamp(d.Opened), dialState(&d),
			dash(d.HolderName), d.Hop, dash(d.Until), dash(strings.Join(d.NextNames, ", ")), about(d.Tag, d.Topic), 1+d.Joined))
		texts = append(texts, d.Text)
	}
	return twoLines(w, rows, texts)
}

// dialState is how it stands with a dial, in a few words: whether its holder was
// reminded, and how it came to them.
func dialState(d *DialView) string {
	state := string(d.State)
	switch {
	case d.Late:
		state = "late"
	case d.State == directdial.Offered && d.Offer.Delivered.IsZero():
		state = "card waiting"
	case d.State.Open() && !d.Reminded.IsZero():
		state += ", reminded"
	}
	if d.State.Open() && d.Reason != "" {
		state += " (" + string(cmp.Or(d.Cause, d.Reason)) + ")"
	}
	return state
}

// twoLines aligns rows and puts a text under each, cut to a line.
func twoLines(w io.Writer, rows, texts []string) error {
	columns := width(w)
	room := 74
	if columns > 0 {
		room = min(room, columns-6)
	}
	for i, lines := range layOut(rows, columns) {
		if text := experts.Cut(experts.Line(texts[i]), max(room, 20)); text != "" {
			lines = append(lines, "    “"+text+"”")
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// short is the beginning of an id: enough to type among some thousands.
func short(id string) string { return id[:min(len(id), 9)] }

func about(tag directdial.Tag, topic string) string {
	switch {
	case tag == "" && topic == "":
		return "-"
	case topic == "":
		return string(tag)
	case tag == "":
		return topic
	}
	return string(tag) + ", " + topic
}

// PrintParked writes what waits for somebody, for people.
func PrintParked(w io.Writer, list []MentionView) error {
	if len(list) == 0 {
		return nil
	}
	rows, texts := []string{"PARKED\tABOUT\tWAITS"}, []string{""}
	for _, m := range list {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s", stamp(m.Decided), about(m.Tag, m.Topic), m.Waits))
		texts = append(texts, m.Text)
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return twoLines(w, rows, texts)
}

// Said says what became of an action, in a sentence; name turns the id of an
// expert into what colleagues call them.
func Said(j directdial.Judgement, name func(id string) string) string {
	if j.Event.GrantID != "" || j.Event.Kind == directdial.EvRead {
		return saidOfGrant(&j.Event, name)
	}
	dial := short(j.Dial)
	switch j.Event.Kind {
	case directdial.EvRefused:
		return "Refused: " + j.Words
	case directdial.EvAccepted:
		return fmt.Sprintf("Dial %s is with %s now.", dial, name(j.Event.Expert))
	case directdial.EvOffered:
		return fmt.Sprintf("Dial %s was passed on to %s.", dial, name(j.Event.Expert))
	case directdial.EvLate:
		return fmt.Sprintf("Nobody else may take dial %s: it stays with %s, late.", dial, name(cmp.Or(j.Event.Owner, "nobody")))
	case directdial.EvDeclined:
		return fmt.Sprintf("Dial %s is closed: %s.", dial, j.Event.Reason)
	case directdial.EvOutcome:
		return fmt.Sprintf("The outcome of dial %s is: %s.", dial, j.Event.Reason)
	case directdial.EvAnswered:
		return fmt.Sprintf("Dial %s is answered.", dial)
	case directdial.EvAsked:
		return fmt.Sprintf("%s was asked; dial %s stays with %s.", name(j.Event.Expert), dial, name(j.Event.By))
	case directdial.EvAway:
		if j.Event.Until.IsZero() {
			return fmt.Sprintf("%s is away until they are back. What they hold goes on.", name(j.Event.Expert))
		}
		return fmt.Sprintf("%s is away until %s. What they hold goes on.", name(j.Event.Expert), until(j.Event.Until))
	case directdial.EvBack:
		return fmt.Sprintf("%s is back.", name(j.Event.Expert))
	case directdial.EvMuted:
		return fmt.Sprintf("What they say is heard and not dialled until %s.", until(j.Event.Until))
	case directdial.EvUnmuted:
		return "What they say is dialled again."
	case directdial.EvReviewed:
		return fmt.Sprintf("Noted: %s.", j.Event.Reason)
	case directdial.EvTransferred:
		return transferred(&j.Event, name)
	}
	return fmt.Sprintf("Dial %s: %s.", dial, j.Event.Kind)
}

// transferred says what went to whom.
func transferred(e *directdial.Event, name func(id string) string) string {
	words := fmt.Sprintf("The authors who know %s are with %s now.", name(e.From), name(e.Expert))
	if e.Count > 0 {
		words += fmt.Sprintf("\nOpen dials of %s that go on: %d, each to %s if they may take it, else to the next best who may; `directdial dials` shows where they went.",
			name(e.From), e.Count, name(e.Expert))
	}
	if accounts, topics := charges(e.Charges); accounts+topics != "" {
		words += fmt.Sprintf("\nIn the hands of %s now: %s.", name(e.Expert), chargeWords(accounts, topics))
	}
	return words
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("01-02 15:04")
}

// until writes when something ends, which may be years ahead.
func until(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

func dash(s string) string { return cmp.Or(s, "-") }
