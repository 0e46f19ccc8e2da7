package config

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// calendar checks where a calendar is: a URL, or a file relative to the folder
// of the configuration. Whether it can be read is not asked here: it may be gone
// for a while, and what was read of it before holds.
func (c *checker) calendar(text *string) string {
	at := c.where(text)
	if *text == "" || c.unknown[at] {
		return ""
	}
	scheme, _, remote := strings.Cut(*text, "://")
	if !remote {
		return resolve(c.dir, *text)
	}
	u, err := url.Parse(*text)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https", "webcal"}, scheme) {
		// The address may hold a secret, so it is not shown.
		c.fail(at, "write a path, or an address with https:// or webcal://", "calendar: this is no address of a calendar")
		return ""
	}
	return *text
}

func (c *checker) holidays() (out []directdial.Holidays) {
	for i := range c.file.Holidays {
		h := &c.file.Holidays[i]
		for j := range h.Timezones {
			if _, err := time.LoadLocation(h.Timezones[j]); err != nil || h.Timezones[j] == "" || h.Timezones[j] == "Local" {
				c.fail(c.where(&h.Timezones[j]), "zones are named as in Europe/Stockholm", "timezones: there is no %s", quote(h.Timezones[j]))
			}
		}
		if calendar := c.calendar(&h.Calendar); calendar != "" {
			out = append(out, directdial.Holidays{Calendar: calendar, Timezones: h.Timezones})
		}
	}
	return out
}
