package slack

import (
	"context"
	"strings"

	"github.com/directdial/directdial"
)

// commandHelp is what the slash command can do.
const commandHelp = "/dial: your open dials and what you are enabled for. " +
	"/dial away [tomorrow | friday | 2026-12-24 | 3h | 2d]: nothing new comes to you. /dial back: it does again."

// command does what the slash command says.
func (a *answers) command(ctx context.Context, i interaction, e directdial.Expert) {
	verb, rest, _ := strings.Cut(strings.TrimSpace(i.value), " ")
	switch strings.ToLower(verb) {
	case "":
		h, err := a.replies.Home(ctx, e.ID)
		if err != nil {
			a.log.Warn().Err(err).Str("expert", e.ID).Msg("what somebody has cannot be read")
			a.tell(ctx, i, notNow)
			return
		}
		a.tell(ctx, i, dialsTitle(len(h.Dials)), home(h, "", false)...)
	case string(directdial.ActAway):
		a.leave(ctx, i, e, directdial.ActAway, rest)
	case string(directdial.ActBack):
		a.leave(ctx, i, e, directdial.ActBack, "")
	default:
		a.tell(ctx, i, commandHelp)
	}
}
