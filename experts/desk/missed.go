package desk

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/directdial/directdial"
)

// Reviews asks a coach what was missed.
type Reviews interface {
	// Missed is the sample of the last week, and what was said of all samples.
	Missed(ctx context.Context) (*MissedView, error)
	// Review says of a suppressed mention, named by the beginning of its key,
	// whether it was rightly left.
	Review(ctx context.Context, mention string, a directdial.Action) (directdial.Judgement, error)
}

// MissedView is a sample with its words.
type MissedView struct {
	directdial.Missed
	Mentions []MentionView `json:"mentions"` // the sample
}

func reviews(mux *http.ServeMux, x Reviews) {
	mux.HandleFunc("GET /v1/missed", answer(func(r *http.Request) (any, error) {
		return x.Missed(r.Context())
	}))
	mux.HandleFunc("POST /v1/missed/{mention}", posted(func(r *http.Request, a directdial.Action) (any, error) {
		return x.Review(r.Context(), r.PathValue("mention"), a)
	}))
}

// Missed asks for the sample of the last week.
func (c *Client) Missed(ctx context.Context) (*MissedView, error) {
	return get[*MissedView](ctx, c, "/v1/missed", nil)
}

// Review says whether a mention was rightly left.
func (c *Client) Review(ctx context.Context, mention string, a directdial.Action) (directdial.Judgement, error) {
	return post[directdial.Judgement](ctx, c, "/v1/missed/"+url.PathEscape(mention), a)
}

// PrintMissed lists the sample, and the share that was missed.
func PrintMissed(w io.Writer, m *MissedView) error {
	fmt.Fprintf(w, "From %s to %s %d mentions were left because nothing in them called for a colleague; drawn at random: %d.\n",
		m.From.Format("2 January"), m.Until.AddDate(0, 0, -1).Format("2 January 2006"), m.Heard, len(m.Mentions))
	if m.Heard == 0 {
		fmt.Fprintln(w, "Imported mentions do not count: they are never dialled, so none of them was left because of its words.")
	}
	if len(m.Mentions) > 0 {
		t := NewTable(w)
		fmt.Fprintln(t, "\nMENTION\tSAID\tTEXT")
		for i := range m.Mentions {
			v := &m.Mentions[i]
			text := v.Text
			if text == "" {
				text = "(gone)"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\n", short(string(v.Key)), dash(string(v.Reviewed)), text)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	if m.Reviewed == 0 {
		_, err := fmt.Fprintln(w, "\nNone was looked at yet, so nobody knows how much is missed.")
		return err
	}
	_, err := fmt.Fprintf(w, "\nOf %d that were looked at, %d belonged to somebody: %.0f %% were missed, with 95 %% confidence %.0f to %.0f %%.\n",
		m.Reviewed, m.Belonged, 100*m.Share, 100*m.Low, 100*m.High)
	return err
}
