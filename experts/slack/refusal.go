package slack

import (
	"errors"
	"fmt"
	"time"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Waiting times of errors that name none.
const (
	pause     = 30 * time.Second // something passing
	longPause = 5 * time.Minute  // until an administrator acts
)

// meaning is what a code of Slack means for the sender of a card.
type meaning uint8

const (
	unknownCode meaning = iota // tried again, and logged
	passing                    // Slack cannot do it now
	tooMany                    // this receiver has to wait
	appRefused                 // the app may not: nobody gets a card until somebody acts
	nobody                     // there is no such person, message or place, or no longer
	badLayout                  // the blocks are refused: plain text may do
	badMessage                 // the message is refused
	half                       // the call failed, perhaps after it had its effect
)

// meanings translates the codes of `"ok": false`.
var meanings = table(map[meaning][]string{
	passing: {"service_unavailable", "request_timeout", "update_failed", "team_added_to_org", "external_channel_migrating", "message_limit_exceeded"},
	tooMany: {"ratelimited", "rate_limited"},
	appRefused: {
		"not_authed", "invalid_auth", "account_inactive", "token_expired", "token_revoked", "not_allowed_token_type",
		"missing_scope", "no_permission", "access_denied", "accesslimited", "app_access_restricted", "team_access_not_granted",
		"org_login_required", "two_factor_setup_required", "enterprise_is_restricted", "ekm_access_denied", "is_bot",
		"restricted_action", "messages_tab_disabled", "metadata_must_be_sent_from_app",
		"unknown_method", "method_deprecated", "deprecated_endpoint",
	},
	nobody: {
		"channel_not_found", "user_not_found", "users_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot",
		"invalid_user_combination", "is_archived", "not_in_channel",
		"message_not_found", "cant_update_message", "edit_window_closed",
		"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "not_enabled",
	},
	badLayout:  {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"},
	badMessage: {"msg_too_long", "no_text", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"},
	half:       {"fatal_error", "internal_error"},
})

func table(codes map[meaning][]string) map[string]meaning {
	byCode := map[string]meaning{}
	for m, list := range codes {
		for _, code := range list {
			byCode[code] = m
		}
	}
	return byCode
}

// errLayout, wrapped in an Invalid error, says that plain text may still go.
var errLayout = errors.New("the layout is refused")

// errMethod, wrapped in an error, says that the app may not use this method, or
// that there is none of that name.
var errMethod = errors.New("the method is refused")

func refusedBlocks(err error) bool { return errors.Is(err, errLayout) }

// refusal turns a code into an error. Slack's own words are left out: they
// may repeat what was sent.
func (c *channel) refusal(method string, e effect, r api.SlackErrorResponse) error {
	says := "Slack says " + r.Err
	if r.Needed != "" {
		says += fmt.Sprintf(" (the app lacks the scope %s)", r.Needed)
	}
	err := &directdial.Error{Kind: directdial.Temporary, Msg: method + ": " + says}
	m := meanings[r.Err]
	if m != appRefused {
		c.settle(method, "")
	}
	switch m {
	case passing:
		err.After, err.Err = pause, experts.ErrChannel
	case tooMany:
		err.After = pause
	case appRefused:
		err.After, err.Err = longPause, experts.ErrChannel
		if r.Err == "missing_scope" || r.Err == "unknown_method" {
			err.Err = errors.Join(experts.ErrChannel, errMethod)
		}
		c.settle(method, says)
	case nobody:
		err.Kind = directdial.Gone
	case badLayout:
		err.Kind, err.Err = directdial.Invalid, errLayout
	case badMessage:
		err.Kind = directdial.Invalid
	case half:
		err.After = pause
		if e == changes {
			err.Kind, err.After = directdial.Ambiguous, 0
		}
	default:
		err.After = pause
		c.log.Warn().Str("method", method).Str("code", r.Err).Msg("Slack answers with a code that is not known here")
	}
	return err
}

// settle logs once when Slack begins to refuse the app, and once when it no
// longer does. It goes by method, because scopes do: an app may look members up
// and yet not write to them.
func (c *channel) settle(method, trouble string) {
	c.mu.Lock()
	before := c.trouble[method]
	c.trouble[method] = trouble
	c.mu.Unlock()
	log := c.log.With().Str("method", method).Logger()
	switch {
	case trouble == before:
	case trouble == "":
		log.Info().Msg("Slack accepts the app again")
	default:
		log.Error().Str("cause", trouble).Msg("Slack refuses the app: this method fails until the tokens and scopes of the app are right (deploy/slack/manifest.yaml)")
	}
}
