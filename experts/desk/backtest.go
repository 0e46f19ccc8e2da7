package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// Rehearsal is a configuration, as far as it decides, to hold against what was
// decided since a time; zero is the beginning.
type Rehearsal struct {
	Directory *directdial.Directory `json:"directory"`
	Channels  []string              `json:"channels"`
	Since     time.Time             `json:"since,omitzero"`
}

// maxRehearsal bounds a rehearsal in bytes: some ten thousand experts.
const maxRehearsal = 64 << 20

// backtest answers a rehearsal.
func backtest(x Exchange) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var try Rehearsal
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRehearsal)).Decode(&try)
		if err == nil && try.Directory == nil {
			err = errors.New("there is no directory in it")
		}
		if err != nil {
			web.ProblemOf(directdial.Errorf(directdial.Invalid, "the body cannot be read: %w", err)).Write(w)
			return
		}
		tell(w, r, func(ctx context.Context, progress func(done, of uint64)) (*directdial.Backtest, error) {
			return x.Backtest(ctx, try, progress)
		})
	}
}

// Backtest decides anew under another configuration what was decided; progress
// is told how far it is, in steps of the log.
func (c *Client) Backtest(ctx context.Context, try Rehearsal, progress func(done, of uint64)) (*directdial.Backtest, error) {
	data, err := json.Marshal(try)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/v1/backtest", bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return follow[directdial.Backtest](c, r, "the backtest", progress)
}

// PrintBacktest writes what another configuration changes, for people.
func PrintBacktest(w io.Writer, b *directdial.Backtest, name func(id string) string) error {
	if b.Decided == 0 {
		_, err := fmt.Fprintln(w, "Nothing was decided in that time.")
		return err
	}
	fmt.Fprintf(w, "%d decisions from %s to %s, %d of them would be others.\n", b.Decided, stamp(b.From), stamp(b.To), b.Differ)
	for _, reason := range slices.Sorted(maps.Keys(b.Skipped)) {
		fmt.Fprintf(w, "%d could not be decided again: %s.\n", b.Skipped[reason], reason)
	}
	t := NewTable(w)
	fmt.Fprintln(t, "\nDECISION\tWAS\tWOULD BE\t")
	for _, o := range []directdial.Outcome{
		directdial.ToDial, directdial.ToJoin, directdial.ToReopen, directdial.ToPark, directdial.ToStay, directdial.ToSuppress,
	} {
		if b.Before[o]+b.After[o] > 0 {
			fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", outcomes[o], b.Before[o], b.After[o], signed(b.After[o]-b.Before[o]))
		}
	}
	shifts(t, "WHO IS DIALLED", b.Experts, name)
	shifts(t, "ABOUT", b.Topics, func(topic string) string { return topic })
	if len(b.Changes) > 0 {
		fmt.Fprintln(t, "\nWHEN\tMENTION\tWAS\tWOULD BE")
	}
	for _, c := range b.Changes[max(0, len(b.Changes)-20):] {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", stamp(c.At), short(string(c.Mention)), chosen(&c.Before, name), chosen(&c.After, name))
	}
	if n := b.Differ - 20; n > 0 {
		fmt.Fprintf(t, "and %d before these; --json lists up to %d\n", n, directdial.MaxChanges)
	}
	return t.Flush()
}

var outcomes = map[directdial.Outcome]string{
	directdial.ToDial: "dialled", directdial.ToJoin: "joined a dial", directdial.ToReopen: "opened again",
	directdial.ToPark: "parked", directdial.ToStay: "late", directdial.ToSuppress: "suppressed",
}

func shifts(w io.Writer, title string, list []directdial.Shift, name func(string) string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\tWAS\tWOULD BE\tGAINS\tLOSES\n", title)
	for _, s := range list[:min(len(list), 20)] {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\n", name(s.Name), s.Before, s.After, signed(s.Gained), signed(-s.Lost))
	}
	if n := len(list) - 20; n > 0 {
		fmt.Fprintf(w, "and %d more\n", n)
	}
}

// signed is a number with its sign, "" for none.
func signed(n int) string {
	if n > 0 {
		return "+" + strconv.Itoa(n)
	}
	if n < 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// chosen is a decision in a few words.
func chosen(c *directdial.Choice, name func(string) string) string {
	words := []string{outcomes[c.Outcome]}
	switch {
	case c.Expert != "":
		words = append(words, name(c.Expert))
	case c.For != "":
		words = append(words, "for", name(c.For))
	case c.Owner != "":
		words = append(words, "with", name(c.Owner))
	}
	if c.Reason != "" {
		words = append(words, "("+string(c.Reason)+")")
	}
	if what := strings.TrimSpace(string(c.Tag) + " " + c.Topic); what != "" {
		words = append(words, "as "+what)
	}
	return strings.Join(words, " ")
}
