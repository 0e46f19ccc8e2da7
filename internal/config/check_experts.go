package config

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a file means the same on a machine without time zones

	"golang.org/x/text/language"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/suggest"
)

// What an expert gets at most where the file says nothing.
const (
	defaultPerHour = 3
	defaultPerDay  = 8
)

func (c *checker) checkExperts() (out []directdial.Expert) {
	for _, e := range c.file.Experts {
		if e != nil {
			out = append(out, c.checkExpert(e))
		}
	}
	return out
}

func (c *checker) checkExpert(e *expert) directdial.Expert {
	out := directdial.Expert{
		ID: e.ID, Name: e.Name, Timezone: e.Timezone, Hours: e.Hours, Quiet: e.Quiet, Team: e.Team, Deputy: e.Deputy,
		Languages: c.languages(e.Languages), Accounts: e.Accounts, Budget: e.Budget.bound(),
	}
	if out.Name == "" {
		out.Name = e.ID
	}
	out.Addresses, out.Prefer = c.addresses(e)
	if c.expertNamed(&e.Deputy, "deputy") && e.Deputy == e.ID {
		c.fail(c.where(&e.Deputy), "", "deputy: %s cannot stand in for themselves", e.ID)
	}
	for i := range e.Accounts {
		c.account(&e.Accounts[i], "accounts", e.ID)
	}
	out.Calendar = c.calendar(&e.Calendar)
	zone := c.hours(e)
	for i := range e.Grants {
		out.Grants = append(out.Grants, c.grant(e, &e.Grants[i], zone))
	}
	c.grantsOnce(e, out.Grants)
	return out
}

// addresses returns how an expert is reached by the channels there are, and
// which comes first.
func (c *checker) addresses(e *expert) (addresses map[string]string, prefer string) {
	addresses = map[string]string{}
	for _, ch := range c.file.Channels {
		if address, ok := e.Addresses[ch.name]; ok && c.channels[ch.name] != nil {
			addresses[ch.name] = address
			if prefer == "" {
				prefer = ch.name
			}
		}
	}
	if e.Prefer != "" {
		prefer = e.Prefer
		if _, ok := addresses[prefer]; !ok {
			c.fail(c.where(&e.Prefer), c.prefers(e, addresses), "prefer: no address leads to %s by %s", e.ID, quote(prefer))
		}
	} else if len(addresses) == 0 {
		c.fail(c.where(e), c.reachHint(e), "%s cannot be reached by any channel that is configured", expertWord(e))
	}
	return addresses, prefer
}

func expertWord(e *expert) string {
	if e.ID == "" {
		return "this expert"
	}
	return e.ID
}

// prefers says why the preferred channel leads nowhere.
func (c *checker) prefers(e *expert, addresses map[string]string) string {
	if _, ok := e.Addresses[e.Prefer]; ok {
		return "add " + e.Prefer + " under channels"
	}
	return suggest.DidYouMean(e.Prefer, slices.Collect(maps.Keys(addresses)))
}

func (c *checker) reachHint(e *expert) string {
	if len(e.Addresses) > 0 {
		return "add " + slices.Min(slices.Collect(maps.Keys(e.Addresses))) + " under channels"
	}
	if len(c.channels) == 0 {
		return "add a channel under channels, and the address"
	}
	return "add one of these keys: " + strings.Join(slices.Sorted(maps.Keys(c.channels)), ", ")
}

// hours checks duty hours and time zone; it returns the zone, UTC where there
// is none.
func (c *checker) hours(e *expert) *time.Location {
	zone, err := time.LoadLocation(e.Timezone)
	if err != nil || e.Timezone == "Local" { // the zone of the machine is nobody's
		c.fail(c.where(&e.Timezone), "zones are named as in Europe/Stockholm", "timezone: there is no %s", quote(e.Timezone))
		return time.UTC
	}
	for _, h := range []struct {
		key   string
		hours *severals
	}{{"hours", &e.Hours}, {"quiet", &e.Quiet}} {
		if c.opt.CheckHours == nil || len(*h.hours) == 0 || c.unknown[c.where(h.hours)] {
			continue
		}
		if err := c.opt.CheckHours(*h.hours, e.Timezone); err != nil {
			c.fail(c.where(h.hours), "", "%s", withKey(h.key, err))
		}
	}
	return zone
}

// withKey puts the key before an error that does not name it itself.
func withKey(key string, err error) string {
	if fieldOf(err) == key {
		return err.Error()
	}
	return key + ": " + err.Error()
}

func fieldOf(err error) string {
	var d *directdial.Error
	if errors.As(err, &d) {
		return d.Field
	}
	return ""
}

// languages checks that each is one, and returns them in lower case.
func (c *checker) languages(list []string) (out []string) {
	for i := range list {
		s := strings.ToLower(list[i])
		if base, err := language.ParseBase(s); err != nil || base.String() != s {
			hint := "for example en or sv; left out: any"
			if tag, err := language.Parse(s); err == nil {
				base, _ := tag.Base()
				hint = "write " + base.String()
			}
			c.fail(c.where(&list[i]), hint, "languages: %s is no language", quote(list[i]))
		}
		out = append(out, s)
	}
	return out
}
