package config_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/setting"
)

// What follows are adapters as far as the configuration knows them: a struct
// with defaults and a constructor that does no I/O.

type webhook struct {
	// Token that senders show.
	Token secret.Value `yaml:"token"`
	// Secret that signs requests.
	Secret secret.Value `yaml:"secret"`
	// Platforms that it may write as.
	Platforms []string `yaml:"platforms"`
	// Map is a program.
	Map setting.Text `yaml:"map"`
}

func newWebhook(_ string, decode config.Decode) error {
	var w webhook
	if err := decode(&w); err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	if w.Token.IsZero() && w.Secret.IsZero() {
		return &directdial.Error{Kind: directdial.Invalid, Msg: "needs a token or a secret"}
	}
	if s := w.Secret.Reveal(); s != "" && !strings.HasPrefix(s, "whsec_") {
		return &directdial.Error{Kind: directdial.Invalid, Field: "secret", Msg: "begins with whsec_, unlike " + s}
	}
	if strings.Contains(string(w.Map), "?") {
		return &config.Doubt{Msg: "asks itself something", Hint: "decide"}
	}
	if strings.Contains(string(w.Map), "!") {
		return &directdial.Error{Kind: directdial.Invalid, Field: "map", Msg: "line 2: a ! is no program"}
	}
	return nil
}

type mastodon struct {
	// Server with its scheme.
	Server string `yaml:"server" jsonschema:"required"`
	// Token of the account.
	Token secret.Value `yaml:"token" jsonschema:"required"`
	// Hashtags to read.
	Hashtags []string `yaml:"hashtags"`
	// Every so often it asks.
	Every time.Duration `yaml:"every"`
	// Limit of one page.
	Limit int `yaml:"limit" jsonschema:"minimum=1,maximum=40"`
}

func newMastodon(_ string, decode config.Decode) error {
	m := mastodon{Every: time.Minute, Limit: 40}
	if err := decode(&m); err != nil {
		return err
	}
	var errs []error
	if u, err := url.Parse(m.Server); err != nil || u.Scheme != "https" {
		errs = append(errs, &directdial.Error{Kind: directdial.Invalid, Field: "server", Msg: "must be an https URL"})
	}
	for i, tag := range m.Hashtags {
		if strings.ContainsAny(tag, " #") {
			field := fmt.Sprintf("hashtags[%d]", i)
			errs = append(errs, &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: "is one word without #"})
		}
	}
	return errors.Join(errs...)
}

type feed struct {
	// URLs of the feeds.
	URLs []string `yaml:"urls" jsonschema:"required"`
}

func newFeed(_ string, decode config.Decode) error { return decode(&feed{}) }

// rate is a type of an adapter's own.
type rate string

func (r *rate) UnmarshalText(text []byte) error {
	if !strings.Contains(string(text), "/") && string(text) != "off" {
		return fmt.Errorf("a rate is like 1/s, and not %q", text)
	}
	*r = rate(text)
	return nil
}

func (r rate) MarshalText() ([]byte, error) { return []byte(r), nil }

// limits are the part that channels share.
type limits struct {
	// Pace bounds the cards for one receiver.
	Pace rate `yaml:"pace"`
	// Rate bounds the channel.
	Rate rate `yaml:"rate"`
}

type slack struct {
	// Token of the bot.
	Token secret.Value `yaml:"token" jsonschema:"required"`
	// App token, for socket mode.
	AppToken secret.Value `yaml:"app_token"`
	// Signing secret of the app.
	SigningSecret secret.Value `yaml:"signing_secret"`
	// API URL, for tests.
	APIURL string `yaml:"api_url"`

	Limits limits `yaml:",inline"`
}

func newSlack(_ string, decode config.Decode) error { return decode(&slack{}) }

type email struct {
	// SMTP server as a URL with user and password.
	SMTP secret.Value `yaml:"smtp" jsonschema:"required"`
	// From is the sender.
	From string `yaml:"from" jsonschema:"required"`

	Limits limits `yaml:",inline"`
}

func newEmail(_ string, decode config.Decode) error {
	var e email
	if err := decode(&e); err != nil {
		return err
	}
	if _, err := url.Parse(e.SMTP.Reveal()); err != nil {
		return &directdial.Error{Kind: directdial.Invalid, Field: "smtp", Err: err}
	}
	return nil
}

type terminal struct {
	Limits limits `yaml:",inline"`
}

func newTerminal(_ string, decode config.Decode) error { return decode(&terminal{}) }

func kinds() config.Kinds {
	return config.Kinds{
		Sources:  map[string]config.Constructor{"webhook": newWebhook, "mastodon": newMastodon, "feed": newFeed},
		Channels: map[string]config.Constructor{"slack": newSlack, "email": newEmail, "terminal": newTerminal},
	}
}

// checkHours stands for what experts does.
func checkHours(hours []string, _ string) error {
	for _, h := range hours {
		if !strings.Contains(h, ":") {
			return &directdial.Error{Kind: directdial.Invalid, Field: "hours", Msg: fmt.Sprintf("%q has no time", h)}
		}
	}
	return nil
}

// check stands for what classify does.
func check(cfg *config.Config) (errs []error) {
	for i, topic := range cfg.Directory.Topics {
		for j, k := range topic.Keywords {
			if k == "*" {
				field := fmt.Sprintf("topics[%d].keywords[%d]", i, j)
				errs = append(errs, &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: "is a * alone"})
			}
		}
	}
	return errs
}

// now is a day on which the grants of the sample count.
var now = time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)

func noEnv(string) (string, bool) { return "", false }

func options() config.Options {
	return config.Options{Env: noEnv, Now: now, Kinds: kinds(), CheckHours: checkHours, Check: check}
}
