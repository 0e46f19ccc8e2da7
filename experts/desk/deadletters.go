package desk

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/directdial/directdial"
)

// DeadLetters are messages that could not be read, and are decided anew on
// demand.
type DeadLetters interface {
	// DeadLetters lists those that a source brought, or all; the oldest first.
	DeadLetters(ctx context.Context, source string) ([]directdial.DeadLetterRecord, error)
	// Replay has one decided, named by the beginning of its key; kind NotFound if
	// there is none. One that still cannot be read is refused.
	Replay(ctx context.Context, letter string) (*Replayed, error)
}

// Replayed is what became of a dead letter.
type Replayed struct {
	DeadLetter directdial.Key `json:"dead_letter"`
	directdial.Judgement
}

func deadLetters(mux *http.ServeMux, x DeadLetters) {
	mux.HandleFunc("GET /v1/dead-letters", answer(func(r *http.Request) (any, error) {
		return x.DeadLetters(r.Context(), r.FormValue("source"))
	}))
	mux.HandleFunc("POST /v1/dead-letters/{letter}/replay", answer(func(r *http.Request) (any, error) {
		return x.Replay(r.Context(), r.PathValue("letter"))
	}))
}

// DeadLetters lists the dead letters of a source, or all.
func (c *Client) DeadLetters(ctx context.Context, source string) ([]directdial.DeadLetterRecord, error) {
	return get[[]directdial.DeadLetterRecord](ctx, c, "/v1/dead-letters", url.Values{"source": {source}})
}

// Replay has a dead letter decided anew.
func (c *Client) Replay(ctx context.Context, letter string) (*Replayed, error) {
	return post[*Replayed](ctx, c, "/v1/dead-letters/"+url.PathEscape(letter)+"/replay", nil)
}

// PrintDeadLetters lists dead letters.
func PrintDeadLetters(w io.Writer, letters []directdial.DeadLetterRecord) error {
	if len(letters) == 0 {
		_, err := fmt.Fprintln(w, "No dead letters.")
		return err
	}
	t := NewTable(w)
	fmt.Fprintln(t, "ID\tACCEPTED\tPLATFORM\tSOURCE\tSEQUENCE\tREASON\tNOW")
	for _, l := range letters {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", short(string(l.Key)), stamp(l.Accepted), dash(l.Platform), dash(l.Source),
			l.Seq, l.Reason, cmp.Or(l.Why, "can be read"))
	}
	return t.Flush()
}

// SaidOfReplay says what became of a dead letter, in a sentence; name turns the
// id of an expert into what colleagues call them.
func SaidOfReplay(e *directdial.Event, name func(id string) string) string {
	mention, dial := short(string(e.Mention)), short(e.Dial)
	switch e.Kind {
	case directdial.EvOffered:
		return fmt.Sprintf("Mention %s is dialled: %s, to %s.", mention, dial, name(e.Expert))
	case directdial.EvJoined:
		return fmt.Sprintf("Mention %s joins dial %s.", mention, dial)
	case directdial.EvParked:
		return fmt.Sprintf("Mention %s is parked with %s: %s.", mention, name(cmp.Or(e.Owner, "nobody")), e.Reason)
	case directdial.EvSuppressed:
		return fmt.Sprintf("Mention %s is suppressed: %s.", mention, e.Reason)
	case directdial.EvEdited:
		return fmt.Sprintf("It is an edit of mention %s.", mention)
	}
	return fmt.Sprintf("It is a repeat of mention %s.", mention)
}
