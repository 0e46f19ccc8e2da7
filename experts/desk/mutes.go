package desk

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/directdial/directdial"
)

// MuteAct mutes an author, "<platform>:<handle or id>", or ends that.
type MuteAct struct {
	Author string    `json:"author"`
	Off    bool      `json:"off,omitempty"` // unmute
	By     string    `json:"by"`            // id of a coach, or "ops"
	Until  time.Time `json:"until,omitzero"`
	Why    string    `json:"why,omitempty"`
}

// MuteView is an author who is muted, with their name as long as something they
// said is kept.
type MuteView struct {
	directdial.Mute
	Platform string `json:"platform,omitempty"`
	Handle   string `json:"handle,omitempty"`
}

// Mute mutes an author, or ends that.
func (c *Client) Mute(ctx context.Context, m MuteAct) (directdial.Judgement, error) {
	return post[directdial.Judgement](ctx, c, "/v1/mutes", m)
}

// Mutes lists who is muted.
func (c *Client) Mutes(ctx context.Context) ([]MuteView, error) {
	return get[[]MuteView](ctx, c, "/v1/mutes", nil)
}

// PrintMutes lists authors who are muted.
func PrintMutes(w io.Writer, mutes []MuteView) error {
	if len(mutes) == 0 {
		_, err := fmt.Fprintln(w, "Nobody is muted.")
		return err
	}
	t := NewTable(w)
	fmt.Fprintln(t, "AUTHOR\tSINCE\tUNTIL\tBY\tWHY")
	for _, m := range mutes {
		who := string(m.Author)
		if m.Handle != "" {
			who = m.Platform + ":" + m.Handle
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", who, stamp(m.Since), until(m.Until), m.By, m.Why)
	}
	return t.Flush()
}
