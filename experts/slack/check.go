package slack

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
)

// scopes are what the app needs, and for what.
var scopes = []scope{
	{"chat:write", "no card can be posted or changed"},
	{"im:write", "cards go to a channel that Slack finds, and cannot be found again after a lost answer"},
	{"im:history", "a card whose answer was lost cannot be looked up"},
	{"users:read", "members cannot be looked up"},
	{"users:read.email", "colleagues cannot be found by their e-mail address"},
}

// hearing are those that it needs besides so that people can answer.
var hearing = []scope{{"commands", "there is no command /dial"}}

type scope struct{ name, without string }

const manifest = "install the app again with deploy/slack/manifest.yaml and put its bot token into channels.slack.token"

// Check asks Slack whether it takes the token, which scopes it has, and whom the
// addresses belong to. Opening a direct message shows nobody anything.
func (c *channel) Check(ctx context.Context, people []directdial.Expert) []directdial.Finding {
	var who *api.AuthTestResponse
	err := c.call(ctx, "auth.test", repeatable, func(ctx context.Context) (err error) {
		who, err = c.client.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		remedy := manifest
		if directdial.KindOf(err) == directdial.Temporary && !strings.Contains(err.Error(), "Slack says") {
			remedy = "see that this machine reaches the address of channels.slack.api_url"
		}
		return []directdial.Finding{directdial.Failed(name, err.Error(), remedy)}
	}
	self := directdial.Found(name, "the app "+who.User+" may write in the workspace "+who.Team)
	self.Clock, _ = http.ParseTime(who.Header.Get("Date"))
	found := append([]directdial.Finding{self}, c.missing(who.Header.Get("X-OAuth-Scopes"))...)
	found = append(found, c.checkHearing(ctx))
	for _, e := range people {
		found = append(found, c.checkPerson(ctx, e))
	}
	return found
}

// missing names the scopes that the app lacks. Slack tells them with every
// answer.
func (c *channel) missing(granted string) (found []directdial.Finding) {
	if granted == "" {
		return []directdial.Finding{directdial.Doubted("slack scopes", "Slack does not tell which scopes the app has", "send a test card: directdial doctor --card EXPERT")}
	}
	has := strings.FieldsFunc(granted, func(r rune) bool { return r == ',' || r == ' ' })
	needed := scopes
	if c.hears != deaf {
		needed = slices.Concat(scopes, hearing)
	}
	for _, s := range needed {
		if !slices.Contains(has, s.name) {
			found = append(found, directdial.Failed("slack scope "+s.name, "is missing: "+s.without, "add it under OAuth & Permissions, or "+manifest))
		}
	}
	if found == nil {
		found = append(found, directdial.Found("slack scopes", "the app has all that it needs"))
	}
	return found
}

// checkHearing says whether people can answer. To ask for the address of a
// websocket opens none.
func (c *channel) checkHearing(ctx context.Context) directdial.Finding {
	const what = "slack buttons"
	switch c.hears {
	case deaf:
		return directdial.Doubted(what, deafness, hearBy)
	case byHTTP:
		if at, err := url.Parse(c.public); err != nil || at.Scheme != "https" {
			return directdial.Doubted(what, "Slack posts to https addresses only, and http.public_url is "+c.public, "set http.public_url to where Slack reaches this program, or use channels.slack.app_token ("+appToken+")")
		}
		return directdial.Found(what, "Slack must have "+c.public+requests+" as request URL of interactivity, of /dial and of events")
	}
	err := c.call(ctx, connectionsOpen, repeatable, func(ctx context.Context) error {
		_, _, err := c.client.StartSocketModeContext(ctx)
		return err
	})
	if err != nil {
		return directdial.Failed(what, "nobody is heard: "+err.Error(), "switch Socket Mode on for the app, and put a new app-level token into channels.slack.app_token ("+appToken+")")
	}
	return directdial.Found(what, "people are heard through Socket Mode")
}

// What there is to say of a channel that hears nobody, and what to do.
const (
	deafness = "cards have no buttons, and there is no /dial: nothing hears what people do; they answer by the commands that cards name"
	hearBy   = "put the app-level token of the app into channels.slack.app_token (" + appToken + "), or its signing secret into signing_secret where http.public_url is https"
)

// Doubt implements experts.Doubtful.
func (c *channel) Doubt() (says, remedy string) {
	if c.hears == deaf {
		return deafness, hearBy
	}
	return "", ""
}

// appToken is where an operator finds it.
const appToken = "api.slack.com/apps, Basic Information, App-Level Tokens, scope connections:write"

func (c *channel) checkPerson(ctx context.Context, e directdial.Expert) directdial.Finding {
	what := name + " " + e.ID
	if _, _, err := c.dm(ctx, e); err != nil {
		f := directdial.Failed(what, err.Error(), "put the member id (profile, Copy member ID) or the e-mail address of their Slack account into experts")
		f.Expert = e.ID
		if k := directdial.KindOf(err); k == directdial.Gone || k == directdial.Invalid {
			f.Reach = directdial.ReachesNot
		}
		return f
	}
	f := directdial.Found(what, "can be written to")
	f.Expert, f.Reach = e.ID, directdial.Reaches
	return f
}
